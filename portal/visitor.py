"""Who is asking: the address that failed logins are counted by."""

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The visitor's IP address; behind our own proxy, the one that it wrote last.

    A header that nobody of ours writes could say anything: it is believed only where the site's
    address is https, hence a proxy stands in front (docs/deploy.md), and then only its last entry.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    with suppress(ValueError):
        return str(ip_address(forwarded.rpartition(",")[2].strip()))
    return str(request.META.get("REMOTE_ADDR", ""))
