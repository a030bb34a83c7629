"""What comes from the operating system: installed, unpacked privately, or named.

The site needs only Pango, and only for PDF; the tests need the rest too.
"""

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.environment import data_folder
from tools.speak import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LISTS = Path("/var/lib/apt/lists")
TRIED_FOR = 86_400  # seconds before a site that starts tries again
LOCK_PATIENCE = 600  # seconds that another installation may take


@dataclass(frozen=True)
class Need:
    """Something of the operating system, Debian's packages with it, and how to see it is there."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def private() -> Path:
    """Return where packages are unpacked for a user who may not install them."""
    return data_folder() / "system"


def library_folders() -> list[Path]:
    """Return the folders of privately unpacked libraries; some packages keep theirs a step down."""
    found: set[Path] = set()
    for base in ("usr/lib", "lib"):
        for pattern in ("*-linux-gnu*/lib*.so*", "*-linux-gnu*/*/lib*.so*"):
            found.update(path.parent for path in private().glob(f"{base}/{pattern}"))
    return sorted(found)


def browser() -> str | None:
    """Return the Chromium to test with: CHROMIUM, the system's, or the private one."""
    given = os.environ.get("CHROMIUM")
    if given and os.access(given, os.X_OK):
        return given
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    wrapper = private() / "chromium"
    return found or (str(wrapper) if wrapper.exists() else None)


def _library(name: str) -> bool:
    if any((folder / name).exists() for folder in library_folders()):
        return True
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _program(name: str) -> bool:
    return bool(shutil.which(name)) or (private() / "usr/bin" / name).exists()


def _pango() -> bool:
    return all(
        map(_library, ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"))
    )


NEEDS = (
    Need("Pango (PDF)", ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"), _pango),
    Need("pdftoppm (PDF-bilder)", ("poppler-utils",), lambda: _program("pdftoppm")),
    Need("libatomic (Playwright)", ("libatomic1",), lambda: _library("libatomic.so.1")),
    Need("Chromium (webbläsartester)", ("chromium",), lambda: browser() is not None),
)


FOR_THE_SITE = NEEDS[:1]


def provide_for_the_site() -> list[str]:
    """Get what PDF needs, as `provide` does; a machine that could not is asked once a day."""
    log = data_folder() / "log" / "system.log"
    is_tried = log.exists() and time.time() - log.stat().st_mtime < TRIED_FOR
    return provide(FOR_THE_SITE, may_fetch=not is_tried)


def provide(needs: tuple[Need, ...] = NEEDS, *, may_fetch: bool = True) -> list[str]:
    """Get what is missing where that is possible. Return what to run for each that still is."""
    missing = lacking(needs)
    if missing and may_fetch and shutil.which("apt-get"):
        say(f"Hämtar {', '.join(need.name for need in missing)} från operativsystemets paket …")
        (_install if os.geteuid() == 0 else _unpack)(missing)
        missing = lacking(needs)
    return [
        f"Saknas: {need.name}. Kör: sudo apt-get install {' '.join(need.packages)}"
        for need in missing
    ]


def lacking(needs: tuple[Need, ...] = NEEDS) -> list[Need]:
    """Return what is not there."""
    return [need for need in needs if not need.is_there()]


def libraries() -> dict[str, str]:
    """Return the variable through which a process finds the privately unpacked libraries."""
    folders = library_folders()
    if not folders:
        return {}
    before = os.environ.get("LD_LIBRARY_PATH")
    found = [*map(str, folders), *([before] if before else [])]
    return {"LD_LIBRARY_PATH": os.pathsep.join(found)}


def paths() -> dict[str, str]:
    """Return the variables through which the tests find it all."""
    env = {"CHROMIUM": browser() or "", **libraries()}
    if library_folders():
        env["PATH"] = os.pathsep.join(
            [os.environ.get("PATH", os.defpath), str(private() / "usr/bin")]
        )
    return env


def _install(needs: list[Need]) -> None:
    """Install with apt-get, each need by itself: one that the system lacks stops no other."""
    if not any(LISTS.glob("*Packages*")):
        _apt("update")
    for need in needs:
        command = ("install", "-y", "--no-install-recommends", *need.packages)
        if _apt(*command):
            _apt("update")  # old lists name packages that are no longer there
            _apt(*command)


def _apt(*arguments: str, folder: Path | None = None) -> int:
    """Run apt-get unattended; wait for another one to finish. Return its exit code."""
    env = {
        **os.environ,
        "DEBIAN_FRONTEND": "noninteractive",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
    }
    command = ["apt-get", "-q", "-o", f"DPkg::Lock::Timeout={LOCK_PATIENCE}", *arguments]
    log = data_folder() / "log" / "system.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        with log.open("ab") as out:
            began = out.tell()
            code = subprocess.run(
                command,
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                check=False,
            ).returncode
        # `update` has a lock of its own that apt does not wait for.
        if (
            not code
            or b"Could not get lock" not in log.read_bytes()[began:]
            or time.monotonic() > deadline
        ):
            return code
        time.sleep(5)


def _unpack(needs: list[Need]) -> None:
    """Fetch the packages as an ordinary user and unpack them under the data folder."""
    work = private().with_name("system.new")
    shutil.rmtree(work, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "debs"):
        (work / ".apt" / name).mkdir(parents=True)
    own = ["-o", f"Dir::State::lists={work}/.apt/lists", "-o", f"Dir::Cache={work}/.apt/cache"]
    own += ["-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User="]
    if _apt(*own, "update") == 0:
        for need in needs:
            _fetch(own, need, work)
        _merge(work)
    shutil.rmtree(work, ignore_errors=True)


def _fetch(own: list[str], need: Need, work: Path) -> None:
    """Download and unpack one need with all it stands on."""
    debs = work / ".apt" / "debs"
    packages = _new_packages(own, need.packages)
    if packages and _apt(*own, "download", *packages, folder=debs) == 0:
        for deb in sorted(debs.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(deb), str(work)], check=True)
            deb.unlink()


def _new_packages(own: list[str], names: tuple[str, ...]) -> list[str]:
    """Return what an installation would bring in; upgrades of what is there are left alone."""
    done = subprocess.run(
        ["apt-get", *own, "-s", "-q", "--no-install-recommends", "install", *names],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("Inst ")]
    return [words[1] for words in lines if not words[2].startswith("[")]


def _merge(work: Path) -> None:
    """Put the unpacked packages in their place and write the starter of Chromium."""
    shutil.rmtree(work / ".apt", ignore_errors=True)
    shutil.copytree(work, private(), symlinks=True, dirs_exist_ok=True)
    folder = private()
    if not (folder / "usr/lib/chromium/chromium").exists():
        return
    fonts = folder / "fonts.conf"
    fonts.write_text(
        f'<?xml version="1.0"?><fontconfig><dir>{folder}/usr/share/fonts</dir>'
        "<dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder}/fontcache</cachedir></fontconfig>\n"
    )
    libraries = ":".join(map(str, library_folders()))
    starter = folder / "chromium"
    starter.write_text(
        f'#!/bin/sh\nexport LD_LIBRARY_PATH="{libraries}" FONTCONFIG_FILE="{fonts}"\n'
        f'exec "{folder}/usr/lib/chromium/chromium" "$@"\n'
    )
    starter.chmod(0o755)
    if subprocess.run([starter, "--version"], capture_output=True, check=False).returncode:
        starter.unlink()  # better named as missing than failing in every test
