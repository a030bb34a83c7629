"""What can go wrong before the site is up, as sentences that say how to mend it."""

import errno
import shutil
from pathlib import Path

LEAST_ROOM = 200  # megabytes; PostgreSQL stops in the middle of its work on a full disk
NO_ROOM = 8 * 2**20  # bytes; less than one file of PostgreSQL's log
FULL = (errno.ENOSPC, errno.EDQUOT)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


class Fault(Exception):
    """Something the operator can mend: Swedish first, the same in English for those who search."""

    def __init__(self, swedish: str, english: str) -> None:
        super().__init__(f"{swedish}\n{english}")
        self.swedish, self.english = swedish, english


def explain(error: OSError) -> Fault | None:
    """Return the sentence for a full disk or an unwritable folder, None for any other error."""
    where = error.filename or "datamappen"
    if error.errno in FULL:
        return full_disk(Path(str(where)))
    if error.errno in REFUSED:
        return unwritable(Path(str(where)))
    return None


def full_disk(where: Path) -> Fault:
    """Return the sentence for a disk without room."""
    return Fault(
        f"Disken är full: det finns inte plats för {where}. Frigör minst {LEAST_ROOM} MB, eller "
        "peka ut en annan "
        "datamapp med TAKT_VAR, och starta igen.",
        f"The disk is full at {where}. Free at least {LEAST_ROOM} MB, or point TAKT_VAR at another "
        "folder.",
    )


def unless_full(folder: Path, fault: Fault) -> Fault:
    """Return the reason behind a fault where that is a full disk, else the fault."""
    return full_disk(folder) if shutil.disk_usage(folder).free < NO_ROOM else fault


def unwritable(where: Path) -> Fault:
    """Return the sentence for a folder that may not be written to."""
    return Fault(
        f"Takt får inte skriva i {where}. Ge din användare skrivrätt där, eller peka ut en annan "
        "datamapp med "
        "TAKT_VAR, och starta igen.",
        f"Takt may not write to {where}. Give your user the right to, or point TAKT_VAR at another "
        "folder.",
    )


def check_folder(folder: Path) -> None:
    """Make the folder if it is missing; raise Fault when it cannot hold what is to be written."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"takt")
        probe.unlink()
    except (NotADirectoryError, FileExistsError):
        raise Fault(
            f"{folder} är en fil, inte en mapp. Flytta undan den, eller peka ut en annan datamapp "
            "med TAKT_VAR.",
            f"{folder} is a file, not a folder. Move it away, or point TAKT_VAR at another folder.",
        ) from None
    except OSError as error:
        raise (full_disk if error.errno in FULL else unwritable)(folder) from None
    if shutil.disk_usage(folder).free < LEAST_ROOM * 2**20:
        raise full_disk(folder)
