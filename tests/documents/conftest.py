"""What the stories about documents begin with."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from documents.models import Document, DocumentType, Version
from qms.organization.duties import Role
from qms.organization.models import User
from tests.group import person

DAY = timedelta(days=1)


@pytest.fixture
def routine(base: None) -> DocumentType:
    """The kind that unit managers adopt."""
    return DocumentType.objects.get(code="rutin")


@pytest.fixture
def people(cast: SimpleNamespace, units: SimpleNamespace) -> SimpleNamespace:
    """The cast, with somebody more who writes and two who review."""
    more = {
        "pia": person("pia", "Ros", (units.home_care, Role.PROCESS_OWNER)),
        "maj": person("maj", "Lind", (units.north, Role.STAFF)),
        "siv": person("siv", "Hav", (units.south, Role.STAFF)),
    }
    return SimpleNamespace(**vars(cast), **more)


@pytest.fixture
def document(people: SimpleNamespace, units: SimpleNamespace, routine: DocumentType) -> Document:
    """Pia has begun a routine of home care and written its text."""
    made = Document.begin(
        by=people.pia, title="Dosett", unit=units.home_care, document_type=routine,
        openness="authority",
    )  # fmt: skip
    made.versions.get().save_text(
        by=people.pia, summary="Dubbelkontroll.", body="<p>Kontrollera dosetten.</p>"
    )
    return made


@pytest.fixture
def adopted(people: SimpleNamespace) -> Callable[..., Version]:
    """Return how a draft is sent, approved and adopted: by Maj and Berit."""

    def _adopted(version: Version, on: date | None = None, **more: Any) -> Version:
        version.refresh_from_db()
        reviewer: User = more.pop("reviewer", people.maj)
        version.send_to_review(
            by=people.pia, reviewers=[(reviewer, None)], in_order=False, quorum=None
        )
        version.approve(by=reviewer)
        version.refresh_from_db()
        by = more.pop("by", people.berit)
        version.adopt(by=by, valid_from=on or timezone.localdate(), **more)
        version.refresh_from_db()
        return version

    return _adopted


def written(document: Document, by: User, *, is_minor: bool = False) -> Version:
    """Return the next version, with its text."""
    version = document.new_version(by=by, is_minor=is_minor)
    version.save_text(by=by, news="Ny blankett.", body="<p>Ny text.</p>")
    return version
