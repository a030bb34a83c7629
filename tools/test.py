"""./takt test [pytest's arguments]: every test, with servers of their own and Chromium."""

import sys

from qms.embedded import services
from tools import environment, messages, system
from tools.environment import PYTHON
from tools.front import in_front
from tools.speak import speak
from tools.throwaway import fresh_folder

# Two processes, each with its own database and cache; a file stays whole, for many seed once.
WHOLE_SUITE = ["-n", "2", "--dist", "loadfile"]


def main(arguments: list[str]) -> int:
    """Run the tests and return pytest's exit code; what had to be skipped is named at the end."""
    arguments = arguments or WHOLE_SUITE
    missing = system.provide()
    messages.compile_all()
    with fresh_folder("test") as var, services(var, "test", throwaway=True) as running:
        env = environment.for_tests(running.var, running.env)
        env.update(system.paths(), TAKT_MISSING="\n".join(missing))
        return in_front([PYTHON, "-m", "pytest", "-p", "tools.pytest_plugin", *arguments], env)


if __name__ == "__main__":
    sys.exit(speak(main))
