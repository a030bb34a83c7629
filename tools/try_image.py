"""Takes the steps of the Dockerfile in a folder with a Debian in it, for want of an engine.

python -m tools.try_image FOLDER     (as root; FOLDER as tools/fresh_machine.sh makes it)

Debian's own python3 stands in for the base image.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tools.environment import ROOT
from tools.speak import say

CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT")  # what this machine needs to reach packages


def steps(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile as (word, rest)."""
    kept = "\n".join(line for line in text.splitlines() if line and not line.startswith("#"))
    lines = re.sub(r"\\\n\s*", " ", kept).splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def project_files() -> list[str]:
    """Return the files that .dockerignore lets into the image."""
    rules = (ROOT / ".dockerignore").read_text().split()
    wanted = {rule[1:] for rule in rules if rule.startswith("!")}
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    return [name for name in names if name.split("/")[0] in wanted and (ROOT / name).is_file()]


SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Image:
    """The folder that becomes the image."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.place = folder, "/"
        self.env = {"PATH": SYSTEM_PATH, "HOME": "/root"}
        python = folder / "usr/local/bin/python"
        if not python.exists():
            python.symlink_to("/usr/bin/python3")

    def take(self, word: str, rest: str) -> None:
        """Take one instruction; those about the finished image change nothing in the folder."""
        if word == "ENV":
            self.env |= {k: os.path.expandvars(v) for k, v in self._pairs(rest)}
        elif word == "WORKDIR":
            self.place = rest
            self._inside(rest).mkdir(parents=True, exist_ok=True)
        elif word == "COPY" and not rest.startswith("--from"):  # the two stages share a folder here
            self._copy(rest.split())
        elif word == "RUN":
            env = self.env | {n: os.environ[n] for n in CERTIFICATES if n in os.environ}
            command = f"cd {self.place} && {rest}"
            subprocess.run(["chroot", self.folder, "sh", "-c", command], env=env, check=True)

    def _pairs(self, rest: str) -> list[tuple[str, str]]:
        expanded = rest.replace("$PATH", self.env["PATH"])
        return [tuple(pair.split("=", 1)) for pair in shlex.split(expanded)]  # type: ignore[misc]

    def _inside(self, path: str) -> Path:
        return self.folder / os.path.join(self.place, path).lstrip("/")

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        names = project_files() if sources == ["."] else sources
        for name in names:
            to = self._inside(target) / (name if sources == ["."] else Path(name).name)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)


def main(arguments: list[str]) -> int:
    """Take every step; a step that fails ends with its error."""
    image = Image(Path(arguments[0]).absolute())
    for word, rest in steps((ROOT / "Dockerfile").read_text()):
        say(f"{word} {rest[:110]}")
        image.take(word, rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
