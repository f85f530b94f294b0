"""The five keys of the practice are true, and the wrong options false, wherever code can tell."""

import re

import pytest
from flask import Flask, jsonify

from grading.demo import answer_key
from lesson import read_token, start_course

ALICE = {"username": "alice", "password": "wonderland"}
LETTERS = "ABCD"


@pytest.fixture
def cell(practice_source):
    """Return the source of the cell with an id."""
    sources = {cell.id: cell.source for cell in practice_source.cells}
    return sources.__getitem__


@pytest.fixture
def session():
    """A fresh log-in on the course's server: (course, tokens)."""
    course = start_course()
    yield course, course.client.post("/login", json=ALICE).json()
    course.server.stop()


def option(question: str, letter: str) -> str:
    """Return the text of one option of a question."""
    return re.search(rf"^- {letter} · (.+)$", question, re.MULTILINE)[1]


def client_of(source: str, name: str):
    """Run a question's code and return a client of the app it makes."""
    scope = {}
    exec(source, scope)
    return scope[name].test_client()


def test_are_the_keys_those_of_the_course(practice_source):
    assert answer_key(practice_source) == dict(enumerate("DACAB", start=1))


@pytest.mark.parametrize("number", range(1, 6))
def test_does_each_question_offer_four_options(cell, number):
    assert len({option(cell(f"question-{number}"), letter) for letter in LETTERS}) == 4


class TestQuestion1:
    """What a refresh token is for."""

    def test_d_it_renews_without_a_log_in(self, session, cell):
        assert "without asking the user to log in" in option(cell("question-1"), "D")
        course, tokens = session
        course.clock.advance(minutes=5)
        answer = course.client.post("/token", json={"token": tokens["refreshToken"]})
        headers = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        assert course.client.get("/me", headers=headers).json() == {"user": "alice"}

    def test_not_a_the_access_token_is_readable(self, session, cell):
        assert "encrypts" in option(cell("question-1"), "A")
        assert read_token(session[1]["accessToken"]).claims["sub"] == "alice"

    def test_not_b_no_password_is_in_token_or_store(self, session, cell):
        assert "password" in option(cell("question-1"), "B")
        course, tokens = session
        held = [read_token(tokens["refreshToken"]), course.refresh_tokens.rows()]
        assert "wonderland" not in repr(held)

    def test_not_c_the_session_outlives_the_time_out(self, session, cell):
        assert "logs the user out" in option(cell("question-1"), "C")
        course, tokens = session
        course.clock.advance(days=29)
        assert course.client.post("/token", json={"token": tokens["refreshToken"]}).is_success


class TestQuestion2:
    """How to send a header."""

    def send(self, cell, letter):
        """Put an option's line into the question's view and return what reaches the client."""
        line = option(cell("question-2"), letter).strip("`")
        source = cell("question-2-code").replace("# your line goes here", line)
        return client_of(source.rpartition("dict(")[0], "app_2").get("/")

    def test_a_the_header_reaches_the_client(self, cell):
        assert self.send(cell, "A").headers["Refresh-Token"] == "r-123"

    @pytest.mark.parametrize("letter", "BCD")
    def test_the_others_do_not_send_it(self, cell, letter):
        assert "Refresh-Token" not in self.send(cell, letter).headers

    def test_b_is_no_method_of_a_response(self, cell):
        assert self.send(cell, "B").status_code == 500
        with Flask("x").app_context():
            assert not hasattr(jsonify(), "send_refresh_token")


class TestQuestion3:
    """What comes back for the valid token."""

    @pytest.fixture
    def answer(self, cell):
        return client_of(cell("question-3-code"), "app_3").post("/token", json={"token": "r-123"})

    def test_c_json_with_an_access_token(self, answer, cell):
        assert "200 and JSON" in option(cell("question-3"), "C")
        assert answer.status_code == 200
        assert answer.get_json() == {"accessToken": "a-789"}

    def test_not_a_not_b_not_d(self, answer, cell):
        options = [option(cell("question-3"), letter) for letter in "ABD"]
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

    def test_a_with_returns_it_refuses_and_without_it_does_not(self, cell):
        assert "not returned" in option(cell("question-4"), "A")
        source = cell("question-4-code")
        assert self.statuses(source) == [200, 200, 200]
        repaired = source.replace("        jsonify(", "        return jsonify(")
        assert self.statuses(repaired) == [401, 403, 200]

    def test_not_b_the_repaired_route_reads_the_same_key(self, cell):
        assert "wrong key" in option(cell("question-4"), "B")
        assert '.get("token")' in cell("question-4-code")

    def test_not_c_the_answer_is_json(self, cell):
        assert "jsonify" in option(cell("question-4"), "C")
        answer = client_of(cell("question-4-code"), "app_4").post("/token", json={})
        assert answer.get_json() == {"accessToken": "a-789"}

    def test_not_d_anybody_gets_in(self, cell):
        assert "Nothing is wrong" in option(cell("question-4"), "D")
        assert self.statuses(cell("question-4-code"))[1] == 200


class TestQuestion5:
    """What rotation is. Where a browser keeps its tokens (D) is for no code here to show."""

    def test_b_a_spent_token_is_refused_and_its_successor_works(self, cell):
        assert "makes the old one invalid" in option(cell("question-5"), "B")
        scope = {}
        exec(cell("worked-5-check").rpartition("\n\n\n")[0], scope)
        rotate = scope["rotate"]
        assert [rotate("r-1", "r-2"), rotate("r-1", "r-3"), rotate("r-2", "r-4")] == [200, 403, 200]

    @pytest.mark.parametrize("letter", "AC")
    def test_not_a_not_c_one_token_serves_owner_and_thief_alike(self, session, cell, letter):
        assert option(cell("question-5"), letter)
        course, tokens = session
        for _ in ("alice", "mallory", "alice", "mallory"):
            course.clock.advance(days=7)
            answer = course.client.post("/token", json={"token": tokens["refreshToken"]})
            assert answer.is_success
            assert "refreshToken" not in answer.json()

    def test_d_is_about_a_place(self, cell):
        assert "localStorage" in option(cell("question-5"), "D")


class TestHiddenTests:
    """Each gives its points to the right letter and to nothing else."""

    def run(self, cell, number, answer):
        exec(cell(f"check-{number}"), {f"answer_{number}": answer})

    @pytest.mark.parametrize("number", range(1, 6))
    def test_does_the_right_letter_pass(self, cell, practice_source, number, capsys):
        right = answer_key(practice_source)[number]
        self.run(cell, number, right)
        self.run(cell, number, right.lower())
        assert capsys.readouterr().out == f"Question {number}: your answer is {right}.\n" * 2

    @pytest.mark.parametrize("number", range(1, 6))
    def test_does_every_wrong_letter_fail_with_its_own_sentence(
        self, cell, practice_source, number
    ):
        right = answer_key(practice_source)[number]
        sentences = set()
        for wrong in LETTERS.replace(right, ""):
            with pytest.raises(AssertionError) as caught:
                self.run(cell, number, wrong)
            sentence = str(caught.value).partition("\n")[0]
            assert re.fullmatch(r"[^.]+(\.[^. ]+[^.]*)*\.", sentence)
            assert not re.search(rf"\b{right}\b", sentence.removeprefix("A "))
            assert option(cell(f"question-{number}"), right) not in sentence
            sentences.add(sentence)
        assert len(sentences) == 3

    @pytest.mark.parametrize("number", range(1, 6))
    @pytest.mark.parametrize("answer", ["", None, "E", 7, ["A"]])
    def test_does_a_blank_or_anything_else_fail(self, cell, number, answer):
        with pytest.raises(Exception, match=f"Question {number}"):
            self.run(cell, number, answer)

    @pytest.mark.parametrize("number", range(1, 6))
    def test_does_a_deleted_answer_fail(self, cell, number):
        with pytest.raises(Exception, match="no answer yet"):
            exec(cell(f"check-{number}"), {})
