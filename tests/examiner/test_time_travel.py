"""Where and when the time of an examined process begins."""

import os
import subprocess
import sys

import pytest

ASKED = """
import time
from examiner.rotation.time_travel import begin_before_a_change_of_clocks, travel

start = begin_before_a_change_of_clocks()
days = range(31)
print({time.localtime(start + day * 24 * 60 * 60).tm_gmtoff for day in days}, start % 60)
with travel(start, tick=False):
    print(time.localtime().tm_gmtoff, abs(time.gmtime().tm_year - YEAR))
"""


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_does_it_begin_before_the_clocks_are_put_back_wherever_this_machine_is(zone):
    source = "import time\nYEAR = time.gmtime().tm_year\n" + ASKED
    command = [sys.executable, "-c", source]
    told = subprocess.run(
        command, env=os.environ | {"TZ": zone}, capture_output=True, text=True, check=True
    ).stdout
    assert told == "{7200, 3600} 0\n7200 0\n"
