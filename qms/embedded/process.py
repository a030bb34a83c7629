"""Child processes that never outlive their reason: who they run as, when they die."""

import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .faults import Fault

CLONE_NEWUSER = 0x10000000
PR_SET_KEEPCAPS, PR_SET_PDEATHSIG, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 1, 47, 2
CAPABILITY_VERSION_3 = 0x20080522
PASS_FOLDERS = (
    2,
    1,
)  # CAP_DAC_READ_SEARCH, else CAP_DAC_OVERRIDE where a container grants only that
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """Who a server runs as. PostgreSQL refuses root, and root is who many start us as.

    kind: 'self' as we are; 'namespace' root outside but nobody inside a user namespace, so that
    files stay root's; 'setuid' another account, where kernel or container forbid namespaces.
    """

    kind: str
    uid: int
    gid: int

    def own(self, *folders: Path) -> None:
        """Give the folders and all in them to this account where it is another one's."""
        for folder in folders:
            if self.kind != "self" and folder.exists() and folder.stat().st_uid != self.uid:
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path) -> Account:
    """Return who the servers of a data folder run as: its present owner where that is possible."""
    if os.geteuid() != 0:
        return Account("self", os.geteuid(), os.getegid())
    owner = data.stat() if data.exists() else None
    if owner and owner.st_uid:
        return Account("setuid", owner.st_uid, owner.st_gid)
    if os.environ.get("TAKT_ROOT_MODE") != "setuid" and _namespaces_work():
        return Account("namespace", 0, 0)
    nobody = pwd.getpwnam("nobody")
    return Account("setuid", nobody.pw_uid, nobody.pw_gid)


def _namespaces_work() -> bool:
    try:
        subprocess.run(["/bin/true"], preexec_fn=_enter_namespace, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _enter_namespace() -> None:
    uid, gid = os.getuid(), os.getgid()
    if _libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    maps = (("setgroups", "deny"), ("uid_map", f"65534 {uid} 1"), ("gid_map", f"65534 {gid} 1"))
    for name, text in maps:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _become(account: Account) -> None:
    """Leave root, keeping only the right to pass through folders such as /root to our files."""
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    for capability in PASS_FOLDERS:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        bits = 1 << capability
        sets = (ctypes.c_uint32 * 6)(bits, bits, bits, 0, 0, 0)
        if _libc.capset(header, sets) == 0:
            _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
            return


def spawn(
    command: list[str],
    *,
    log: Path,
    guard: IO[str],
    death_signal: int = signal.SIGTERM,
    account: Account | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | str = "/",
    handles: Sequence[int] = (),
    is_quiet: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child that holds the guard, writes to `log` and gets `death_signal` when we die.

    handles: file descriptors that it inherits besides the guard. is_quiet: its output goes to the
    log too, not only its complaints. We have no threads, so what is done before exec is safe.
    """
    with open(log, "ab") as file:
        return subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=file if is_quiet else None,
            stderr=file,
            pass_fds=[guard.fileno(), *handles],
            preexec_fn=_setup(death_signal, account),  # noqa: PLW1509
        )


def _setup(death_signal: int, account: Account | None) -> Callable[[], None]:
    """Return what a child does before it becomes its program.

    It gets a session of its own, so that Ctrl-C reaches only the supervisor, and `death_signal`
    when the supervisor dies, however. That comes last: a change of credentials clears it.
    """
    parent = os.getpid()

    def setup() -> None:
        os.setsid()
        if account and account.kind == "namespace":
            _enter_namespace()
        elif account and account.kind == "setuid":
            _become(account)
        _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked to be told
            os._exit(1)

    return setup


def stop(process: subprocess.Popen[bytes], first: int, patience: float) -> None:
    """Ask a process to stop, wait, then kill what is left of its session."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    kill_session(process)


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill what a dead leader left behind: each child leads a session of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def open_guard(path: Path, wait: float = 40) -> IO[str]:
    """Return a held lock that every child inherits: it is free only when the last of them is gone.

    Raises Fault with the processes that still hold it.
    """
    file = open(path, "a")  # noqa: SIM115 - handed on to the children
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.close()
                raise _still_there(path) from None
            time.sleep(0.05)
        else:
            return file


def _still_there(path: Path) -> Fault:
    pids = ", ".join(map(str, holders(path))) or "?"
    return Fault(
        f"En tidigare körning lever kvar i {path.parent} (process {pids}). Vänta tills den är "
        "klar, eller avsluta "
        "den med kill, och starta igen.",
        f"An earlier run is still alive in {path.parent} (process {pids}). Wait for it or end it, "
        "then start again.",
    )


def holders(path: Path) -> list[int]:
    """Return the processes that have `path` open, as far as we may see."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(fd) == str(path.resolve()) for fd in (process / "fd").iterdir()):
                found.append(int(process.name))
        except OSError:
            continue
    return sorted(set(found) - {os.getpid()})
