"""Who is asking: the address that failed logins are counted by; nobody, on pages for everybody."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def address(request: HttpRequest) -> str:
    """The visitor's IP address; behind our own proxy, the one that it wrote last.

    A header that nobody of ours writes could say anything: it is believed only where the site's
    address is https, hence a proxy stands in front (docs/deploy.md), and then only its last entry.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    with suppress(ValueError):
        return str(ip_address(forwarded.rpartition(",")[2].strip()))
    return str(request.META.get("REMOTE_ADDR", ""))


def without_cookies(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: operators' cookies belong to the admin's address; elsewhere they are not ours, nor answered to."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(f"/{settings.ADMIN_PATH}"):
            for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
                request.COOKIES.pop(name, None)
        return get_response(request)

    return middleware
