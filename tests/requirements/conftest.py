"""The lists of requirements, loaded."""

import pytest

from qms.requirements import loading


@pytest.fixture
def lists(db: None) -> None:
    """The standards, editions and clauses of every installation."""
    loading.load()
