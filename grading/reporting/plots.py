"""The pictures of the class report: SVG, each with a description of what is to be seen."""

import base64
import io
import textwrap
from collections.abc import Sequence
from html import escape

import matplotlib as mpl
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from grading.reporting.failures import Failure, Options
from grading.reporting.item_analysis import CLEARLY, Question, Spread
from grading.reporting.tables import number, percent

DARK, PALE, WHITE = "#1d4e89", "#cfe0f3", "#ffffff"
INK, GRID = "#1f2733", "#d5dae1"
BEHIND = {"facecolor": WHITE, "edgecolor": "none", "pad": 1}  # keeps words clear of lines
WIDTH = 10  # inches
NARROWEST = 0.015  # of a bar, for each sign written into it
SETTINGS = {
    "svg.hashsalt": "class report",  # else the ids in the file differ from run to run
    "font.size": 12,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "hatch.color": INK,
    "hatch.linewidth": 0.6,
    "text.parse_math": False,  # a dollar in a title is a dollar
}


def marks_plot(spread: Spread) -> HTML:
    """Return the marks as bars."""
    with mpl.rc_context(SETTINGS):
        figure, axes = _figure(3.6)
        names = [bar.name.replace(" to ", "\nto ") for bar in spread.bars]
        drawn = axes.bar(names, [bar.count for bar in spread.bars], color=DARK, width=0.85)
        axes.bar_label(drawn, [bar.count or "" for bar in spread.bars], padding=2)
        axes.set(xlabel=f"points, of {spread.best:g}", ylabel="students")
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.margins(x=0.02, y=0.12)
        return _image(figure, _marks_alt(spread))


def questions_plot(questions: Sequence[Question]) -> HTML:
    """Return difficulty and discrimination of each question, side by side."""
    with mpl.rc_context(SETTINGS):
        figure, axes = _figure(_height(len(questions)), columns=2)
        names = [question.label for question in questions]
        shares = [question.share or 0 for question in questions]
        _across(axes[0], names, shares, [percent(question.share) for question in questions])
        axes[0].set(title="Share of the points that were got", xlim=(0, 1.15))
        axes[0].xaxis.set_major_formatter(lambda value, _: percent(value))
        axes[0].set_xticks([0, 0.25, 0.5, 0.75, 1])
        values = [question.discrimination or 0 for question in questions]
        told = [number(value.discrimination) for value in questions]
        _across(axes[1], names, values, told)
        axes[1].set(title="Discrimination", xlim=(min(-0.15, *values) - 0.2, 1.15))
        axes[1].axvline(0, color=INK, linewidth=1)
        axes[1].axvline(CLEARLY, color=INK, linewidth=1, linestyle=":")
        axes[1].tick_params(left=False, labelleft=False)
        axes[1].spines.left.set_visible(False)
        return _image(figure, _questions_alt(questions))


def options_plot(options: Sequence[Options]) -> HTML:
    """Return who chose which letter as one bar a question, the right letter hatched."""
    with mpl.rc_context(SETTINGS):
        figure, axes = _figure(_height(len(options)))
        for place, option in enumerate(options):
            _letters(axes, place, option)
        axes.set_yticks(range(len(options)), [f"question {option.label}" for option in options])
        axes.invert_yaxis()
        axes.set(xlabel="students (a letter each; hatched: the right one)")
        axes.margins(x=0.01)
        return _image(figure, _options_alt(options))


def failures_plot(failures: Sequence[Failure]) -> HTML:
    """Return how many broke each rule, the most broken one on top."""
    with mpl.rc_context(SETTINGS):
        figure, axes = _figure(_height(len(failures)))
        names = [failure.label for failure in failures]
        counts = [failure.failed for failure in failures]
        _across(axes, names, counts, counts)
        axes.set(xlabel="students whose code breaks the rule")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.margins(x=0.08)
        return _image(figure, _failures_alt(failures))


def _figure(height: float, columns: int = 1) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(ncols=columns)


def _height(bars: int) -> float:
    return 1.1 + 0.38 * bars


def _across(axes: Axes, names: Sequence[str], values: Sequence[float], told: Sequence) -> None:
    places = range(len(names))
    drawn = axes.barh(places, values, color=DARK, height=0.7)
    axes.bar_label(drawn, told, padding=4, bbox=BEHIND)
    axes.set_yticks(places, [textwrap.shorten(name, 24, placeholder="…") for name in names])
    axes.invert_yaxis()
    axes.grid(axis="x")


def _letters(axes: Axes, place: int, option: Options) -> None:
    parts = [*option.chosen.items(), ("other", option.other), ("none", option.blank)]
    left = 0
    for name, count in parts:
        if count:
            right = name == option.right
            looks = {"color": PALE if right else WHITE, "hatch": "///" if right else ""}
            axes.barh(place, count, left=left, height=0.7, edgecolor=INK, **looks)
            if count / option.students >= NARROWEST * len(name):
                middle = left + count / 2
                axes.text(middle, place, name, ha="center", va="center", bbox=BEHIND)
        left += count


def _image(figure: Figure, alt: str) -> HTML:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    data = base64.b64encode(drawn.getvalue()).decode("ascii")
    source = f"data:image/svg+xml;base64,{data}"
    return HTML(f'<figure><img src="{source}" alt="{escape(alt)}"></figure>')


def _marks_alt(spread: Spread) -> str:
    most = max(spread.bars, key=lambda bar: bar.count)
    return (
        f"Bar chart of {spread.marks} marks, from {spread.lowest:g} to {spread.highest:g} of "
        f"{spread.best:g} points. The tallest bar, {most.name} points, has "
        f"{most.count}. The table below has every bar."
    )


def _questions_alt(questions: Sequence[Question]) -> str:
    told = [question for question in questions if question.share is not None]
    hardest = min(told, key=lambda question: question.share, default=None)
    said = f"The hardest is {hardest.label}: {percent(hardest.share)}. " if hardest else ""
    return (
        f"Two bar charts with a bar for each of {len(questions)} questions: the share of the "
        f"points that were got, and the discrimination. {said}The table below has all numbers."
    )


def _options_alt(options: Sequence[Options]) -> str:
    return (
        f"Stacked bars, one for each of {len(options)} questions, with a part for each letter "
        "as wide as the number of students who chose it. The table below has all numbers."
    )


def _failures_alt(failures: Sequence[Failure]) -> str:
    worst = failures[0]
    return (
        f"Bar chart of {len(failures)} rules by how many students break them. The longest bar is "
        f"{worst.label}: {worst.failed} of {worst.graded}. The table below has all numbers."
    )
