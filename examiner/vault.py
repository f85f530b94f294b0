"""What a client is given: a place that keeps its two tokens, and the error that ends a session."""


class LoggedOut(Exception):
    """Raised by a client whose session has ended: the user must log in again."""


class Vault:
    """Keep the access token and the refresh token of one session, both or neither.

    On a phone this would be its key store; here it is memory, shared by all who hold the vault.
    """

    __slots__ = ("_tokens",)  # so that no client can put a method of its own into a vault

    def __init__(self, access: str | None = None, refresh: str | None = None) -> None:
        self._tokens = (access, refresh)

    def load(self) -> tuple[str | None, str | None]:
        """Return (access token, refresh token); (None, None) where the session has ended."""
        return self._tokens

    def save(self, access: str, refresh: str) -> None:
        """Put both tokens in place of the old ones; raise TypeError where one is no text."""
        if not (isinstance(access, str) and isinstance(refresh, str)):
            raise TypeError("vault.save() takes the access token and the refresh token, two texts.")
        self._tokens = (access, refresh)

    def clear(self) -> None:
        """Forget both tokens."""
        self._tokens = (None, None)
