"""PostgreSQL and Valkey from the wheels: real starts, real kills."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from qms.embedded import Fault, services
from qms.embedded.process import holders

ROOT = Path(__file__).resolve().parents[2]
OWN_SERVERS = """
import json, sys, time
from pathlib import Path
from qms.embedded import services
with services(Path(sys.argv[1]), "manage") as running:
    print(json.dumps([running.env, bool(running.owner)]), flush=True)
    time.sleep(float(sys.argv[2]))
"""


def other_process(var: Path, env: dict[str, str], seconds: float = 60) -> "subprocess.Popen[str]":
    """Start a process that uses the servers of `var`, or owns them when it is first."""
    command = [sys.executable, "-c", OWN_SERVERS, str(var), str(seconds)]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def told(process: "subprocess.Popen[str]") -> list:
    """Return what the process said about its servers."""
    assert process.stdout
    return json.loads(process.stdout.readline())


def wait_until_gone(guard: Path) -> None:
    """Wait until nobody holds the guard of a data folder."""
    deadline = time.monotonic() + 20
    while holders(guard):
        assert time.monotonic() < deadline, holders(guard)
        time.sleep(0.05)


def test_two_roles_swedish_case_and_a_queue_that_forgets_nothing(var: Path) -> None:
    with services(var) as running:
        with psycopg.connect(running.env["DATABASE_URL"]) as ordinary:
            row = ordinary.execute("select current_user, lower('ÅÄÖ'), 'Å' ilike 'å'").fetchone()
            assert row == ("takt_app", "åäö", True)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ordinary.execute("create role intruder")
        with psycopg.connect(running.env["OWNER_DATABASE_URL"]) as owner:
            stem = owner.execute("select to_tsvector('avvikelserna')").fetchone()
            assert stem == ("'avvik':1",)
        queue = redis.Redis.from_url(running.env["REDIS_URL"])
        assert queue.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        queue.close()
    wait_until_gone(var / ".alive")
    assert not (var / "services.json").exists()


def test_a_second_process_shares_the_servers(var: Path, clean_env: dict[str, str]) -> None:
    with services(var) as running:
        guest = other_process(var, clean_env, 0)
        assert told(guest) == [running.env, True]
        guest.wait(20)
        with psycopg.connect(running.env["DATABASE_URL"]):
            pass  # the guest left, the servers stay


def test_after_kill_9_of_the_owner_the_next_start_recovers(
    var: Path, clean_env: dict[str, str]
) -> None:
    owner = other_process(var, clean_env)
    env, _ = told(owner)
    with psycopg.connect(env["OWNER_DATABASE_URL"]) as connection:
        connection.execute("create table kept (id int)")
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    with services(var) as running:
        assert running.owner is None
        with psycopg.connect(running.env["OWNER_DATABASE_URL"]) as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_after_kill_9_of_the_servers_the_next_start_recovers(var: Path) -> None:
    with services(var) as running:
        queue = redis.Redis.from_url(running.env["REDIS_URL"])
        queue.set("kept", 1)
        queue.close()
        for server in running.servers:
            assert server.process
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
        assert running.dead() is running.servers[0]
    with services(var) as running:
        queue = redis.Redis.from_url(running.env["REDIS_URL"])
        assert queue.get("kept") == b"1"
        queue.close()


def test_an_interrupted_initdb_is_begun_again(var: Path) -> None:
    half = var / "pg" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with services(var):
        assert not half.exists()


def test_the_data_of_another_version_is_left_alone(var: Path) -> None:
    data = var / "pg" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with (
        pytest.raises(Fault, match=r"hör till PostgreSQL 16, men Takt kör 18.*pg_dump"),
        services(var),
    ):
        pass
    assert (data / "PG_VERSION").read_text() == "16\n"


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    var = tmp_path / ("a" * 60) / ("b" * 60)
    with services(var) as running, psycopg.connect(running.env["DATABASE_URL"]):
        folder = Path(running.env["REDIS_URL"].removeprefix("unix://")).parent
        assert var not in folder.parents
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another account")
def test_root_where_namespaces_are_forbidden(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKT_ROOT_MODE", "setuid")
    with services(var) as running, psycopg.connect(running.env["DATABASE_URL"]):
        assert (var / "pg/data").stat().st_uid != 0
