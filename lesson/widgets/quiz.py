"""The quiz: everything it needs is in the browser, so an answer comes without the kernel."""

from collections.abc import Sequence
from html import escape
from typing import Any

import traitlets

from lesson.widgets.base import CourseWidget
from lesson.widgets.front_end import es_module, style_sheet


class Quiz(CourseWidget):
    """Ask multiple-choice questions, as often as one likes; nothing is recorded.

    A reader without a kernel sees `questions` alone: `returning` are those that one learner missed.
    """

    _esm = es_module("quiz.js")
    _css = style_sheet("quiz.css")
    title = traitlets.Unicode().tag(sync=True)
    questions = traitlets.List().tag(sync=True)

    def __init__(
        self, title: str, questions: list[dict[str, Any]], returning: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(title=title, questions=[*questions, *returning])
        self._for_all = questions

    def as_html(self) -> str:
        """Return questions and options."""
        parts = [f"<p><b>Quiz: {escape(self.title)}</b></p>"]
        for number, question in enumerate(self._for_all, 1):
            options = "".join(
                f"<li>{escape(option['text'])}</li>" for option in question["options"]
            )
            parts.append(f"<p>{number}. {escape(question['ask'])}</p><ul>{options}</ul>")
        return "\n".join(parts)

    def as_text(self) -> str:
        """Return questions and options, two lines each."""
        lines = [f"Quiz: {self.title}"]
        for number, question in enumerate(self._for_all, 1):
            options = " · ".join(option["text"] for option in question["options"])
            lines += [f"{number}. {question['ask']}", f"   {options}"]
        return "\n".join(lines)
