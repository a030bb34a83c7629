"""The locked dependencies: they name no address, they fit pyproject.toml, and how to make them.

python -m tools.locks update [package …]   makes the locks again; named ones become new
python -m tools.locks check                says what is wrong with them
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.environment import ROOT
from tools.speak import say

FOLDER = ROOT / "requirements"
LOCKS = {
    "server": (),
    "run": ("embedded",),
    "dev": ("dev",),
}  # lock: dependency groups beside the site's own
ADDRESS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|^-[if] ", re.MULTILINE)
NO_NETWORK = re.compile(
    r"error sending request|Could not connect|dns error|Failed to fetch|timed out|Network",
    re.IGNORECASE,
)
COMPILE = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--quiet",
]


class NoNetwork(Exception):
    """The packages' registry cannot be asked from here."""


def with_addresses() -> list[str]:
    """Return every line of a lock that would tie it to one registry or one machine."""
    return [
        f"{path.name}: {line}"
        for path in sorted(FOLDER.glob("*.lock"))
        for line in path.read_text().splitlines()
        if ADDRESS.search(line)
    ]


def outdated() -> list[str]:
    """Return the locks that no longer are what pyproject.toml asks for. Raises NoNetwork."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for name in LOCKS:
            new = Path(folder, f"{name}.lock")
            new.write_text(_lock(name).read_text())  # uv keeps the versions it finds there
            _compile(name, new, [])
            if pins(new) != pins(_lock(name)):
                faults.append(
                    f"{name}.lock does not fit pyproject.toml: python -m tools.locks update"
                )
    if _bootstrap() != (FOLDER / "bootstrap.lock").read_text():
        faults.append("bootstrap.lock holds another uv than dev.lock: python -m tools.locks update")
    return faults


def pins(lock: Path) -> set[str]:
    """Return the packages of a lock with version and marker; hashes grow with later wheels."""
    lines = lock.read_text().splitlines()
    return {line.removesuffix("\\").strip() for line in lines if re.match(r"[A-Za-z0-9]", line)}


def update(packages: list[str]) -> None:
    """Make all locks again, keeping what needs no change; the named packages become new."""
    upgrades = [part for package in packages for part in ("--upgrade-package", package)]
    for name in reversed(LOCKS):
        _compile(name, _lock(name), upgrades)
    (FOLDER / "bootstrap.lock").write_text(_bootstrap())


def _lock(name: str) -> Path:
    return FOLDER / f"{name}.lock"


def _compile(name: str, target: Path, more: list[str]) -> None:
    groups = [part for group in LOCKS[name] for part in ("--group", group)]
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        *groups,
        *COMPILE,
        *more,
    ]
    done = subprocess.run(
        [*command, "-o", str(target)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise (NoNetwork if NO_NETWORK.search(done.stderr) else RuntimeError)(done.stderr.strip())


def _bootstrap() -> str:
    """Return the lock of the installer alone, as it stands in dev.lock."""
    block = re.search(r"^uv==.*\n(?: +--hash=.*\n?)+", _lock("dev").read_text(), re.MULTILINE)
    return block.group().rstrip("\n\\ ") + "\n" if block else ""


def main(arguments: list[str]) -> int:
    """Do what the first argument says; return 1 when `check` found something."""
    if arguments[:1] == ["update"]:
        update(arguments[1:])
        return 0
    if arguments == ["check"]:
        faults = with_addresses() + outdated()
        print(*faults, sep="\n")
        return int(bool(faults))
    say(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
