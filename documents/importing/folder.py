"""The files of a folder, in a ZIP or a directory: read where they lie, never unpacked to a place.

A name in a ZIP may lead out of the folder, and Windows writes å ä ö in a code page that the file
does not tell. Such names are left out and read as they were meant.
"""

import stat
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from qms.records import packages

_MOST_FILES = 10_000
_MOST_UNPACKED = 4 * 2**30
_IN_MEMORY = 2 * 2**20
_CHUNK = 1 << 20
_UTF8 = 0x800
_WINDOWS = "cp850"  # what Windows in Sweden writes names in a ZIP with
_LITTER = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}
_LISTS = (".xlsx", ".csv", ".txt")


@dataclass(frozen=True)
class Entry:
    """One file of the folder: its path as people read it, and where it lies."""

    path: str
    size: int
    source: Any

    @property
    def name(self) -> str:
        """The name without folders."""
        return PurePosixPath(self.path).name


class Folder:
    """Files by name. `refused` are the names that lead out of it."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    @cached_property
    def entries(self) -> list[Entry]:
        """Every file, by path; what the system leaves lying is not among them."""
        found = [entry for entry in self._all() if not _is_litter(entry.path)]
        if len(found) > _MOST_FILES:
            raise ValidationError(
                _("There are more than %d files. Divide the folder.") % _MOST_FILES
            )
        return sorted(found, key=lambda entry: entry.path)

    def _all(self) -> Iterator[Entry]:
        raise NotImplementedError

    def _opened(self, entry: Entry) -> BinaryIO:
        raise NotImplementedError

    def upload(self, entry: Entry) -> UploadedFile:
        """Return a file as if somebody had sent it; what is too large is only counted."""
        kept: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115, closed by its reader
        if entry.size <= settings.ATTACHMENT_MAX_BYTES:
            with self._opened(entry) as opened:
                while chunk := opened.read(_CHUNK):
                    kept.write(chunk)
            kept.seek(0)
        return UploadedFile(kept, name=entry.name, size=entry.size)

    def lists(self) -> list[Entry]:
        """Return what may be the list, the most likely first: high up, and named like one."""
        found = [entry for entry in self.entries if entry.name.lower().endswith(_LISTS)]
        return sorted(found, key=lambda entry: (entry.path.count("/"), not _like_list(entry.name)))

    def named(self, text: str) -> list[Entry]:
        """Return the files that a name in the list may mean: one, when there is no doubt."""
        wanted = key_of(text)
        for index in (self._by_path, self._by_name, self._by_stem):
            if found := index.get(wanted):
                return found
        tail = wanted.rsplit("/", 1)[-1]
        return self._by_name.get(tail, []) if "/" in wanted else []

    @cached_property
    def _by_path(self) -> dict[str, list[Entry]]:
        """By path, with and without the one folder that everything lies in."""
        tops = {entry.path.split("/", 1)[0] for entry in self.entries}
        has_top = len(tops) == 1 and all("/" in entry.path for entry in self.entries)
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[key_of(entry.path)].append(entry)
            if has_top:
                found[key_of(entry.path.split("/", 1)[1])].append(entry)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Entry]]:
        return self._indexed(lambda entry: entry.name)

    @cached_property
    def _by_stem(self) -> dict[str, list[Entry]]:
        return self._indexed(lambda entry: PurePosixPath(entry.name).stem)

    def _indexed(self, part: Any) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[key_of(part(entry))].append(entry)
        return found


class Zip(Folder):
    """A packed folder. Raises ValidationError when it cannot be opened."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        file.seek(0)
        try:
            self.package = zipfile.ZipFile(file)
            packages.weigh(self.package, packages.Bounds(_MOST_FILES, _MOST_UNPACKED))
        except packages.Locked as fault:
            raise ValidationError(
                _("The ZIP file has a password. Pack the folder anew without one.")
            ) from fault
        except packages.TooLarge as fault:
            raise ValidationError(
                _("The ZIP file becomes far too large when it is unpacked. Divide the folder.")
            ) from fault
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
            raise ValidationError(
                _("This is no ZIP file, or it is damaged. Pack the folder anew and choose it.")
            ) from fault

    def _all(self) -> Iterator[Entry]:
        for info in self.package.infolist():
            path = _decoded(info)
            if info.is_dir():
                continue
            if stat.S_ISLNK(info.external_attr >> 16) or not _is_inside(path):
                self.refused.append(path[:200])
                continue
            yield Entry(_tidy(path), info.file_size, info)

    def _opened(self, entry: Entry) -> BinaryIO:
        try:
            return self.package.open(entry.source)  # type: ignore[return-value]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as fault:
            raise OSError(str(fault)) from fault


class Directory(Folder):
    """A folder on the server, for the command."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root.resolve()

    def _all(self) -> Iterator[Entry]:
        for path in sorted(self.root.rglob("*")):
            if not path.is_file():
                continue
            said = path.relative_to(self.root).as_posix()
            if not path.resolve().is_relative_to(self.root):
                self.refused.append(said)
                continue
            yield Entry(_tidy(said), path.stat().st_size, path)

    def _opened(self, entry: Entry) -> BinaryIO:
        opened: BinaryIO = entry.source.open("rb")
        return opened


def key_of(text: str) -> str:
    """Return a path as it is compared: case, composed letters and kinds of slash do not count."""
    parts = text.strip().replace("\\", "/").split("/")
    path = "/".join(part.strip() for part in parts if part.strip() not in {"", "."})
    return unicodedata.normalize("NFC", path).casefold()


def _tidy(path: str) -> str:
    path = unicodedata.normalize("NFC", path.replace("\\", "/"))
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def _is_inside(path: str) -> bool:
    """Return False for a name that leads out: up, to the top, or to another disk."""
    path = path.replace("\\", "/")
    return not path.startswith("/") and ":" not in path[:3] and ".." not in path.split("/")


def _is_litter(path: str) -> bool:
    parts = [part.casefold() for part in path.split("/")]
    return bool(_LITTER & set(parts)) or parts[-1].startswith(("~$", "._", ".~lock"))


def _like_list(name: str) -> bool:
    return any(word in name.casefold() for word in ("lista", "register", "index", "list"))


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return a name as it was meant; a Mac writes UTF-8 and does not mark it."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_WINDOWS)
