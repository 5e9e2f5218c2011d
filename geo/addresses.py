"""What an address says of its town, where no column does: «Place du Marché, 38000 Grenoble», «Lyon 4e»."""

import re
from dataclasses import dataclass

from geo.models import Area, Level
from geo.names import fold
from geo.resolver import Resolver

ADDRESS_MAX = 500
POPULATION_MIN = 2_000
"""A name that no postcode stands beside is believed from so many inhabitants on: «Le Bourg» is a village elsewhere."""

_COUNTRIES = frozenset(("fr", "france", "be", "belgique", "belgie", "belgium", "ca", "canada", "suisse", "luxembourg"))
_STREETS = (
    "rue", "r", "avenue", "av", "boulevard", "bd", "chemin", "place", "pl", "quai", "route", "allee", "cours", "square",
    "street", "road", "straat", "laan", "weg", "plein", "impasse", "passage", "residence", "batiment", "bp", "cs",
    "lieu",
)  # fmt: skip
_TOWN = re.compile(
    r"(?:(?:F|B|CH|L)-)?\b(?P<postcode>\d{4,5})\b\s*[-–]?\s*(?P<name>[^\d]*(?:\b\d{1,2}(?:er|e|ème)?\b)?.*)$"
)
_PARTS = re.compile(r"[,;\n|]|\s[-–—]\s")
_NUMBERED = re.compile(r"\D+\s\d{1,2}\s?(?:er|e|eme|ème)?(?:\s+arr\w*)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r".+\((?:\d{2,3}|2[AB])\)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Town:
    """A postcode and a name, as written; either may be empty."""

    postcode: str = ""
    name: str = ""

    @property
    def sure(self) -> bool:
        """Whether something beside the name says which town it is."""
        return bool(self.postcode or _NUMBERED.fullmatch(self.name) or _IN_BRACKETS.fullmatch(self.name))


def towns_in(address: str) -> list[Town]:
    """The towns that an address may name, the likeliest first: with a postcode, then by the end."""
    parts = [part.strip(" .") for part in _PARTS.split(address[:ADDRESS_MAX])]
    said = [part for part in reversed(parts) if part and fold(part) not in _COUNTRIES]
    with_postcode = [town for part in said if (town := _postcode_and_town(part))]
    names = [Town(name=part) for part in said if not re.match(r"\d", part) and not _is_street(part)]
    return with_postcode + names


def area_of(address: str, resolver: Resolver) -> Area | None:
    """The area that an address names, or None: never a guess between two."""
    for town in towns_in(address):
        area = _named(town, resolver)
        if area is not None and (town.sure or (area.population or 0) >= POPULATION_MIN):
            return area
    return None


def _named(town: Town, resolver: Resolver) -> Area | None:
    """By its name, or its postcode where that says more: 69001 is a part of Lyon."""
    narrow = resolver.find(postcode=town.postcode) if town.postcode else None
    area = resolver.find(name=town.name, postcode=town.postcode or None) if town.name else None
    if area is None or (narrow and narrow.level == Level.DISTRICT and narrow.parent_id == area.pk):
        return narrow
    return area


def _postcode_and_town(part: str) -> Town | None:
    match = _TOWN.search(part)
    if match is None or _is_street(match["name"]):
        return None
    return Town(match["postcode"], match["name"].strip(" -–.,"))


def _is_street(text: str) -> bool:
    return fold(text).split(" ")[0] in _STREETS
