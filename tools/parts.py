"""The processes of the site; web and worker run in as many copies as wanted."""

import os
import socket
from pathlib import Path

from tools.supervise import Part

CELERY = ["-m", "celery", "--app", "qms"]
QUIET = ["-l", "WARNING"]


def web(env: dict[str, str], listener: socket.socket) -> Part:
    """Return the web server on a socket that is already listening."""
    temporary = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"
    options = [
        "-k",
        "gthread",
        "-w",
        "1",
        "--threads",
        "4",
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    place = ["-b", f"fd://{listener.fileno()}", "--worker-tmp-dir", temporary]
    return Part("web", ["-m", "gunicorn", *options, *place, "qms.wsgi"], env, [listener.fileno()])


def worker(env: dict[str, str]) -> Part:
    """Return the process that does what need not be waited for."""
    options = ["worker", "-c", "1", "--without-gossip", "--without-mingle"]
    return Part("worker", [*CELERY, *options, *QUIET], env)


def beat(env: dict[str, str], var: Path) -> Part:
    """Return the clock: a process of its own, for inside a worker it would outlive it."""
    options = ["beat", "--schedule", str(var / "beat"), "--pidfile="]
    return Part("beat", [*CELERY, *options, *QUIET], env)
