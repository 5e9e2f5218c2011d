"""Every address of the site, out of its URLconf: a new route is asked without a change here."""

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.translation import override

from tests.fuzz.values import TRAVERSALS, hostile
from tests.oracle.record import Record

_HOLE = re.compile(r"<(?:(?P<type>[^>:]+):)?(?P<name>[^>]+)>")
SLASHES = quote("/", safe="")


class Route(NamedTuple):
    """A path with holes as Django writes them, and the language it is in."""

    path: str
    lang: str


def api_routes() -> list[str]:
    """All below /api."""
    return sorted({route.path for route in _routes("fr") if route.path.startswith("/api/")})


def page_routes() -> list[str]:
    """All others in three languages, but for the operators' own, which ask for a password."""
    found = {route.path for lang, _name in settings.LANGUAGES for route in _routes(lang)}
    return sorted(path for path in found if not path.startswith(("/api/", f"/{settings.ADMIN_PATH}")))


def _routes(lang: str) -> Iterator[Route]:
    with override(lang):
        yield from (Route(f"/{path}", lang) for path in _walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        path = before + _written(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield path


def _written(pattern: URLPattern | URLResolver) -> str:
    """The route; nothing of a regular expression, whose addresses are drawn."""
    is_plain = isinstance(pattern.pattern, RoutePattern) or hasattr(pattern.pattern, "language_prefix")
    return str(pattern.pattern) if is_plain else ""


def filled(route: str, dice: Random, records: list[Record]) -> str:
    """An address of the route: mostly with what belongs into its holes; sometimes something goes wrong."""
    path = _HOLE.sub(lambda hole: _value(hole["type"] or "str", hole["name"], dice, records), route)
    chance = dice.random()
    if chance < 0.06:
        return path + dice.choice(TRAVERSALS)
    if chance < 0.09:
        place = dice.randrange(len(path) + 1)
        return path[:place] + dice.choice(["/", "%2f", "%00", "%ff", ".", "%", "\\", ";", "é"]) + path[place:]
    return path


def _value(kind: str, name: str, dice: Random, records: list[Record]) -> str:
    record = dice.choice(records)
    if dice.random() < 0.1:
        return hostile(dice).replace("/", SLASHES).replace("?", "%3F").replace("#", "%23") or "x"
    pools = {
        "collection": ["all", "initiatives", "projects", "missions"],
        "public_id": [str(record.public_id), str(record.public_id), "11111111-1111-5111-8111-111111111111"],
        "codes": ["be-oracle-1", "be-oracle-1,be-oracle-2"],
    }
    kinds = {"uuid": pools["public_id"], "int": ["0", "1", "9" * 40], "slug": [record.origin.slug], "str": ["all", "x"]}
    return dice.choice(pools.get(name) or kinds.get(kind, ["x"]))
