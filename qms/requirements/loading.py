"""Loads standards, editions, clauses and their plain words from data/. Safe to run again."""


def load() -> None:
    """Add what is missing."""
