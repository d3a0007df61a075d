"""How often somebody may try something: by the address from which they come, or by the token of a program."""

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache

NETWORK = 64  # bits of an IPv6 address that one caller usually has
SECONDS = 60  # in which tries are counted


def too_often(request, what, most):
    """Whether a caller has tried more than so many times within the minute that runs now."""
    return more_than(most, f"{what} {_caller(request)}")


def more_than(most, what):
    """Whether something was done more than so many times within the minute that runs now."""
    key = f"often {what} {int(time.time() // SECONDS)}".replace(" ", ":")
    return cache.incr(key) > most


def wait():
    """How many seconds of this minute are left, at least one."""
    return SECONDS - int(time.time()) % SECONDS


def _caller(request):
    told = get_adapter().get_client_ip(request)
    address = ipaddress.ip_address(told)
    if address.version == 4:
        return told
    return ipaddress.ip_network(f"{told}/{NETWORK}", strict=False).network_address
