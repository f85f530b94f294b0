"""Set JupyterLab up for learners; their own settings count before these."""

import logging
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WORKSPACES = HERE / "workspaces"
FIRST = "/lab/tree/notebooks/00_start_here.ipynb"
NBGRADER = ("assignment_list", "course_list", "formgrader", "validate_assignment")
# Of what others wrote no script is run; and the units of JupyterLab's pings are not tornado's.
HARMLESS = ("is not trusted", "websocket_ping_timeout")

WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

c = get_config()  # noqa: F821  (JupyterLab defines it when it reads this file)


def is_no_false_alarm(record: logging.LogRecord) -> bool:
    """Return whether a line of the log is one to be shown."""
    return not any(words in record.getMessage() for words in HARMLESS)


def show_twins(model: dict[str, Any], **_: Any) -> None:
    """Take each widget whose state is not saved with it out of a notebook: its picture stays.

    After a restart of the kernel there is no state, and an error would stand in its place.
    """
    content = model["content"]
    if model["type"] != "notebook" or content["nbformat"] != 4:
        return
    saved = content["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    for output in [output for cell in content["cells"] for output in cell.get("outputs", ())]:
        data = output.get("data", {})
        lost = WIDGET in data and data[WIDGET].get("model_id") not in saved
        if lost and data.keys() - {WIDGET, "text/plain"}:
            del data[WIDGET]


# The first time at lesson 0, then with all that was open; the default would share with other
# courses, in the user's home, what is open.
c.LabApp.default_url = "/lab" if any(WORKSPACES.glob("*")) else FIRST
c.LabApp.workspaces_dir = str(WORKSPACES)
# There overrides.json switches line numbers on, since messages name lines, and saves widgets, so
# that a stepper steps when its notebook is opened again; it lets no request leave the machine and
# no pop-up cover the first lesson. page_config.json takes nbgrader's menus and buttons away.
c.LabApp.app_settings_dir = str(HERE)
# One that keeps a notebook from counting as changed that has only been opened.
c.LabApp.extra_labextensions_path = [str(HERE / "labextensions")]
c.ServerApp.jpserver_extensions = {f"nbgrader.server_extensions.{name}": False for name in NBGRADER}
c.FileContentsManager.pre_save_hook = show_twins
# Else anyone on the machine could read what passes between kernel and server.
c.MappingKernelManager.transport_encryption = "auto"

# Else a line lists the language servers that are not installed; the course needs none.
c.LanguageServerManager.autodetect = False
for name in ("ServerApp", "tornado.general"):
    logging.getLogger(name).addFilter(is_no_false_alarm)
