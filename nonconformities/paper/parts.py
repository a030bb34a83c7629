"""What a report is put together of: plain data, so that the file and its snapshot say the same."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

Block = dict[str, Any]


def section(title: str, *blocks: Block | None) -> dict[str, Any]:
    """Return a section with the blocks that say something."""
    return {"title": title, "blocks": [block for block in blocks if block]}


def text(words: str, heading: str = "") -> Block | None:
    """Return running text as somebody wrote it, or None when it is empty."""
    return {"heading": heading, "text": words.strip()} if words.strip() else None


def facts(rows: Iterable[tuple[str, Any]]) -> Block | None:
    """Return rows of label and value; those without a value are left out."""
    kept = [[str(label), str(value)] for label, value in rows if value not in (None, "")]
    return {"facts": kept} if kept else None


def table(caption: str, head: list[str], rows: list[list[Any]]) -> Block | None:
    """Return a table whose first column names the row; a cell is words or a list of lines."""
    return {"caption": caption, "head": head, "rows": rows} if rows else None


def bullets(items: Iterable[str], heading: str = "", *, chain: bool = False) -> Block | None:
    """Return a list; a chain is numbered, each line because of the next."""
    kept = list(items)
    return {"heading": heading, "chain" if chain else "list": kept} if kept else None


def day(moment: date | datetime | None) -> str:
    """Return a day in words, "" for none."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return date_format(moment, "j F Y") if moment else ""


def short_day(moment: date | datetime | None) -> str:
    """Return a day in figures, for a table."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return f"{moment:%Y-%m-%d}" if moment else ""


def yes_no(truth: bool) -> str:
    """Return yes or no."""
    return _("Yes") if truth else _("No")
