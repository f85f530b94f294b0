"""The two users of the course and their passwords, kept as scrypt hashes."""

from collections.abc import Callable, Mapping

from werkzeug.security import check_password_hash

# The passwords are "wonderland" and "builder"; made with werkzeug's generate_password_hash.
PASSWORD_HASHES = {
    "alice": (
        "scrypt:32768:8:1$8VkBbs7bzNlKGKwk$"
        "b13be7fa81aa480148113985999851aeb44e36eac80ca1e9898a57975a2d1590"
        "a3e172c61018e70bf2f61cb790178aad8efeacaf27f4e5d18af10b7c10960eda"
    ),
    "bob": (
        "scrypt:32768:8:1$XnYjFuJAL02ez0eU$"
        "91279855a76a9d99c8b18c70dcdade766666df8b52696d7cdd7d0a52c5acf248"
        "3c97cefc8c0a387e898e56d6ce12339a17f32f1e45a22a1b171d9c88a12fb075"
    ),
}


class Users:
    """Know who may log in and as what; `password_hashes` maps a name to a werkzeug hash."""

    def __init__(self, password_hashes: Mapping[str, str] = PASSWORD_HASHES) -> None:
        self._hashes = dict(password_hashes)
        self._decoy = next(iter(self._hashes.values()))
        self._roles = dict.fromkeys(self._hashes, "reader")
        self._disabled: set[str] = set()
        self._enders: list[Callable[[str], None]] = []

    def verify(self, username: str, password: str) -> bool:
        """Return whether the password is this user's, and the user is active."""
        # An unknown name costs one hash too, so that the time taken does not tell who exists.
        matches = check_password_hash(self._hashes.get(username, self._decoy), password)
        return matches and self.is_active(username)

    def is_active(self, username: str) -> bool:
        """Return whether the user exists and is not disabled."""
        return username in self._hashes and username not in self._disabled

    def disable(self, username: str) -> None:
        """Shut a user out: no log-in, and every session ends (ASVS 7.4.2)."""
        self._disabled.add(username)
        for end_sessions in self._enders:
            end_sessions(username)

    def enable(self, username: str) -> None:
        """Let a user log in again; the sessions from before stay ended."""
        self._disabled.discard(username)

    def when_disabled(self, end_sessions: Callable[[str], None]) -> None:
        """Call a function with the name of each user who is disabled from now on."""
        self._enders.append(end_sessions)

    def role(self, username: str) -> str | None:
        """Return what a user may do, or None for a name that is not known."""
        return self._roles.get(username)

    def set_role(self, username: str, role: str) -> None:
        """Change what a user may do, from the next refresh on."""
        self._roles[username] = role
