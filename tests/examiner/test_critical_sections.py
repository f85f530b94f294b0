"""Of a critical section some places are enough, as long as all that comes has to wait at them."""

import pytest

from examiner.process import Worker
from examiner.rotation.critical_sections import CriticalSections
from examiner.rotation.meetings import Meeting
from examiner.rotation.subject import RotationApp, open_app

LOCKED = """
import secrets
import threading

from flask import jsonify

from examiner.workbench import new_access_token, refuse, sent_token, users

lock = threading.Lock()
sessions = []
steps = []


def start_session(user):
    token = secrets.token_urlsafe()
    {at_log_in}
    sessions.append((token, user))
    return token


def token():
    sent = sent_token()
    with lock:
        steps.append(1)
        steps.append(2)
        steps.append(3)
        steps.append(4)
        steps.append(5)
        steps.append(6)
        return answer(sent)


def answer(sent):
    for number, (known, user) in enumerate(sessions):
        if known == sent:
            sessions[number] = secrets.token_urlsafe(), user
            return jsonify(
                accessToken=new_access_token(user, users.role(user)),
                refreshToken=sessions[number][0],
            )
    return refuse(403, "no")


def end_session(refresh_token):
    with lock:
        sessions[:] = [one for one in sessions if one[0] != refresh_token]
"""
WAITS, PASSES = "lock.acquire(); lock.release()", "pass"
PLAIN, BUSY = Meeting("refresh", "refresh"), Meeting("refresh", "refresh", busy=True)
STEPS = [f"steps.append({number})" for number in range(1, 7)]


def inner(*noted: tuple[int, bool]) -> set[int]:
    sections = CriticalSections()
    for place, waited in noted:
        sections.note(place, waited)
    return sections.inner()


def test_are_the_first_the_last_and_one_between_left_to_try():
    waited = [(place, True) for place in (9, 1, 2, 3, 4)]
    assert inner((7, False), *waited, (5, False), (6, True), (8, True)) == {1, 3}


def test_does_a_place_at_which_somebody_passed_part_a_section():
    waited = [(place, True) for place in range(7)]
    assert inner(*waited) == {1, 2, 4, 5}
    assert inner(*waited, (3, False)) == set()
    assert inner(*waited, (1, False)) == {3, 5}
    assert inner(*waited, (3, False), (3, True)) == inner(*waited, (3, False))


def places(app: RotationApp, meeting: Meeting) -> list[str]:
    return [race.pause for race in app.races(meeting)]


def steps(held: list[str]) -> list[str]:
    return [step for step in STEPS if any(step in place for place in held)]


@pytest.mark.parametrize(
    ("at_log_in", "spared"),
    [(WAITS, True), (PASSES, False)],
)
def test_is_a_busy_server_raced_at_fewer_places_while_all_wait(at_log_in, spared):
    with Worker("examiner.rotation.worker") as worker:
        source = LOCKED.format(at_log_in=at_log_in)
        with open_app(worker, source) as app:
            everywhere, busy = places(app, PLAIN), places(app, BUSY)
    assert steps(everywhere) == STEPS
    assert set(busy) <= set(everywhere)
    assert (len(steps(busy)) < len(STEPS)) is spared
    assert len(busy) == len(everywhere) or spared
