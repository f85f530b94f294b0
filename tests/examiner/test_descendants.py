"""What a process has started is found, by whichever of its threads, and what that has started."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from examiner import descendants as module
from examiner.descendants import descendants

WAITS = "import sys; print(flush=True); sys.stdin.read()"
STARTS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WAITS!r}])"
STARTS_ONE_THAT_DOES = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {STARTS!r}])"


def start(code: str) -> subprocess.Popen:
    """Start a process that ends with its input; return once the last one in it is there."""
    command = [sys.executable, "-c", code]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    started.stdout.readline()
    return started


@pytest.mark.parametrize("is_told", {module.IS_TOLD, False})
def test_is_all_that_a_process_has_started_found_the_nearest_first(monkeypatch, is_told):
    monkeypatch.setattr(module, "IS_TOLD", is_told)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(start, STARTS_ONE_THAT_DOES).result()
        child, grandchild = descendants(first.pid)
        try:
            assert psutil.Process(child).ppid() == first.pid
            assert psutil.Process(grandchild).ppid() == child
            assert {first.pid, child, grandchild} <= set(descendants(os.getpid()))
        finally:
            first.communicate()
    assert descendants(first.pid) == []
