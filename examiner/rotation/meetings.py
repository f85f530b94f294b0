"""Name the requests that meet in a race, and hold what came of it."""

from dataclasses import dataclass

from examiner.http_exchange import Answer

# What a request is called in the messages that students read.
SAID = {
    "refresh": "a refresh",
    "log_in": "a log-in",
    "log_out": "a log-out",
    "reuse": "a refresh with a spent token",
    "late_log_out": "a log-out with a spent token",
}
SENT = {"reuse": "refresh", "late_log_out": "log_out"}  # those with a spent token
HOUR = 60 * 60  # seconds


@dataclass(frozen=True)
class Meeting:
    """Name two requests: the second one comes while the first is held.

    They are of one session, or `apart`: of two users' sessions. A server is `busy` that has refused
    a token before, and to which, while the first request is held, comes a log-in of the same user;
    a minute passes, and the user has another role. In a `crowd` many other sessions are begun. Who
    is `patient` looks whether the second one gives up waiting.
    """

    first: str
    second: str
    apart: bool = False
    busy: bool = False
    crowd: bool = False
    patient: bool = False

    @property
    def sent(self) -> str:
        """Return what the second request is: "refresh" or "log_out"."""
        return SENT.get(self.second, self.second)

    @property
    def is_plain(self) -> bool:
        """Return whether there is nothing about it but two requests with one live token."""
        special = self.apart or self.busy or self.crowd or self.patient or self.is_late
        return not (special or self.first == "log_in")

    @property
    def is_late(self) -> bool:
        """Return whether the second request sends a spent token."""
        return self.second in SENT

    @property
    def refreshes(self) -> int:
        """Return how often the session was refreshed before: what is spent is not the last one."""
        if self.apart:
            return int(self.is_late)
        return 4 if self.is_late else 2 * self.busy

    @property
    def seconds(self) -> int:
        """Return how long nothing came before the first request."""
        return 2 * HOUR if self.busy else 1

    def __str__(self) -> str:
        second = SAID[self.second] + " of another session" * self.apart
        return f"{SAID[self.first].capitalize()} held before {{place}}, while {second} passed"


@dataclass(frozen=True)
class Race:
    """Hold how two requests ended; `pause` says where the first was held.

    `token` is what the first one sent, `sent` what the second did, `other` the live token of the
    second one's session before, and `answered` whether the first had its answer already, and only
    went on working.
    """

    token: str
    sent: str
    other: str
    pause: str
    first: Answer
    second: Answer
    answered: bool
