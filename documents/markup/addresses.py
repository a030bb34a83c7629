"""Where a link and a picture in a text may point."""

import re

# Browsers leave these out when they read an address: "java\nscript:" is "javascript:".
_HIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_LINK = re.compile(r"(?:https?://[^/\\]|mailto:[^@]+@|/(?![/\\])|#).*|/", re.IGNORECASE | re.DOTALL)
_OWN_PICTURE = re.compile(
    r"/filer/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/", re.IGNORECASE
)
LONGEST = 2000


def safe_link(address: str) -> str:
    """Return the address if a link may lead there (web, mail, our own pages), else ""."""
    bare = _HIDDEN.sub("", address)
    return bare if len(bare) <= LONGEST and _LINK.fullmatch(bare) else ""


def own_picture(address: str) -> str:
    """Return the address if it is that of a file of ours, else "".

    A picture from elsewhere would tell that place who reads, and one from the computer of
    whoever wrote is seen by nobody else.
    """
    bare = _HIDDEN.sub("", address)
    return bare.lower() if _OWN_PICTURE.fullmatch(bare) else ""
