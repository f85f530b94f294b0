"""A worker starts without what a library looks for and no cell needs, and cells may import it."""

import subprocess
import sys

import pytest

from examiner.lean_import import without

LEFT_OUT = {
    "examiner.client.worker": "click",
    "examiner.rotation.worker": "pytest",
}
STARTED = """
import sys
import {worker}
assert "{module}" not in sys.modules
import {module}
"""


@pytest.mark.parametrize("worker", LEFT_OUT)
@pytest.mark.starts("a process of its own")
def test_is_a_module_left_out_until_a_cell_imports_it(worker):
    code = STARTED.format(worker=worker, module=LEFT_OUT[worker])
    subprocess.run([sys.executable, "-c", code, "x"], check=True)


def test_is_a_module_missing_and_then_there(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with without("colorsys"), pytest.raises(ModuleNotFoundError, match="colorsys"):
        import colorsys
    import colorsys

    assert sys.modules["colorsys"] is colorsys


def test_does_a_module_stay_that_is_there():
    before = sys.modules["subprocess"]
    with without("subprocess"):
        import subprocess as found
    assert found is before is sys.modules["subprocess"]
