"""What the notebooks show: the course's own server, its answers, and tokens opened."""

from lesson.claims import read_token
from lesson.course import start_course
from lesson.expect import expect
from lesson.setup_check import check_setup
from lesson.show import short, show

__all__ = ["check_setup", "expect", "read_token", "short", "show", "start_course"]
