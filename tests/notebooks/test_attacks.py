"""Three lessons promise that each attack works before its repair and fails after it."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
LESSONS = ["04_use_a_copied_token", "05_forge_a_token", "06_read_the_store"]
NO = '403 {"error": "Not valid: log in again."}'
WORKS = {
    "steal": "{'alice': 200, 'mallory': 200}",
    "keeps-old": "{'alice': 200, 'mallory': 200}",
    "predict-first": f"Mallory: 200|→ {NO}",
    "predict-logout": "POST /token → 200 OK",
    "predict-kind": "an hour later: 200|refresh token at /me: 200|refresh token at /token: 200",
    "scribble": "GET /me → 200 OK user: bob",
    "predict-none": "It ends in In0.|GET /me → 200 OK user: bob",
    "predict-guess": "'a-string-secret-at-least-256-bits-long'",
    "forged": "GET /me → 200 OK user: bob",
    "raid": "200",
    "predict-oracle": f'403 {{"error": "Signature verification failed"}}|{NO}',
}
FAILS = {
    "spends-old": "{'alice': 200, 'mallory': 403}",
    "logout-repair": "POST /token → 403 Forbidden",
    "kind-repair": "an hour later: 401|refresh token at /me: 401|refresh token at /token: 200",
    "verified": "GET /me → 401 Unauthorized",
    "none-repair": "GET /me → 401 Unauthorized",
    "key-repair": "guessed: None|new token: 200|old token: 401|GET /me → 401 Unauthorized",
    "predict-raid": "403",
    "oracle-repair": f"{NO} {NO}",
}


@pytest.fixture(scope="module")
def shown():
    """Return cell id → what the cell prints or returns, on one line, predictions included."""
    cells = [cell for name in LESSONS for cell in run(NOTEBOOKS / f"{name}.ipynb")]
    return {cell.id: " ".join("".join(map(text, cell.outputs)).split()) for cell in cells}


def run(path: Path) -> list:
    """Return the code cells of a lesson that has run."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path.parent}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text(output) -> str:
    return output.get("text") or output.data["text/plain"]


@pytest.mark.parametrize("cell", WORKS)
def test_does_the_attack_work_on_the_weak_server(shown, cell):
    assert [part for part in WORKS[cell].split("|") if part not in shown[cell]] == []


@pytest.mark.parametrize("cell", FAILS)
def test_does_the_attack_fail_after_the_repair(shown, cell):
    assert [part for part in FAILS[cell].split("|") if part not in shown[cell]] == []
