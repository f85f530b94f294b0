"""Headers in which a client's requests, and the answers to them, carry what the examiner notes."""

VAULT = "Examiner-Vault"  # of a request: the two tokens in the vault
ENDLESS = "Examiner-Endless"  # of a request: it was told to wait for its answer for ever
LATE = "Examiner-Late"  # of an answer: for the client, time has run out before it came
