"""Checks every file that comes in: what it is follows from its content, never from its name.

A file's name and the type a browser states are written by whoever sends it. What is stored is
named by its own id, sent back as what its content is, and photographs lose what they tell about
the place, the camera and the person (GDPR, art. 5.1 c).
"""

import codecs
import hashlib
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from qms.records import packages, pictures
from qms.records.models.attachment import Attachment, no_room_for

MOST_NAME = 150
_HEAD = 8192  # bytes that tell what a text is

EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "text/plain": (".txt",),
}
_UNCOMMON = {"image/heif", "image/heic", "image/avif"}
PDF = "application/pdf"
DOCX, XLSX, ODT = (kind for kind in EXTENSIONS if kind.startswith("application/vnd"))
# Endings that say what a file is. One that is wrong is replaced; "v2.1" is kept.
_KNOWN_ENDINGS = {ending for endings in EXTENSIONS.values() for ending in endings} | {
    ".heic", ".tif", ".tiff", ".bmp", ".doc", ".xls", ".exe", ".zip", ".html", ".svg", ".js",
}  # fmt: skip
_MARKUP = re.compile(rb"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|meta|img)\b", re.I)
# Characters that steer how a name is shown (U+202E turns "gpj.exe" around) or that some system
# cannot have in a file's name.
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_FORBIDDEN = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True)
class _Checked:
    """What a file turned out to be, with the content that is stored."""

    media_type: str
    content: File
    size: int


def check(
    upload: UploadedFile, most_bytes: int | None = None, *, only_pictures: bool = False
) -> Attachment:
    """Return the upload as an attachment that is not stored yet, with checked content.

    `most_bytes` is how big it may be, where that is less than for every file; `only_pictures`
    lets in nothing that a person would open in a program of its own.

    Raises ValidationError, with a sentence that says how to mend it, when the file is empty, too
    big, damaged, or of a kind that is not allowed.
    """
    name = clean_name(upload.name or "")
    try:
        most = most_bytes or settings.ATTACHMENT_MAX_BYTES
        checked = _checked(upload, name, most, only_pictures=only_pictures)
        digest = _sha256(checked.content)
    except OSError as fault:
        raise ValidationError(
            _("“%(name)s” could not be read. Choose the file again.") % {"name": name}
        ) from fault
    return Attachment(
        file=checked.content,
        name=named_as(name, checked.media_type),
        media_type=checked.media_type,
        size=checked.size,
        sha256=digest,
    )


def clean_name(name: str) -> str:
    """Return a file's name without path, steering characters and excess; never empty."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(sign for sign in name if unicodedata.category(sign) not in _UNWANTED)
    name = _FORBIDDEN.sub("_", " ".join(name.split())).strip(". ")
    return _shortened(name or _("file"))


def named_as(name: str, media_type: str) -> str:
    """Return the name with an ending that tells the truth about the content."""
    path = PurePosixPath(name)
    endings = EXTENSIONS[media_type]
    if path.suffix.lower() in endings:
        return name
    stem = path.stem if path.suffix.lower() in _KNOWN_ENDINGS else name
    return _shortened(stem + endings[0])


def _shortened(name: str) -> str:
    if len(name) <= MOST_NAME:
        return name
    suffix = PurePosixPath(name).suffix[:10]
    return name[: MOST_NAME - len(suffix)].rstrip(". ") + suffix


def _checked(upload: UploadedFile, name: str, most: int, *, only_pictures: bool) -> _Checked:
    size = upload.size or 0
    if size == 0:
        raise ValidationError(
            _("“%(name)s” is empty. Choose the file again, or leave it out.") % {"name": name}
        )
    if getattr(upload, "could_not_be_kept", False):
        raise ValidationError(no_room_for(name))
    if getattr(upload, "was_crowded_out", False) and size <= settings.ATTACHMENT_MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” did not fit: at most %(most)s MB at once. Attach it afterwards.")
            % {"name": name, "most": settings.UPLOAD_MAX_BYTES // 2**20}
        )
    likely = _likely(upload)
    if size > most:
        is_picture = bool(likely & pictures.MEDIA_TYPES)
        raise ValidationError(_too_big(size, most, is_picture=is_picture))
    if likely & pictures.MEDIA_TYPES:
        media_type, content = pictures.cleaned(upload, name)
        return _Checked(media_type, ContentFile(content, name), len(content))
    if only_pictures:
        is_unknown = not likely & _UNCOMMON
        no_picture = _("“%(name)s” is no picture. Take a photo of it instead.") % {"name": name}
        raise ValidationError(no_picture if is_unknown else _refusal(likely, b"", name))
    return _Checked(_document_type(upload, likely, name), upload, size)


def _too_big(size: int, most: int, *, is_picture: bool) -> str:
    values = {
        "size": max(1, round(size / 2**20)),
        "most": most // 2**20,
    }
    if is_picture:
        return (
            _(
                "The picture is %(size)s MB. At most %(most)s MB can be attached: take a new one "
                "with lower resolution, or send a screenshot of it."
            )
            % values
        )
    return (
        _(
            "The file is %(size)s MB. At most %(most)s MB can be attached: make it smaller, or "
            "attach only the pages that matter."
        )
        % values
    )


def _likely(upload: UploadedFile) -> set[str]:
    """Return the media types that the content may have."""
    upload.seek(0)
    try:
        found = puremagic.magic_string(upload.read(_HEAD))
    except puremagic.PureError:
        return set()
    finally:
        upload.seek(0)
    return {match.mime_type for match in found if match.mime_type}


def _document_type(upload: UploadedFile, likely: set[str], name: str) -> str:
    """Return the type of what is no picture. Raises ValidationError when it is not allowed."""
    head = upload.read(_HEAD)
    upload.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(packages.ZIP):
        media_type = _office_type(upload, name)
    else:
        media_type = "text/plain" if _is_plain_text(upload, head) else ""
    if not media_type:
        raise ValidationError(_refusal(likely, head, name))
    return media_type


def _office_type(upload: UploadedFile, name: str) -> str:
    """Return which office document a zip is, "" when it is none.

    Raises ValidationError when it holds macros, has a password or is a bomb.
    """
    try:
        with packages.opened(upload) as package:
            if packages.holds_macros(package):
                raise ValidationError(with_macros(name))
            inside = set(package.namelist())
            declared = _declared_type(package) if "mimetype" in inside else ""
    except packages.Damaged:
        return ""
    except packages.Locked as fault:
        raise ValidationError(with_password(name)) from fault
    except packages.TooLarge as fault:
        raise ValidationError(
            _("“%(name)s” becomes far too large when it is unpacked, and is not opened.")
            % {"name": name}
        ) from fault
    if declared == ODT:
        return ODT
    if "[Content_Types].xml" not in inside:
        return ""
    if "word/document.xml" in inside:
        return DOCX
    return XLSX if "xl/workbook.xml" in inside else ""


def with_macros(name: str) -> str:
    """Return the sentence for an office file with programs in it."""
    return _(
        "“%(name)s” holds macros, which are small programs. Save it without macros, as docx, xlsx "
        "or odt, and choose that."
    ) % {"name": name}


def with_password(name: str) -> str:
    """Return the sentence for an office file that nobody can open without a password."""
    return _(
        "“%(name)s” has a password, so it cannot be opened. Save it without the password and "
        "choose that."
    ) % {"name": name}


def _declared_type(package: zipfile.ZipFile) -> str:
    with package.open("mimetype") as member:
        return member.read(100).decode("ascii", "replace").strip()


def _is_plain_text(upload: UploadedFile, head: bytes) -> bool:
    """Return True for UTF-8 text in which nothing could be run by a browser or a shell."""
    if head.startswith(b"#!") or _MARKUP.search(head):
        return False
    read = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for chunk in upload.chunks():
            if _steers(read.decode(chunk)):
                return False
        return not _steers(read.decode(b"", final=True))
    except UnicodeDecodeError:
        return False
    finally:
        upload.seek(0)


def _steers(text: str) -> bool:
    """Return True when the text holds signs that no keyboard writes."""
    return any(sign < " " and sign not in "\t\n\r\f" for sign in text)


def _refusal(likely: set[str], head: bytes, name: str) -> str:
    """Return the sentence for a file of a kind that is not allowed."""
    values = {"name": name}
    if likely & _UNCOMMON:
        return (
            _(
                "“%(name)s” is a picture of a kind that not every device can show. Send a "
                "screenshot of it, or choose “Most compatible” in the camera's settings."
            )
            % values
        )
    if any(kind.startswith(("video/", "audio/")) for kind in likely):
        return _("“%(name)s” is a film or a sound. Send a few still pictures instead.") % values
    if _MARKUP.search(head) or likely & {"text/html", "image/svg+xml"}:
        return _("“%(name)s” is a web page. Save it as PDF and attach that.") % values
    if head.startswith(packages.OLE):
        return (
            _(
                "“%(name)s” is an old Word or Excel file, or one with a password. Open it, save it "
                "as docx or xlsx without a password, and choose that."
            )
            % values
        )
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return _("“%(name)s” is a program. Programs cannot be attached.") % values
    return (
        _(
            "“%(name)s” is of a kind that cannot be attached. Pictures, PDF, Word (docx), Excel "
            "(xlsx), OpenDocument text (odt) and plain text can: save it as one of them."
        )
        % values
    )


def _sha256(content: File) -> str:
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()
