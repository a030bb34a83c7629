"""PostgreSQL and Valkey when no DATABASE_URL / REDIS_URL is given.

`services` is the door: the first process on a data folder starts the servers and owns them,
later ones share them, and they stop with their owner however it ends.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .addresses import check_database, check_redis
from .faults import Fault, check_folder, explain, unless_full
from .postgres import Postgres, as_account
from .process import kill_session, open_guard, spawn, stop
from .valkey import Valkey

__all__ = [
    "Fault",
    "Running",
    "explain",
    "kill_session",
    "open_log",
    "services",
    "spawn",
    "stop",
]

SOCKET_LIMIT = 100  # AF_UNIX paths end at 107 bytes, and PostgreSQL adds a name to the folder's
LOG_LIMIT = 10 * 2**20


@dataclass
class Running:
    """The servers as a user of them sees them.

    env: the variables for the processes that use them. owner: what is known about the process
    that started them, None when that is us. guard: what our children must inherit.
    """

    var: Path
    env: dict[str, str]
    owner: dict[str, Any] | None = None
    guard: IO[str] | None = None
    servers: list[Postgres | Valkey] = field(default_factory=list)
    purpose: str = "manage"

    def announce(self, **facts: str) -> None:
        """Tell later processes where the servers are, and what more is worth knowing."""
        note = {"pid": os.getpid(), "purpose": self.purpose, "env": self.env, **facts}
        new = self.var / "services.json.new"
        new.touch(mode=0o600)
        new.write_text(json.dumps(note))
        new.rename(self.var / "services.json")

    def dead(self) -> Postgres | Valkey | None:
        """Return a server that has ended without being asked to."""
        return next((server for server in self.servers if server.died), None)


@contextlib.contextmanager
def services(var: Path, purpose: str = "manage", *, throwaway: bool = False) -> Iterator[Running]:
    """Yield servers for the folder `var`: ours, another process's, or those the environment names.

    purpose: 'run' for the site itself, 'manage' for a single command. throwaway: nothing is kept.
    Raises Fault with a sentence for everything the operator can mend.
    """
    check_folder(var)
    with open(var / ".lock", "a") as lock:
        owner = _share(var, lock)
        if owner:
            yield Running(var, owner["env"], owner)
            return
        with contextlib.ExitStack() as leave:
            if throwaway:
                leave.callback(shutil.rmtree, var, ignore_errors=True)
            try:
                yield _start(var, purpose, leave, throwaway=throwaway)
            except Fault as fault:
                raise unless_full(var, fault) from None
            except OSError as error:
                place = error.filename or str(var)
                raise explain(OSError(error.errno, error.strerror, place)) or error from None


def _share(var: Path, lock: IO[str], patience: float = 120) -> dict[str, Any] | None:
    """Take the lock (None), or return what the process that has it tells about its servers."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(OSError, ValueError):
                note = json.loads((var / "services.json").read_text())
                if _is_alive(note["pid"]):
                    return dict(note)
            time.sleep(0.1)
        else:
            (var / "services.json").unlink(missing_ok=True)  # left by an owner that was killed
            return None
    raise Fault(
        f"En annan start i {var} blir inte klar. Avsluta den och starta igen.",
        f"Another start in {var} does not finish. End it and start again.",
    )


def _is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _start(var: Path, purpose: str, leave: contextlib.ExitStack, *, throwaway: bool) -> Running:
    """Start what the environment does not name; what was started is stopped in reverse order."""
    guard = leave.enter_context(open_guard(var / ".alive"))
    running = Running(var, {}, guard=guard, purpose=purpose)
    leave.callback((var / "services.json").unlink, missing_ok=True)
    sockets = socket_folder(var)
    if var not in sockets.parents:
        leave.callback(shutil.rmtree, sockets, ignore_errors=True)
    if url := os.environ.get("DATABASE_URL"):
        owner = os.environ.get("OWNER_DATABASE_URL") or url
        check_database("DATABASE_URL", url)
        check_database("OWNER_DATABASE_URL", owner)
        running.env.update(DATABASE_URL=url, OWNER_DATABASE_URL=owner)
    else:
        _add(
            running,
            leave,
            Postgres(var / "pg", sockets, open_log(var, "postgres"), throwaway=throwaway),
        )
    if url := os.environ.get("REDIS_URL"):
        check_redis(url)
        running.env["REDIS_URL"] = url
    else:
        account = as_account(var / "pg")
        log = open_log(var, "valkey")
        _add(running, leave, Valkey(var / "valkey", sockets, log, account, throwaway=throwaway))
    running.announce()
    return running


def _add(running: Running, leave: contextlib.ExitStack, server: Postgres | Valkey) -> None:
    assert running.guard is not None
    leave.callback(server.stop)
    server.start(running.guard)
    running.servers.append(server)
    running.env.update(server.addresses())


def open_log(var: Path, name: str) -> Path:
    """Return the path of a log, beginning a new one when it has grown large."""
    path = var / "log" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and (path.stat().st_size > LOG_LIMIT or not os.access(path, os.W_OK)):
        path.replace(path.with_suffix(".log.1"))
    return path


def socket_folder(var: Path) -> Path:
    """Return a folder of our own whose path is short enough for a socket."""
    folder = var / "run"
    if len(os.fsencode(folder)) > SOCKET_LIMIT - len("/.s.PGSQL.5432.lock"):
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
        folder = Path("/tmp") / f"takt-{os.geteuid()}-{name}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or (folder.stat().st_uid != os.geteuid() and os.geteuid() != 0):
        raise Fault(
            f"Mappen {folder} tillhör någon annan. Ta bort den, eller peka ut en datamapp med "
            "kortare sökväg (TAKT_VAR).",
            f"{folder} belongs to someone else. Remove it, or point TAKT_VAR at a shorter path.",
        )
    return folder
