"""A page that shows a widget without JupyterLab and without a kernel."""

from lesson.widgets.base import CourseWidget

PATIENCE = "const PATIENCE = 1000;"
# A host with what anywidget asks of one. It never answers by itself; `answer` does.
HOST = """
async ([module, style, state]) => {
    document.body.innerHTML = `<style>${style}</style><div id="place"></div>`;
    const address = URL.createObjectURL(new Blob([module], {type: 'text/javascript'}));
    const {default: widget} = await import(address);
    const listeners = {};
    window.sent = 0;
    window.answer = (name, value) => { state[name] = value; listeners[`change:${name}`](); };
    window.state = state;
    widget.render({el: document.getElementById('place'), model: {
        get: name => state[name],
        set: (name, value) => { state[name] = value; },
        on: (name, act) => { listeners[name] = act; },
        off() {},
        save_changes() { window.sent += 1; },
    }});
}
"""


def host(page, widget: CourseWidget) -> None:
    """Show a widget on a page whose Python is silent, and less patient than in a lesson."""
    module = str(widget._esm)
    assert module.count(PATIENCE) == 1
    state = {name: value for name, value in widget.get_state().items() if name[0] != "_"}
    state = {name: state[name] for name in state.keys() - {"layout", "tooltip", "tabbable"}}
    impatient = module.replace(PATIENCE, "const PATIENCE = 20;")
    page.evaluate(HOST, [impatient, str(widget._css), state])
