"""Everything between "the servers answer" and "the site may start": python -m tools.prepare.

One process, run as the owner of the database. Safe to run again: it finishes what an interrupted
run began.
"""

import io
import os
import sys
from pathlib import Path

from tools import messages
from tools.environment import data_folder, is_on
from tools.speak import say


def main(arguments: list[str]) -> int:
    """Translate, migrate, grant, load. `--without-demo` leaves the example group out."""
    messages.compile_all()
    import django

    django.setup()
    from django.db import connection

    wanted = data_folder() / "demo.wanted"
    if _is_fresh(connection.introspection.table_names()):
        say("Bygger databasen …")
        if "--without-demo" not in arguments and is_on(os.environ.get("DEBUG", "")):
            wanted.touch()
    _call("migrate", interactive=False, verbosity=0)
    _call("grant_app_role")
    _call("load_base")
    if not is_on(os.environ.get("DEBUG", "")):
        _call("collectstatic", interactive=False, verbosity=0)
    elif wanted.exists():
        _load_demo(wanted)
    return 0


def _is_fresh(tables: list[str]) -> bool:
    return "django_migrations" not in tables


def _call(name: str, **options: object) -> bool:
    """Run a command of the project; say whether it exists."""
    from django.core.management import call_command, get_commands

    if name not in get_commands():
        return False
    options = {"verbosity": 0, "stdout": io.StringIO(), **options}
    call_command(name, **options)
    return True


def _load_demo(wanted: Path) -> None:
    """Load the example group; the note that it is wanted goes only when it is all there."""
    say("Lägger in exempelkommunen (en gång) …")
    _call("seed_demo")
    wanted.unlink()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
