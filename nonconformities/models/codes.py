"""Codes that people read aloud, copy from a poster and type on a phone."""

import secrets

# One sign of each family that looks alike: 0 stands for O, Q and D, 1 for I and L, and so on.
_SIGNS = "0123456789ACEFHJKMNPRTVWXY"
_ALIKE = str.maketrans("OQDILZSBGU", "00011258" + "6V")
_SHORT = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # of receipts that only help who is signed in
LONG = 16  # 26 signs: 75 bits


def _signs(length: int, among: str = _SIGNS) -> str:
    return "".join(secrets.choice(among) for _n in range(length))


def _in_fours(signs: str) -> str:
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def new_receipt_code() -> str:
    """Return a receipt code of 39 bits, as 7X4M-29KR: it opens nothing without signing in."""
    return _in_fours(_signs(8, _SHORT))


def new_bearer_code() -> str:
    """Return a receipt code of 75 bits: whoever holds it is taken for the one who reported."""
    return _in_fours(_signs(LONG))


def new_place_code() -> str:
    """Return the code of a place, as 7X4M. It stands on a poster and is no secret."""
    return _signs(4)


def fold(written: str) -> str:
    """Return a typed code without blanks, in capitals, its signs those of the families above."""
    return "".join(filter(str.isalnum, written.upper())).translate(_ALIKE)


def is_bearers(code: str) -> bool:
    """Return True for a code of the kind that alone leads back to a report."""
    return len(code.replace("-", "")) == LONG


def as_receipt(written: str) -> str:
    """Return a typed receipt code as it is stored; "" when no receipt has such a code."""
    signs = "".join(filter(str.isalnum, written.upper()))
    if len(signs) == LONG:
        return _in_fours(fold(signs))
    return _in_fours(signs) if len(signs) == 8 else ""
