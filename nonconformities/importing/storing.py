"""Stores what was planned, a batch to a transaction; begins again where it was stopped."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _

from nonconformities.importing.names import MANAGER
from nonconformities.importing.planning import Outcome, Ready, known_already
from nonconformities.importing.preparing import Preparation
from nonconformities.importing.tally import Tally
from nonconformities.models import Cause, Import, Nonconformity, OldRow
from nonconformities.models.case import new_receipt_code
from nonconformities.models.status import Status
from qms.history.models import Event
from qms.organization.models import Unit, User
from qms.records.bulk import Ids, copy_rows
from qms.records.line import Line
from qms.records.models import NumberSeries

Tell = Callable[[int], None]
_PREFIX = "AVV"


def begin(row: Import, *, by: User, skips: bool) -> bool:
    """Decide that the checked rows become cases. False when somebody has done so already.

    Raises ValidationError when nothing is checked, nothing is ready, or rows would be left out
    that nobody has agreed to leave out.
    """
    with transaction.atomic():
        row.lock()
        if row.status in {Import.Status.STORING, Import.Status.STORED}:
            return False
        if row.status != Import.Status.UPLOADED or not row.has_file:
            raise ValidationError(_("The file has been removed. Send it again."))
        if not row.counts:
            raise ValidationError(_("Something was changed. Check the rows again."))
        if not row.counts["ready"]:
            raise ValidationError(_("No row can be imported. Mend the rows and send them again."))
        if row.counts["failed"] and not skips:
            raise ValidationError(_("Say that the rows to mend are left out, or mend them first."))
        row.status, row.counts = Import.Status.STORING, {"planned": row.counts}
        row.tell("begin", by=by)
        row.save()
    return True


def store(row: Import, *, by: User, tell: Tell = lambda done: None) -> dict[str, Any]:
    """Make cases of the rows. Safe to run again: what is stored is not stored once more.

    Each batch of rows is one transaction, in which the import remembers how far it has come.
    """
    preparation = Preparation(row)
    shelf = _Shelf(row, preparation, by)
    for batch in preparation.planner().batches():
        if batch[-1].row > row.stored_upto:
            shelf.put([each for each in batch if each.row > row.stored_upto])
        tell(batch[-1].row)
    with transaction.atomic():
        row.lock()
        if row.status == Import.Status.STORING:
            row.status, row.stored_at = Import.Status.STORED, timezone.now()
            row.tell("store", by=by, changes={"cases": [0, row.counts["ready"]]})
            row.save()
    return row.counts


class _Shelf:
    """Makes rows of cases and puts them into the database."""

    def __init__(self, row: Import, preparation: Preparation, by: User) -> None:
        self.row, self.by = row, by
        self.people = preparation.directory.person_by_username
        self.managers: dict[int, User | None] = {}
        self.ids = {model: Ids(model, 1000) for model in (Nonconformity, Cause, OldRow, Event)}

    def put(self, batch: list[Outcome]) -> None:
        """Store one batch, and that it is stored."""
        with transaction.atomic(), connection.cursor() as cursor:
            # Two files of one register at once wait for each other: a number comes in once.
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [self.row.register])
            self.row.lock()
            if self.row.status != Import.Status.STORING or self.row.stored_upto >= batch[-1].row:
                return
            left = [each for each in batch if each.row > self.row.stored_upto]
            outcomes = known_already(self.row.register, left)
            self._store([each for each in outcomes if isinstance(each, Ready)])
            tally = Tally.of(self.row.counts)
            tally.take(outcomes)
            self.row.counts = tally.as_json() | {"planned": self.row.counts.get("planned", {})}
            self.row.stored_upto = batch[-1].row
            self.row.save(update_fields=["counts", "stored_upto"])

    def _store(self, rows: list[Ready]) -> None:
        cases: list[Any] = []
        beside: dict[type, list[Any]] = defaultdict(list)
        numbers, codes = self._numbers(rows), _codes(len(rows))
        for ready, number, code in zip(rows, numbers, codes, strict=True):
            case = self._case(ready, number, code)
            cases.append(case)
            event = case.next_event(
                "import", by=self.by,
                changes={"number": [None, number], "status": [None, case.status],
                         "import": [None, str(self.row.uid)], "row": [None, ready.row]},
            )  # fmt: skip
            event.pk = self.ids[Event].take()
            beside[Event].append(event)
            beside[OldRow].append(self._old_row(ready, case))
            if ready.cause:
                beside[Cause].append(self._cause(ready, case))
        copy_rows(cases)
        for kept in beside.values():
            copy_rows(kept)

    def _numbers(self, rows: Iterable[Ready]) -> list[str]:
        """Return a number for each row, of the series of the year it was reported."""
        years = [timezone.localdate(each.facts["reported_at"]).year for each in rows]
        series = {
            year: iter(NumberSeries.take_many(_PREFIX, year, years.count(year)))
            for year in sorted(set(years))
        }
        return [next(series[year]) for year in years]

    def _case(self, ready: Ready, number: str, code: str) -> Nonconformity:
        unit, name = ready.unit, ready.unit.name
        if ready.facts["status"] == Status.REPORTED:
            unit = _living(unit)
        return Nonconformity(
            pk=self.ids[Nonconformity].take(), number=number, receipt_code=code, unit=unit,
            unit_name=name, channel=Nonconformity.Channel.IMPORT, imported_in=self.row,
            created_by=self.by, responsible=self._responsible(ready, unit), **ready.facts,
        )  # fmt: skip

    def _responsible(self, ready: Ready, unit: Unit) -> User | None:
        """Return who answers for what is open: the handler if still there, else the manager."""
        if ready.facts["status"] != Status.REPORTED:
            return None
        person = self.people.get(ready.handler) if ready.handler != MANAGER else None
        if person and person.is_active and unit.authority in person.authorities:
            return person
        if unit.pk not in self.managers:
            self.managers[unit.pk] = Line(unit).nearest_manager()
        return self.managers[unit.pk]

    def _old_row(self, ready: Ready, case: Nonconformity) -> OldRow:
        return OldRow(
            pk=self.ids[OldRow].take(), nonconformity=case, imported_in=self.row, row=ready.row,
            register=self.row.register, number=ready.number, digest=ready.digest,
            rest=ready.rest, flags=[str(flag) for flag in ready.flags],
        )  # fmt: skip

    def _cause(self, ready: Ready, case: Nonconformity) -> Cause:
        return Cause(
            pk=self.ids[Cause].take(), nonconformity=case, method=Cause.Method.FREE,
            text=ready.cause, added_by=self.by, added_at=timezone.now(),
        )  # fmt: skip


def _living(unit: Unit) -> Unit:
    """Return the unit that took over from a closed one, within its authority."""
    for _step in range(10):
        after = unit.successor
        if unit.valid_until is None or unit.valid_until >= timezone.localdate() or after is None:
            break
        if not unit.same_authority(after):
            break
        unit = after
    return unit


def _codes(count: int) -> list[str]:
    """Return receipt codes that nobody has."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_receipt_code() for _n in range(count - len(codes))}
        taken = Nonconformity.objects.filter(receipt_code__in=fresh)
        codes |= fresh - set(taken.values_list("receipt_code", flat=True))
    return list(codes)


# --- Taken back ----------------------------------------------------------------------------------


def withdraw(row: Import, *, by: User, reason: str, tell: Tell = lambda done: None) -> int:
    """Take every case of an import back, all or none. Returns how many.

    Raises ValidationError when somebody has worked with one of them.
    """
    with transaction.atomic():
        row.lock()
        if not row.is_begun:
            return 0
        rows = Nonconformity.objects.filter(imported_in=row).exclude(status=Status.VOID)
        rows = rows.select_for_update(of=("self",)).defer("search").order_by("pk")
        count, last = 0, 0
        while cases := list(rows.filter(pk__gt=last)[:1000]):
            if any(case.event_count > 1 for case in cases):
                raise ValidationError(_touched())
            void(cases, by=by, reason=reason)
            count, last = count + len(cases), cases[-1].pk
            tell(count)
        OldRow.objects.filter(imported_in=row).update(is_withdrawn=True)
        row.status, row.withdrawn_at = Import.Status.WITHDRAWN, timezone.now()
        row.tell("withdraw", by=by, note=reason, changes={"cases": [count, 0]})
        row.save()
    return count


def years_of(row: Import) -> list[dict[str, Any]]:
    """Return the years of the cases, and how many there are of each."""
    cases = row.cases.exclude(status=Status.VOID).order_by()
    found = cases.annotate(year=ExtractYear("reported_at")).values("year")
    return list(found.annotate(count=Count("pk")).order_by("year"))


def void(cases: list[Nonconformity], *, by: User, reason: str) -> None:
    """Do with many what the verb `take_back` does with one, and tell just what it tells."""
    events, ids = [], Ids(Event, len(cases))
    for case in cases:
        changes: dict[str, list[Any]] = {"status": [case.status, Status.VOID.value]}
        if case.due_on:
            changes["due_on"] = [case.due_on.isoformat(), None]
        case.status, case.due_on = Status.VOID, None
        event = case.next_event("take_back", by=by, note=reason, changes=changes)
        event.pk = ids.take()
        events.append(event)
    copy_rows(events)
    Nonconformity.objects.bulk_update(cases, ["status", "due_on", "event_count", "event_head"])


def _touched() -> str:
    return _(
        "Somebody has worked with one of the cases since. Take back the others one by one, from "
        "each case's page."
    )


KEPT = timedelta(days=7)


def give_up(row: Import, *, by: User | None) -> None:
    """Stop before anything is stored, and remove the file."""
    with transaction.atomic():
        row.lock()
        if row.status != Import.Status.UPLOADED:
            return
        row.status = Import.Status.GIVEN_UP
        row.tell("give_up", by=by)
        row.save()
    row.drop_files()


def tidy() -> int:
    """Remove the files of what is over, and give up what nobody has gone on with. Returns how many.

    Safe to run twice. The rows to mend are kept a day after the import, to be fetched. One that
    stopped half way for so long keeps its cases, to be taken back or kept, and loses its file.
    """
    now, count = timezone.now(), 0
    for row in Import.objects.waiting().filter(uploaded_at__lt=now - KEPT):
        give_up(row, by=None)
        count += 1
    for row in Import.objects.filter(status=Import.Status.STORING).exclude(file="", faults=""):
        if row.uploaded_at < now - KEPT:
            row.drop_files()
            count += 1
    over = [Import.Status.STORED, Import.Status.WITHDRAWN, Import.Status.GIVEN_UP]
    for row in Import.objects.filter(status__in=over).exclude(file="", faults=""):
        if (row.withdrawn_at or row.stored_at or now) < now - timedelta(hours=20):
            row.drop_files()
            count += 1
    return count
