"""The five keys of the practice are true, and the wrong options false, wherever code can tell."""

import re

import pytest
from flask import Flask, jsonify

from grading.commands.demo import answer_key
from lesson import read_token


@pytest.fixture
def assignment():
    return "practice"


def client_of(source: str, name: str):
    """Run a question's code and return a client of the app it makes."""
    scope = {}
    exec(source, scope)
    return scope[name].test_client()


def test_are_the_keys_those_of_the_course(source):
    assert answer_key(source) == dict(enumerate("DACAB", start=1))


def test_is_every_key_proved_below(source):
    assert [f"TestQuestion{number}" for number in answer_key(source)] == [
        name for name in globals() if name.startswith("TestQuestion")
    ]


class TestQuestion1:
    """What a refresh token is for."""

    def test_d_it_refreshes_without_a_log_in(self, session, option):
        assert "without asking the user to log in" in option(1, "D")
        course, tokens = session
        course.clock.advance(minutes=5)
        answer = course.client.post("/token", json={"token": tokens["refreshToken"]})
        headers = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        assert course.client.get("/me", headers=headers).json() == {
            "user": "alice",
            "role": "reader",
        }

    def test_not_a_the_access_token_is_readable(self, session, option):
        assert "encrypts" in option(1, "A")
        assert read_token(session[1]["accessToken"]).claims["sub"] == "alice"

    def test_not_b_no_password_is_in_token_or_store(self, session, option):
        assert "password" in option(1, "B")
        course, tokens = session
        held = [read_token(tokens["refreshToken"]), course.refresh_tokens.rows()]
        assert "wonderland" not in repr(held)

    def test_not_c_the_session_outlives_the_time_out(self, session, option):
        assert "logs the user out" in option(1, "C")
        course, tokens = session
        course.clock.advance(days=29)
        assert course.client.post("/token", json={"token": tokens["refreshToken"]}).is_success


class TestQuestion2:
    """How to send a header."""

    @pytest.fixture
    def send(self, cell, option):
        """Put an option's line into the question's view and return what reaches the client."""

        def send(letter):
            line = option(2, letter).strip("`")
            source = cell("question-2-code").replace("# your line goes here", line)
            return client_of(source.rpartition("dict(")[0], "app_2").get("/")

        return send

    def test_a_the_header_reaches_the_client(self, send):
        assert send("A").headers["Refresh-Token"] == "r-123"

    @pytest.mark.parametrize("letter", "BCD")
    def test_the_others_do_not_send_it(self, send, letter):
        assert "Refresh-Token" not in send(letter).headers

    def test_b_is_no_method_of_a_response(self, send):
        assert send("B").status_code == 500
        with Flask("x").app_context():
            assert not hasattr(jsonify(), "send_refresh_token")


class TestQuestion3:
    """What comes back for the valid token."""

    @pytest.fixture
    def answer(self, cell):
        return client_of(cell("question-3-code"), "app_3").post("/token", json={"token": "r-123"})

    def test_c_json_with_an_access_token(self, answer, option):
        assert "200 and JSON" in option(3, "C")
        assert answer.status_code == 200
        assert answer.get_json() == {"accessToken": "a-789"}

    def test_not_a_not_b_not_d(self, answer, option):
        options = [option(3, letter) for letter in "ABD"]
        assert [re.search(r"\d+", text)[0] for text in options] == ["401", "403", "200"]
        assert "empty body" in options[2]
        assert answer.status_code not in (401, 403)
        assert answer.data


class TestQuestion4:
    """Where the bug is."""

    BODIES = ({}, {"token": "made up"}, {"token": "r-123"})

    def statuses(self, source):
        client = client_of(source, "app_4")
        return [client.post("/token", json=body).status_code for body in self.BODIES]

    def test_a_with_returns_it_refuses_and_without_it_does_not(self, cell, option):
        assert "not returned" in option(4, "A")
        source = cell("question-4-code")
        assert self.statuses(source) == [200, 200, 200]
        repaired = source.replace("        jsonify(", "        return jsonify(")
        assert self.statuses(repaired) == [401, 403, 200]

    def test_not_b_the_repaired_route_reads_the_same_key(self, cell, option):
        assert "wrong key" in option(4, "B")
        assert '.get("token")' in cell("question-4-code")

    def test_not_c_the_answer_is_json(self, cell, option):
        assert "jsonify" in option(4, "C")
        answer = client_of(cell("question-4-code"), "app_4").post("/token", json={})
        assert answer.get_json() == {"accessToken": "a-789"}

    def test_not_d_anybody_gets_in(self, cell, option):
        assert "Nothing is wrong" in option(4, "D")
        assert self.statuses(cell("question-4-code"))[1] == 200


class TestQuestion5:
    """What rotation is. Where a browser keeps its tokens (D) is for no code here to show."""

    def test_b_a_spent_token_is_refused_and_its_successor_works(self, cell, option):
        assert "makes the old one invalid" in option(5, "B")
        scope = {}
        exec(cell("worked-5-check").rpartition("\n\n\n")[0], scope)
        rotate = scope["rotate"]
        assert [rotate("r-1", "r-2"), rotate("r-1", "r-3"), rotate("r-2", "r-4")] == [200, 403, 200]

    @pytest.mark.parametrize("letter", "AC")
    def test_not_a_not_c_one_token_serves_owner_and_thief_alike(self, session, option, letter):
        assert option(5, letter)
        course, tokens = session
        for _ in ("alice", "mallory", "alice", "mallory"):
            course.clock.advance(days=7)
            answer = course.client.post("/token", json={"token": tokens["refreshToken"]})
            assert answer.is_success
            assert "refreshToken" not in answer.json()

    def test_d_is_about_a_place(self, option):
        assert "localStorage" in option(5, "D")
