"""On release, write into a notebook which release it is."""

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from grading.examining.release import digest_of, stamp


class StampRelease(NbGraderPreprocessor):
    """Stamp a notebook as students get it: this step goes last."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Return the notebook with the digest of its release in the metadata."""
        stamp(nb.metadata, digest_of(nb.cells))
        return nb, resources
