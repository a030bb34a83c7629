"""What an operator may get wrong: one sentence in Swedish that says how to mend it."""

import errno
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from qms.embedded import Fault, addresses, explain, faults, services
from tools import environment, port


@pytest.mark.parametrize(
    "url",
    [
        "mysql://takt@db/takt",
        "postgresql//takt@db/takt",
        "postgresql://takt@db:port/takt",
        "postgresql://takt@db:5432/",
        "postgresql://takt@[db/takt",
        "sqlite:///takt.db",
    ],
)
def test_a_malformed_database_url_is_explained(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with (
        pytest.raises(Fault, match=r"DATABASE_URL är felskriven.*postgresql://"),
        services(tmp_path),
    ):
        pass


@pytest.mark.parametrize("url", ["localhost:6379", "http://redis", "redis://redis:port/0"])
def test_a_malformed_redis_url_is_explained(url: str) -> None:
    with pytest.raises(Fault, match="REDIS_URL är felskriven"):
        addresses.check_redis(url)


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(Fault, match="svarar inte som den ska") as fault:
        addresses.check_database("DATABASE_URL", "postgresql://takt:h3mligt@127.0.0.1:1/takt")
    assert "h3mligt" not in str(fault.value)


def test_a_redis_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(Fault, match="svarar inte som den ska") as fault:
        addresses.check_redis("redis://:h3mligt@127.0.0.1:1/0")
    assert "h3mligt" not in str(fault.value)


def test_a_full_disk_is_said_before_the_servers_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults.shutil, "disk_usage", lambda path: SimpleNamespace(free=2**20))
    with pytest.raises(Fault, match=r"Disken är full.*TAKT_VAR"), services(tmp_path):
        pass


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "Disken är full"),
        (errno.EDQUOT, "Disken är full"),
        (errno.EACCES, "får inte skriva i /data"),
        (errno.EROFS, "får inte skriva i /data"),
    ],
)
def test_errors_of_the_system_become_sentences(number: int, sentence: str) -> None:
    fault = explain(OSError(number, "…", "/data"))
    assert fault
    assert sentence in fault.swedish


def test_other_errors_stay_errors() -> None:
    assert explain(OSError(errno.EIO, "…")) is None


def test_a_data_folder_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(Fault, match="är en fil, inte en mapp"), services(tmp_path / "var"):
        pass


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80 80", "٨٠٠٠"])
def test_a_malformed_port_is_explained(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Fault, match="PORT är felskriven"):
        port.reserve_port()


def test_a_taken_port_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(Fault, match="är upptagen"):
            port.reserve_port()


def test_without_port_the_next_free_one_is_taken() -> None:
    with port.reserve_port() as first, port.reserve_port() as second:
        assert second.getsockname()[1] > first.getsockname()[1] >= port.FIRST


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    first = environment.for_site(tmp_path, {})
    assert first["SECRET_KEY"] == environment.for_site(tmp_path, {})["SECRET_KEY"]
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_without_debug_secrets_are_never_invented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUG", "0")
    with pytest.raises(Fault, match="SECRET_KEY och PROTECTED_KEYS saknas"):
        environment.for_site(tmp_path, {})
