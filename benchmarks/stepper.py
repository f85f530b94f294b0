"""Time the stepper: first picture and clicks in JupyterLab, and what tracing adds to a request.

Run by `make bench` under pytest, which lends it JupyterLab in a browser.
"""

import statistics
import time

import httpx
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.figures import Figure, note
from lesson.scenarios import SCENARIOS, Stage
from lesson.tracing.tracing import Traced
from server import EmbeddedServer
from server.views import token

CLICKS = 50
REQUESTS = 400
RUNS = 5
TRACED = "a traced POST /token"
KERNEL = {"name": "python3", "display_name": "Python 3"}
EMPTY = """import anywidget

render = "render({ el }) { el.className = 'refresh-course'; el.append('.') }"
anywidget.AnyWidget(_esm=f"export default {{ {render} }}")
"""
STEPPER = """from lesson import step
from server.views import token

step(token)
"""
CLICK = """
async ([widget, clicks]) => {
    const named = name => [...widget.querySelectorAll('button')].find(b => b.textContent === name);
    const count = widget.querySelector('.count');
    const frame = () => new Promise(requestAnimationFrame);
    const dom = [], drawn = [];
    for (let i = 0; i < clicks; i++) {
        const [place, last] = count.textContent.match(/\\d+/g).map(Number);
        const before = count.textContent;
        const button = named(place < last ? 'Next' : 'Previous');
        await frame();
        const start = performance.now();
        button.click();
        if (count.textContent === before) throw Error('the click changed nothing');
        dom.push(performance.now() - start);
        await frame();
        await frame();  // the second begins once the first is drawn
        drawn.push(performance.now() - start);
    }
    return [dom, drawn];
}
"""
SWITCH = """
async ([widget, names]) => {
    const [select] = widget.querySelectorAll('select');
    const says = widget.querySelector('.says');
    const times = [];
    for (const name of names) {
        const start = performance.now();
        const shown = new Promise(resolve => {
            const look = new MutationObserver(() => {
                if (!says.textContent.includes('arrives')) return;
                look.disconnect();
                resolve();
            });
            look.observe(says, {childList: true});
        });
        select.value = name;
        select.dispatchEvent(new Event('change'));
        await shown;
        times.push(performance.now() - start);
    }
    return times;
}
"""
FIRST = """
async () => {
    const {commands, shell} = window.jupyterapp;
    const {content, sessionContext} = shell.currentWidget;
    await sessionContext.restartKernel();
    await sessionContext.session.kernel.info;
    await commands.execute('notebook:clear-all-cell-outputs');
    const start = performance.now();
    const shown = new Promise(resolve => {
        const look = new MutationObserver(() => {
            if (!content.node.querySelector('.refresh-course')?.offsetHeight) return;
            look.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - start));
        });
        look.observe(content.node, {childList: true, subtree: true});
    });
    commands.execute('notebook:run-all-cells');
    return await shown;
}
"""
ROUND_TRIP = """
async (rounds) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const times = [];
    for (let i = 0; i < rounds; i++) {
        const start = performance.now();
        await kernel.requestExecute({code: 'None', store_history: false}).done;
        times.push(performance.now() - start);
    }
    return times;
}
"""


def report(rows: dict[str, list[float]], peer: str, goal: float = 0.0) -> None:
    """Note the median of each row, in milliseconds, beside that of the row named `peer`."""
    medians = {name: statistics.median(times) for name, times in rows.items()}
    beside = medians.pop(peer)
    for name, median in medians.items():
        note(Figure(name, median, "ms", peer, beside, goal))


def test_how_long_takes_the_first_picture(lab, course_copy):
    """Run all, in a kernel that has just started; the peer is a widget that shows a dot."""
    dot, stepper = "run all to an empty widget", "run all to the first picture of a stepper"
    rows: dict[str, list[float]] = {dot: [], stepper: []}
    for number, (times, source) in enumerate(zip(rows.values(), [EMPTY, STEPPER], strict=True)):
        path = f"notebooks/first_{number}.ipynb"
        notebook = new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": KERNEL})
        nbformat.write(notebook, course_copy / path)
        lab.open(path)
        times += [lab.page.evaluate(FIRST) for _ in range(RUNS)]
        lab.close()
    report(rows, dot)


def test_how_long_takes_a_click(lab):
    """Step with 50 clicks, switch the scenario 50 times; the peer is an empty cell's round trip."""
    lab.run("notebooks/02_the_token_route.ipynb")
    widget = lab.widget("step-valid", "stepper").element_handle()
    names = [list(SCENARIOS)[number % len(SCENARIOS)] for number in range(1, CLICKS + 1)]
    dom, drawn = lab.page.evaluate(CLICK, [widget, CLICKS])
    rows = {
        "an empty cell, there and back": lab.page.evaluate(ROUND_TRIP, CLICKS),
        "a click of a stepper, to the DOM": dom,
        "a click of a stepper, to the next frame": drawn,
        "a switch of its scenario, with a real request": lab.page.evaluate(SWITCH, [widget, names]),
    }
    lab.close()
    report(rows, "an empty cell, there and back")


def test_what_does_tracing_cost():
    """Send the same request to the bare app and to the traced one, in turns."""
    stage = Stage()
    body = {"token": stage.token}
    rows: dict[str, list[float]] = {"a bare POST /token": [], TRACED: []}
    with (
        EmbeddedServer(stage.app, "bare") as bare,
        EmbeddedServer(Traced(stage.app, token), "traced") as traced,
        httpx.Client(trust_env=False) as client,
    ):
        for _ in range(REQUESTS):
            for server, times in zip([bare, traced], rows.values(), strict=True):
                start = time.perf_counter()
                assert client.post(f"{server.url}/token", json=body).status_code == 200
                times.append(1000 * (time.perf_counter() - start))
    report(rows, "a bare POST /token", 1 / 1.4)
