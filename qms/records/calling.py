"""Calls another system over https, and only one that lies outside: to the very address checked.

An address that somebody wrote could lead to our own network, to the server itself or to the
cloud's own questions about it. So the name is looked up once, every address it has must be a
public one, and the call goes to that address under the name that was written.
"""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

_SECONDS = 10
_MOST_READ = 64 * 1024
# Public by number, but they carry an address of the old kind inside: it could be any.
_WRAPPED = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")]


class Fault(models.TextChoices):
    """Why a call did not succeed."""

    ADDRESS = "address", _("The address cannot be read. It begins with https://.")
    OWN = "own", _("The address is Takt's own.")
    LOCAL = "local", _("The address leads to a local network. It must be on the internet.")
    UNKNOWN = "unknown", _("There is no computer of that name.")
    SILENT = "silent", _("Nobody answered in time.")
    CERTIFICATE = "certificate", _("The certificate of the other system does not hold.")
    BROKEN = "broken", _("The connection could not be made, or broke.")
    REDIRECT = "redirect", _("It asked us to go to another address. We do not.")
    ANSWER = "answer", _("It answered that something was wrong.")
    SECRET = "secret", _("The key of Takt's own secrets is missing (PROTECTED_KEYS).")


class Unreachable(Exception):
    """The call was not made, or not answered. `fault` says why; nothing of the answer is kept."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault.label))


@dataclass(frozen=True)
class Target:
    """Where a call goes: the name that was written and the address it was checked to have."""

    scheme: str
    host: str
    port: int
    path: str
    number: str

    @property
    def name(self) -> str:
        """The name as the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"
        )


def look_up(host: str, port: int) -> list[str]:
    """Return every address a name has today. Raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))


def is_public(number: str) -> bool:
    """Return True for an address on the internet, whatever it is wrapped in."""
    address = ipaddress.ip_address(number)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if any(address in network for network in _WRAPPED) or address.teredo:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def checked(address: str) -> Target:
    """Return where an address leads. Raises Unreachable unless that may be called."""
    at_home = settings.WEBHOOKS_MAY_STAY_HOME
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode()
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        raise Unreachable(Fault.ADDRESS) from None
    if parts.scheme not in ({"https", "http"} if at_home else {"https"}):
        raise Unreachable(Fault.ADDRESS)
    if not host or parts.username or parts.password:
        raise Unreachable(Fault.ADDRESS)
    if _is_own(host) and not at_home:
        raise Unreachable(Fault.OWN)
    try:
        numbers = look_up(host, port)
    except (OSError, UnicodeError):
        raise Unreachable(Fault.UNKNOWN) from None
    if not at_home and not all(is_public(number) for number in numbers):
        raise Unreachable(Fault.LOCAL)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, numbers[0])


def _is_own(host: str) -> bool:
    """Return True for a name under which we answer ourselves, by a pattern as ".takt.se" too."""
    origins = [urlsplit(origin).hostname or "" for origin in settings.CSRF_TRUSTED_ORIGINS]
    named = [name.strip("[]").removeprefix("*") for name in (*settings.ALLOWED_HOSTS, *origins)]
    return any(_is_named(host.lower(), name.lower()) for name in named if name)


def _is_named(host: str, name: str) -> bool:
    return host == name.strip(".") or (name.startswith(".") and host.endswith(name))


def post(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a body and return the status of the answer, whatever it is.

    Follows nowhere, waits at most ten seconds for each step and reads little of the answer.
    Raises Unreachable.
    """
    target = checked(address)
    pool = _pool(target)
    try:
        answer = pool.urlopen(
            "POST", target.path, body=body, headers=headers | {"Host": target.name},
            redirect=False, retries=False, assert_same_host=False, preload_content=False,
        )  # fmt: skip
        answer.read(_MOST_READ, decode_content=False)
        return answer.status
    except (urllib3.exceptions.SSLError, ssl.SSLError):
        raise Unreachable(Fault.CERTIFICATE) from None
    except urllib3.exceptions.TimeoutError:
        raise Unreachable(Fault.SILENT) from None
    except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError):
        raise Unreachable(Fault.BROKEN) from None
    finally:
        pool.close()


def _pool(target: Target) -> urllib3.HTTPConnectionPool:
    """Return the connection to the number that was checked; the certificate is of the name."""
    timeout = urllib3.Timeout(connect=_SECONDS, read=_SECONDS)
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(target.number, target.port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        target.number, target.port, timeout=timeout, cert_reqs="CERT_REQUIRED",
        server_hostname=target.host, assert_hostname=target.host,
    )  # fmt: skip
