# Every target sets up .venv first, on a machine with nothing but Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: help lab test quick soak release bundle worked demo notebooks lock bench repository
.PHONY: roster collect grade regrade status feedback export report restore accept forget formgrader
.DELETE_ON_ERROR:

PYTHON ?= python3
# What the grading targets take: make collect FROM=class.zip, make grade ASSIGNMENT=rotation, and
# more of the command's own options in OPTIONS.
ASSIGNMENT ?=
FROM ?=
STUDENT ?=
OPTIONS ?=
SOAKED := server/test_model server/test_description server/test_races server/test_kills \
    server/test_database exercises/test_rotation exercises/test_client grading/test_kills \
    grading/test_hostile
# The student bundle has the first of these only: what learners need.
PINS := requirements.txt $(wildcard requirements-dev.txt)
BIN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts,.venv/bin)
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
# JupyterLab refuses root without this flag; in a container everybody is root.
LAB_FLAGS ?= $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)

define CHECK_MACHINE
import sys
if sys.version_info < (3, 11):
    sys.exit("The course needs Python 3.11 or newer and found %d.%d: install a newer one, "
             "or name one, as in: make lab PYTHON=python3.11" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError:
    sys.exit("This Python cannot make virtual environments: install its venv module "
             "(on Debian and Ubuntu: sudo apt install python3-venv), then run make again.")
import shutil
if shutil.disk_usage(".").free < 1500000000:
    sys.exit("The disk is full: the course needs 1.5 GB free here; make room, then run make again.")
endef
export CHECK_MACHINE

help:
	@echo "make lab        open the course in JupyterLab"
	@echo "make test       run every test"
	@echo "make quick      run the tests that need neither browser, kernel nor sandbox"
	@echo "make soak       repeat random tests, races, kills and examinations ten times as often and more"
	@echo "make release    write exercises/ from solutions/"
	@echo "make bundle     write the student bundle to dist/"
	@echo "make roster     read the class list from FROM=, the CSV file of an LMS"
	@echo "make collect    take in FROM=, a folder or the zip that an LMS exports"
	@echo "make grade      grade what lies in submitted/ and has changed since"
	@echo "make regrade    grade it again, changed or not"
	@echo "make status     say who is graded, ungraded and why, or missing"
	@echo "make feedback   write a page for each student to feedback/"
	@echo "make export     write the marks for nbgrader or an LMS"
	@echo "make report     write a report on the whole class to report/"
	@echo "make restore    bring back the notebook of STUDENT= and ASSIGNMENT= that a later one replaced"
	@echo "make accept     let marks of STUDENT= or ASSIGNMENT= count that fell or wait for another look"
	@echo "make forget     remove the files, marks and names of STUDENT="
	@echo "make formgrader open nbgrader's formgrader, in a JupyterLab with nbgrader's menus"
	@echo "make worked     write the worked solutions to worked/, to publish after the deadline"
	@echo "make demo       grade a small sample class in demo/ and print its marks"
	@echo "make notebooks  run the lessons again and store their outputs"
	@echo "make bench      measure lessons, servers, grading and stepper, each beside a peer; one table"
	@echo "make lock       resolve both requirements files anew from pyproject.toml"

lab: .venv/installed
	$(BIN)/python -m jupyter lab --config=lab/jupyter_lab_config.py $(LAB_FLAGS)

test: repository .venv/installed
	@for browser in $(BROWSERS); do command -v $$browser >/dev/null && exit; done; \
	    $(BIN)/python -m playwright install chromium >/dev/null 2>&1 || \
	    echo "There is no Chromium here and none could be fetched: the browser tests are left out."
	$(BIN)/python -m pytest --numprocesses=logical

quick: repository .venv/installed
	$(BIN)/python -m pytest --quick --numprocesses=logical tests

soak: repository .venv/installed
	$(BIN)/python -m pytest --soak --numprocesses=logical $(patsubst %,tests/%.py,$(SOAKED))

release worked bundle: repository .venv/installed
	$(BIN)/python -m grading $@

roster collect grade regrade status feedback export report demo: repository .venv/installed
	@$(BIN)/python -m grading $@ $(if $(FROM),"$(FROM)") $(if $(ASSIGNMENT),--assignment $(ASSIGNMENT)) $(OPTIONS)

restore accept: repository .venv/installed
	@$(BIN)/python -m grading $@ $(if $(STUDENT),--student "$(STUDENT)") $(if $(ASSIGNMENT),--assignment $(ASSIGNMENT)) $(OPTIONS)

forget: repository .venv/installed
	@$(BIN)/python -m grading forget $(if $(STUDENT),"$(STUDENT)") $(OPTIONS)

# Not as learners have it: with nbgrader's own menus, and without what lab/ sets.
formgrader: repository .venv/installed
	$(BIN)/python -m jupyter lab $(LAB_FLAGS) --LabApp.default_url=/formgrader --MappingKernelManager.transport_encryption=auto

# A prediction's outcome is not stored: whoever reads ahead would not predict. Nor is what only the
# reader's own machine can tell, nor a widget, which without its kernel is an error message.
notebooks: .venv/installed
	$(BIN)/python -m jupyter nbconvert --to notebook --inplace --execute \
	    --ExecutePreprocessor.record_timing=False \
	    --ExecutePreprocessor.store_widget_state=False notebooks/*.ipynb
	$(BIN)/python -m jupyter nbconvert --to notebook --inplace \
	    --CoalesceStreamsPreprocessor.enabled=True \
	    --NotebookExporter.preprocessors=lesson.widgets.stored.WithoutWidgets \
	    --TagRemovePreprocessor.enabled=True \
	    --TagRemovePreprocessor.remove_all_outputs_tags=predict \
	    --TagRemovePreprocessor.remove_all_outputs_tags=unstored \
	    --ClearMetadataPreprocessor.enabled=True \
	    --ClearMetadataPreprocessor.clear_cell_metadata=False \
	    --ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec notebooks/*.ipynb

bench: repository .venv/installed
	$(BIN)/python -m benchmarks

# The learner's part begins with the versions of the whole, and so keeps them.
lock: LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
    --python-version 3.11 pyproject.toml
lock: repository .venv/installed
	$(LOCK) --extra grading --extra test --output-file requirements-dev.txt
	cp requirements-dev.txt requirements.txt
	$(LOCK) --output-file requirements.txt
	@echo "-e ." >> requirements.txt

repository:
	@test -d solutions || { echo "This is the student bundle: it has make lab, and no other target."; exit 1; }

.venv/installed: $(PINS) pyproject.toml
	@$(PYTHON) -c "$$CHECK_MACHINE"
	@echo "Setting up .venv: this takes a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PINS:%=-r %) || \
	    { echo "Setting up .venv stopped at the error above: mend it, then run make again."; exit 1; }
	@touch $@
