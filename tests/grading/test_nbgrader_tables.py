"""nbgrader's tables as they are written down, beside those of the nbgrader that is installed."""

import pytest
from nbgrader import api
from sqlalchemy import MetaData, create_mock_engine

from grading.gradebook.nbgrader_tables import NBGRADERS, VERSION
from grading.nbgrader_api import find_alembic


def statements(url: str, tables: MetaData) -> list[str]:
    """Return the statements that make these tables in a database of this kind."""
    found: list[str] = []
    engine = create_mock_engine(
        url, lambda made, *_, **__: found.append(str(made.compile(dialect=engine.dialect)))
    )
    tables.create_all(engine, checkfirst=False)
    return sorted(found)


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://"])
def test_are_the_tables_those_of_nbgrader(url):
    assert statements(url, NBGRADERS) == statements(url, api.Base.metadata)
    assert len(NBGRADERS.tables) == 13


@pytest.mark.starts("alembic")
def test_is_the_version_that_of_nbgrader():
    find_alembic()
    assert api.get_alembic_version() == VERSION
