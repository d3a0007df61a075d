"""How often somebody who is not signed in may try a page, by the address from which they come."""

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache

NETWORK = 64  # bits of an IPv6 address that one caller usually has


def too_often(request, what, most, seconds=60):
    """Whether a caller has tried more than so many times within the seconds that run now."""
    key = f"often {what} {_caller(request)} {int(time.time() // seconds)}".replace(" ", ":")
    cache.add(key, 0, seconds)
    return cache.incr(key) > most


def _caller(request):
    told = get_adapter().get_client_ip(request)
    address = ipaddress.ip_address(told)
    if address.version == 4:
        return told
    return ipaddress.ip_network(f"{told}/{NETWORK}", strict=False).network_address
