"""Stops stand where another thread may pass, and change nothing of what code does."""

import ast
from pathlib import Path

import pytest

from examiner.places import Stops, told_places

FLAGS, STOP = 2**80, 2**81
SAMPLES = sorted(Path("tests/exercises").glob("*/right/*.py"))
# What a function does in one line, and before what of it a thread can be held.
WITHIN = {
    "a check, then a call": ("row['spent'] or row.update(spent=True)", ["row.update(spent=True)"]),
    "two calls": ("add(look(x))", ["add(look(x))"]),
    "two calls beside each other": ("look(x), add(x)", ["add(x)"]),
    "a call for one": ("add(x)", []),
    "a call of what a call brings": ("look(x).pop()", ["look(x).pop()"]),
    "the last of several arguments": ("add(look(x), y)", ["add(look(x), y)"]),
    "by name": ("add(new=look(x))", ["add(new=look(x))"]),
    "starred": ("add(*look(x))", ["add(*look(x))"]),
    "in a dict": ("add(**look(x))", ["add(**look(x))"]),
    "a value that is kept": ("row['n'] = look(x)", ["row['n'] = look(x)"]),
    "a value added": ("row['n'] += look(x)", ["look(x)", "row['n'] += look(x)"]),
    "a value in an own variable": ("y = look(x)", []),
    "a place that is looked up": ("rows[look(x)] = x", ["look(x)", "rows[look(x)]"]),
    "what is taken out": ("del rows[look(x)]", ["look(x)", "rows[look(x)]"]),
    "a global": ("count or add(x)", ["add(x)"]),
    "an own variable": ("x or add(x)", []),
    "a condition": ("add(x) if row['spent'] else None", ["add(x)"]),
    "a comparison": ("clock.now() < row.end()", ["row.end()"]),
    "a comprehension": ("[add(y) for y in x]", ["add(y)"]),
    "a generator": ("any(add(y) for y in x)", ["add(y)", "any(add(y) for y in x)"]),
    "a lambda": ("run(lambda y: add(y))", ["add(y)", "run(lambda y: add(y))"]),
    "a walrus": ("(z := row['n']) and add(z)", ["add(z)"]),
    "a text": ("f'{look(x)} {add(x)}'", ["add(x)"]),
    "what awaits": ("look(x) and add(x)", ["add(x)"]),
    "super": ("super().add(x)", []),
}
# Code that says in `found` what it did.
KEEPS = {
    "a docstring": "def f():\n    'told'\n    return f.__doc__\nfound = f()",
    "the future": "'told'\nfrom __future__ import annotations\ndef f(x: y): pass\n"
    "found = f.__annotations__, __doc__",
    "a decorator": "import functools\n@functools.lru_cache(maxsize=len('ab'))\n"
    "def f(x, y=len('abc'), *, z=len('a')): return x, y, z\nfound = f(1)",
    "annotations": "class A:\n    x: list[int] = [len('ab')]\nfound = A.x, A.__annotations__",
    "patterns": "class P:\n    __match_args__ = ('x',)\n    x = 3\ndef f(v):\n    match v:\n"
    "        case {'a': [1, *rest]} if len(rest) > 1: return rest\n"
    "        case P(3) | P(x=4): return 'p'\n        case str() as s: return s\n"
    "        case _: return None\nfound = f({'a': [1, 2, 3]}), f(P()), f('t'), f(1)",
    "comprehensions": "found = [[x * y for y in range(len('abc')) if y] for x in range(3)], "
    "{k: v for k, v in zip('ab', range(2))}, {len(t) for t in ('a', 'bb')}, "
    "sum(len(t) for t in ('a', 'bb'))",
    "arguments": "def f(*a, **k): return a, k\nfound = f(*[len('a')], len('ab'), b=len('abc'), "
    "**dict(c=1)), f(*'xy'), f(**{'q': 1}), f()",
    "super": "class A:\n    def f(self, x): return [x]\nclass B(A):\n    def f(self, x):\n"
    "        return super().f(x) + super(B, self).f(len('a'))\nfound = B().f(2)",
    "loops": "def f():\n    n, got = 0, []\n    while n < 5:\n        n += 1\n"
    "        if n == 2: continue\n        if n == 4: break\n        got.append(n)\n"
    "    else:\n        got.append('else')\n    for x in range(2): pass\n"
    "    else: got.append('for')\n    return got\nfound = f()",
    "errors": "def f():\n    try:\n        return 1 / len('')\n"
    "    except (OSError, ZeroDivisionError) as e:\n        return str(e)\n"
    "    finally:\n        log.append(1)\nlog = []\nfound = f(), log",
    "groups": "def f():\n    try:\n        raise ExceptionGroup('g', [ValueError(1), OSError(2)])\n"
    "    except* ValueError as e:\n        got.append(len(e.exceptions))\n"
    "    except* OSError: got.append(2)\ngot = []\nf()\nfound = got",
    "contexts": "import contextlib\n@contextlib.contextmanager\ndef c(x): yield x\ndef f():\n"
    "    with c(1) as a, c(len('ab')) as b: return a + b\nfound = f()",
    "generators": "def g():\n    got = yield len('a')\n    yield from range(got)\ndef f():\n"
    "    h = g(); return [next(h), h.send(2), next(h)]\nfound = f()",
    "coroutines": "import asyncio, threading\nasync def a(x): return x + 1\nasync def g():\n"
    "    for i in range(2): yield i\nasync def f():\n"
    "    return await a(await a(len('a'))), [await a(i) async for i in g()]\n"
    "found = []  # on a thread: another loop may run here\n"
    "run = threading.Thread(target=lambda: found.append(asyncio.run(f())))\n"
    "run.start()\nrun.join()",
    "assignments": "x = y = [0, 0]\nx[len('a')] = len('abc')\nx[0] += len('ab')\na, *b = x\n"
    "(c := len('q'))\nclass S: pass\ns = S()\ns.n: int = len('abc')\ns.n -= 1\n"
    "found = x, y, a, b, c, s.n\ndel x[len('a')]",
    "scopes": "n = 0\ndef f():\n    global n\n    m = 0\n    def g():\n        nonlocal m\n"
    "        m += len('a')\n        return m\n    n += g() + g()\n"
    "    return (lambda q=len('ab'): q + m)()"
    "\nfound = f(), n",
    "texts": 'x = 3.14159\nfound = f\'{x:.{len("ab")}f} {len("abc")!r:>4} {x=}\'',
    "conditions": "found = (1 and len('') or 'b'), not len('a'), 0 < len('a') < 2, "
    "(len('a') if len('') else -len('ab'))",
    "numbers": f"found = {FLAGS} + 1, {STOP}, len('')",
    "a class in a function": "def f():\n    class A:\n        'doc'\n        n = len('ab')\n"
    "        def __init__(self): self.m = self.n\n    return A().m, A.__doc__\nfound = f()",
}


def compiled(source: str, stop: object) -> dict:
    """Run a source with stops whose flags are all set; return its names."""
    from examiner.stops import planted

    tree = ast.fix_missing_locations(Stops(FLAGS * 3 + 1, STOP * 3 + 1).visit(ast.parse(source)))
    code = planted(compile(tree, "<cell>", "exec"), {FLAGS * 3 + 1: Ones(), STOP * 3 + 1: stop})
    names = {"__name__": "cell"}
    exec(code, names)
    return names


class Ones:
    """Flags that are all set."""

    def __getitem__(self, number: int) -> int:
        return 1


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("name", KEEPS)
def test_does_code_keep_its_meaning(name):
    plain, stopped = {"__name__": "cell"}, []
    exec(compile(KEEPS[name], "<cell>", "exec"), plain)
    assert compiled(KEEPS[name], stopped.append)["found"] == plain["found"]
    assert stopped


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("name", WITHIN)
def test_can_a_thread_be_held_within_a_line(name):
    line, expected = WITHIN[name]
    source = f"def f(x, y):\n    pass; {line}"
    assert [place for place in told_places(source) if "in line" in place] == [
        f"{text!r} in line 2" for text in expected
    ]


@pytest.mark.parametrize(
    "line",
    [
        "pass",
        "x = 1",
        "x, y = y, x",
        "x += y",
        "return x",
        "return",
        "if x is None: pass",
        "global g",
        "try: pass\n    finally: pass",
    ],
)
def test_is_a_thread_not_held_where_it_touches_nothing_of_others(line):
    assert told_places(f"def f(x, y):\n    {line}") == ("line 1, 'def f(x, y):'",)


@pytest.mark.parametrize(
    "line",
    [
        "n = 1",
        "x.n = y",
        "x[0] = y",
        "x = n",
        "x = y.n",
        "return n",
        "raise x",
        "if n: pass",
        "import re",
        "del x[0]",
        "with x: pass",
        "n += 1",
    ],
)
def test_is_a_thread_held_before_what_others_may_see(line):
    body = f"def f(x, y):\n    global n\n    {line}"
    assert len(told_places(body)) == 2


def test_is_a_place_told_on_one_line():
    source = "def f(x):\n    g(\n        look(x),  # ü\n        'a long text that goes on and on')"
    *_, told = told_places(source + f" or g({'x' * 80})")
    assert (
        told_places(source)[-1]
        == "\"g( look(x), # ü 'a long text that goes on and on')\" in line 2"
    )
    assert told == f"'g({'x' * 57}…' in line 4"


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_does_every_sample_compile_with_stops(sample):
    """Each stop has a number of its own, which is that of its place."""
    source, stops = sample.read_text(encoding="utf-8"), Stops(FLAGS, STOP)
    tree = ast.fix_missing_locations(stops.visit(ast.parse(source)))
    compile(tree, "<cell>", "exec")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    numbers = [call.args[0].value for call in calls if getattr(call.func, "value", 0) == STOP]
    assert sorted(numbers) == [*range(len(stops.places))]
    assert len(told_places(source)) == len(numbers) > 20
