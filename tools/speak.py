"""How the tools talk: in Swedish, faults on stderr with exit code 2 and without a traceback."""

import sys
from collections.abc import Callable

from qms.embedded import Fault, explain


def say(sentence: str) -> None:
    """Print a line at once."""
    print(sentence, flush=True)


def speak(main: Callable[[list[str]], int]) -> int:
    """Run a tool's main with the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return main(sys.argv[1:])
    except Fault as fault:
        return complain(fault)
    except OSError as error:
        if sentence := explain(error):
            return complain(sentence)
        raise
    except KeyboardInterrupt:
        print("\nAvbrutet.", file=sys.stderr)
        return 130


def complain(fault: Fault) -> int:
    """Print a fault and return the exit code for it."""
    print(fault.swedish, fault.english, sep="\n", file=sys.stderr, flush=True)
    return 2
