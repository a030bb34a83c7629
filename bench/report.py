"""Figures of a measurement as tables."""

import math
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from bench.pages import Page


@dataclass
class Figures:
    """One page at one size."""

    person: str
    name: str
    size: int
    ms: float
    p95: float
    cpu_ms: float
    sql_ms: float
    queries: int
    most_queries: int
    kilobytes: float
    status: str

    @classmethod
    def of(cls, page: Page, size: int) -> "Figures":
        """Return the figures of a page's answers."""
        answers = [a for a in page.answers if a.ms] or page.answers
        times = sorted(answer.ms for answer in answers)
        return cls(
            page.person, page.name, size, median(times), times[math.ceil(len(times) * 0.95) - 1],
            median(answer.cpu_ms for answer in answers),
            median(answer.sql_ms for answer in answers),
            round(median(answer.queries for answer in answers)),
            max(answer.queries for answer in answers),
            median(answer.size for answer in answers) / 1024,
            "/".join(sorted({answer.status[:3] for answer in answers})),
        )  # fmt: skip


def table(head: list[str], rows: Iterable[list[Any]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def of_size(figures: list[Figures], floor: Figures, size: int) -> str:
    """Return the table of one size."""
    rows = [_row(row, floor) for row in figures if row.size == size]
    head = [
        "as",
        "page",
        "ms (p95)",
        "x floor",
        "CPU ms",
        "x floor",
        "SQL",
        "SQL ms",
        "KB",
        "answers",
    ]
    return table(head, [_row(floor, floor), *rows])


def _row(row: Figures, floor: Figures) -> list[Any]:
    queries = str(row.queries)
    if row.most_queries != row.queries:
        queries += f" (most {row.most_queries})"
    return [
        row.person, row.name, f"{row.ms:.1f} ({row.p95:.1f})", f"{row.ms / floor.ms:.1f}",
        f"{row.cpu_ms:.1f}", f"{row.cpu_ms / floor.cpu_ms:.1f}",
        queries, f"{row.sql_ms:.1f}", f"{row.kilobytes:.1f}", row.status,
    ]  # fmt: skip


def growth(figures: list[Figures], sizes: list[int]) -> str:
    """Return how each page's time and SQL time grow: 0 = not at all, 1 = with the table."""
    first, last = sizes[0], sizes[-1]
    span = math.log(last / first)
    small = {(row.person, row.name): row for row in figures if row.size == first}
    rows = []
    for row in figures:
        before = small.get((row.person, row.name))
        if row.size == last and before and before.sql_ms and row.sql_ms:
            rows.append([
                row.person, row.name, f"{before.ms:.1f} → {row.ms:.1f}",
                f"{math.log(row.ms / before.ms) / span:.2f}",
                f"{before.sql_ms:.1f} → {row.sql_ms:.1f}",
                f"{math.log(row.sql_ms / before.sql_ms) / span:.2f}",
                f"{before.queries} → {row.queries}",
            ])  # fmt: skip
    return table(["as", "page", "ms", "exponent", "SQL ms", "exponent", "SQL"], rows)


def memory() -> Iterator[str]:
    """Yield this process's memory now and at most."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(("VmHWM", "VmRSS")):
                yield f"{line.split()[0][:-1]} {int(line.split()[1]) // 1024} MB"


def forget_peak() -> None:
    """Begin to measure the peak anew."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def heading(rounds: int, postgres: str) -> str:
    """Return what was measured and on what."""
    return (
        f"# Deviations: measured {date.today()}\n\n"
        f"Python {platform.python_version()}, PostgreSQL {postgres}, {rounds} interleaved rounds "
        "per size, in process through the whole WSGI handler with every middleware, DEBUG off. "
        "600 units of which 60 closed down, very uneven; the floor is a bare view that draws the "
        "same 25 rows from one query. Milliseconds are this machine's; ratios and counts carry "
        "over. Made by `python bench/deviations.py`.\n"
    )
