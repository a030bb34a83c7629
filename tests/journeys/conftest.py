"""The people of the journeys, each in a browser of their own."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.journeys.walker import Walker


@pytest.fixture
def town(base: None, cast: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """The cast in their units, with grades and categories, and a place for files."""
    settings.MEDIA_ROOT = tmp_path
    return cast


@pytest.fixture
def enter(town: SimpleNamespace) -> Callable[[str], Walker]:
    """Let somebody sign in, in a browser of the person's own."""
    return Walker
