"""What the cache holds is asked for once in a request, and never outlives it."""

from typing import Any

from django.core.cache import cache

from qms.records import at_hand


def test_within_a_request_the_cache_is_asked_once() -> None:
    at_hand.begin()
    assert at_hand.fetch("number", lambda: 1, 60) == 1
    cache.set("number", 2, 60)
    assert at_hand.fetch("number", lambda: 3, 60) == 1
    at_hand.end()
    assert at_hand.fetch("number", lambda: 3, 60) == 2


def test_what_changes_within_the_request_is_seen_at_once() -> None:
    with at_hand.kept():
        assert at_hand.fetch("number", lambda: 1, 60) == 1
        at_hand.forget("number")
        assert at_hand.fetch("number", lambda: 2, 60) == 2


def test_outside_a_request_nothing_is_kept(db: Any) -> None:
    at_hand.end()
    at_hand.fetch("number", lambda: 1, 60)
    cache.set("number", 2, 60)
    assert at_hand.fetch("number", lambda: 1, 60) == 2
