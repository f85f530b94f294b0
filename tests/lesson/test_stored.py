"""What a stored notebook keeps of a widget: its picture and its text."""

from nbformat.v4 import new_code_cell, new_notebook, new_output

from lesson import step
from lesson.widgets.stored import WIDGET, WithoutWidgets
from server.views import token


def test_is_the_widget_taken_out_and_all_else_left():
    data, _ = step(token)._repr_mimebundle_()
    cells = [
        new_code_cell("step(token)", outputs=[new_output("execute_result", data)]),
        new_code_cell("print(1)", outputs=[new_output("stream", text="1")]),
    ]
    notebook, _ = WithoutWidgets()(new_notebook(cells=cells), {})
    kept = notebook.cells[0].outputs[0].data
    assert kept == {kind: data[kind] for kind in data if kind != WIDGET}
    assert set(kept) == {"text/plain", "text/html"}
    assert notebook.cells[1].outputs[0].text == "1"
