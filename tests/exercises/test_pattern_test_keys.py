"""The ten keys of the pattern test are true, and the wrong options false: the server shows it."""

import base64
import re

import pytest

from grading.commands.demo import answer_key
from lesson import read_token, record, start_course
from lesson.scenarios import SCENARIOS, Stage
from lesson.tracing.execution_table import execution_table
from server.views import token

ALICE = {"username": "alice", "password": "wonderland"}
BOB = {"username": "bob", "password": "builder"}


@pytest.fixture
def assignment():
    return "pattern_test"


@pytest.fixture
def view(cell, tmp_path):
    """Return the view of a question, each of the changes (old, new) made in its code."""

    def view(number: int, *changes: tuple[str, str]):
        code = cell(f"question-{number}-code")
        for old, new in changes:
            assert code.count(old) == 1
            code = code.replace(old, new)
        # A file, so that the trace of the view finds its source.
        path = tmp_path / f"question_{len(list(tmp_path.iterdir()))}.py"
        path.write_text(code, encoding="utf-8")
        scope = {}
        exec(compile(code, str(path), "exec"), scope)
        return scope[f"refresh_{number}"]

    return view


def client_of(view, app):
    """Put a view into a token server in place of /token, and return a client of it."""
    app.view_functions["lesson.token"] = view
    return app.test_client()


def refused_by(trace) -> list[str]:
    """Return what each step did that refused, such as "look it up"."""
    rows = execution_table(trace)
    return [row.action for row in rows if re.match(r"no\b", row.result)]


def test_are_the_keys_those_of_the_course(source):
    assert answer_key(source) == dict(enumerate("CBACDBADAC", start=1))


def test_is_every_key_proved_below(source):
    assert [f"TestQuestion{number}" for number in answer_key(source)] == [
        name for name in globals() if name.startswith("TestQuestion")
    ]


class TestQuestion1:
    """What brings an app back after a 403."""

    @pytest.fixture
    def refresh(self, session):
        """Send a token to /token, where Alice's own is expired, and return the status."""
        course, _ = session
        course.clock.advance(days=30)
        return lambda sent: course.client.post("/token", json={"token": sent}).status_code

    def test_c_a_log_in_brings_it_back(self, session, refresh, option):
        assert "his name and his password" in option(1, "C")
        pair = session[0].client.post("/login", json=ALICE).json()
        assert refresh(pair["refreshToken"]) == 200

    def test_not_a_waiting_does_not(self, session, refresh, option):
        assert "again after a short wait" in option(1, "A")
        assert refresh(session[1]["refreshToken"]) == 403
        session[0].clock.advance(minutes=5)
        assert refresh(session[1]["refreshToken"]) == 403

    def test_not_b_the_access_token_does_not(self, session, refresh, option):
        assert "last access token" in option(1, "B")
        assert refresh(session[1]["accessToken"]) == 403

    def test_not_d_a_log_out_does_not(self, session, refresh, option):
        assert "`/logout` first" in option(1, "D")
        gone = {"token": session[1]["refreshToken"]}
        session[0].client.request("DELETE", "/logout", json=gone)
        assert refresh(session[1]["refreshToken"]) == 403


class TestQuestion2:
    """What the hidden rows of a table hold."""

    @pytest.fixture
    def results(self):
        return [row.result for row in execution_table(record(token, "expired"))]

    def test_are_the_printed_rows_those_of_the_tracer(self, cell, results):
        for number, row in enumerate(execution_table(record(token, "expired"))[:3], start=1):
            said = row.result.partition(",")[0]
            printed = said if number == 3 else re.match(r"\w+", said)[0]
            begun = f"|{row.step}|{row.action}|{row.check}|{printed}".partition(": The")[0]
            assert begun in cell("question-2")

    def test_b_steps_4_and_5_not_reached_and_403(self, results, option):
        assert option(2, "B") == "4 and 5 *not reached*, 6 *403*"
        assert results[3:5] == ["not reached", "not reached"]
        assert results[5].startswith("403")

    @pytest.mark.parametrize(
        ("letter", "text", "row", "claimed"),
        [
            ("A", "4 *a new token*", 3, "eyJ"),
            ("C", "6 *401*", 5, "401"),
            ("D", "5 *403*", 4, "403"),
        ],
    )
    def test_do_the_others_differ_from_the_trace(self, results, option, letter, text, row, claimed):
        assert text in option(2, letter)
        assert claimed not in results[row]


class TestQuestion3:
    """In which scenarios `user` gets a value."""

    def test_a_in_valid_alone(self, option):
        assert option(3, "A").startswith("In `valid` alone")
        traces = {name: record(token, name) for name in SCENARIOS}
        assert [n for n, t in traces.items() if any("user" in s.variables for s in t.steps)] == [
            "valid"
        ]

    @pytest.mark.parametrize(
        ("letter", "named"), [("B", "`revoked`"), ("C", "`expired`"), ("D", "all but `missing`")]
    )
    def test_do_the_others_name_one_more(self, option, letter, named):
        assert named in option(3, letter)


class TestQuestion4:
    """When the last of Mallory's copies stops working."""

    @pytest.fixture
    def doors(self, session):
        """At a time after 09:00:00, the statuses of the three things that Mallory holds."""
        course, pair = session
        refresh = {"token": pair["refreshToken"]}
        course.clock.advance(minutes=1)
        refreshed = course.client.post("/token", json=refresh).json()["accessToken"]
        course.clock.advance(minutes=1)
        course.client.request("DELETE", "/logout", json=refresh)

        def doors(**later):
            course.clock.advance(**later)
            answers = [
                course.client.get("/me", headers={"Authorization": f"Bearer {held}"})
                for held in [pair["accessToken"], refreshed]
            ]
            answers.append(course.client.post("/token", json=refresh))
            return [answer.status_code for answer in answers]

        return doors

    def test_c_at_09_06(self, doors, option):
        assert option(4, "C").startswith("At 09:06")
        assert doors(minutes=3, seconds=59) == [401, 200, 403]
        assert doors(seconds=1) == [401, 401, 403]

    def test_not_a_not_d_at_09_02_the_refresh_token_alone_is_dead(self, doors, option):
        assert option(4, "A").startswith("At 09:02")
        assert option(4, "D").startswith("In thirty days")
        assert doors() == [200, 200, 403]

    def test_not_b_at_09_05_one_still_works(self, doors, option):
        assert option(4, "B").startswith("At 09:05")
        assert doors(minutes=3) == [401, 200, 403]


class TestQuestion5:
    """What a view lets in that asks no store."""

    def test_d_a_token_after_log_out(self, view, option):
        assert "`/logout`" in option(5, "D")
        assert [record(v, "revoked").status for v in (view(5), token)] == [200, 403]

    @pytest.mark.parametrize(
        ("letter", "text", "name"), [("A", "`exp`", "expired"), ("B", "`bob`", "tampered")]
    )
    def test_not_a_not_b_verification_sees_these(self, view, option, letter, text, name):
        assert text in option(5, letter)
        assert record(view(5), name).status == 403

    def test_not_b_a_changed_name_breaks_the_signature(self, view):
        stage = Stage()
        head, claims, signature = stage.token.split(".")
        named = base64.urlsafe_b64decode(claims + "==").replace(b"alice", b"bob")
        forged = base64.urlsafe_b64encode(named).rstrip(b"=").decode()
        answer = client_of(view(5), stage.app).post(
            "/token", json={"token": f"{head}.{forged}.{signature}"}
        )
        assert answer.status_code == 403

    def test_not_c_the_kind_is_verified(self, view, option):
        assert "an access token" in option(5, "C")
        stage = Stage()
        sent = {"token": stage.issuer.new_access_token("alice")}
        assert client_of(view(5), stage.app).post("/token", json=sent).status_code == 403


LOOK_UP_6 = "    if sent not in refresh_tokens:"
REFUSE_6 = f'        return "", 403\n{LOOK_UP_6}'
FROM_HEADER = 'body["token"], request.headers["User"]'
REPAIRS = [
    (
        "A",
        "does not know",
        "alice",
        (LOOK_UP_6, f'    if user not in ("alice", "bob"):\n{REFUSE_6}'),
    ),
    ("B", "claims", "bob", ("new_access_token(user)", 'new_access_token(claims["sub"])')),
    (
        "C",
        "no live token",
        "alice",
        (LOOK_UP_6, f"    if user not in dict(refresh_tokens.rows()).values():\n{REFUSE_6}"),
    ),
    ("D", "request header", "alice", ('body["token"], body["user"]', FROM_HEADER)),
]


class TestQuestion6:
    """Which change keeps Bob from naming Alice."""

    def user(self, view, *changes) -> str:
        """Return whom the access token names that Bob gets in Alice's name."""
        made = view(6, *changes)
        course = start_course()
        course.client.post("/login", json=ALICE)
        sent = course.client.post("/login", json=BOB).json()["refreshToken"]
        answer = client_of(made, course.new_app()).post(
            "/token", json={"token": sent, "user": "alice"}, headers={"User": "alice"}
        )
        course.server.stop()
        return read_token(answer.get_json()["accessToken"]).claims["sub"]

    def test_is_the_hole_real(self, view):
        assert self.user(view) == "alice"

    @pytest.mark.parametrize(("letter", "text", "named", "change"), REPAIRS)
    def test_b_closes_it_and_the_others_do_not(self, view, option, letter, text, named, change):
        assert text in option(6, letter)
        assert self.user(view, change) == named


class TestQuestion7:
    """What sentences of their own tell about tokens without their last letters."""

    def said(self, view, stage, sent) -> tuple[int, str]:
        answer = client_of(view, stage.app).post("/token", json={"token": sent})
        return answer.status_code, answer.get_json()["error"]

    @pytest.fixture
    def stage(self):
        return Stage()

    def test_a_what_the_store_holds(self, view, stage, option):
        assert "store holds" in option(7, "A")
        ended = stage.issuer.new_refresh_token("alice")
        made = view(7)
        torn = [stage.token[:-10], ended[:-10]]
        assert len({self.said(made, stage, sent) for sent in torn}) == 2
        assert len({self.said(token, stage, sent) for sent in torn}) == 1

    def test_not_b_the_claims_need_no_server(self, stage, option):
        assert "Which user" in option(7, "B")
        claims = base64.urlsafe_b64decode(stage.token[:-10].split(".")[1] + "==")
        assert b'"sub":"alice"' in claims
        assert b'"exp":' in claims

    def test_not_c_the_sentence_is_the_same_for_every_ending(self, view, stage, option):
        assert "ten letters" in option(7, "C")
        endings = ["", "A" * 10, "B" * 10]
        made = view(7)
        assert len({self.said(made, stage, stage.token[:-10] + end) for end in endings}) == 1

    def test_not_d_the_status_is_the_same_and_the_body_is_not(self, view, option):
        assert "same status, 403" in option(7, "D")
        traces = [record(view(7), name) for name in ("tampered", "revoked")]
        assert [trace.status for trace in traces] == [403, 403]
        assert traces[0].body != traces[1].body


class TestQuestion8:
    """Whom another check refuses when the order is turned round."""

    @pytest.fixture
    def both(self, view):
        """Return which check refuses a request in the real view, and which in the turned one."""

        def both(asked):
            traces = [record(token, asked), record(view(8), asked)]
            assert [trace.status for trace in traces] == [403, 403]
            return [refused[:6] for trace in traces for refused in refused_by(trace)]

        return both

    def test_d_a_made_up_text(self, both, option):
        assert "typed" in option(8, "D")
        assert both({"token": "abc"}) == ["look i", "verify"]

    @pytest.mark.parametrize(
        ("letter", "text", "asked", "check"),
        [
            ("A", "logged out", "revoked", "look i"),
            ("B", "thirty days", "expired", "verify"),
            ("C", "letter of its signature", "tampered", "verify"),
        ],
    )
    def test_are_the_others_refused_by_the_same(self, both, option, letter, text, asked, check):
        assert text in option(8, letter)
        assert both(asked) == [check, check]


LOOK_UP_9 = (
    "    if sent not in refresh_tokens:  # step 1: look it up; is it there?\n"
    '        return refuse(403, "Log in again.")\n'
)
VERIFY_9 = (
    "    try:\n"
    "        # step 2: verify it; is it valid?\n"
    '        user = tokens.open_refresh_token(sent)["sub"]\n'
    "    except PyJWTError:\n"
    "        pass\n"
)
FROM_STORE = "    [(_, user)] = refresh_tokens.rows()\n"
CHANGES = [
    ("A", "sets `user`", 200, (LOOK_UP_9, LOOK_UP_9 + FROM_STORE)),
    ("B", "moves up", 500, (LOOK_UP_9 + VERIFY_9, VERIFY_9 + LOOK_UP_9)),
    ("C", "`except Exception`", 500, ("except PyJWTError:", "except Exception:")),
    ("D", '`.get("sub")`', 500, ('(sent)["sub"]', '(sent).get("sub")')),
]


class TestQuestion9:
    """Which change turns a swallowed error into an open door."""

    def test_is_it_a_500_as_it_stands(self, view):
        assert record(view(9), "expired").status == 500

    @pytest.mark.parametrize(("letter", "text", "status", "change"), CHANGES)
    def test_a_lets_expired_tokens_in_and_the_others_do_not(
        self, view, option, letter, text, status, change
    ):
        assert text in option(9, letter)
        assert record(view(9, change), "expired").status == status

    @pytest.mark.parametrize("change", [change for *_, change in CHANGES])
    def test_is_each_change_harmless_with_a_refusal_in_place(self, view, change):
        """First the change, then `return` in place of `pass`."""
        refusal = ("        pass\n", '        return refuse(403, "Log in again.")\n')
        made = view(9, change, refusal)
        statuses = {name: record(made, name).status for name in SCENARIOS}
        assert statuses == {name: record(token, name).status for name in SCENARIOS}


class TestQuestion10:
    """What a new refresh token is worth where the old one stays."""

    @pytest.fixture
    def mallory(self, view, session):
        """Live through a number of days and return the statuses of Mallory's refreshes."""
        course, pair = session
        client = client_of(view(10), course.new_app())
        held = {"alice": pair["refreshToken"], "mallory": pair["refreshToken"]}

        def refresh(who):
            answer = client.post("/token", json={"token": held[who]})
            held[who] = (answer.get_json() or {}).get("refreshToken", held[who])
            return answer.status_code

        def mallory(days):
            statuses = []
            for day in range(2, days + 2):
                course.clock.advance(days=1)
                statuses.append(refresh("mallory"))
                if day < 20:
                    assert refresh("alice") == 200
                if day == 20:
                    client.delete("/logout", json={"token": held["alice"]})
                    assert refresh("alice") == 403
            return statuses

        return mallory

    @pytest.mark.parametrize(
        ("letter", "text", "days"), [("B", "Until Alice refreshes", 3), ("A", "Until day 20", 22)]
    )
    def test_not_a_not_b_she_goes_on(self, mallory, option, letter, text, days):
        assert option(10, letter).startswith(text)
        assert set(mallory(days)) == {200}

    def test_c_not_d_she_goes_on_for_good(self, mallory, option):
        assert option(10, "C").startswith("For good")
        assert option(10, "D").startswith("Until day 31")
        assert set(mallory(200)) == {200}

    def test_would_the_copy_itself_die_on_day_31(self, session):
        course, pair = session
        course.clock.advance(days=30)
        sent = {"token": pair["refreshToken"]}
        assert course.client.post("/token", json=sent).status_code == 403
