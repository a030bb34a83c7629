"""Who gets a file: whoever may read its record, and nobody else can tell that it is there."""

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile

from nonconformities.models import Nonconformity
from qms.organization.models import User
from qms.records.models import Attachment

KINDS = {
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "odt": "application/vnd.oasis.opendocument.text",
}


def hang(record: Any, by: User | None, ending: str = "jpg") -> Attachment:
    """Hang a file on a record."""
    return Attachment.objects.create(
        record=record, file=ContentFile(b"bytes", "x"), name=f'Dosett "1" på ängen.{ending}',
        media_type=KINDS[ending], size=5, sha256="", added_by=by,
    )  # fmt: skip


@pytest.fixture
def case(
    cast: SimpleNamespace, units: SimpleNamespace, settings: Any, tmp_path: Path
) -> Nonconformity:
    """Anna has reported; Bo handles it. Files lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    case = Nonconformity.objects.create(
        unit=units.north, description="Fel dos i dosetten.", reported_by=cast.anna
    )
    case.report(by=cast.anna)
    return case


def answers(sign_in: Any, cast: SimpleNamespace, file: Attachment) -> dict[str, int]:
    """What each of the cast gets."""
    return {
        name: sign_in(person).get(file.get_absolute_url()).status_code
        for name, person in vars(cast).items()
    }


def test_the_reporters_photo_is_for_the_reporter_and_the_line(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    allowed = {"anna", "bo", "berit", "eva", "ines"}
    got = answers(sign_in, cast, hang(case, cast.anna))
    assert got == {name: 200 if name in allowed else 404 for name in vars(cast)}


def test_what_the_investigation_collects_is_not_for_the_reporter(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    got = answers(sign_in, cast, hang(case, cast.bo))
    assert got["bo"] == 200
    assert got["anna"] == 404


def test_a_file_on_a_draft_is_its_authors_alone(
    units: SimpleNamespace, cast: SimpleNamespace, sign_in: Any, case: Nonconformity
) -> None:
    draft = Nonconformity.objects.create(
        unit=units.north, description="Hal trappa.", reported_by=cast.anna
    )
    got = answers(sign_in, cast, hang(draft, cast.anna))
    assert [name for name, status in got.items() if status == 200] == ["anna"]


def test_signed_out_one_is_asked_to_sign_in(case: Nonconformity, client: Any) -> None:
    answer = client.get(hang(case, None).get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"].startswith("/logga-in/")


@pytest.mark.parametrize(
    ("ending", "way"),
    [("jpg", "inline"), ("pdf", "inline"), ("txt", "attachment"), ("odt", "attachment")],
)
def test_a_file_is_sent_locked_in(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any, ending: str, way: str
) -> None:
    answer = sign_in(cast.bo).get(hang(case, cast.anna, ending).get_absolute_url())
    assert b"".join(answer.streaming_content) == b"bytes"
    assert answer["Content-Type"].startswith(KINDS[ending])
    assert answer["Content-Disposition"].startswith(f"{way}; filename*=utf-8''Dosett%20%221%22")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert ("sandbox" in answer["Content-Security-Policy"]) == (ending != "pdf")


def test_a_file_that_is_gone_from_the_disk_is_told(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    file = hang(case, cast.anna)
    file.file.storage.delete(file.file.name)
    answer = sign_in(cast.bo).get(file.get_absolute_url())
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "Filen saknas" in text
    assert case.get_absolute_url() in text


def test_a_file_that_never_was_is_not_found(cast: SimpleNamespace, sign_in: Any) -> None:
    assert sign_in(cast.bo).get(f"/filer/{uuid.uuid4()}/").status_code == 404
    assert sign_in(cast.bo).post(f"/filer/{uuid.uuid4()}/").status_code == 405
