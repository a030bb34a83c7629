"""Folders for servers that are thrown away; those of killed processes are swept up."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "takt-throwaway-"


@contextlib.contextmanager
def fresh_folder(purpose: str) -> Iterator[Path]:
    """Yield a new folder, removed afterwards; those of killed processes are removed first."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-"))
    folder.chmod(0o755)  # servers that may not run as root must pass through it
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if (
                folder.stat().st_uid == os.geteuid()
                and (folder / ".alive").exists()
                and _is_free(folder)
            ):
                shutil.rmtree(folder, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    for name in (".lock", ".alive"):
        with open(folder / name, "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
    return True
