"""The words we use, written from data/glossary.csv to docs/glossary.md, so that they never differ.

Related words stand together in the file, so its order is kept.
"""

import re
from functools import cache
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


@cache
def meanings() -> dict[str, str]:
    """Return what our words mean, in Swedish, for those that need to be explained."""
    rows = ((row["sv"], row["means"]) for row in read("glossary.csv") if row["means"])
    return {re.sub(r" \(.*\)", "", word): means for word, means in rows}


@cache
def known_words() -> frozenset[str]:
    """Return the single words of the glossary: everybody who works here meets them."""
    words = (word for row in read("glossary.csv") for word in row["sv"].split(" / "))
    return frozenset(word for word in words if word.isalpha())
