"""The checkout, its assignments, what of it students get, and which tests run where and when."""

import functools
import gc
import shutil
import ssl
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode

from grading.commands.bundle import NAME, bundle
from server import users
from tests.quick import refuse, started

REPOSITORY = Path(__file__).parent.parent
ASSIGNMENTS = sorted(path.parent.name for path in REPOSITORY.glob("solutions/*/*.ipynb"))
BROWSER = "tests/browser"
# All on one worker: they share a JupyterLab and a Chromium.
IN_BROWSER = (f"{BROWSER}/", "tests/grading/test_report.py")
# The longest first, so that no worker is left with a long one at the end; a file stays together.
LONGEST_FIRST = [
    BROWSER,
    "tests/grading/test_hostile.py",
    "tests/exercises/test_rotation.py",
    "tests/notebooks/test_run_twice.py",
    "tests/exercises/test_client.py",
    "tests/grading/test_cluster.py",
    "tests/examiner/test_examination.py",
    "tests/grading/test_kills.py",
    "tests/grading/test_postgresql.py",
    "tests/grading/test_class_of_sixty.py",
    "tests/grading/test_grade.py",
    "tests/grading/test_doubts.py",
    "tests/exercises/test_release.py",
    "tests/grading/test_demo.py",
    "tests/grading/test_versions.py",
    "tests/server/test_model.py",
    "tests/grading/test_worked.py",
    "tests/server/test_races.py",
    "tests/server/test_description.py",
    "tests/lesson/test_trace.py",
    "tests/grading/test_rotation.py",
    "notebooks/09_races.ipynb",
    "notebooks/05_forge_a_token.ipynb",
]


@functools.cache
def read_source(name: str) -> NotebookNode:
    return nbformat.read(REPOSITORY / f"solutions/{name}/{name}.ipynb", as_version=4)


def points_of(assignment: str) -> dict[str, float]:
    """Return check → points of an assignment, in order."""
    marked = [cell.metadata.get("nbgrader", {}) for cell in read_source(assignment).cells]
    return {found.grade_id: found.points for found in marked if found.get("grade")}


def full_marks(assignment: str) -> float:
    return sum(points_of(assignment).values())


def pytest_addoption(parser) -> None:
    parser.addoption("--soak", action="store_true", help="repeat ten times as often and more")
    parser.addoption(
        "--quick", action="store_true", help="leave out what starts a browser, kernel or examiner"
    )


def pytest_configure(config) -> None:
    config.addinivalue_line("markers", "starts(what): is not quick, and why; see tests/quick.py")
    if config.getoption("--quick"):
        sys.addaudithook(refuse)


def pytest_unconfigure(config) -> None:
    """Remove this run's folder, and no other's.

    Pytest keeps those of its last runs, and where it is to keep none, runs at the same time, such
    as one that a test starts, remove each other's.
    """
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is None or hasattr(config, "workerinput"):
        return
    folder = factory.getbasetemp()
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
    else:  # some trees are deeper than Python can go
        subprocess.run(["rm", "-rf", folder], check=False, capture_output=True)
    with suppress(OSError):  # another run is there
        newest = folder.parent / "pytest-current"
        if not newest.exists():
            newest.unlink(missing_ok=True)
        folder.parent.rmdir()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        """Keep a file on one worker, and so all tests in a browser."""

        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Together(config, log)


def together(nodeid: str) -> str:
    """Return what of the tests stays on one worker: the file, or all files of a browser."""
    return BROWSER if nodeid.startswith(IN_BROWSER) else nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items) -> None:
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(together(item.nodeid), len(places)))
    if config.getoption("--quick"):
        left_out = {item: None for item in items if started(item)}
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=[*left_out])


def pytest_collection_finish() -> None:
    """Let the collector pass over all that is imported: a fifth of a second each time."""
    gc.freeze()


@pytest.fixture(scope="session")
def repeats(request):
    """Choose how often: repeats(quick, soak) is the first number, and with --soak the second."""
    soaking = request.config.getoption("--soak")
    return lambda quick, soak: soak if soaking else quick


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session", params=ASSIGNMENTS)
def assignment(request) -> str:
    """Each assignment in turn; a module about one of them overrides this fixture."""
    return request.param


@pytest.fixture
def source(assignment) -> NotebookNode:
    """The instructor's notebook of an assignment: questions, hidden tests, worked solutions."""
    return read_source(assignment)


@pytest.fixture(scope="session", autouse=True)
def one_hash_for_a_password():
    """A log-in costs a twentieth of a second by design, and tests log in a thousand times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "check_password_hash", functools.cache(users.check_password_hash))
        yield


@pytest.fixture(scope="session", autouse=True)
def one_context_for_tls():
    """httpx reads the certificates of the web for each client, and no client here meets TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def unpacked(repository, tmp_path_factory) -> Path:
    """The student bundle of the working tree, unpacked."""
    checkout = tmp_path_factory.mktemp("checkout") / "course"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "demo", "dist", "__pycache__")
    shutil.copytree(repository, checkout, ignore=ignored)
    (checkout / "docs/a_new_page.md").write_text("For teachers.", encoding="utf-8")
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "all"]):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=checkout, check=True)
    folder = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(bundle(checkout)) as archive:
        archive.extractall(folder)
    return folder / NAME
