"""The smaller tools of ./takt."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qms.embedded import Fault, Running
from tools import locks, messages
from tools.supervise import Part, Supervisor

ROOT = Path(__file__).resolve().parents[2]
SLEEP = ["-c", "import time; time.sleep(60)"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with open(tmp_path / ".alive", "a") as guard:
        yield Running(tmp_path, {}, guard=guard)


def test_a_part_that_is_killed_is_started_again(running: Running) -> None:
    with Supervisor(running, [Part("web", SLEEP, dict(os.environ))]) as supervisor:
        (part,) = supervisor.parts
        assert part.process
        first = part.process.pid
        os.kill(first, signal.SIGKILL)
        part.process.wait()
        supervisor.check()
        assert part.process.pid != first
        assert part.process.poll() is None
    assert part.process.poll() is not None


def test_a_part_that_keeps_dying_ends_the_run_with_its_log(running: Running) -> None:
    part = Part("worker", ["-c", "raise SystemExit(7)"], dict(os.environ))
    sentence = r"Arbetaren startar inte \(kod 7\).*worker.log"
    with Supervisor(running, [part]) as supervisor, pytest.raises(Fault, match=sentence):
        supervisor.watch()


def test_what_a_killed_part_left_behind_is_killed_too(running: Running, tmp_path: Path) -> None:
    note = tmp_path / "child"
    child = f"import subprocess, sys; p = subprocess.Popen([sys.executable, *{SLEEP!r}])"
    script = f"{child}; open({str(note)!r}, 'w').write(str(p.pid)); p.wait()"
    with Supervisor(running, [Part("beat", ["-c", script], dict(os.environ))]) as supervisor:
        deadline = time.monotonic() + 20
        while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        (part,) = supervisor.parts
        assert part.process
        os.kill(part.process.pid, signal.SIGKILL)
        part.process.wait()
        supervisor.check()
        status = Path(f"/proc/{note.read_text()}/stat")
        deadline = time.monotonic() + 10
        while status.exists() and status.read_text().split()[2] != "Z":
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_messages_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "app.py").write_text(
        'a = _("One")\nb = ngettext_lazy("%(n)s day", "%(n)s days", "n")\n'
        'c = pgettext("verb", "Act")\n'
    )
    (tmp_path / "templates/page.html").write_text(
        """{% load i18n %}<p title="{% translate 'It is "so"' %}">
        {% blocktranslate trimmed count n=n %}
          {{ n }} case (open)
        {% plural %}
          {{ n }} cases (open)
        {% endblocktranslate %} {{ x|default:_("100 % sure") }} don't
        {% translate "Act" context "noun" %}"""
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_app.py").write_text('_("Not for people")')
    found = {(message.text, message.context) for message in messages.messages_in_code(tmp_path)}
    assert found == {
        ("One", None),
        (("%(n)s day", "%(n)s days"), None),
        ("Act", "verb"),
        ('It is "so"', None),
        (("%(n)s case (open)", "%(n)s cases (open)"), None),
        ("100 % sure", None),
        ("Act", "noun"),
    }


def test_faults_of_a_catalogue_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locale/sv/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Empty"\nmsgstr ""\n\n#, fuzzy\nmsgid "Unsure"\nmsgstr "Osäker"\n\n'
        '#, python-format\nmsgid "%(n)s left"\nmsgstr "%(m)s kvar"\n'
    )
    (tmp_path / "app.py").write_text('_("Empty"), _("Unsure"), _("%(n)s left"), _("New")')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages.messages_in_code, "__defaults__", (tmp_path,))
    said = "\n".join(messages.faults())
    for expected in (
        "missing (app.py): New",
        "empty: Empty",
        "fuzzy: Unsure",
        "placeholders differ",
    ):
        assert expected in said
    messages.update()
    assert "missing" not in "\n".join(messages.faults())


def test_locks_name_no_address() -> None:
    assert locks.with_addresses() == []


def test_the_small_locks_are_parts_of_the_large_one() -> None:
    large = locks.pins(locks.FOLDER / "dev.lock")
    for name in ("bootstrap", "server", "run"):
        assert locks.pins(locks.FOLDER / f"{name}.lock") <= large


def test_every_variable_of_the_settings_is_explained() -> None:
    settings = (ROOT / "qms/settings.py").read_text()
    read = set(re.findall(r"(?:environ\.get|env_\w+)\(\s*f?\"([A-Z_]+)\"", settings))
    explained = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - explained == set()
