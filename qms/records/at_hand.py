"""What was fetched from the cache stays at hand until the request ends.

A page with 25 rows asks for the same few rules fifty times; each would be a trip to the cache.
Outside a request nothing is kept, except within `kept()`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.cache import cache

_held: ContextVar[dict[str, Any] | None] = ContextVar("at_hand", default=None)


def begin(**_signal: Any) -> None:
    """Start with nothing at hand: a request begins."""
    _held.set({})


def end(**_signal: Any) -> None:
    """Keep nothing more: the request has ended."""
    _held.set(None)


@contextmanager
def kept() -> Iterator[None]:
    """Keep things at hand during a long piece of work."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def fetch(key: str, make: Callable[[], Any], seconds: int) -> Any:
    """Return what the cache holds under a key; made and stored there when it holds nothing."""
    held = _held.get()
    if held is not None and key in held:
        return held[key]
    value = cache.get(key)
    if value is None:
        value = make()
        cache.set(key, value, seconds)
    if held is not None:
        held[key] = value
    return value


def once(key: str, make: Callable[[], Any]) -> Any:
    """Return what was made under a key in this request; nothing outlives it."""
    held = _held.get()
    if held is None:
        return make()
    if key not in held:
        held[key] = make()
    return held[key]


def forget(key: str) -> None:
    """Let the next one who asks make it anew."""
    if (held := _held.get()) is not None:
        held.pop(key, None)
    cache.delete(key)
