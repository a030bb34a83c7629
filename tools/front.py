"""A command in the foreground of somebody's terminal."""

import ctypes
import signal
import subprocess

from tools.environment import ROOT

PR_SET_PDEATHSIG = 1


def in_front(command: list[str], env: dict[str, str]) -> int:
    """Run a command that owns the terminal and Ctrl-C, ends when we do; return its exit code."""
    libc = ctypes.CDLL(None)

    def setup() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, env=env, cwd=ROOT, preexec_fn=setup)  # noqa: PLW1509 - no threads
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    try:
        code = child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code
