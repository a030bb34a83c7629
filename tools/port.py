"""The port of the web server, held from the start: nobody takes it while the database is built."""

import errno
import http.client
import os
import socket
import time
from typing import TYPE_CHECKING

from qms.embedded import Fault

if TYPE_CHECKING:
    from tools.supervise import Supervisor

FIRST, LAST = 8000, 8099


def reserve_port() -> socket.socket:
    """Return a listening socket on PORT, or on the next free port from 8000 without it."""
    wanted = os.environ.get("PORT", "").strip()
    return _listen(_number(wanted)) if wanted else free_port()


def free_port() -> socket.socket:
    """Return a listening socket on the first port from 8000 that nobody has."""
    for port in range(FIRST, LAST + 1):
        try:
            return _listen(port)
        except Fault:
            continue
    raise Fault(
        f"Ingen port mellan {FIRST} och {LAST} är ledig. Välj en egen: PORT=9000 ./takt run",
        f"No port from {FIRST} to {LAST} is free. Choose one: PORT=9000 ./takt run",
    )


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Fault(
        f"PORT är felskriven: {text!r}. Ange ett tal mellan 1 och 65535, till exempel PORT=8000.",
        f"PORT is malformed: {text!r}. Give a number from 1 to 65535.",
    )


def _listen(port: int) -> socket.socket:
    """Listen on a port of this machine only. Raises Fault when it is taken or not allowed."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Fault(
                f"Port {port} är upptagen av ett annat program. Välj en annan: PORT={port + 1} "
                "./takt run - eller "
                "utelämna PORT, så tar Takt nästa lediga från 8000.",
                f"Port {port} is taken. Choose another, or leave PORT out and Takt takes the next "
                "free one.",
            ) from None
        raise Fault(
            f"Port {port} får inte användas ({error.strerror}). Välj en port över 1023, till "
            "exempel PORT=8000.",
            f"Port {port} may not be used. Choose one above 1023.",
        ) from None
    return listener


def wait_until_healthy(
    port: int, env: dict[str, str], supervisor: "Supervisor", patience: float = 90
) -> None:
    """Wait until /halsa/ answers 200. Raises Fault with the way to the log when it does not."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        supervisor.check()
        if is_healthy(port, env):
            return
        time.sleep(0.1)
    log = supervisor.running.var / "log" / "web.log"
    raise Fault(
        f"Webben svarar inte på /halsa/ efter {patience:.0f} sekunder. Förklaringen finns i {log}.",
        f"The site does not answer; {log} says why.",
    )


def is_healthy(port: int, env: dict[str, str]) -> bool:
    """Say whether the health page answers 200, asked for by a name that the site goes by."""
    host = (
        env.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".").replace("*", "")
        or "localhost"
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/halsa/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
