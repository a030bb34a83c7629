"""The launcher's tests use servers of their own, never those the other tests run on."""

import os
from pathlib import Path

import pytest

OTHERS = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "TAKT_VAR", "PORT")


@pytest.fixture(autouse=True)
def _no_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OTHERS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clean_env() -> dict[str, str]:
    """The environment of a person who set nothing."""
    return {name: value for name, value in os.environ.items() if name not in OTHERS}


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data folder with the signs that trouble addresses: a blank, å and a percent sign."""
    return tmp_path / "dåta 100%"
