"""A case from an older register, with a secret word in every text, and a file that waits."""

from collections import Counter
from typing import Any

from django.utils import timezone

from nonconformities.importing.tally import Tally
from nonconformities.models import Import, Nonconformity, OldRow
from qms.organization.models import Unit, User
from tests.planted import case_at, word


def imported(unit: Unit, by: User) -> tuple[Nonconformity, Import]:
    """Return a case from an older register, and a file that waits to be read in."""
    facts: dict[str, Any] = {"register": "Pärmen", "filename": "p.csv", "size": 1}
    done = Import.objects.create(
        **facts, sha256="1" * 64, uploaded_by=by, status="stored", stored_at=timezone.now(),
        counts=Tally(Counter(ready=1)).as_json(),
    )  # fmt: skip
    case = case_at(
        "closed", unit, None, imported_in=done, channel="import",
        description=word("north", "old_description"),
    )  # fmt: skip
    case.tell("import", by=by)
    case.save()
    case.causes.create(method="free", text=word("north", "old_cause"), added_by=by)
    OldRow.objects.create(
        nonconformity=case, imported_in=done, row=2, register="Pärmen", number="2019:0042",
        digest="0" * 32, rest=[["Övrigt", word("north", "old_rest")]],
    )  # fmt: skip
    waiting = Import.objects.create(**facts, sha256="2" * 64, uploaded_by=by)
    return case, waiting
