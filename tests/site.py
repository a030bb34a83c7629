"""A whole site of its own: gunicorn in a process, on the tests' database, over real HTTP.

What such tests store is really stored, so the database is emptied when they are done.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings

from tests.group import PASSWORD, found_cast, found_units

ROOT = Path(__file__).resolve().parent.parent
_QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Web:
    """The web process: it can be started, killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def _env(self) -> dict[str, str]:
        # The address the tests were given, with the name of the database they made.
        own = urlsplit(os.environ["DATABASE_URL"])
        database = urlunsplit(own._replace(path=f"/{connection.settings_dict['NAME']}"))
        return os.environ | {
            "DATABASE_URL": database, "SECRET_KEY": settings.SECRET_KEY,
            "PROTECTED_KEYS": ",".join(settings.PROTECTED_KEYS),
            "TAKT_VAR": str(self.folder), "DEBUG": "0", "HTTPS": "0",
        }  # fmt: skip

    def collect(self) -> None:
        """Gather the static files as in production."""
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(command, env=self._env, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)

    def start(self) -> None:
        """Start, and wait until it answers."""
        number = self.listener.fileno()
        options = ["-k", "gthread", "-w", "1", "--threads", "8", "--no-control-socket"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "-b", f"fd://{number}",
             "--log-level", "error", "qms.wsgi"],
            env=self._env, cwd=ROOT, pass_fds=[number], start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, "the web process never answered"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/halsa/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """End it and its worker in the middle of whatever they do, as kill -9 does."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self) -> None:
        """Stop, and give the port back."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.listener.close()


@contextmanager
def site(blocker: Any, folder: Path, seed: Any = None) -> Iterator[SimpleNamespace]:
    """Yield a running site with the group, the cast and what `seed(units, cast)` adds.

    Anna and Bo may sign in with PASSWORD; everybody has a session for browsers that need not.
    Tests that use it are marked django_db, which makes the database; they only read.
    """
    web = Web(folder)
    files = folder / "files"
    with blocker.unblock(), override_settings(MEDIA_ROOT=files):
        try:
            call_command("load_base", verbosity=0)
            units = found_units()
            with override_settings(PASSWORD_HASHERS=_QUICK):
                cast = found_cast(units)
                planted = seed(units, cast) if seed else None
            for name in ("anna", "bo"):  # these two type it
                getattr(cast, name).set_password(PASSWORD)
                getattr(cast, name).save()
            web.collect()
            web.start()
            sessions = {name: cookie(user) for name, user in vars(cast).items()}
            yield SimpleNamespace(
                web=web, url=web.address, units=units, cast=cast, planted=planted,
                sessions=sessions,
            )  # fmt: skip
        finally:
            web.close()
            TransactionTestCase()._fixture_teardown()


def cookie(user: Any) -> str:
    """Return a session of somebody."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
