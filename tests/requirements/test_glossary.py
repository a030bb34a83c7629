"""The glossary in docs/ says what the data says."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from qms.requirements import glossary


def test_the_glossary_in_docs_is_current() -> None:
    text = glossary.path().read_text(encoding="utf-8")
    assert text == glossary.markdown(), "Run ./takt manage write_glossary"
    assert "| avvikelse | nonconformity / deviation |" in text


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glossary, "path", lambda: tmp_path / "glossary.md")
    call_command("write_glossary", stdout=StringIO())
    assert (tmp_path / "glossary.md").read_text(encoding="utf-8") == glossary.markdown()
