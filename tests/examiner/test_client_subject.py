"""A learner's client in its own process, and the scenes that it is brought into."""

import errno
import re
from socketserver import TCPServer

import pytest

from examiner.client import scripted_server
from examiner.client.rules import RULES
from examiner.client.subject import Client, counted, examined_client
from examiner.examination import Examination
from examiner.internal_error import InternalError
from examiner.notices import NOTICES, RAN, READ
from examiner.pausing import noticed
from examiner.process import Worker
from examiner.rule import Broken, Hangs, NotAttempted, NotLoaded

ASKS_ONCE = """
class Session:
    def __init__(self, http, vault):
        self.http, self.vault = http, vault

    def get(self, path):
        access, _ = self.vault.load()
        {before}
        return self.http.get(path, headers={{"Authorization": f"Bearer {{access}}"}})
"""


@pytest.fixture
def worker():
    with Worker("examiner.client.worker") as worker:
        yield worker


@pytest.fixture
def scene_of(worker):
    """Open a scene with a client that does something before it asks for its page."""

    def scene_of(before: str = "pass", after: str = ""):
        return Client(worker, ASKS_ONCE.format(before=before) + after).scene()

    return scene_of


def test_is_an_answer_told_with_status_and_text(scene_of):
    with scene_of() as scene:
        outcome = scene.get("/orders")
    assert (outcome.status, outcome.raised, outcome.over) == (200, "", False)
    assert '"/orders"' in outcome.text


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("return 5", "get() returned int and no answer of httpx"),
        ("raise KeyError('x')", "get() raised KeyError: 'x', at line 8: raise"),
        ("raise SystemExit", "get() raised SystemExit, at line 8"),
        ("raise ValueError(access)", "get() raised ValueError: A1, at line 8"),
        ("raise ValueError(object())", "get() raised ValueError: <object object at …>"),
        ("self.http.get('http://127.0.0.1:1')", "get() raised ConnectError"),
    ],
)
def test_is_anything_else_told_in_words_that_stay_the_same(scene_of, before, told):
    with scene_of(before) as scene:
        assert str(scene.get()).startswith(told)


def test_does_an_answer_that_nobody_has_read_count_too(scene_of):
    unread = "return self.http.send(self.http.build_request('GET', path), stream=True)"
    with scene_of(unread) as scene:
        assert str(scene.get()).startswith("get() returned status 401: {")


def test_is_a_session_that_starts_once_only_told_so(scene_of):
    once = "made = []\nclass Session:\n    def __init__(self, *given):\n"
    once += "        made.append(1 / (not made))\n"
    with scene_of(after=once) as scene, pytest.raises(NotLoaded, match="ZeroDivisionError"):
        scene.reopen()


def test_is_logged_out_known_by_its_name(scene_of):
    own = "class LoggedOut(ValueError):\n    pass\n"
    for line in ["raise LoggedOut", "raise type('Later', (LoggedOut,), {})()"]:
        with scene_of(line, own) as scene:
            assert scene.get().over
    with scene_of("raise ValueError('LoggedOut')") as scene:
        assert not scene.get().over


def test_does_a_silent_none_count_as_not_attempted(scene_of):
    with scene_of("return None") as scene, pytest.raises(NotAttempted):
        scene.get()
    with scene_of("self.http.get('/me'); return None") as scene:
        assert scene.get().returned == "NoneType"


def test_do_prints_and_warnings_cost_nothing(scene_of):
    noise = "import sys, warnings; print('x' * 9**6); warnings.warn('x'); sys.stderr.write('x')"
    with scene_of(noise) as scene:
        assert scene.get().status == 200


def test_does_a_call_stand_at_each_place_until_it_goes_on(worker):
    client, places = Client(worker, ASKS_ONCE.format(before="pass")), []
    for _ in client.places():
        with client.scene() as scene:
            held, place = scene.start_and_hold()
            if place:
                other = scene.overtake()
                assert [request.path for request in scene.server.seen] == ["/me"]
                assert scene.finish(other).status == 200
                scene.resume()
            assert scene.finish(held).status == 200
            places.append(place)
    assert places[0] == "line 7, 'access, _ = self.vault.load()'"
    assert len(places) > 2
    assert places[-1] is None


def test_does_settling_wait_for_every_call(scene_of):
    with scene_of() as scene:
        gate = scene.server.hold(refreshes=False)
        calls = [scene.start() for _ in range(8)]
        scene.settle()
        assert scene.server.holding == len(scene.server.seen) == 8
        gate.set()
        assert {scene.finish(call).status for call in calls} == {200}


def test_can_a_save_take_its_time(scene_of):
    with scene_of("self.vault.save('a', 'b')") as scene:
        scene.slow_saves(True)
        call = scene.start()
        scene.settle()
        assert (scene.vault(), scene.server.seen) == (scene.server.issued[0], [])
        scene.slow_saves(False)
        scene.finish(call)
        assert scene.vault() == ("a", "b")


def test_is_the_cell_fresh_in_each_scene(scene_of):
    count = "seen = []\n"
    for _ in range(2):
        with scene_of("seen.append(1); assert len(seen) == 1", count) as scene:
            assert scene.get().status == 200


def test_does_a_hanging_call_cost_its_rule_alone():
    hang = "import threading; path == '/orders' and threading.Event().wait()"
    source = ASKS_ONCE.format(before=hang)
    with Examination(source) as examination:
        carries, retries = RULES[:2]
        assert "expected an end, came none" in examination.examine(carries).message
        assert "expected POST /token, came none" in examination.examine(retries).message
        assert examination.late == ["carries"]


@pytest.mark.parametrize(("limit", "kind"), [(0, Hangs), (60, Broken)])
def test_is_it_known_that_a_rule_is_broken_after_a_wait_in_vain(scene_of, limit, kind):
    def break_rule() -> None:
        with scene_of() as scene:
            scene.settle(limit)
            raise Broken("oh")

    with pytest.raises(Broken, match="oh") as caught:
        break_rule()
    assert type(caught.value) is kind


def test_is_the_exchange_told_of_a_client_that_ends_its_process():
    source = ASKS_ONCE.format(before="self.http.get(path); import os; os._exit(1)")
    with Examination(source) as examination:
        verdict = examination.examine(RULES[1])
    assert verdict.message == "The process that runs your code has ended."
    assert verdict.exchange == ("  1  GET /me, no access token → 401",)


def test_is_a_process_in_which_something_still_runs_replaced(worker):
    spin = "import threading; threading.Thread(target=exec, args=('while 1: pass',)).start()"
    with (
        examined_client(worker, ASKS_ONCE.format(before=spin)) as client,
        client.scene() as scene,
    ):
        assert scene.get().status == 200
    assert not worker.running


def test_is_a_process_in_which_a_thread_waits_kept(worker):
    wait = "import threading; threading.Thread(target=threading.Event().wait).start()"
    with (
        examined_client(worker, ASKS_ONCE.format(before=wait)) as client,
        client.scene() as scene,
    ):
        assert scene.get().status == 200
    assert worker.running


def test_is_nothing_answered_once_the_processor_time_of_all_is_used_up(monkeypatch):
    """Within a rule: the next one may be far off."""
    monkeypatch.setattr("examiner.examination.SECONDS", 1)
    with Examination(ASKS_ONCE.format(before="sum(range(9_000_000))")) as examination:
        carries, retries = (examination.examine(rule) for rule in RULES[:2])
        assert not examination.late
    assert re.fullmatch(
        r"Your code has used \d s of processor time: each page took [\d.]+ s\.\n"
        r"A call of get\(\) takes some milliseconds: wait for a lock .+",
        carries.message,
    )
    assert retries.message == carries.message


ONLY_BESIDE = """
import os
def token():
    pass
if os.path.exists("loaded"):
    {doing}
open("loaded", "w").close()
"""


@pytest.mark.parametrize(
    ("doing", "numbers"),
    [("pass", []), ("exec('1')", [RAN]), ("exec('1'); token.__code__", [RAN, READ])],
)
def test_is_it_noticed_what_a_cell_does_in_the_second_process_alone(worker, doing, numbers):
    source = ASKS_ONCE.format(before="pass") + ONLY_BESIDE.format(doing=doing)
    with Client(worker, source).scene() as scene:
        assert noticed(worker) == []
        with scene.other_process() as other:
            assert other.finish(other.start()).status is not None
    assert noticed(worker) == [NOTICES[number] for number in numbers]


def test_is_it_no_fault_of_the_client_that_no_thread_can_answer_it(monkeypatch):
    def no_thread(*arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(scripted_server._Listener, "process_request", no_thread)
    examination = Examination(ASKS_ONCE.format(before="pass"))
    with examination, pytest.raises(InternalError, match="new thread"):
        examination.examine(RULES[0])


def test_is_it_no_fault_of_the_client_that_no_file_is_left_for_it(monkeypatch):
    errors, accept = [OSError(errno.EMFILE, "Too many open files")], TCPServer.get_request

    def get_request(server: TCPServer) -> tuple:
        if errors:
            raise errors.pop()
        return accept(server)

    monkeypatch.setattr(TCPServer, "get_request", get_request)
    examination = Examination(ASKS_ONCE.format(before="pass"))
    with examination, pytest.raises(InternalError, match="Too many open files"):
        examination.examine(RULES[0])


def test_does_a_missing_refresh_point_to_its_own_rule(scene_of):
    with scene_of() as scene, pytest.raises(Broken, match="comes after the rule retries"):
        scene.refresh()


def test_are_lines_counted_in_one_order():
    assert counted(["b", "a", "b"]) == ["a", "b, 2 times"]
