"""How long an old register of many rows takes to bring in, and how much memory at the most.

    python bench/importing.py --rows 200000

Makes a CSV file and a workbook with as many rows over fifty units, half of them closed, and with
doubles and faults in every hundredth row. Starts servers of its own and throws them away.
"""

import argparse
import csv
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from qms.embedded import services  # noqa: E402
from tools import environment, messages  # noqa: E402
from tools.throwaway import fresh_folder  # noqa: E402

UNITS = 50
HEADINGS = ("Ärendenr", "Inkom", "Enhet", "Händelse", "Allvar", "Åtgärd", "Handläggare", "Status",
            "Klart datum", "Övrigt")  # fmt: skip


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of an old register."""
    for line in range(count):
        n = line - (line % 100 == 99)  # every hundredth stands twice
        year, month, day = 2015 + n % 11, n % 12 + 1, n % 28 + 1
        number = f"{year}:{n:06d}"
        yield (
            number, f"{day:02d}/{month:02d}-{year % 100:02d}", f"Enhet {n % UNITS}",
            f"Kvällsdosen delades ut dubbelt i rum {n}, signeringslistan var inte ifylld.",
            ("Låg", "Medel", "Hög", "4")[n % 4], "Samtal med berörd; ny checklista",
            f"Person {n % 30}", ("Klar", "Öppen")[n % 2],
            "" if n % 2 else f"{year}-{month:02d}-28",
            "Ring 070-174 06 05" if n % 50 == 0 else "",
        )  # fmt: skip


def main(arguments: list[str]) -> int:
    """Start servers, make the files, read, check and store them, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kinds", nargs="+", default=["csv", "xlsx"])
    asked = parser.parse_args(arguments)
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # never somebody's real database: it is filled with nonsense
    with fresh_folder("bench") as var, services(var, "bench", throwaway=True) as running:
        os.environ.update(environment.as_owner(environment.for_site(running.var, running.env)))
        os.environ.update(DEBUG="0", HTTPS="0", ALLOWED_HOSTS="localhost")
        messages.compile_all()
        _prepare()
        for kind in asked.kinds:
            path = Path(var) / f"register.{kind}"
            _write(path, asked.rows)
            _bring_in(path, asked.rows)
    return 0


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from qms.organization.duties import Role
    from qms.organization.models import Unit, User

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_base", verbosity=0)
    top = Unit.found(by=None, parent=None, code="TOP", name="Koncernen", kind="group", authority="")
    for n in range(UNITS):
        Unit.found(by=None, parent=top, code=f"E{n}", name=f"Enhet {n}", kind="site", authority="E")
    user = User.objects.create_user("karin", first_name="Karin", last_name="Alm")
    top.appoint(user, Role.QUALITY_COORDINATOR, by=None)


def _write(path: Path, count: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="cp1252", newline="") as file:
            out = csv.writer(file, delimiter=";")
            out.writerow(HEADINGS)
            out.writerows(rows(count))
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    for row in (HEADINGS, *rows(count)):
        sheet.append(row)
    book.save(path)


def _bring_in(path: Path, count: int) -> None:
    from nonconformities.importing import storing
    from nonconformities.importing.preparing import Preparation, receive
    from nonconformities.importing.telling import the_sum
    from qms.organization.models import User

    karin: Any = User.objects.get(username="karin")
    print(f"\n{path.name}: {count:,} rows, {path.stat().st_size / 2**20:.1f} MB", flush=True)
    with path.open("rb") as file:
        row = _timed("receive", lambda: receive(file, path.name, path.stat().st_size, by=karin))
    row.register = path.name
    preparation = Preparation(row)
    _timed("read the names", preparation.survey)
    preparation.choose({q.kind: {} for q in preparation.questions()}, by=karin)
    _timed("check every row", preparation.check)
    storing.begin(row, by=karin, skips=True)
    counts = _timed("store", lambda: storing.store(row, by=karin))
    print(the_sum(counts, stored=True))
    _timed("take back", lambda: storing.withdraw(row, by=karin, reason="Prov"))


def _timed(what: str, do: Any) -> Any:
    begun = time.monotonic()
    result = do()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what:18} {time.monotonic() - begun:7.1f} s   peak {peak:6.0f} MB", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
