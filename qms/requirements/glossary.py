"""The words we use, written from data/glossary.csv to docs/glossary.md, so that they never differ.

Related words stand together in the file, so its order is kept.
"""

from pathlib import Path

from django.conf import settings

from qms.requirements.loading import read

HEAD = """\
# Glossary

Swedish words on the screen and the English words of the code and the standard.
Written by `./takt manage write_glossary` from `qms/requirements/data/glossary.csv`: change that.

| Swedish | English | Note |
|---|---|---|
"""


def path() -> Path:
    """Return where the glossary is kept."""
    return Path(settings.BASE_DIR) / "docs" / "glossary.md"


def markdown() -> str:
    """Return the glossary as a table."""
    rows = [[row["sv"], row["en"], row["note"]] for row in read("glossary.csv")]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in cells)
