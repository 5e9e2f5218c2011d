"""What the gazetteer knows of the places that rows name, and of where points fall."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from django.contrib.gis.geos import Point
from django.contrib.gis.geos.prepared import PreparedGeometry
from django.utils.translation import gettext as _

from geo.models import Area, AreaName, Level
from geo.names import fold, without_article
from geo.places import commune_at
from geo.sizes import GEOD
from harvesters.discovery.columns import Column, spread

NEAR_M = 8_000
"""A record is at the town it names when it is this near to its centre, or within two of its radii."""
COAST_DEGREES = 0.25
"""Outlines of countries are coarse: so far beyond them is still ashore."""
ROWS = 120
KNOWN_SHARE = 0.5
NARROW_SHARE = 0.85
POINTS_ASKED = 50

POSTCODES = {
    "GB": re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"),
    "NL": re.compile(r"^\d{4} ?[A-Z]{2}$"),
    "CA": re.compile(r"^[A-Z]\d[A-Z] ?\d[A-Z]\d$"),
    "PL": re.compile(r"^\d{2}-\d{3}$"),
}
DOMAINS = {"fr": "FR", "be": "BE", "ch": "CH", "ca": "CA", "pl": "PL", "es": "ES", "cat": "ES", "uk": "GB", "lu": "LU",
           "nl": "NL", "de": "DE", "re": "FR", "bzh": "FR", "paris": "FR", "quebec": "CA", "it": "IT", "au": "AU",
           "brussels": "BE", "vlaanderen": "BE", "gent": "BE"}  # fmt: skip
_POSTCODE_IN_ADDRESS = re.compile(r"(?<![\d-])(\d{5}|\d{4})(?=\s+[^\W\d])")
_TITLES = ("ville de ", "ville d ", "mairie de ", "commune de ", "city of ", "stad ", "gemeente ", "ayuntamiento de ",
           "ajuntament de ", "miasto ", "urzad miasta ", "metropole de ", "town of ", "municipality of ")  # fmt: skip
_LEVELS = (Level.COMMUNE, Level.DISTRICT)


@dataclass(frozen=True, slots=True)
class Spot:
    """The middle of an area, in degrees, and its radius in metres."""

    lon: float
    lat: float
    radius_m: int
    country: str

    def is_near(self, lon: float, lat: float) -> bool:
        return float(GEOD.inv(self.lon, self.lat, lon, lat)[2]) <= max(NEAR_M, 2 * self.radius_m)


@dataclass
class Ground:
    """Where the rows of a sample say that they are. `spots`: by the row's place in the sample, what may be meant."""

    spots: dict[int, list[Spot]] = field(default_factory=dict)
    countries: Counter[str] = field(default_factory=Counter)
    evidence: str = ""

    @property
    def likely(self) -> list[str]:
        """The countries that the rows or the address speak for, the likeliest first."""
        best = self.countries.most_common(1)
        return [code for code, count in self.countries.most_common(3) if count * 4 >= best[0][1]]

    @cached_property
    def _shapes(self) -> dict[str, PreparedGeometry]:
        # Half of all swapped positions lie in Antarctica, and nobody's portal does.
        areas = Area.objects.filter(level=Level.COUNTRY).exclude(country="AQ").only("country", "shape")
        return {
            area.country: area.shape.simplify(COAST_DEGREES / 5, preserve_topology=True).buffer(COAST_DEGREES).prepared
            for area in areas
        }

    @property
    def is_known(self) -> bool:
        """Whether there is a gazetteer to ask."""
        return bool(self._shapes)

    def share_ashore(self, points: Sequence[tuple[float, float]], countries: Collection[str] = ()) -> float:
        """The share of the points (longitude, latitude) in the countries, or in any when none is named."""
        shapes = [shape for code, shape in self._shapes.items() if not countries or code in countries]
        some = [Point(lon, lat, srid=4326) for lon, lat in spread(points, POINTS_ASKED)]
        return sum(1 for point in some if any(shape.contains(point) for shape in shapes)) / len(some) if some else 0.0

    def share_near(self, points: dict[int, tuple[float, float]]) -> tuple[float, int]:
        """The share of the rows that lie where they say, and how many say where they are."""
        told = [row for row in points if row in self.spots]
        near = sum(1 for row in told if any(spot.is_near(*points[row]) for spot in self.spots[row]))
        return (near / len(told) if told else 0.0), len(told)


def ground_of(
    communes: Sequence[Column], postcodes: Sequence[Column], addresses: Sequence[Column], address: str
) -> Ground:
    """What the columns of communes, postcodes and addresses tell, and the portal's own address."""
    ground = Ground()
    for column in communes:
        _take(ground, column, _keys_of_names, AreaName.Kind.NAME)
    for column in [*postcodes, *(one for one in communes if one.share_numbers > KNOWN_SHARE)]:
        _take_patterns(ground, column)
        _take(ground, column, lambda text: [fold(text)], AreaName.Kind.POSTCODE)
    for column in addresses:
        _take(ground, column, _postcodes_in, AreaName.Kind.POSTCODE)
    domain = (urlsplit(address).hostname or "").rpartition(".")[2]
    if domain in DOMAINS:
        ground.countries[DOMAINS[domain]] += 2
    likely = set(ground.likely)
    ground.spots = {
        row: kept for row, spots in ground.spots.items() if (kept := [one for one in spots if one.country in likely])
    }
    return ground


def _keys_of_names(text: str) -> list[str]:
    key = fold(text)
    return list(dict.fromkeys([key, without_article(key)]))


def _postcodes_in(text: str) -> list[str]:
    return _POSTCODE_IN_ADDRESS.findall(text)[-1:]


def _take_patterns(ground: Ground, column: Column) -> None:
    for country, pattern in POSTCODES.items():
        if column.share(pattern) > KNOWN_SHARE:
            ground.countries[country] += len(column.texts)


def _take(ground: Ground, column: Column, keys_of: Callable[[str], list[str]], kind: AreaName.Kind) -> None:
    """Note the areas that the column's values name; a column of which the gazetteer knows little tells nothing."""
    chosen = spread([row for row, value in enumerate(column.values) if isinstance(value, (str, int))], ROWS)
    keys = {row: keys_of(str(column.values[row])) for row in chosen}
    known = spots_of({key for some in keys.values() for key in some}, kind)
    found = {row: [spot for key in some for spot in known.get(key, ())] for row, some in keys.items() if some}
    told = [row for row, spots in found.items() if spots]
    if not found or len(told) < KNOWN_SHARE * len(found):
        return
    for row in told:
        for country in {spot.country for spot in found[row]}:
            ground.countries[country] += 1
        # What was said first, by name, wins over a postcode.
        ground.spots.setdefault(row, found[row])
    ground.evidence = ground.evidence or _("les lieux nommés dans « %(column)s »") % {"column": column.name}


def town_of(publisher: str) -> Spot | None:
    """The largest town that a publisher is named after (“Ville de Paris”), or None."""
    key = fold(publisher)
    keys = {key, *(key.removeprefix(title) for title in _TITLES if key.startswith(title))}
    keys |= {without_article(one) for one in keys}
    found = AreaName.objects.filter(key__in=keys, kind=AreaName.Kind.NAME, area__level=Level.COMMUNE)
    best = found.order_by("-area__population").select_related("area").first()
    if best is None or not best.area.population:
        return None
    return Spot(best.area.centre.x, best.area.centre.y, best.area.radius_m, best.area.country)


def spots_of(keys: Iterable[str], kind: AreaName.Kind) -> dict[str, list[Spot]]:
    """The communes and districts of each folded name or postcode."""
    names = AreaName.objects.filter(key__in=list(keys), area__level__in=_LEVELS)
    kinds = [kind, AreaName.Kind.ALIAS] if kind == AreaName.Kind.NAME else [kind]
    found: dict[str, list[Spot]] = defaultdict(list)
    rows = names.filter(kind__in=kinds).values_list("key", "area__centre", "area__radius_m", "area__country")
    for key, centre, radius_m, country in rows:
        found[key].append(Spot(centre.x, centre.y, radius_m, country))
    return found


def share_of_towns(column: Column) -> float:
    """The share of the values that are names of communes or districts of the gazetteer."""
    texts = [text for text in column.counts if not text.isdigit()][:LOOKED_UP]
    keys = {text: _keys_of_names(text) for text in texts}
    known = spots_of({key for some in keys.values() for key in some}, AreaName.Kind.NAME)
    return sum(1 for some in keys.values() if any(key in known for key in some)) / len(texts) if texts else 0.0


LOOKED_UP = 60


def territory_of(points: Sequence[tuple[float, float]]) -> tuple[list[str], float]:
    """The narrowest area that holds nearly all points, as codes, and the share of the points that it holds."""
    found = [commune_at(Point(lon, lat, srid=4326)) for lon, lat in spread(points, POINTS_ASKED)]
    chains = [_chain(area) for area in found if area is not None]
    if not chains:
        return [], 0.0
    counts = Counter(code for chain in chains for code in chain)
    depth = {code: place for chain in chains for place, code in enumerate(reversed(chain))}
    enough = [code for code, count in counts.items() if count >= NARROW_SHARE * len(found)]
    if enough:
        best = max(enough, key=lambda code: depth[code])
        return [best], counts[best] / len(found)
    tops = Counter(chain[-1] for chain in chains)
    codes = [code for code, count in tops.most_common(4) if count > 1] or [tops.most_common(1)[0][0]]
    return codes, sum(tops[code] for code in codes) / len(found)


def _chain(area: Area) -> list[str]:
    """The codes from the area up to its country."""
    codes = [area.code]
    while area.parent is not None:
        area = area.parent
        codes.append(area.code)
    return codes
