"""Opens packed files (docx, xlsx, odt, zip) only when unpacking them cannot fill the memory.

A small file may say that it becomes terabytes, or name the same bytes a thousand times. All of
that stands in its table of contents, which is read before anything is unpacked; Python's zipfile
never gives more of a part than the contents said.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

MOST_PARTS = 5000
MOST_UNPACKED = 500 * 2**20
_MOST_RATIO = 200  # text of a workbook becomes 20 to 60 times smaller
_HARMLESS = 50 * 2**20  # what nobody needs to weigh
OLE = b"\xd0\xcf\x11\xe0"  # Office before 2007, and any Office file with a password
ZIP = b"PK\x03\x04"
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError, RuntimeError,
    EOFError, KeyError,
)  # fmt: skip


class PackageError(Exception):
    """A packed file that is not opened."""


class Damaged(PackageError):
    """It cannot be read."""


class Locked(PackageError):
    """It is encrypted."""


class TooLarge(PackageError):
    """It would fill the memory when unpacked."""


class Bounds(NamedTuple):
    """How many parts a package may hold, and how many bytes they may become."""

    parts: int = MOST_PARTS
    unpacked: int = MOST_UNPACKED


@contextmanager
def opened(file: Any, bounds: Bounds | None = None) -> Iterator[zipfile.ZipFile]:
    """Give a packed file that has been weighed; its place is the beginning again afterwards.

    Raises Damaged, Locked or TooLarge; also when a part turns out to be damaged while it is read.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            weigh(package, bounds or Bounds())
            yield package
    except _DAMAGES as fault:
        raise Damaged(str(fault)) from fault
    finally:
        file.seek(0)


def weigh(package: zipfile.ZipFile, bounds: Bounds) -> None:
    """Raise Locked or TooLarge when a package should not be unpacked."""
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Locked
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    is_bomb = unpacked > _HARMLESS and unpacked / packed > _MOST_RATIO
    if len(parts) > bounds.parts or unpacked > bounds.unpacked or is_bomb:
        raise TooLarge


def holds_macros(package: zipfile.ZipFile) -> bool:
    """Return True for an Office or OpenDocument file with programs in it, whatever it is called."""
    names = [name.casefold() for name in package.namelist()]
    if any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names):
        return True
    if "[content_types].xml" not in names:
        return False
    with package.open(package.namelist()[names.index("[content_types].xml")]) as part:
        return b"macroenabled" in part.read(2**20).lower()
