"""Encrypts what points at a person before it is stored: protected details, and held forms.

Keys are those of PROTECTED_KEYS: the first encrypts, all decrypt, so that a key can be rotated.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class KeyMissing(Exception):
    """No key that works: none is set, one is malformed, or the right one has been taken away."""


def _cipher() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.PROTECTED_KEYS])
    except ValueError:  # its own text may repeat the key
        raise KeyMissing from None


def seal(text: str) -> bytes:
    """Return the text encrypted with the first key. Raises KeyMissing without a usable one."""
    return _cipher().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Return the text in the clear. Raises KeyMissing when none of the keys fits."""
    try:
        return _cipher().decrypt(sealed).decode()
    except InvalidToken:
        raise KeyMissing from None
