"""What an explorer page shows, as its address says it: the question, the name of the place, the page number.

The question is `portal.query.Query`, the same as the API's. Pages add two defaults to it: what is
over is left out, and a place without a radius means five kilometres around it.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.query import Query
from portal.when import When

RADII_M = (1000, 2000, 5000, 10_000, 25_000, 50_000)
RADIUS_DEFAULT_M = 5000
UPCOMING = When("upcoming")
PLACE_MAX = 120
_PAGE = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


@dataclass(frozen=True)
class State:
    """The question and what only pages know: the place's name as it was chosen, and the page of the list."""

    query: Query
    place: str = ""
    page: int = 1
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: QueryDict, kinds: tuple[str, ...] = ()) -> Self:
        """Read an address leniently: what is not understood is dropped and told in `problems`."""
        asked = data.copy()
        everywhere = asked.get("radius") == "all"
        if everywhere:
            del asked["radius"]
        query, problems = Query.lenient(asked)
        return cls(
            _with_defaults(query, asked, kinds, everywhere=everywhere), _place(data), _page(data), tuple(problems)
        )

    def address(self, **changes: Any) -> str:
        """The explorer with parameters changed; None takes one away. The list starts again at its first page."""
        return reverse("explorer") + self.string(**changes)

    def string(self, **changes: Any) -> str:
        """The `?…` of `address`."""
        place = changes.pop("place", self.place)
        page = changes.pop("page", 1)
        if changes.get("when", self) is None:
            changes["when"] = When()
        text = self.query.string(**changes)
        pairs = [
            ("place", place if "near=" in text or "area=" in text else ""),
            ("page", "" if page in (None, 1) else page),
        ]
        if "when=" not in text:
            pairs.insert(0, ("when", "all"))
        if "near=" in text and "radius=" not in text and "bbox=" not in text:
            pairs.insert(0, ("radius", "all"))
        own = urlencode([(name, value) for name, value in pairs if value], quote_via=quote)
        return "?" + "&".join(part for part in (text, own) if part)

    @property
    def label(self) -> str:
        """The place as a sentence says it after «de»; the visitor's own position in the page's language."""
        return _("votre position") if self.place in _my_places() else self.place

    @property
    def box(self) -> str:
        """The place as its box shows it."""
        return my_place() if self.place in _my_places() else self.place

    def at(self, query: Query) -> "State":
        return replace(self, query=query, page=1)


def _with_defaults(query: Query, asked: QueryDict, kinds: tuple[str, ...], *, everywhere: bool) -> Query:
    if not asked.get("when") and not asked.get("datetime"):
        query = replace(query, when=UPCOMING)
    if kinds and not query.kinds:
        query = replace(query, kinds=kinds)
    if query.near and query.radius_m is None and query.bbox is None and not everywhere:
        query = replace(query, radius_m=float(RADIUS_DEFAULT_M))
    return query


def my_place() -> str:
    """How the visitor's own position is called where a place has its name."""
    return _("Ma position")


@cache
def _my_places() -> frozenset[str]:
    """That name in every language: a link keeps its meaning when the language changes."""
    names = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            names.add(my_place())
    return frozenset(names)


def _place(data: QueryDict) -> str:
    return " ".join(data.get("place", "").replace("\x00", "").split())[:PLACE_MAX]


def _page(data: QueryDict) -> int:
    text = data.get("page", "1")
    return int(text) if _PAGE.fullmatch(text) else 1
