"""Answers that are the same as long as the data version is: validators, and a cache of those asked for again.

The version is what every ETag is made of; a browser may keep an answer a minute without asking. What is relative to
today, or to now, is another answer every minute. A process keeps the answers it gave last, compressed as they were
asked for, up to PARAGES_CACHE_MB.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from portal.compression import SMALLEST, accepted, compressed
from portal.read import version

CONTROL = "public, max-age=60, stale-while-revalidate=600"
FORM = "1"
"""Moves when an upgrade answers the same data in another form."""

KEPT_MAX = 2_000_000
"""Bytes: larger answers are not kept."""

View = Callable[..., HttpResponseBase]


def versioned(view: View) -> View:
    """A view of data: answers 304 to whoever has this version, and from the cache what was asked for before."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = version.current()
        key = f"{FORM}|{now.number}|{request.get_full_path()}|{_minute(request)}"
        etag = f'W/"{hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=12).hexdigest()}"'
        if _is_known(request, etag, now):
            return _told(HttpResponse(status=304), etag, now)
        encoding = accepted(request.headers.get("Accept-Encoding", "")) or ""
        kept = _cache.get((etag, encoding))
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            if request.headers.get("If-None-Match", "").strip() == "*":  # any version will do, but there must be one
                return _told(HttpResponse(status=304), etag, now)
            kept = _keep((etag, encoding), response, now)
            if kept is None:
                return _told(response, etag, now)
        return _told(kept.response(), etag, now)

    return wrapped


def _minute(request: HttpRequest) -> str:
    relative = any(word in request.GET.get("when", "") for word in ("upcoming", "today", "weekend"))
    return f"{timezone.now():%Y-%m-%dT%H:%M}" if relative else ""


def _is_known(request: HttpRequest, etag: str, now: version.Version) -> bool:
    """RFC 9110, 13.1: If-None-Match by weak comparison, else If-Modified-Since."""
    asked = request.headers.get("If-None-Match")
    if asked is not None:
        return etag.removeprefix("W/") in (part.strip().removeprefix("W/") for part in asked[:4_000].split(","))
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and not _minute(request) and int(now.changed.timestamp()) <= since


def _told(response: HttpResponseBase, etag: str, now: version.Version) -> HttpResponseBase:
    response["ETag"] = etag
    response["Last-Modified"] = http_date(now.changed.timestamp())
    response["Cache-Control"] = CONTROL
    response["Data-Version"] = str(now.number)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


class Kept:
    """An answer as it is sent again."""

    def __init__(self, content: bytes, headers: dict[str, str]) -> None:
        self.content, self.headers = content, headers
        self.size = len(content) + 1_000

    def response(self) -> HttpResponse:
        made = HttpResponse(self.content)
        for name, value in self.headers.items():
            made[name] = value
        return made


class Cache:
    """The answers used last, up to so many bytes. Those of an old version are never asked for, and fall out."""

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Kept | None:
        with self.lock:
            found = self.kept.get(key)
            if found:
                self.kept.move_to_end(key)
            return found

    def put(self, key: tuple[str, str], kept: Kept) -> None:
        with self.lock:
            if key not in self.kept:
                self.kept[key] = kept
                self.size += kept.size
            while self.size > settings.CACHE_MB * 1_000_000:
                _key, oldest = self.kept.popitem(last=False)
                self.size -= oldest.size


_cache = Cache()


def _keep(key: tuple[str, str], response: HttpResponseBase, now: version.Version) -> Kept | None:
    """Kept unless it is a stream, too large, or of a version that passed while it was made."""
    if not settings.CACHE_MB or response.streaming or version.current() != now:
        return None
    content = response.content  # type: ignore[attr-defined]
    if len(content) > KEPT_MAX:
        return None
    headers = dict(response.items())
    if key[1] and len(content) >= SMALLEST:
        content = compressed(key[1], content)
        headers["Content-Encoding"] = key[1]
    kept = Kept(content, headers | {"Content-Length": str(len(content))})
    _cache.put(key, kept)
    return kept
