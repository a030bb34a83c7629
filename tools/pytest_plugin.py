"""For pytest: a cache for each process, and loud words, last, about what was not tested and why."""

import os
from collections import Counter

import pytest

_reasons: Counter[str] = Counter()

# With pytest -n each process has a database of its own; the cache's are told apart by number.
_process = os.environ.get("PYTEST_XDIST_WORKER", "")
if _process.startswith("gw") and "db=" not in os.environ.get("REDIS_URL", "db="):
    os.environ["REDIS_URL"] += f"?db={int(_process.removeprefix('gw')) + 1}"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count skipped tests by reason (the reports of all processes come to the first one)."""
    if report.skipped and isinstance(report.longrepr, tuple) and not hasattr(report, "wasxfail"):
        _reasons[report.longrepr[2].removeprefix("Skipped: ")] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the reasons, and what is missing from the machine."""
    missing = [line for line in os.environ.get("TAKT_MISSING", "").splitlines() if line]
    if not (_reasons or missing):
        return
    terminalreporter.section(
        "INTE PROVAT PÅ DEN HÄR MASKINEN / NOT TESTED HERE", sep="!", red=True, bold=True
    )
    for reason, count in _reasons.most_common():
        terminalreporter.line(f"{count} test hoppades över: {reason}", red=True)
    for line in missing:
        terminalreporter.line(line, red=True)
