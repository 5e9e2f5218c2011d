"""How likely two records of two sources are one thing, in points that each have their reason in words.

The points add up; from ACCEPTED on, two records are taken for one. What cannot both be true of one thing (another
edition, another day of beginning, another town) weighs more than all that speaks for it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

from portal.same.titles import TitleMatch, compare, words_of
from portal.vocabularies import Kind

ACCEPTED = 5.0
NEVER = -20.0


@dataclass(frozen=True)
class Told:
    """What a record says of itself, as far as it helps to know it again. `points` are longitude and latitude in
    EPSG:4326, several where it has several addresses.

    `areas` are codes (or folded names) of the narrowest area it lies in or concerns, and of those around that one,
    up to its commune.
    """

    kind: str
    title: str
    points: tuple[tuple[float, float], ...] = ()
    areas: tuple[str, ...] = ()
    commune: str = ""
    address: str = ""
    postal_code: str = ""
    organisation: str = ""
    organisation_id: str = ""
    links: frozenset[str] = frozenset()
    starts: datetime | None = None
    ends: datetime | None = None
    edition: int | None = None


@dataclass(frozen=True)
class Reason:
    """One part of a score: what was compared, what came out in words, and what it weighs."""

    what: str
    words: str
    points: float


@dataclass(frozen=True)
class Score:
    """The reasons and their sum."""

    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    @property
    def points(self) -> float:
        return round(sum(reason.points for reason in self.reasons), 2)

    @property
    def accepted(self) -> bool:
        return self.points >= ACCEPTED


def score(left: Told, right: Told) -> Score:
    """Compare two records. The order of the two does not matter."""
    parts = (_titles, _places, _addresses, _organisations, _links, _times, _editions)
    return Score(tuple(reason for part in parts for reason in part(left, right)))


def _titles(left: Told, right: Told) -> Iterator[Reason]:
    beside = (left.commune, right.commune, left.organisation, right.organisation)
    match = compare(left.title, right.title, beside)
    percent = round(100 * match.similarity)
    yield Reason("title", f"titles are {percent} % alike", _curve(match.similarity, TITLE))
    if match.shared_weight < 1.5:
        yield Reason("title", "the titles share hardly a word of their own", -0.5)
    yield from _title_conflicts(match)


def _title_conflicts(match: TitleMatch) -> Iterator[Reason]:
    if match.other_numbers:
        yield Reason("title", "a number or letter is another, or missing", -2.0 * match.other_numbers)
    if match.other_head:
        yield Reason("title", "one is called a part or a kind of the other", -3.0)
    if match.conflict >= 0.9:
        only = f"only one says «{' '.join(match.only_left)}», only the other «{' '.join(match.only_right)}»"
        yield Reason("title", only, -3.0 * min(match.conflict, 2.0))


TITLE = ((0.0, -6.0), (0.5, -3.0), (0.65, 0.0), (0.8, 2.5), (0.95, 3.8), (1.0, 4.0))
"""Similarity of titles → points, straight between."""
DISTANCE_M = ((0, 2.5), (50, 2.5), (350, 1.6), (700, 1.0), (1_500, -1.0), (2_000, -4.0), (5_000, NEVER))
"""Metres → points, straight between."""


def _places(left: Told, right: Told) -> Iterator[Reason]:
    metres = distance_m(left, right)
    if metres is not None:
        yield Reason("place", f"{metres:.0f} m apart", _curve(metres, DISTANCE_M))
    elif left.areas and right.areas:
        yield _area(left, right)
    elif left.postal_code and right.postal_code:
        same = left.postal_code == right.postal_code
        yield Reason("place", "the same postcode" if same else "another postcode", 1.0 if same else -4.0)


def _area(left: Told, right: Told) -> Reason:
    if left.areas[0] == right.areas[0]:
        return Reason("place", "in or about the same area", 1.0)
    if left.areas[0] in right.areas or right.areas[0] in left.areas:
        return Reason("place", "one is in the area that the other is about", 0.8)
    return Reason("place", "in other areas", NEVER)


def distance_m(left: Told, right: Told) -> float | None:
    """Metres between their nearest points, on a sphere; None where one has none."""
    return min((_metres(*one, *other) for one in left.points for other in right.points), default=None)


def _metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    middle = math.radians((lat + other_lat) / 2)
    return 111_195 * math.hypot(other_lat - lat, (other_lon - lon) * math.cos(middle))


def _addresses(left: Told, right: Told) -> Iterator[Reason]:
    one, other = address_key(left.address), address_key(right.address)
    if not (one[1] and other[1]):
        return
    street = compare(" ".join(one[1]), " ".join(other[1])).similarity > 0.8
    if street and one[0] == other[0]:
        yield Reason("address", "the same address", 1.2 if one[0] else 0.6)
    elif street:
        yield Reason("address", "the same street", 0.2)
    else:
        yield Reason("address", "another address", -0.6)


def address_key(address: str) -> tuple[str, tuple[str, ...]]:
    """House number and the words of the street, wherever the number stands; what follows a comma is the town."""
    parts = [words_of(part) for part in address.split(",") if part.strip()]
    first = next((words for words in parts if any(not word.isdigit() for word in words)), ())
    numbers = [word for words in parts[:2] for word in words if word[0].isdigit() and len(word) < 5]
    return (numbers[0] if numbers else ""), tuple(word for word in first if not word[0].isdigit())


def _organisations(left: Told, right: Told) -> Iterator[Reason]:
    if left.organisation_id and right.organisation_id:
        same = left.organisation_id == right.organisation_id
        words = "the same number of the organisation" if same else "another number of the organisation"
        yield Reason("organisation", words, 2.5 if same else -6.0)
    elif left.organisation and right.organisation:
        alike = compare(left.organisation, right.organisation, (left.commune, right.commune))
        contained = not alike.only_left or not alike.only_right
        if alike.similarity > 0.8 or (contained and alike.shared_weight >= 1):
            yield Reason("organisation", "the same organisation", 1.0)
        elif alike.similarity < 0.4:
            yield Reason("organisation", "another organisation", -2.0)


def _links(left: Told, right: Told) -> Iterator[Reason]:
    shared = left.links & right.links
    if any("/" in link for link in shared):
        yield Reason("link", "a link to the same page", 2.0)
    elif shared:
        yield Reason("link", "a link to the same site", 1.0)


def link_key(url: str) -> str:
    """A link without what does not change where it leads: scheme, www., last slash, tracking. Empty when none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    query = "&".join(part for part in parts.query.split("&") if part and not part.startswith("utm_"))
    return f"{host}{parts.path.rstrip('/')}{'?' + query if query else ''}" if host else ""


def _times(left: Told, right: Told) -> Iterator[Reason]:
    if left.starts and right.starts:
        days = abs((left.starts - right.starts).total_seconds()) / 86_400
        if days <= 1:
            yield Reason("time", "the same beginning", 1.0 if left.kind == Kind.MISSION else 0.5)
        else:
            yield Reason("time", f"{days:.0f} days between their beginnings", -10.0)
    if left.ends and right.ends:
        days = abs((left.ends - right.ends).total_seconds()) / 86_400
        if days > 1:
            yield Reason("time", f"{days:.0f} days between their ends", -2.0)


def _editions(left: Told, right: Told) -> Iterator[Reason]:
    if left.edition and right.edition:
        same = left.edition == right.edition
        yield Reason("edition", "the same edition" if same else "another edition", 0.5 if same else NEVER)


def _curve(value: float, points: tuple[tuple[float, float], ...]) -> float:
    """The straight line between the two points beside the value; the last one's height beyond it."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if value <= x1:
            return round(y0 + (y1 - y0) * (value - x0) / (x1 - x0), 2)
    return points[-1][1]
