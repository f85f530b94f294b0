"""Put the browser side of a widget together: one ES module, one style sheet.

anywidget hands the browser a module's text, from which no relative import resolves: so the parts
that a widget's file imports stand in front of it, each once.
"""

import re
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "\./(\w+\.js)";\n', re.MULTILINE)
NAMED = re.compile(r"^(export )?((?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
UNRESOLVED = re.compile(r"^(?:import|export(?! default)).*", re.MULTILINE)
DEFAULT = re.compile(r"^export default ", re.MULTILINE)


def es_module(name: str, folder: Path = FOLDER) -> str:
    """Return a file and all that it imports as one ES module with its default export alone.

    Raises ImportError for what this cannot put together.
    """
    sources: dict[str, str] = {}
    _collect(name, folder, sources)
    _check_names(sources)
    for part in sources:
        if bool(DEFAULT.search(sources[part])) != (part == name):
            raise ImportError(f"{name} has the one default export of its module, and {part} none.")
    return "\n".join(_without_imports(part, text) for part, text in sources.items())


def style_sheet(name: str) -> str:
    """Return the style of every widget, followed by a widget's own."""
    return "\n".join((FOLDER / part).read_text(encoding="utf-8") for part in ("common.css", name))


def _collect(name: str, folder: Path, sources: dict[str, str], above: tuple[str, ...] = ()) -> None:
    """Add a file to `sources` behind those that it imports; raise where one lacks a name."""
    if name in above:
        raise ImportError(f"A circle of imports: {', '.join([*above, name])}.")
    text = (folder / name).read_text(encoding="utf-8")
    for names, other in IMPORT.findall(text):
        if other not in sources:
            _collect(other, folder, sources, (*above, name))
        missing = set(re.findall(r"\w+", names)) - _exported(sources[other])
        if missing:
            raise ImportError(f"{name} imports {_listed(missing)}, which {other} does not export.")
    sources[name] = text


def _exported(text: str) -> set[str]:
    return {name for exported, _, name in NAMED.findall(text) if exported}


def _check_names(sources: dict[str, str]) -> None:
    """Raise ImportError where two files define one name: together they have one scope."""
    seen: set[str] = set()
    for part, text in sources.items():
        names = {name for _, _, name in NAMED.findall(text)}
        if names & seen:
            raise ImportError(f"{part} defines {_listed(names & seen)}, as a part it imports does.")
        seen |= names


def _without_imports(part: str, text: str) -> str:
    bare = NAMED.sub(r"\2", IMPORT.sub("", text))
    left = UNRESOLVED.search(bare)
    if left:
        raise ImportError(f"{part} has a line of a form that is not put together here: {left[0]}")
    return bare


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
