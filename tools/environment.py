"""The environment the parts of Takt are started in: the caller's values, then what is needed."""

import base64
import contextlib
import os
import secrets
import sys
import tempfile
from pathlib import Path

from qms.embedded import Fault

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
OURS = (
    "DEBUG",
    "TRACEBACKS",
    "HTTPS",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DEMO_PASSWORD",
    "MEDIA_ROOT",
    "LOG_LEVEL",
)


def data_folder() -> Path:
    """Return where data, logs and secrets live."""
    return Path(os.environ.get("TAKT_VAR") or ROOT / "var").expanduser().absolute()


def is_on(value: str) -> bool:
    """Read a switch as settings.py does."""
    return value.strip().lower() in {"1", "true", "yes", "on"}


def for_site(var: Path, servers: dict[str, str]) -> dict[str, str]:
    """Return the environment of web, worker, beat and manage.py. DEBUG is on unless turned off."""
    env = {
        "DEBUG": "1",
        **os.environ,
        **servers,
        "TAKT_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "qms.settings",
    }
    return {**env, **_secrets(var, env)}


def for_tests(var: Path, servers: dict[str, str]) -> dict[str, str]:
    """Return an environment that is the same on every machine; tests own their database."""
    env = {name: value for name, value in os.environ.items() if name not in OURS}
    env.update(servers, TAKT_VAR=str(var), DJANGO_SETTINGS_MODULE="qms.settings")
    env["DATABASE_URL"] = env["OWNER_DATABASE_URL"]
    env["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = "127.0.0.1"  # a bare machine has no name for itself
    env["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop lives in the test's thread
    return env


def as_owner(env: dict[str, str]) -> dict[str, str]:
    """Return the environment of what changes the database's shape."""
    return {**env, "DATABASE_URL": env["OWNER_DATABASE_URL"]}


def _secrets(var: Path, env: dict[str, str]) -> dict[str, str]:
    """Return the secrets that are not given: made once and kept, but only where DEBUG is on."""
    missing = [
        name
        for name in ("SECRET_KEY", "PROTECTED_KEYS")
        if not (env.get(name) or env.get(f"{name}_FILE"))
    ]
    if not missing:
        return {}
    if not is_on(env["DEBUG"]):
        raise Fault(
            f"{' och '.join(missing)} saknas. Utan DEBUG hittar Takt inte på egna hemligheter: se "
            ".env.example.",
            f"{' and '.join(missing)} missing. Without DEBUG there is no default: see "
            ".env.example.",
        )
    kept = _kept_secrets(var / "secrets.env")
    return {name: kept[name] for name in missing}


def _kept_secrets(path: Path) -> dict[str, str]:
    with contextlib.suppress(FileNotFoundError):
        return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PROTECTED_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600 from its first moment
    with open(handle, "w") as file:
        file.writelines(f"{key}={value}\n" for key, value in made.items())
    Path(name).rename(path)
    return made
