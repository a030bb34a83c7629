"""Limits: how often one address may do what stands open to everybody. No address is stored.

Only a keyed hash of the address lies in the cache, for as long as it is counted.
"""

import ipaddress
from typing import NamedTuple

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


class Limit(NamedTuple):
    """At most so many within so many seconds, for each who is counted."""

    name: str
    most: int
    seconds: int

    def _key(self, who: str) -> str:
        return f"limit:{self.name}:{salted_hmac('takt.limit', who).hexdigest()[:32]}"

    def take(self, who: str) -> bool:
        """Count one more; return False when it is one too many."""
        key = self._key(who)
        if cache.add(key, 1, self.seconds):
            return True
        try:
            return bool(cache.incr(key) <= self.most)
        except ValueError:  # it was forgotten in between
            return True


def address_of(request: HttpRequest) -> str:
    """Return whom a request is counted for: the address, as far as our own proxies tell it.

    One subscriber of IPv6 has a whole /64, so its first half is counted.
    """
    try:
        address = str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return "unknown"
    return _counted(address)


def _counted(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ipaddress.ip_network((found, 64), strict=False))
