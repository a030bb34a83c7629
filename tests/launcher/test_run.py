"""The whole of ./takt run on an empty data folder, as a person starts and stops it."""

import http.client
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qms.embedded.process import holders

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_start_answer_share_kill_recover_and_stop(
    tmp_path: Path, clean_env: dict[str, str]
) -> None:
    env = {**clean_env, "TAKT_VAR": str(tmp_path)}
    first = start(tmp_path, env)
    address = answer(first)
    assert health(address) == 200

    second = subprocess.run(
        command("run"), env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert f"Takt är redan igång: {address}" in second.stdout
    plan = subprocess.run(
        command("manage", "migrate", "--check"),
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert plan.returncode == 0, plan.stderr

    first.kill()
    first.communicate()
    again = start(tmp_path, env)
    address = answer(again)
    assert health(address) == 200
    again.send_signal(signal.SIGINT)
    said, _ = again.communicate(timeout=60)
    assert again.returncode == 0, said
    assert "Stoppar" in said
    deadline = time.monotonic() + 10
    while holders(tmp_path / ".alive"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def command(word: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"tools.{word}", *arguments]


def start(var: Path, env: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command("run", "--without-demo"),
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def answer(process: "subprocess.Popen[str]") -> str:
    """Return the address that a start prints once it answers."""
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if found := re.search(r"Takt är igång: (\S+)", line):
            return found[1]
    raise AssertionError(said)


def health(address: str) -> int:
    host = address.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(host, timeout=20)
    connection.request("GET", "/halsa/")
    try:
        return connection.getresponse().status
    finally:
        connection.close()
