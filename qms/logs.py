"""Keeps what people wrote, and keys that open something, out of the log.

A database error repeats the row that it refused; a refused page is logged with its address, and
the address of a receipt is the key to it.

PostgreSQL's own log is kept clean by its settings: qms/embedded/postgres.py, docker-compose.yml.
"""

import logging
import re
from collections.abc import Iterator

import psycopg
from django.db import Error as DjangoDatabaseError

# After these words PostgreSQL repeats values. A repr has the newline as two signs.
_REPEATS = r"(?:\n|\\n)\s*(?:DETAIL|CONTEXT|LINE \d+):"
_TAIL = re.compile(_REPEATS + r".*", re.DOTALL)
_KEY = re.compile(r"(/kvitto/)[^/\s?]+")
_FORMATTER = logging.Formatter()


class WithoutDetails(logging.Filter):
    """Drops what a database error says about values; the kind of error and the place stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, cleaned."""
        message = record.getMessage()
        if re.search(_REPEATS, message):
            record.msg, record.args = _TAIL.sub("", message), ()
        if _KEY.search(message):
            record.msg, record.args = _KEY.sub(r"\1…", message), ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = cleaned(record.exc_info[1], record.exc_text)
        return True


def cleaned(error: BaseException, text: str | None = None) -> str:
    """Return the traceback of an error without the values that the database repeated."""
    text = text or _FORMATTER.formatException((type(error), error, error.__traceback__))
    for each in chain(error):
        if isinstance(each, psycopg.Error | DjangoDatabaseError):
            told = str(each)
            text = text.replace(told, _TAIL.sub("", told))
    return text


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return an error and those behind it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]
