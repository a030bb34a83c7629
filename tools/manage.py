"""./takt manage …: manage.py with the servers up, shared with a running ./takt run."""

import sys

from qms.embedded import services
from tools import environment, messages
from tools.environment import PYTHON
from tools.front import in_front
from tools.speak import speak

# What changes the database's shape or rights is done by its owner, all else by the ordinary role.
AS_OWNER = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "flush",
    "grant_app_role",
    "pgtrigger",
}


def main(arguments: list[str]) -> int:
    """Run one command of manage.py and return its exit code."""
    with services(environment.data_folder(), "manage") as running:
        env = environment.for_site(running.var, running.env)
        if arguments and arguments[0] in AS_OWNER:
            env = environment.as_owner(env)
        messages.compile_all()
        return in_front([PYTHON, "manage.py", *arguments], env)


if __name__ == "__main__":
    sys.exit(speak(main))
