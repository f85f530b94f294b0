"""What the notebooks show: the course's own server, its answers, and tokens opened."""

from lesson.believed import believed
from lesson.check import check
from lesson.course import start_course
from lesson.expect import expect
from lesson.explore import explore
from lesson.later import later
from lesson.predict import predict
from lesson.quiz import quiz
from lesson.read_token import read_token
from lesson.setup_check import check_setup
from lesson.show import short, show
from lesson.step import step
from lesson.tracing.recording import record
from lesson.your_turn import your_turn

__all__ = [
    "believed",
    "check",
    "check_setup",
    "expect",
    "explore",
    "later",
    "predict",
    "quiz",
    "read_token",
    "record",
    "short",
    "show",
    "start_course",
    "step",
    "your_turn",
]
