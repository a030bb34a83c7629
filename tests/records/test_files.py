"""What comes in as a file: it is what its content is, and carries nothing it need not."""

import contextlib
import errno
import hashlib
import io
import struct
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from nonconformities.models import Nonconformity
from qms.records import pictures
from qms.records.fields import FilesField
from qms.records.files import MOST_NAME, check, clean_name
from qms.records.models import Attachment
from qms.records.refusals import NoRoom
from qms.records.uploads import BoundedUploadHandler

ORIENTATION, MAKE, ARTIST, GPS = 0x0112, 0x010F, 0x013B, 0x8825


def upload(name: str, content: bytes, stated: str = "application/octet-stream") -> Any:
    """A file as a browser sends it: with a name and a type that may be lies."""
    return SimpleUploadedFile(name, content, content_type=stated)


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "#864").save(out, kind, **more)
    return out.getvalue()


def telling_photo() -> bytes:
    """A photograph that tells where, with what and by whom it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[ARTIST] = 6, "Kamera AB", "Anna Berg"
    exif[GPS] = {1: "N", 2: (57.0, 45.0, 30.0), 3: "E", 4: (16.0, 38.0, 0.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return picture(exif=exif, comment=b"Annas kamera", icc_profile=profile) + b"film med ljud"


def package(*parts: str, mimetype: str = "") -> bytes:
    """A zip with named parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for part in parts:
            file.writestr(part, "x")
    return out.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")
ODT = package("content.xml", mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (picture("JPEG"), "image/jpeg", "x.jpg"),
        (picture("PNG"), "image/png", "x.png"),
        (picture("WEBP"), "image/webp", "x.webp"),
        (picture("GIF"), "image/gif", "x.gif"),
        (b"%PDF-1.7\n%%EOF", "application/pdf", "x.pdf"),
        (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "x.docx"),
        (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "x.xlsx"),
        (ODT, "application/vnd.oasis.opendocument.text", "x.odt"),
        ("Håll dörren stängd 🚪 שלום\r\n".encode(), "text/plain", "x.txt"),
        (b"\xef\xbb\xbfmed m\xc3\xa4rke", "text/plain", "x.txt"),
    ],
)
def test_a_file_is_what_its_content_is_whatever_its_name_says(
    content: bytes, media_type: str, name: str
) -> None:
    attachment = check(upload("x.exe", content, "text/html"))
    assert (attachment.media_type, attachment.name) == (media_type, name)
    stored = attachment.file.read()
    assert len(stored) == attachment.size
    assert hashlib.sha256(stored).hexdigest() == attachment.sha256


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "program"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 200, "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (b"<!DOCTYPE html><title>x</title>", "PDF"),
        (b"hej <script>alert(1)</script>", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 60, "skärmbild"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 60, "stillbilder"),
        (package("a.txt"), "docx"),
        (package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "docx"),
        (package("Basic/x.xml", mimetype="application/vnd.oasis.opendocument.text"), "docx"),
        (b"PK\x03\x04 not a zip at all", "docx"),
        (b"text with a NUL \x00 in it", "docx"),
        ("på svenska".encode("utf-16"), "docx"),
        ("på svenska".encode("latin-1"), "docx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "docx"),
    ],
)
def test_what_could_be_run_or_cannot_be_shown_is_refused_in_a_sentence(
    content: bytes, says: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        check(upload("bild.jpg", content, "image/jpeg"))
    assert "bild.jpg" in refusal.value.message
    assert says in refusal.value.message


def test_a_photograph_keeps_its_pixels_and_nothing_else() -> None:
    before = telling_photo()
    assert b"Anna Berg" in before
    attachment = check(upload("IMG_0001.JPG", before))
    after = attachment.file.read()
    for secret in (b"Anna", b"Kamera", b"Exif", b"film med ljud", b"ICC_PROFILE"):
        assert secret not in after
    with Image.open(io.BytesIO(after)) as shown:
        assert not shown.getexif()
        assert shown.size == (40, 60), "turned the right way up"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_pictures_lose_what_they_tell_too(kind: str) -> None:
    exif = Image.Exif()
    exif[ARTIST] = "Anna Berg"
    more = {"comment": b"Anna Berg"} if kind == "GIF" else {"exif": exif, "xmp": b"Anna Berg"}
    after = check(upload("x", picture(kind, **more))).file.read()
    assert b"Anna" not in after


def test_a_picture_with_transparency_or_four_inks_is_kept() -> None:
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "PNG", transparency=0)
    shown = Image.open(check(upload("x.png", out.getvalue())).file)
    assert shown.info["transparency"] == 0
    out = io.BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG")
    assert Image.open(check(upload("x.jpg", out.getvalue())).file).mode == "RGB"


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(ValidationError, match="skadad"):
        check(upload("x.jpg", picture(size=(400, 400))[:700]))


@given(st.binary(min_size=1, max_size=300), st.integers(0, 200))
@hypothesis_settings(deadline=None)
def test_any_damage_gives_a_file_or_a_sentence_never_a_crash(noise: bytes, at: int) -> None:
    for whole in (picture("PNG"), picture("GIF"), picture("WEBP"), DOCX, noise):
        with contextlib.suppress(ValidationError):
            check(upload("x", whole[:at] + noise + whole[at + len(noise) :]))


def test_a_picture_bomb_is_refused_before_it_is_unpacked() -> None:
    header = picture("PNG", (1, 1))
    body = struct.pack(">II", 30_000, 30_000) + b"\x08\x02\x00\x00\x00"
    bomb = header[:16] + body + header[29:]
    with pytest.raises(ValidationError):
        check(upload("x.png", bomb))
    with (
        mock.patch.object(pictures, "MAX_IMAGE_PIXELS", 100),
        pytest.raises(ValidationError, match="upplösning"),
    ):
        check(upload("x.png", picture("PNG")))


def test_a_photo_of_60_mb_is_told_how_to_become_smaller(settings: Any) -> None:
    photo = upload("stor.jpg", picture())
    photo.size = 60 * 2**20
    with pytest.raises(ValidationError) as refusal:
        check(photo)
    assert "60 MB" in refusal.value.message
    assert "25 MB" in refusal.value.message
    assert "lägre upplösning" in refusal.value.message


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ValidationError, match="tom"):
        check(upload("x.pdf", b""))


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\anna\bild.jpg", "bild.jpg"),
        ("bild\u202egpj.exe", "bildgpj.exe"),
        ("a\x00b\nc\u200d.txt", "abc.txt"),
        ("  ..  ", "fil"),
        ("", "fil"),
        ('vad? "nu" <b>.pdf', "vad_ _nu_ _b_.pdf"),
        ("a\u0308ngen.jpg", "ängen.jpg"),
        ("🦊.png", "🦊.png"),
    ],
)
def test_a_name_can_neither_lead_astray_nor_hide_its_ending(given_name: str, name: str) -> None:
    assert clean_name(given_name) == name


@given(st.text(max_size=400))
def test_every_name_becomes_a_short_printable_one(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= MOST_NAME
    assert cleaned.isprintable()
    assert not set(cleaned) & set('/\\<>:"|?*')


def test_a_long_name_keeps_its_ending() -> None:
    name = check(upload("å" * 300 + ".jpeg", picture())).name
    assert len(name) == MOST_NAME
    assert name.endswith(".jpeg")


def test_several_files_are_checked_one_by_one() -> None:
    field = FilesField()
    good, bad = upload("a.png", picture("PNG")), upload("b.exe", b"MZ\0\0")
    assert [file.name for file in field.clean([good])] == ["a.png"]
    with pytest.raises(ValidationError) as refusal:
        field.clean([good, bad, upload("c.pdf", b"")])
    assert ["b.exe" in refusal.value.messages[0], len(refusal.value.messages)] == [True, 2]
    with pytest.raises(ValidationError, match="högst 10"):
        field.clean([good] * 11)
    with pytest.raises(ValidationError):
        field.clean([])
    assert FilesField(required=False).clean(None) == []


@pytest.mark.parametrize(
    "content", [b"bara text", b"%PDF-1.7 ...", package("word/document.xml")], ids=str
)
def test_where_only_pictures_come_in_nothing_else_does(content: bytes) -> None:
    field = FilesField(only_pictures=True)
    assert len(field.clean([upload("a.png", picture("PNG"))])) == 1
    with pytest.raises(ValidationError, match="ingen bild"):
        field.clean([upload("a.png", content, "image/png")])


# --- Storing ------------------------------------------------------------------------------------


@pytest.fixture
def draft(cast: SimpleNamespace, units: SimpleNamespace, settings: Any, tmp_path: Path) -> Any:
    """Anna has begun a report; files go to a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return Nonconformity.objects.create(
        unit=units.north, description="Fel dos i dosetten.", reported_by=cast.anna
    )


def test_a_file_lies_under_its_own_id_and_is_told_in_the_story(
    draft: Nonconformity, cast: SimpleNamespace, tmp_path: Path
) -> None:
    draft.attach(by=cast.anna, files=[check(upload("dosett.jpg", picture()))])
    kept = Attachment.objects.get()
    assert kept.record == draft
    assert kept.added_by == cast.anna
    assert (tmp_path / kept.uid.hex[:2] / kept.uid.hex).is_file()
    assert draft.story.get().note == "dosett.jpg"


def test_a_full_disk_is_told_and_nothing_half_is_kept(
    draft: Nonconformity, cast: SimpleNamespace
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    files = [check(upload("dosett.jpg", picture()))]
    with (
        mock.patch.object(FileSystemStorage, "_save", side_effect=full),
        pytest.raises(NoRoom, match=r"dosett\.jpg"),
    ):
        draft.attach(by=cast.anna, files=files)
    assert not Attachment.objects.exists()
    assert not draft.story.exists()


def received(pieces: list[bytes], handler: BoundedUploadHandler) -> Any:
    """Let a handler receive a file piece by piece."""
    with contextlib.suppress(StopFutureHandlers):
        handler.new_file("files", "x.jpg", "image/jpeg", None)
    for number, piece in enumerate(pieces):
        handler.receive_data_chunk(piece, number)
    return handler.file_complete(sum(map(len, pieces)))


def test_a_huge_file_is_counted_but_not_kept(settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = settings.IMPORT_MAX_BYTES = 1000
    file = received([b"x" * 600] * 50, BoundedUploadHandler())
    assert file.size == 30_000
    assert Path(file.temporary_file_path()).stat().st_size <= 1000
    with pytest.raises(ValidationError, match="MB"):
        check(file)


def test_many_files_at_once_are_kept_up_to_a_limit_and_the_rest_are_named(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    handler = BoundedUploadHandler()
    first, second = (received([b"x" * 300] * 2, handler) for _number in range(2))
    assert Path(first.temporary_file_path()).stat().st_size == 600
    assert Path(second.temporary_file_path()).stat().st_size == 300
    assert check(first).size == 600
    with pytest.raises(ValidationError, match=r"x\.jpg"):
        check(second)


def test_what_no_form_could_send_is_not_even_read(settings: Any, client: Any, db: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    page = client.post("/logga-in/", {"files": upload("x.txt", b"x" * 100)})
    assert page.status_code == 400


def test_more_files_than_any_form_takes_are_refused(settings: Any, client: Any, db: Any) -> None:
    files = [upload(f"{number}.txt", b"x") for number in range(13)]
    page = client.post("/logga-in/", {"files": files})
    assert page.status_code == 400
    assert b"<h1>" in page.content


def test_a_disk_that_fills_while_a_file_arrives_is_told() -> None:
    handler = BoundedUploadHandler()
    full = OSError(errno.ENOSPC, "No space left on device")
    with mock.patch(
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk",
        side_effect=full,
    ):
        file = received([b"x" * 10], handler)
    with pytest.raises(ValidationError, match="plats"):
        check(file)


def test_the_day_a_file_came_is_kept(draft: Nonconformity, cast: SimpleNamespace) -> None:
    draft.attach(by=cast.anna, files=[check(upload("a.png", picture("PNG")))])
    assert timezone.localdate(draft.attachments.get().added_at) == timezone.localdate()
