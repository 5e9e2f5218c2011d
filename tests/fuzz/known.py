"""What is known to be wrong and waits for its repair. Strict: once one is mended, its test fails until it leaves."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tests.fuzz.requests import Request

MOST_PARAMETERS = 1_000


class Known(NamedTuple):
    why: str
    request: Request
    excuses: Callable[[Request, str], bool]


def _unsafe(request: Request, complaint: str) -> bool:
    safe = request.method in ("GET", "HEAD", "OPTIONS", "TRACE")
    return not safe and bool(re.search("403 (of )?text/html", complaint))


def _crowded(request: Request, complaint: str) -> bool:
    return request.query.count("&") >= MOST_PARAMETERS and bool(re.search("400 (of )?text/html", complaint))


def _cookie(request: Request, complaint: str) -> bool:
    sent = request.headers.get("HTTP_COOKIE", "")
    return complaint == "sets a cookie" and ("sessionid" in sent or "csrftoken" in sent)


def _nul(request: Request, complaint: str) -> bool:
    return "/apercu/secteur/" in request.path and "%00" in request.path and complaint == "is 500"


def _name(request: Request, complaint: str) -> bool:
    """Line breaks in what a path or `f` is told to be: those of the Query's own parameters are taken out."""
    return bool(re.match("says no sentence: .Il n’y a pas de collection", complaint))


KNOWN = (
    Known("a request that writes is refused as a forgery, by a page, before the API can say 405", Request(
        "/api/collections/all/items", method="POST"), _unsafe),
    Known("more than 1,000 parameters are refused by a page, not by a problem", Request(
        "/api/collections/all/items", "&".join(f"x{n}=1" for n in range(MOST_PARAMETERS + 1))), _crowded),
    Known("a session cookie that we never gave is answered with a cookie, on pages for everybody", Request(
        "/api/collections/all/items", headers={"HTTP_COOKIE": "sessionid=x"}), _cookie),
    Known("a broken csrftoken is answered with a new one, on pages for everybody", Request(
        "/api/collections/all/items", headers={"HTTP_COOKIE": "csrftoken=x"}), _cookie),
    Known("a nul in a code of the map's preview is too much for the database", Request(
        "/fr/apercu/secteur/%00/"), _nul),
    Known("a collection's name is repeated with its line breaks", Request(
        "/api/collections/x%0A%0Dy/items"), _name),
)  # fmt: skip
