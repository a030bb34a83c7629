"""How fast the pages of deviations are, as three people, and how that grows with the table.

    python bench/deviations.py --sizes 1000 10000 100000 --rounds 25

Starts servers of its own, throws them away, prints tables and writes bench/results-<date>.md.
"""

import argparse
import os
import sys
import time
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
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args(arguments)
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's real database: it is filled with nonsense
    with fresh_folder("bench") as var, services(var, "bench", throwaway=True) as running:
        env = environment.as_owner(environment.for_site(running.var, running.env))
        os.environ.update(env)
        # As in production: no debugging, static files with their fingerprints, all templates kept.
        os.environ.update(DEBUG="0", HTTPS="0", ALLOWED_HOSTS="localhost")
        messages.compile_all()
        text = _measure(sorted(asked.sizes), asked.rounds)
    print(text)
    path = asked.out / f"results-{date.today()}.md"
    path.write_text(text, encoding="utf-8")
    print(f"\n{path}")
    return 0


def _measure(sizes: list[int], rounds: int) -> str:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import report
    from bench.seeding import Seeder

    for command in ("migrate", "load_base", "collectstatic"):
        options = {} if command == "load_base" else {"interactive": False}
        call_command(command, verbosity=0, **options)
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        parts = [report.heading(rounds, cursor.fetchone()[0])]
    seeder = Seeder()
    figures: list[Any] = []
    for size in sizes:
        begun = time.monotonic()
        seeder.grow_to(size)
        seeded = time.monotonic() - begun
        report.forget_peak()
        floor, measured = _of_size(seeder, size, rounds)
        figures += measured
        memory = ", ".join(report.memory())
        parts.append(f"## {size:,} deviations\n\nSeeded in {seeded:.0f} s; memory {memory}.\n")
        parts.append(report.of_size(measured, floor, size) + "\n")
    if len(sizes) > 1:
        parts.append(
            f"## Growth, {sizes[0]:,} → {sizes[-1]:,}\n\n{report.growth(figures, sizes)}\n"
        )
    return "\n".join(parts)


def _of_size(seeder: Any, size: int, rounds: int) -> tuple[Any, list[Any]]:
    """Visit every page once per round, the floor among them, so that noise hits all alike."""
    from django.core.cache import cache
    from django.core.wsgi import get_wsgi_application

    from bench import floor, pages, report
    from bench.visitor import Visitor
    from nonconformities.models import Nonconformity
    from qms.records.latest import latest

    cache.clear()
    application = get_wsgi_application()
    people = pages.people(application, seeder.place)
    floor.shown[:] = latest(Nonconformity.objects.reported(), people[0].user, floor.ROWS)
    bare = Visitor(floor.floor())
    ground = pages.Page("floor", "25 rows, one query", lambda: bare.get("/floor/"))
    every = [ground, *(page for person in people for page in person.pages())]
    for number in range(rounds + 2):
        for page in every:
            answer = page.visit()
            if number >= 2:  # the first two rounds warm up
                page.answers.append(answer)
    figures = [report.Figures.of(page, size) for page in every]
    return figures[0], figures[1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
