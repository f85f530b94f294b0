"""The requests of lesson 4, by which a copy lives on and the original is refused."""

from collections.abc import Callable

from examiner.workbench import Everyone
from lesson.course import mount
from lesson.turns.asked_app import AskedApp, served
from lesson.turns.turn import NotYet, errors_told, turn
from server import create_app

MANY = 100  # requests, of which two or three are enough


class Two:
    """Hold what Alice's app and Mallory have, and send it for them."""

    def __init__(self, app: AskedApp) -> None:
        self._app, self._came, self._left = app, {}, MANY
        self._held = {"alice": app.log_in("alice")}
        self.copies = 0

    def copy(self) -> None:
        """Give Mallory the token that Alice's app holds at this moment."""
        self._held["mallory"] = self._held["alice"]
        self.copies += 1

    def refresh(self, who: str) -> bool:
        """Send the token that one of the two holds, and keep the new one if there is one."""
        if who not in self._held:
            raise NotYet(f'refresh takes "alice" or "mallory", and {who!r} came.')
        self._left -= 1
        if self._left < 0:
            raise NotYet(f"{MANY} requests went out: look for a loop that never ends.")
        name = self._app.name(self._held[who])
        answer = self._app.ask("POST", "/token", {"token": self._held[who]})
        self._came[who] = f"{name} got {self._app.came(answer)}"
        if answer.is_success:
            self._held[who] = self._app.new_token(answer, name)
        return answer.is_success

    def came(self, who: str) -> str:
        """Return which token one of the two sent last, and what came, if one was sent."""
        return self._came.get(who, "")


@turn("copied-token.requests", "Alice is refused, and Mallory's token works.")
def requests(attack: Callable) -> None:
    """Let Mallory copy and Alice refresh, run the learner's requests, and ask who is in."""
    app = create_app(users=Everyone())
    mount(app, _view(attack))
    with served(app) as asked:
        two = Two(asked)
        two.copy()
        two.refresh("alice")
        with errors_told():
            attack(two.copy, two.refresh)
        theft = f"Mallory's last request: {two.came('mallory')}." if two.came("mallory") else ""
        alice, mallory = two.refresh("alice"), two.refresh("mallory")
    if two.copies == 1:
        raise NotYet(
            "Mallory holds the copy of noon, which is spent: call copy() at a moment at which "
            "Alice's app holds a live token."
        )
    if alice:
        raise NotYet(
            f"at the end Alice's {two.came('alice')}: as long as nobody else has used the token "
            f"that her app holds, it works for her. {theft}".rstrip()
        )
    if not mallory:
        raise NotYet(
            f"at the end Mallory's {two.came('mallory')}: a copy works until somebody has used "
            "the token, and not after that."
        )


def _view(attack: Callable) -> Callable:
    """Return the lesson's view that gives each token one use."""
    try:
        return attack.__globals__["spends_old"]
    except KeyError:
        raise NotYet("run the cell with `def spends_old` first: it is the server here.") from None
