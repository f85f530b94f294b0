"""Whatever a cell does, the rule that met it says so in one sentence, and no other rule minds."""

import errno
import os
import re
import tempfile
import time
from pathlib import Path

import pytest

from examiner import launching, process
from examiner.examination import Examination
from examiner.internal_error import InternalError
from examiner.process import Worker
from examiner.rotation.rules import RULES
from grading.examining.hidden_rules.rotation import RULES as HIDDEN

ALL = {rule.name: rule for rule in (*RULES, *HIDDEN)}
EVERY = set(ALL)
REFUSAL = '            return refuse(403, "This refresh token is not valid.")\n'
REUSE = '            session["ends"] = 0\n        if not'
HARMLESS = {
    "prints": 'print("x" * 100_000)\n',
    "writes to stderr": 'import sys\nsys.stderr.write("warning!" * 1000)\n',
    "warns": 'import warnings\nwarnings.warn("old", stacklevel=1)\n',
    "logs": 'import logging\nlogging.error("oh")\n',
    "writes to the pipe's number": "import os\nos.write(1, b'{}')\nos.write(2, b'{}')\n",
    "starts a thread": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
    "dies in a thread": "import threading\nthreading.Thread(target=lambda: 1 / 0).start()\n",
    "starts a process": "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n",
    "closes stdout": "import sys\nsys.stdout.close()\n",
    "writes files": "open('notes.txt', 'w').write('hello')\n",
}
STUBS = '''def start_session(user):
    """Say nothing."""


def token():
    """Say nothing."""


def end_session(refresh_token):
    """Say nothing."""
'''


def test_does_the_right_solution_keep_every_rule(examine, right):
    assert examine(right) == {}


@pytest.mark.parametrize("doing", HARMLESS)
def test_does_it_cost_nothing(examine, right, changed, doing):
    assert examine(HARMLESS[doing] + right, "renews", "one_use") == {}
    inside = "".join(f"    {line}\n" for line in HARMLESS[doing].splitlines())
    head = "def token():\n"
    assert examine(changed(head, head + inside), "renews", "one_use") == {}


@pytest.mark.parametrize(
    ("instead", "sentence"),
    [
        ("while True: pass", "got no answer within"),
        ("import os; os._exit(3)", "got no readable answer"),
        ("import sys; sys.exit(3)", "SystemExit: 3, at line 36"),
        ("raise ValueError('odd')", "ValueError: odd, at line 36"),
        ("return iter(lambda: 'x' * 10_000, 'y')", "came 200"),
        ("return iter(str, 'y')", "expected 403, came 200"),
        ("return None", "came 500 (TypeError"),
        ("return {'error': 'no'}, 200", "came 200"),
        ("return 'no', 403.5", "came 500"),
    ],
)
def test_does_what_reuse_meets_cost_no_other_rule(examine, changed, instead, sentence):
    """Here a spent token alone meets it, so that the rules without one are kept."""
    lost = examine(
        changed(REUSE, f"            {instead}\n        if not"),
        *["renews", "one_use", "missing", "expires"],
    )
    assert lost.keys() == {"one_use"}
    assert sentence in lost["one_use"].message
    assert len(lost["one_use"].message.splitlines()) <= 2


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit"])
def test_does_a_signal_in_a_request_cost_no_rule(examine, changed, error):
    """Its handler runs in the thread that answers the examiner."""
    source = f"import signal\ndef rung(*arguments):\n    raise {error}\n"
    source += "signal.signal(signal.SIGINT, rung)\n"
    again = "            signal.raise_signal(signal.SIGINT)\n"
    lost = examine(source + changed(REUSE, again + REUSE), "renews", "one_use", "missing", "reuse")
    assert lost == {}


ENDS = """import os, flask
flask.loads = getattr(flask, "loads", 0) + 1
if flask.loads == {}:
    os._exit(1)
"""


def test_is_a_cell_that_has_loaded_tried_once_more_in_a_fresh_process(examine, right):
    """As where what an earlier rule has asked ends the process while the next one begins."""
    assert examine(ENDS.format(2) + right, "renews", "missing", "one_use") == {}


def test_does_a_cell_that_has_loaded_before_load_for_the_rules_after(examine, right):
    lost = examine(ENDS.format(3) + right, "race", "renews", "missing")
    assert lost.keys() == {"race"}
    assert lost["race"].message == "The process that runs your code has ended."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def token(:\n", "SyntaxError: invalid syntax, at line 1: def token(:"),
        ("x = 1\nsecret\n", "NameError: name 'secret' is not defined, at line 2: secret"),
        ("import sys\nsys.exit()\n", "SystemExit, at line 2: sys.exit()"),
        ("from lesson import record\n", "Line 1 imports lesson"),
        ("def f():\n    import server.store\n", "Line 2 imports server.store"),
        (
            "__import__('grading.examining.hidden_rules.rotation')\n",
            "ImportError: grading is not at hand",
        ),
        ("import lessons_of_mine\n", "ModuleNotFoundError: No module named 'lessons_of_mine'"),
        ("def token():\n    pass\n", "The cell defines no function start_session()"),
        ("\0", "The cell does not load"),
        ("(" * 5000, "The cell does not load"),
        ("import os\nos._exit(1)\n", "The process that runs your code has ended."),
        ("", "The cell defines no function start_session()"),
    ],
)
def test_does_every_rule_say_why_a_cell_does_not_load(examine, source, sentence):
    lost = examine(source, "renews", "race")
    assert lost.keys() == {"renews", "race"}
    for verdict in lost.values():
        assert sentence in verdict.message
        assert "\n" not in verdict.message


def test_is_a_cell_that_never_loads_given_up(examine, monkeypatch):
    monkeypatch.setattr("examiner.rotation.app_client.LOADING", 0.5)
    lost = examine("while True: pass\n", "renews")
    assert "did not come to an end" in lost["renews"].message


def test_is_a_cell_given_up_whose_log_in_hangs(examine, changed, monkeypatch):
    monkeypatch.setattr("examiner.rotation.app_client.PATIENCE", 0.5)
    asked = []
    monkeypatch.setattr(
        "examiner.examination.Worker",
        lambda *given, **more: asked.append(given) or Worker(*given, **more),
    )
    source = changed("        return rotate({", "        lock.acquire()\n        return rotate({")
    lost = examine(source)
    assert lost.keys() == EVERY
    told = [verdict.message.partition("\n")[0] for verdict in lost.values()]
    assert told[0] == (
        "POST /login got no answer within 0.5 seconds: it waits at line 26, 'lock.acquire()'."
    )
    assert set(told[1:]) == {"POST /login got no answer: it waits at line 26, 'lock.acquire()'."}
    assert len(asked) == 2


SLOW = {  # what takes long in each request, and what is said of it
    "a hash": ('hashlib.pbkdf2_hmac("sha256", b"x", b"y", 99_999)', "A slow hash is for passwords"),
    "a loop": ("sum(range(1_000_000))", "An answer takes some milliseconds"),
}


@pytest.mark.parametrize("slow", SLOW)
def test_are_rules_lost_once_the_processor_time_of_all_is_used_up(changed, monkeypatch, slow):
    monkeypatch.setattr("examiner.examination.SECONDS", 2.5)
    head, (line, why) = "def hash_of(refresh_token):\n", SLOW[slow]
    with Examination(changed(head, f"{head}    {line}\n")) as examination:
        lost = [found for found in examination.examine_all(ALL.values()) if not found.passed]
        assert not examination.late
    assert {"renews", "race_logout"} - {verdict.rule for verdict in lost} == {"renews"}
    pattern = re.compile(
        r"Your code has used \d s of processor time: POST /\w+ took [\d.e-]+ s, "
        rf"most of it at line 14, {re.escape(repr(line))}\.\n{why}.+"
    )
    assert [found.message for found in lost if not pattern.fullmatch(found.message)] == []


def test_does_time_of_the_examiners_own_not_count(right):
    """Else who keeps much, or a twin beside it, would use up what an answer has."""
    with Examination(right) as examination:
        examination.examine(ALL["renews"])
        used = examination._budget.used
        assert used > 0
        with examination._worker.aside():
            examination._worker.call("open", timeout=10, source=f"sum(range(9_000_000))\n{right}")
        examination._worker.count()
        assert examination._budget.used < used + 0.1


TIMED = ["renews", "rotates", "missing"]
HANGS = {
    "the cell": ("while True: pass\n", TIMED),
    "the log-in": (
        "def start_session(user):\n    while True: pass\ntoken = end_session = str",
        TIMED,
    ),
    "nothing": ("import os\nos._exit(1)\n", []),
    "nothing that is no Python": ("%%bash\n", []),
}


@pytest.mark.parametrize("hanging", HANGS)
def test_is_it_known_which_verdicts_a_time_out_has_decided(monkeypatch, hanging):
    for name in ("LOADING", "PATIENCE"):
        monkeypatch.setattr(f"examiner.rotation.app_client.{name}", 0.5)
    source, late = HANGS[hanging]
    with Examination(source) as examination:
        assert not any(examination.examine(ALL[name]).passed for name in TIMED)
        assert examination.late == late


@pytest.mark.parametrize("stub", ["", "    return None\n", "    pass\n", "    ...\n"])
def test_is_a_blank_not_attempted_and_worth_nothing(examine, stub):
    lost = examine(re.sub(r'(""")\n\n', rf"\1\n{stub}\n", STUBS))
    assert lost.keys() == EVERY
    assert {verdict.score for verdict in lost.values()} == {0}
    assert not any(verdict.attempted for verdict in lost.values())
    assert {verdict.message for verdict in lost.values()} == {
        "Not attempted yet: start_session, token and end_session are empty."
    }


def test_is_a_wrong_answer_attempted(examine, changed):
    lost = examine(changed("return rotate({", "return str({"))
    assert lost.keys() == EVERY - {"missing"}
    assert all(verdict.attempted for verdict in lost.values())


def test_does_each_rule_begin_with_nothing_kept(examine, right):
    counting = 'path = "runs.txt"\nopen(path, "a").write("x")\n'
    counting += 'assert open(path).read() == "x", "left over"\n'
    assert examine(counting + right, "renews", "rotates", "race") == {}


def test_does_a_verdict_read_like_a_tutor(examine, changed):
    lost = examine(changed(' and session["live"] != hash_of(refresh_token)', " and False"))
    assert lost.keys() == {"one_use", "reuse", "race"}
    text = str(lost["one_use"])
    assert repr(lost["one_use"]) == text
    assert text.splitlines()[0] == "one_use · 0 of 2 points · A spent refresh token is refused."
    assert "expected 403, came 200" in text
    assert 'POST /token {"token": R1} → 200 {accessToken: A2, refreshToken: R2}' in text
    assert "Read again: Rotation · " in text
    assert not re.search(r"[\w-]{30,}", text), "a raw token"
    held = lost["race"].message
    assert re.search(r"held before line \d+, '.+', while", held)


def test_are_the_requests_other_ones_each_time(examine, changed):
    """Else an answer learnt by heart would do."""
    refusing = changed("if refresh_token is None", "if True")
    said = str(examine(refusing, "renews"))
    assert any(str(examine(refusing, "renews")) != said for _ in range(8))


def test_is_nothing_left_behind(right, tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "MEMORY", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    source = HARMLESS["starts a process"] + right
    with Examination(source) as examination:
        assert examination.examine(RULES[0]).passed
        [folder] = tmp_path.iterdir()
        group = examination._worker._process.pid
    assert list(tmp_path.iterdir()) == []
    assert not folder.exists()
    assert not process._running
    if hasattr(os, "killpg"):
        deadline = time.monotonic() + 10  # who is killed may need a processor to die
        while alive_in(group) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not alive_in(group)


def alive_in(group: int) -> list[str]:
    """Return the states of the processes of a group that still run; a zombie does not."""
    stats = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            stats.append(fields[0])
    return stats


@pytest.mark.parametrize(
    "told",
    [
        "jsonify(accessToken=5, refreshToken=[1])",
        'jsonify(accessToken="a\\nb", refreshToken="\\ud800")',
        '("[" * 50_000, 200)',
        '("1" * 5000, 200)',
        '("", 100)',
        '("", 999)',
        'jsonify(error="\\ud800")',
        '("x", 200, {"A": "b" * 100_000})',
        '(b"\\xff\\xfe", 200)',
        "5",
    ],
)
def test_is_an_odd_answer_a_broken_rule_in_one_message(examine, changed, told):
    old = "return jsonify(accessToken=access_token, refreshToken=rotate(session))"
    lost = examine(changed(old, f"return {told}"), "renews")
    assert lost.keys() == {"renews"}
    assert len(lost["renews"].message.splitlines()) <= 2
    assert str(lost["renews"]).encode()


def test_does_an_object_that_cannot_be_searched_cost_one_rule(examine, right):
    odd = "class Odd(dict):\n    def __iter__(self): 1 / 0\nodd = Odd(a=1)\n"
    lost = examine(odd + right, "hashed", "renews")
    assert lost.keys() <= {"hashed"}


BY_HAND = """
from examiner.workbench import build_app
client = build_app(globals()).test_client()
body = {"username": "alice", "password": "wonderland"}
"""
POSTED = 'client.post("/login", json=body).get_json()'
TRIALS = {
    "a variable": ("first = start_session('alice')", "in the variable first"),
    "a list": (f"{BY_HAND}seen = []\nseen.append({POSTED})", "in seen[0]['refreshToken']"),
    "a file": ("open('out.txt', 'w').write(start_session('alice'))", "in the file out.txt"),
}


@pytest.mark.parametrize("trial", TRIALS)
def test_is_it_told_that_the_cells_own_trial_left_a_token(examine, right, trial):
    code, place = TRIALS[trial]
    lost = examine(f"{right}\n{code}\n", "hashed")
    first, second = lost["hashed"].message.splitlines()
    assert first.startswith("The cell before the first request: ")
    assert first.endswith(f"came one that works, {place}.")
    assert second.endswith("if a trial of yours did, delete that.")
    assert len(first) < 300


def test_does_a_trial_cost_nothing_that_prints_what_came(examine, right):
    assert examine(f"{right}{BY_HAND}print({POSTED})\n", "hashed") == {}


MADE = "    refresh_token = secrets.token_urlsafe(32)\n"
ODD = {  # what comes at the third refresh → the rule that is lost, and what is said
    '""': ("rotates", 'Refresh 3 of 5 on one device, with R5: expected .+, came ""\\.'),
    '"  "': ("rotates", 'Refresh 3 of 5 on one device, with R5: expected .+, came "  "\\.'),
    'refresh_token + "\\n"': (
        "renews",
        r"expected printable characters alone, came '\\n' in R\d+\.",
    ),
    "chr(0) + refresh_token": ("renews", r"expected .+ alone, came '\\x00' in R\d+\."),
}


@pytest.mark.parametrize("odd", ODD)
def test_is_a_text_told_that_can_be_no_token(examine, changed, odd):
    name, told = ODD[odd]
    counted = "    session['count'] = session.get('count', -1) + 1\n"
    source = changed(
        MADE, f"{MADE}{counted}    if session['count'] == 3:\n        refresh_token = {odd}\n"
    )
    lost = examine(source, "renews", "rotates", "hashed")
    assert lost.keys() == {name}
    assert re.search(told, lost[name].message.splitlines()[0])


def test_may_a_token_have_letters_beyond_ascii(examine, changed):
    assert examine(changed(MADE, MADE.replace("= ", '= "ü" + ')), "renews", "rotates") == {}


@pytest.mark.parametrize("blank", ["", "   "])
def test_is_a_blank_text_no_token(examine, changed, blank):
    source = changed(
        "    return refresh_token\n\n\ndef start", f"    return {blank!r}\n\n\ndef start"
    )
    lost = examine(source, "renews", "hashed")
    assert lost.keys() == {"renews", "hashed"}
    for verdict in lost.values():
        assert verdict.message.splitlines()[0].endswith(
            f'expected a refresh token, came "{blank}".'
        )


def test_is_it_told_where_a_hash_stands_that_works_as_a_token(examine, changed):
    taking = changed(
        "    return hashlib.sha256(",
        "    if refresh_token in sessions:\n        return refresh_token\n"
        "    return hashlib.sha256(",
    )
    lost = examine(taking, "hashed")
    assert lost["hashed"].message.startswith("POST /token with a text in ")
    assert "the first request" not in lost["hashed"].message


def test_is_an_answer_that_is_still_on_its_way_not_taken_for_the_next_requests(examine, changed):
    """Two kept texts work, and as the longest are tried one right after the other."""
    head, log_in = "def hash_of(refresh_token):\n", "def start_session(user):\n    with lock:\n"
    newest = '        return [*sessions.values()][-1]["live"]\n'
    source = changed(head, f"kept = []\n\n\n{head}    if refresh_token in kept:\n{newest}")
    source = source.replace(log_in, f'{log_in}        kept.append("k" * (70 + len(kept)))\n')
    message = examine(source, "hashed")["hashed"].message
    assert message.startswith("POST /token with a text in kept[1]: expected 403, came 200.")


def test_is_no_place_named_where_any_text_works(examine, right):
    anything = right.replace("if not session or ", "if session and (").replace(
        '["user"]):\n            return', '["user"])):\n            return'
    )
    anything = anything.replace(
        "        access_token = ",
        "        session = session or {'user': 'alice', 'ends': 9e9}\n        access_token = ",
    )
    kept = f"kept = ['{'k' * 30}']\n"
    message = examine(kept + anything, "hashed")["hashed"].message
    assert message.startswith("POST /token with a text from the store: ")


OURS = [OSError(number, "of ours") for number in (errno.ENOSPC, errno.EMFILE, errno.EAGAIN)]


@pytest.mark.parametrize("error", [*OURS, MemoryError("of ours")], ids=repr)
@pytest.mark.parametrize("place", ["call", "dial"])
def test_does_no_verdict_come_of_a_machine_that_has_nothing_left(right, monkeypatch, error, place):
    def fail(*arguments: object, **more: object) -> None:
        raise error

    with Examination(right) as examination:
        monkeypatch.setattr(Worker, place, fail)
        with pytest.raises(InternalError, match=r"on this machine now \(of ours\)"):
            examination.examine(RULES[0])
        assert not process._running


@pytest.mark.parametrize("error", [OSError(errno.ECONNRESET, "theirs"), RuntimeError("theirs")])
def test_does_any_other_error_cost_its_rule(right, monkeypatch, error):
    def fail(*arguments: object, **more: object) -> None:
        raise error

    monkeypatch.setattr(Worker, "dial", fail)
    with Examination(right) as examination:
        verdict = examination.examine(RULES[0])
    assert not verdict.passed
    assert type(error).__name__ not in verdict.message


def test_has_a_rule_a_process_of_its_own_where_much_was_left_in_the_one_before(right):
    """Loops, sockets and threads of a hundred apps would come to a limit that none of them met."""
    waiting = (
        "import threading\n"
        "for _ in range(100):\n"
        "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    for source, is_other in ((waiting + right, True), (right, False)):
        with Examination(source) as examination:
            assert examination.examine(ALL["renews"]).passed
            worker = examination._worker
            assert examination.examine(ALL["rotates"]).passed
            assert (examination._worker is not worker) == is_other
