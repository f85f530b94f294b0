"""How nbgrader finds the course's folders and what it does on release and in feedback."""

import os

c = get_config()  # noqa: F821  (nbgrader defines it when it reads this file)

c.CourseDirectory.course_id = "refresh-tokens"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# Such as postgresql+psycopg://grader@localhost/course; without it, gradebook.db in this folder.
if "GRADEBOOK_URL" in os.environ:
    c.CourseDirectory.db_url = os.environ["GRADEBOOK_URL"]

# In which zone the times are read that zips and LMSs write without one, such as Europe/Berlin.
c.Exchange.timezone = "UTC"

# Worked solutions stand beside their questions in solutions/ and leave on release.
c.GenerateAssignment.preprocessors.prepend(["nbconvert.preprocessors.TagRemovePreprocessor"])
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"worked"}
# What students get says which release it is, so that it is graded by that one.
c.GenerateAssignment.preprocessors.append("grading.plugins.stamp.StampRelease")

# An answer cell begins with its empty answer, so nothing stands in for the solution.
c.ClearSolutions.code_stub = {"python": ""}

# A submission is examined in a sandbox where nbgrader reads it, and its marks are written there.
c.Autograde.exporter_class = "grading.plugins.autograde.IsolatedExporter"
c.Autograde.sanitize_preprocessors = []
c.Autograde.autograde_preprocessors = []
# Else anyone on the machine could read what passes between the kernel and nbgrader.
c.KernelManager.transport_encryption = "auto"

# Who has no mark gets none there either, and a reason.
c.ExportApp.plugin_class = "grading.plugins.export.CsvExport"

# A page of feedback runs no script, whoever wrote what stands in it.
c.GenerateFeedback.exporter_class = "grading.reporting.safe_page.SafePage"

# The third takes all points out of what a person has yet to read. The fourth reads in the hidden
# tests what the fifth takes out.
c.GenerateFeedback.preprocessors = [
    "grading.plugins.read_grades.ReadGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    "grading.plugins.hold.HoldToRead",
    "grading.plugins.show_strength.ShowStrength",
    "grading.plugins.hide_tests.HideTests",
]
