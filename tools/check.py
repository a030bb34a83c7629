"""./takt check [step …]: everything that can be said about the code without running its tests."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qms.embedded import Fault, services
from tools import environment, locks, messages
from tools.environment import PYTHON, ROOT
from tools.speak import say, speak
from tools.throwaway import fresh_folder

PRODUCTION = {
    "DEBUG": "0",
    "HTTPS": "1",
    "ALLOWED_HOSTS": "takt.example.se",
    "SECRET_KEY": "only-for-the-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "PROTECTED_KEYS": "dGFrdC1vbmx5LWZvci10aGUtY2hlY2stMzItYnl0ZXM=",
}
Lines = list[str]
Step = Callable[[dict[str, str]], Lines]


class NotDone(Exception):
    """A step that could not be taken here, with the reason: neither right nor wrong."""


def _run(*command: str) -> Step:
    """Return a step that is right when a command succeeds."""

    def step(env: dict[str, str]) -> Lines:
        done = subprocess.run(
            command, env=env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        return (
            (done.stdout + done.stderr).strip().splitlines() or ["failed"]
            if done.returncode
            else []
        )

    return step


def _python(*arguments: str) -> Step:
    return _run(PYTHON, "-m", *arguments)


def _makes_fresh_locks(env: dict[str, str]) -> Lines:
    try:
        return locks.outdated()
    except locks.NoNetwork as error:
        raise NotDone(f"no network: {str(error).splitlines()[-1]}") from None


def _audit(env: dict[str, str]) -> Lines:
    """Ask for known faults in what we depend on. Raises NotDone when nobody could be asked."""
    lock = str(locks.FOLDER / "dev.lock")
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "audit.json")
        options = ["--disable-pip", "--require-hashes", "-r", lock, "-f", "json", "-o", str(answer)]
        subprocess.run(
            [PYTHON, "-m", "pip_audit", "--progress-spinner", "off", *options],
            capture_output=True,
            text=True,
            check=False,
            env=env,
        )
        found = json.loads(answer.read_text())["dependencies"] if answer.exists() else []
    unasked = [each["name"] for each in found if "skip_reason" in each]
    if not found or len(unasked) == len(found):
        raise NotDone("the list of known faults does not answer from here")
    return [
        f"{each['name']} {each['version']}: {fault['id']}, mended in {fault['fix_versions']}"
        for each in found
        for fault in each.get("vulns", [])
    ] + [f"{name}: not in the list of known faults" for name in unasked]


def _deploy(env: dict[str, str]) -> Lines:
    options = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    live = {name: value for name, value in env.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return _run(PYTHON, *options)({**live, **PRODUCTION})


STEPS: dict[str, Step] = {
    "ruff": _python("ruff", "check", "--output-format", "concise", ".", "takt"),
    "format": _python("ruff", "format", "--check", ".", "takt"),
    "addresses": lambda env: locks.with_addresses(),
    "locks": _makes_fresh_locks,
    "imports": _run(PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
    "types": _python("mypy", ".", "takt"),
    "templates": _python("tools.templates"),
    "translations": lambda env: messages.faults(),
    "migrations": _run(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
    "deploy": _deploy,
    "audit": _audit,
}
NEED_SERVERS = {"migrations", "deploy", "templates", "types"}


def main(arguments: list[str]) -> int:
    """Take all steps, or those named; return 1 when one of them found something."""
    if unknown := [name for name in arguments if name not in STEPS]:
        raise Fault(
            f"Steget {unknown[0]} finns inte. Stegen är: {', '.join(STEPS)}.",
            f"There is no step {unknown[0]}. The steps are: {', '.join(STEPS)}.",
        )
    names = arguments or list(STEPS)
    if not NEED_SERVERS & set(names):
        return _take(names, dict(os.environ))
    with fresh_folder("check") as var, services(var, "check", throwaway=True) as running:
        return _take(names, environment.for_tests(running.var, running.env) | {"DEBUG": "1"})


def _take(names: list[str], env: dict[str, str]) -> int:
    """Take the steps in turn; each says one line, and what it found below it."""
    failed, undone = [], []
    for name in names:
        began = time.monotonic()
        try:
            lines = STEPS[name](env)
        except NotDone as reason:
            undone.append(f"{name}: {reason}")
            say(f"----  {name}: not done, {reason}")
            continue
        verdict = f"FAIL  {name}: {len(lines)} lines" if lines else f"ok    {name}"
        say(f"{verdict} ({time.monotonic() - began:.1f} s)")
        failed += [name] if lines else []
        for line in lines[:200]:
            say(f"      {re.sub(r'^' + re.escape(str(ROOT)) + '/', '', line)}")
    for line in undone:
        say(f"!!!! INTE GRANSKAT / NOT CHECKED: {line}")
    say(f"Fel i: {', '.join(failed)}" if failed else "Inga fel.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(speak(main))
