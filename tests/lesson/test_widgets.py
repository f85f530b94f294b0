"""Stepper, explorer and quiz: real requests behind them, picture and text for every reader."""

import base64
import html
import json
import linecache
import re
import tomllib
from xml.etree import ElementTree as Xml

import pytest

from examiner.mistake import Mistake
from lesson import explore, quiz, step
from lesson.quiz import QUESTIONS, read_quizzes
from lesson.scenarios import SCENARIOS
from lesson.widgets.explorer import ACTIONS, LABELS, Session
from lesson.widgets.stored import WIDGET
from server import views
from server.views import token


def bundle(widget) -> dict:
    return widget._repr_mimebundle_()[0]


WIDGETS = {
    "stepper": lambda: step(token),
    "side by side": lambda: step(token, "valid", beside="expired"),
    "explorer": explore,
    "quiz": lambda: quiz("reading-the-table"),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_has_a_widget_a_text_and_a_page_that_stay_the_same(name):
    one, other = WIDGETS[name](), WIDGETS[name]()
    assert repr(one) == repr(other) == bundle(one)["text/plain"]
    assert bundle(one)["text/html"] == bundle(other)["text/html"]
    assert WIDGET in bundle(one)
    assert len(repr(one).splitlines()) <= 12


@pytest.mark.parametrize("name", ["stepper", "side by side", "explorer"])
def test_has_a_picture_its_words(name):
    page = bundle(WIDGETS[name]())["text/html"]
    [alt] = re.findall(r'<img src="data:image/svg\+xml;base64,[\w+/=]+" alt="([^"]+)"', page)
    assert len(html.unescape(alt)) > 100
    assert re.search(r"<(table|ul)>", page)


def test_is_every_place_of_the_stepper_told():
    positions = step(token).shown["runs"][0]["positions"]
    assert [position["box"] for position in positions] == [0, 1, 1, 3, 5, 7, 8, 8]
    assert positions[0]["says"].startswith("POST /token arrives with")
    assert positions[4]["says"] == "Line 10, step 3: is it valid? → yes: user = 'alice'."
    assert positions[-1]["says"].startswith("The client receives 200")
    assert positions[0]["lines"] is positions[-1]["lines"] is None


@pytest.mark.parametrize("name", SCENARIOS)
def test_is_each_choice_a_new_request(name):
    stepper = step(token)
    stepper.choice = {"name": name, "beside": None, "body": ""}
    [run] = stepper.shown["runs"]
    assert run["name"] == name
    assert f"{200 if name == 'valid' else 40}" in run["positions"][-1]["says"]
    assert name == "valid" or stepper.shown != step(token).shown


def test_is_a_typed_body_sent_as_it_is():
    stepper = step(token)
    for body, status in [("{}", 401), ('{"token": "x"}', 403), ("{", 400), ("[]", 400)]:
        stepper.choice = {"name": "own", "beside": "valid", "body": body}
        one, other = stepper.shown["runs"]
        assert f"receives {status}" in one["positions"][-1]["says"]
        assert "receives 200" in other["positions"][-1]["says"]
    stepper.choice = {"name": "own", "beside": None, "body": "\ud800 half a pair"}
    assert "receives 400" in stepper.shown["runs"][0]["positions"][-1]["says"]


PARTINGS = {"missing": 0, "unknown": 1, "revoked": 1, "expired": 2, "tampered": 2, "valid": None}


@pytest.mark.parametrize("name", PARTINGS)
def test_do_two_runs_part_where_their_checks_differ(name):
    stepper = step(token, "valid", beside=name)
    assert stepper.shown["parting"] == PARTINGS[name]
    if name != "valid":
        assert f"They part at step {PARTINGS[name] + 1}." in repr(stepper)


def test_do_two_runs_that_take_the_same_way_never_part():
    assert repr(step(token, "revoked", beside="unknown")).endswith("They never part.")


def branching():
    if views.text_member("wide"):
        return "wide", 201
    return "narrow"


def test_does_a_view_of_ones_own_have_no_scenarios():
    stepper = step(branching, {"wide": "x"})
    assert stepper.view["scenarios"] == []
    assert stepper.view["body"] == '{"wide": "x"}'
    assert "201" in repr(stepper)
    with pytest.raises(Mistake, match="made for /token"):
        step(branching)


def test_is_a_problem_told_in_the_stepper_and_no_error():
    stepper = step(token)
    stepper.choice = {"name": "nonsense", "beside": None, "body": ""}
    assert "no scenario" in stepper.shown["problem"]


@pytest.fixture
def session():
    from lesson.course import new_course

    course = new_course("explored")
    yield Session(course)
    course.server.stop()


def play(session, *names) -> list[int]:
    for name in names:
        session.do(name)
    return session.walked


def test_are_all_buttons_actions():
    assert set(LABELS) == set(ACTIONS)


def test_does_the_explorer_walk_the_whole_flow(session):
    assert play(session, "login") == [0, 1]
    assert play(session, "me") == [2, 3, 2]
    assert play(session, "five", "me") == [2, 3]
    assert play(session, "refresh") == [4, 5, 6]
    assert play(session, "logout", "refresh") == [4, 5, 7]
    assert session.log == [
        "POST /login → 200 OK",
        "GET /me → 200 OK",
        "GET /me → 401 Unauthorized",
        "POST /token → 200 OK",
        "DELETE /logout → 204 No Content",
        "POST /token → 403 Forbidden",
    ]


@pytest.mark.parametrize("fault", [["tamper"], ["month"], ["logout"]])
def test_is_box_8_reached_in_three_ways(session, fault):
    assert play(session, "login", *fault, "refresh")[-1] == 7


@pytest.mark.parametrize("name", ["me", "refresh", "logout", "tamper"])
def test_does_an_impossible_action_say_why(session, name):
    play(session, name)
    assert "log in first" in session.says
    assert session.log == []
    assert name in session.state()["blocked"]
    assert play(session, "login", name) != []
    assert name not in session.state()["blocked"]


def test_do_the_bars_show_the_life_left(session):
    play(session, "login", "minute")
    access, refresh = session.state()["tokens"]
    assert (access["left"], access["life"], access["words"]) == (
        240,
        300,
        "4 minutes left of 5 minutes",
    )
    assert refresh["words"] == "29 days 23 hours left of 30 days"
    play(session, "five")
    assert session.state()["tokens"][0]["words"] == "expired"


def test_does_a_button_of_the_explorer_reach_the_server():
    explorer = explore()
    explorer.action = {"do": "login", "asked": 1}
    assert explorer.state["log"] == ["POST /login → 200 OK"]
    explorer.action = {"do": "nonsense", "asked": 2}
    assert len(explorer.state["log"]) == 1


def test_is_there_a_quiz_of_that_name():
    with pytest.raises(Mistake, match="choose one of start-here"):
        quiz("nonsense")


QUIZZES = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", QUIZZES)
def test_is_every_question_well_formed(name):
    for question, shown in zip(QUIZZES[name]["question"], quiz(name).questions, strict=True):
        options = shown["options"]
        assert 3 <= len(options) <= 4
        assert [option["right"] for option in options].count(True) == 1
        assert len({option["text"] for option in options}) == len(options)
        assert all(len(option["says"]) > 20 for option in options)
        assert question["hint"]
        assert ("row" in question) == ("scenario" in question)
        if shown["table"]:
            assert question["row"] in [row[0] for row in shown["table"]["rows"]]


def test_are_the_questions_of_the_visual_quiz_true():
    """Each right answer is in the row that its hint lights up."""
    failed, asked, missing = quiz("reading-the-table").questions

    def lit(question):
        return next(row for row in question["table"]["rows"] if row[0] == question["row"])

    def right(question):
        return next(option["text"] for option in question["options"] if option["right"])

    assert right(failed) == "Status 403"
    assert lit(failed)[3].startswith("403")
    assert right(asked) == "Step 2"
    assert lit(asked)[2] == "is it there?"
    assert right(missing) == "Status 401"
    assert missing["table"]["rows"][-1][3].startswith("401")
    assert lit(missing)[3].startswith("no")


def test_are_quizzes_read_once():
    assert read_quizzes() is read_quizzes()


def test_do_odd_characters_harm_neither_picture_nor_page():
    odd, label = "\x1b\ufffe\x0b\u2028 <b>", "step 1: say \x1b; \x1b <script>?"
    text = f'def odd():\n    x = "{odd}"  # {label}\n    return x\n'
    linecache.cache["odd.py"] = (len(text), None, [f"{t}\n" for t in text.split("\n")], "odd.py")
    scope = {}
    exec(compile(text, "odd.py", "exec"), scope)
    stepper = step(scope["odd"], {})
    json.dumps([stepper.view, stepper.shown]).encode()
    Xml.fromstring(stepper.view["chart"])
    assert len(stepper.view["lines"]) == 3
    page = bundle(stepper)["text/html"]
    Xml.fromstring(base64.b64decode(re.search(r"base64,([\w+/=]+)", page)[1]))
    assert "<script>" not in page


NONSENSE = [{}, {"name": "valid"}, {"name": None}, {"name": ["x"]}, {"name": 5, "body": None}]


@pytest.mark.parametrize("choice", NONSENSE, ids=str)
def test_is_a_choice_without_sense_a_problem_and_no_error(choice):
    stepper = step(token)
    stepper.choice = {**choice, "asked": 7}
    assert stepper.shown["asked"] == 7
    assert "problem" in stepper.shown or stepper.shown["runs"]


def test_is_a_state_like_the_one_before_told_again():
    """Two clicks, two answers: else the browser would go on waiting for the second."""
    explorer = explore()
    states = []
    explorer.observe(lambda change: states.append(change["new"]["says"]), "state")
    explorer.action = {"do": "me", "asked": 1}
    explorer.action = {"do": "me", "asked": 2}
    assert states == ["There is no token yet: log in first."] * 2


def test_does_tampering_twice_not_mend_a_token(session):
    play(session, "login")
    tokens = [session.refresh_token]
    for _ in range(3):
        play(session, "tamper")
        tokens.append(session.refresh_token)
    assert len(set(tokens)) == 4


LOG_OUTS = {
    ("logout",): "The store forgot the refresh token. The access token lives on.",
    ("five", "logout"): "The store forgot the refresh token.",
    ("logout", "logout"): "The store had forgotten this token already.",
    ("month", "logout"): "The refresh token has expired, so there was nothing to end.",
    ("tamper", "logout"): "The signature is wrong, so nothing ended.",
}


@pytest.mark.parametrize("names", LOG_OUTS, ids="-".join)
def test_does_the_explorer_say_what_a_log_out_really_ended(session, names):
    play(session, "login", *names)
    assert session.says.startswith(LOG_OUTS[names])
    assert ("lives on" in session.says) == (names == ("logout",))
