"""./takt before its environment exists."""

import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def takt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, with an environment that is not the one we run in."""
    loader = SourceFileLoader("takt_launcher", str(ROOT / "takt"))
    spec = importlib.util.spec_from_loader("takt_launcher", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").touch()
    (venv / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    paths = {"VENV": venv, "PYTHON": venv / "bin/python", "STAMP": venv / "takt.stamp"}
    for name, value in paths.items():
        monkeypatch.setattr(module, name, value)
    return module


def test_run_is_content_with_the_small_environment(takt: ModuleType) -> None:
    assert takt.wanted_kind("run", "") == "run"
    assert takt.wanted_kind("manage", "run abc 3.11.2") == "run"


def test_a_developers_environment_is_never_made_smaller(takt: ModuleType) -> None:
    assert takt.wanted_kind("run", "dev abc 3.11.2") == "dev"


@pytest.mark.parametrize("word", ["test", "check", "look"])
def test_tests_checks_and_pictures_need_the_large_environment(takt: ModuleType, word: str) -> None:
    assert takt.wanted_kind(word, "run abc 3.11.2") == "dev"


def test_a_complete_environment_is_used_as_it_is(takt: ModuleType) -> None:
    takt.STAMP.write_text(takt.stamp_for("dev"))
    assert takt.is_complete("run")
    assert takt.is_complete("test")


def test_an_environment_for_running_is_not_enough_for_testing(takt: ModuleType) -> None:
    takt.STAMP.write_text(takt.stamp_for("run"))
    assert takt.is_complete("run")
    assert not takt.is_complete("test")


@pytest.mark.parametrize("stamp", ["", "pending", "run of-an-older-lock 3.11.2"])
def test_a_half_made_or_old_environment_is_mended(takt: ModuleType, stamp: str) -> None:
    takt.STAMP.write_text(stamp)
    assert not takt.is_complete("run")


def test_a_broken_interpreter_is_noticed(takt: ModuleType) -> None:
    assert not takt.works(takt.PYTHON)
    assert not takt.works(Path("/no/python"))


def test_python_without_venv_names_the_package(
    takt: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takt.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(takt.Fault, match="apt-get install python3-venv"):
        takt.make_venv()


def test_a_full_disk_is_said_before_anything_is_fetched(
    takt: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takt.shutil, "disk_usage", lambda path: SimpleNamespace(free=50 * 2**20))
    with pytest.raises(takt.Fault, match="Disken är nästan full: 50 MB"):
        takt.check_room(600)


def test_an_unknown_word_shows_the_words(
    takt: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert takt.main(["dance"]) == 2
    assert "./takt run" in capsys.readouterr().out
