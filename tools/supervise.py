"""Keeps web, worker and beat up: a dead part is started again, a dead server ends the run."""

import signal
import subprocess
import time
from dataclasses import dataclass, field

from qms.embedded import Fault, Running, kill_session, open_log, spawn, stop
from tools.environment import PYTHON, ROOT
from tools.speak import say

NAMES = {"web": "Webben", "worker": "Arbetaren", "beat": "Klockan"}
TOO_OFTEN, WINDOW = 5, 60.0  # deaths, seconds


@dataclass
class Part:
    """One process of the site."""

    name: str
    arguments: list[str]
    env: dict[str, str]
    handles: list[int] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self, running: Running) -> None:
        """Start the process with its own log, session and death signal."""
        assert running.guard is not None
        self.process = spawn(
            [PYTHON, *self.arguments],
            log=open_log(running.var, self.name),
            guard=running.guard,
            env=self.env,
            cwd=ROOT,
            handles=self.handles,
        )


class Supervisor:
    """Starts the parts on entry, stops them on exit."""

    def __init__(self, running: Running, parts: list[Part]) -> None:
        self.running, self.parts = running, parts

    def __enter__(self) -> "Supervisor":
        try:
            for part in self.parts:
                part.start(self.running)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for part in self.parts:  # all are asked first, then waited for
            if part.process and part.process.poll() is None:
                part.process.terminate()
        for part in self.parts:
            if part.process:
                stop(part.process, signal.SIGTERM, 30)

    def watch(self) -> None:
        """Look after everything until interrupted."""
        while True:
            self.check()
            time.sleep(0.2)

    def check(self) -> None:
        """Start a dead part again. Raises Fault for a dead server or a part that keeps dying."""
        for part in self.parts:
            if part.process and part.process.poll() is not None:
                self._revive(part, part.process)
        if server := self.running.dead():
            raise Fault(
                f"{server.name} stannade oväntat; se {server.log}. Starta igen: inget som var "
                "sparat är förlorat.",
                f"{server.name} stopped unexpectedly; see {server.log}. Start again: nothing saved "
                "is lost.",
            )

    def _revive(self, part: Part, process: subprocess.Popen[bytes]) -> None:
        kill_session(process)
        now = time.monotonic()
        part.deaths = [moment for moment in part.deaths if now - moment < WINDOW] + [now]
        log = self.running.var / "log" / f"{part.name}.log"
        if len(part.deaths) > TOO_OFTEN:
            raise Fault(
                f"{NAMES[part.name]} startar inte (kod {process.returncode}). Förklaringen finns "
                f"sist i {log}.",
                f"{part.name} does not start (code {process.returncode}); the end of {log} says "
                "why.",
            )
        say(f"{NAMES[part.name]} stannade (kod {process.returncode}) och startas om. Logg: {log}")
        part.start(self.running)
