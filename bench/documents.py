"""How fast the library and its search are, as three people, and how that grows with the table.

    python bench/documents.py --sizes 2000 20000 --rounds 25

Each document has three versions. Starts servers of its own, throws them away, prints tables and
writes bench/results-documents-<date>.md.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from qms.embedded import services  # noqa: E402
from tools import environment, messages  # noqa: E402
from tools.throwaway import fresh_folder  # noqa: E402


def main(arguments: list[str]) -> int:
    """Start servers, measure every size, tell and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 20_000])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args(arguments)
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's real database: it is filled with nonsense
    with fresh_folder("bench") as var, services(var, "bench", throwaway=True) as running:
        env = environment.as_owner(environment.for_site(running.var, running.env))
        os.environ.update(env)
        os.environ.update(DEBUG="0", HTTPS="0", ALLOWED_HOSTS="localhost")
        messages.compile_all()
        text = _measure(sorted(asked.sizes), asked.rounds)
    print(text)
    path = asked.out / f"results-documents-{date.today()}.md"
    path.write_text(text, encoding="utf-8")
    print(f"\n{path}")
    return 0


def _measure(sizes: list[int], rounds: int) -> str:
    import django

    django.setup()
    from django.core.management import call_command

    from bench import report
    from bench.seeding import Seeder
    from bench.shelves import Shelver

    for command in ("migrate", "load_base", "collectstatic"):
        options = {} if command == "load_base" else {"interactive": False}
        call_command(command, verbosity=0, **options)
    parts = [
        f"# Documents: measured {date.today()}\n\n{rounds} rounds, every page once a round, the "
        "floor (a bare view of 25 rows from one query) among them; medians. Load when it began: "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores. 600 units, 2,000 people.\n"
    ]
    place = Seeder().place
    shelver, figures = Shelver(place), []
    for size in sizes:
        begun = time.monotonic()
        shelver.grow_to(size)
        seeded = time.monotonic() - begun
        floor, measured = _of_size(place, size, rounds)
        figures += measured
        head = f"## {size:,} documents, {3 * size:,} versions\n\nSeeded in {seeded:.0f} s.\n"
        parts += [head, report.of_size(measured, floor, size) + "\n"]
    if len(sizes) > 1:
        parts.append(f"## Growth\n\n{report.growth(figures, sizes)}\n")
    return "\n".join(parts)


def _of_size(place: Any, size: int, rounds: int) -> tuple[Any, list[Any]]:
    """Visit every page once per round, the floor among them, so that noise hits all alike."""
    from django.core.cache import cache
    from django.core.wsgi import get_wsgi_application

    from bench import pages, report, shelf_floor
    from bench.visitor import Visitor

    cache.clear()
    application = get_wsgi_application()
    bare = Visitor(shelf_floor.floor())
    ground = pages.Page("floor", "25 rows, one query", lambda: bare.get("/floor/"))
    every = [ground, *_pages(application, place)]
    for number in range(rounds + 2):
        for page in every:
            answer = page.visit()
            if number >= 2:  # the first two rounds warm up
                page.answers.append(answer)
    figures = [report.Figures.of(page, size) for page in every]
    return figures[0], figures[1:]


def _pages(application: Any, place: Any) -> Iterator[Any]:
    """Yield the pages of each of three people."""
    from bench.pages import Page
    from bench.shelves import COMMON, RARE
    from bench.visitor import Visitor
    from qms.organization.models import User

    for label, person in (
        ("ordinary, 40 appointments", place.ordinary),
        ("head of one unit", place.head),
        ("coordinator", place.coordinator),
    ):
        visitor = Visitor(application, User.objects.get(pk=person.pk))
        for name, query in (
            ("library", "dokument/"),
            ("library, my unit", "dokument/?enhet=min"),
            ("library, letter", "dokument/?bokstav=S"),
            ("search, rare word", f"dokument/?q={RARE}"),
            ("search, common word", f"dokument/?q={COMMON}"),
            ("search, in titles and texts", "dokument/?q=hygienkontroll"),
            ("search, misspelled", "dokument/?q=hyggienkontrol"),
            ("great search, common word", f"sok/?q={COMMON}"),
        ):
            yield Page(label, name, lambda visitor=visitor, query=query: visitor.get(f"/{query}"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
