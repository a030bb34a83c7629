"""./takt run: the servers, the database's shape, web, worker and beat, until Ctrl-C."""

import argparse
import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

from qms.embedded import Fault, Running, open_log, services, spawn, stop
from tools import environment, system
from tools.environment import PYTHON, ROOT
from tools.parts import beat, web, worker
from tools.port import reserve_port, wait_until_healthy
from tools.speak import say, speak
from tools.supervise import Supervisor

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    """Start the site and keep it up; return 0 after a stop in good order."""
    parser = argparse.ArgumentParser(prog="./takt run")
    parser.add_argument("--without-demo", action="store_true", help="börja med en tom databas")
    options = parser.parse_args(arguments)
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    var = environment.data_folder()
    began = time.monotonic()
    while True:
        with services(var, "run") as running:
            if running.owner is None:
                return _run(running, options.without_demo, began)
            if running.owner["purpose"] == "run":
                return _already_running(var)
        _wait_for(running.owner)


def _stop(number: int, frame: object) -> None:
    """Stop once, in order; a second Ctrl-C must not interrupt the stopping."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    say("\nStoppar …")
    raise KeyboardInterrupt


def _already_running(var: Path) -> int:
    """Say where the site already answers, once it does."""
    for _ in range(600):
        with services(var, "run") as running:
            if running.owner is None:
                break
            if address := running.owner.get("address"):
                say(
                    f"Takt är redan igång: {address}  (process {running.owner['pid']}, data i "
                    f"{var})"
                )
                return 0
        time.sleep(0.2)
    raise Fault(
        "En annan start blev inte klar. Kör ./takt run igen.",
        "Another start did not finish. Run ./takt run again.",
    )


def _wait_for(owner: dict[str, object], patience: float = 60) -> None:
    """Wait for a single command to give the servers back."""
    say(f"Väntar på att ./takt manage (process {owner['pid']}) ska bli klar …")
    deadline = time.monotonic() + patience
    while Path(f"/proc/{owner['pid']}").exists():
        if time.monotonic() > deadline:
            raise Fault(
                f"./takt manage (process {owner['pid']}) använder databasen. Avsluta det kommandot "
                "och starta igen.",
                f"./takt manage (process {owner['pid']}) holds the servers. End it and start "
                "again.",
            )
        time.sleep(0.2)
    time.sleep(0.2)


def _run(running: Running, without_demo: bool, began: float) -> int:
    with reserve_port() as listener:
        env = environment.for_site(running.var, running.env)
        missing = system.provide_for_the_site()
        env.update(system.libraries())
        _prepare(running, env, without_demo)
        port = listener.getsockname()[1]
        with (
            contextlib.suppress(KeyboardInterrupt),
            Supervisor(
                running, [web(env, listener), worker(env), beat(env, running.var)]
            ) as supervisor,
        ):
            wait_until_healthy(port, env, supervisor)
            address = f"http://127.0.0.1:{port}/"
            running.announce(address=address)
            _welcome(running.var, env, address, time.monotonic() - began)
            for sentence in missing:
                say(sentence)
            supervisor.watch()
    return 0


def _prepare(running: Running, env: dict[str, str], without_demo: bool) -> None:
    """Bring the database to its shape, as its owner. Raises Fault with the reason."""
    log = open_log(running.var, "prepare")
    assert running.guard is not None
    process = spawn(
        [PYTHON, "-m", "tools.prepare", *(["--without-demo"] if without_demo else [])],
        log=log,
        guard=running.guard,
        env=environment.as_owner(env),
        cwd=ROOT,
        is_quiet=False,
    )
    try:
        code = process.wait()
    finally:
        stop(process, signal.SIGTERM, 10)
    if code:
        lines = log.read_text(errors="replace").splitlines()
        raise Fault(
            f"Databasen gick inte att förbereda: {lines[-1] if lines else code} - Mer "
            f"står i {log}.",
            f"The database could not be prepared; {log} says why.",
        )


def _welcome(var: Path, env: dict[str, str], address: str, seconds: float) -> None:
    """Print the address, who one may log in as, and how to stop."""
    say(f"\nTakt är igång: {address}  (efter {seconds:.1f} s)\n")
    if environment.is_on(env["DEBUG"]):
        logins = subprocess.run(
            [PYTHON, "manage.py", "demo_logins"],
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if logins.returncode == 0:
            say(logins.stdout.rstrip())
    say(f"\nStoppa med Ctrl-C. Loggar: {var / 'log'}")


if __name__ == "__main__":
    sys.exit(speak(main))
