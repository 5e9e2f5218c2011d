"""What people and programs type for a place, read strictly: `near`, `bbox`, `radius`.

People write latitude first (`near=50.45,3.95`); everything inside `geo` is longitude-latitude,
EPSG:4326. This is the one file where the order changes.
"""

import math
import re
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext as _

SRID = 4326
FARTHEST_M = 20_037_508.0
"""Half the equator: no two places are farther apart, so a larger radius asks for the same."""

_TURNS = 10
_SHOWN = 60
_LONGEST = 200
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


class BadCoordinate(ValueError):
    """A place that is not understood; the message is one sentence fit to show."""


@dataclass(frozen=True)
class Near:
    """A point that distances are measured from, in degrees."""

    lat: float
    lon: float

    @property
    def point(self) -> Point:
        return Point(self.lon, self.lat, srid=SRID)

    def __str__(self) -> str:
        return f"{shortest(self.lat)},{shortest(self.lon)}"


@dataclass(frozen=True)
class BBox:
    """A box in degrees, longitudes within ±180; `west` > `east` crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def geometry(self) -> GEOSGeometry:
        """A polygon; two of them across the antimeridian; a line or a point when the box has no width or height."""
        west, *east = (GEOSGeometry(side.ewkt) for side in self.sides)
        return west.union(east[0]) if east else west

    @property
    def sides(self) -> "list[BBox]":
        """The box, in two where it crosses the antimeridian."""
        if self.west <= self.east:
            return [self]
        return [BBox(self.west, self.south, 180.0, self.north), BBox(-180.0, self.south, self.east, self.north)]

    @property
    def ewkt(self) -> str:
        """The same as text, of a box that does not cross the antimeridian: written much sooner than a geometry."""
        west, south, east, north = map(repr, (self.west, self.south, self.east, self.north))
        if self.west < self.east and self.south < self.north:
            ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
            return f"SRID={SRID};POLYGON(({ring}))"
        if (self.west, self.south) != (self.east, self.north):
            return f"SRID={SRID};LINESTRING({west} {south},{east} {north})"
        return f"SRID={SRID};POINT({west} {south})"

    def __str__(self) -> str:
        return ",".join(shortest(edge) for edge in (self.west, self.south, self.east, self.north))


def parse_near(text: str) -> Near:
    """`lat,lon` in degrees. Raises BadCoordinate."""
    numbers = _numbers(text)
    if len(numbers) != 2:
        raise BadCoordinate(_("« %s » n’est pas « latitude,longitude », par exemple 50.4542,3.9523.") % _shown(text))
    lat, lon = numbers
    _check_range(lat, 90, _("latitude"))
    _check_range(lon, 180, _("longitude"))
    return Near(lat, lon)


def parse_bbox(text: str) -> BBox:
    """`west,south,east,north` in degrees; longitudes beyond ±180 are wrapped. Raises BadCoordinate."""
    return degrees_box(*four_edges(text))


def four_edges(text: str) -> tuple[float, float, float, float]:
    """The four numbers of a box in the order they came; of six the two heights are left out. Raises BadCoordinate."""
    numbers = _numbers(text)
    if len(numbers) == 6:
        del numbers[5], numbers[2]
    if len(numbers) != 4:
        raise BadCoordinate(_("« %s » n’est pas « ouest,sud,est,nord », par exemple 3.8,50.4,4.1,50.6.") % _shown(text))
    first, second, third, fourth = numbers
    return first, second, third, fourth


def degrees_box(west: float, south: float, east: float, north: float) -> BBox:
    """A box of degrees that somebody sent. Raises BadCoordinate."""
    for latitude in (south, north):
        _check_range(latitude, 90, _("latitude"))
    for longitude in (west, east):
        _check_range(longitude, 360 * _TURNS, _("longitude"))
    if south > north:
        raise BadCoordinate(
            _("Le sud (%(south)s) est au-dessus du nord (%(north)s).") % {"south": south, "north": north}
        )
    west, east = _wrapped(west, east)
    return BBox(west, south, east, north)


def parse_radius(text: str) -> float:
    """A radius in metres, above 0; beyond the farthest possible distance it is that distance. Raises BadCoordinate."""
    numbers = _numbers(text)
    if len(numbers) != 1 or not numbers[0] > 0:
        raise BadCoordinate(_("« %s » n’est pas un rayon en mètres au-dessus de 0, par exemple 5000.") % _shown(text))
    return min(numbers[0], FARTHEST_M)


def wrap_longitude(degrees: float) -> float:
    """The same meridian within [-180, 180]; what already is there stays as it is."""
    return degrees if -180 <= degrees <= 180 else math.remainder(degrees, 360)


def shortest(number: float) -> str:
    """The shortest text that reads back as the same number, for addresses: `5000`, not `5000.0`."""
    text = repr(number + 0.0)
    return text.removesuffix(".0")


def _wrapped(west: float, east: float) -> tuple[float, float]:
    if east - west >= 360:
        return -180.0, 180.0
    west, east = wrap_longitude(west), wrap_longitude(east)
    if west > east and west == 180:
        west = -180.0
    elif west > east and east == -180:
        east = 180.0
    return west, east


def _numbers(text: str) -> list[float]:
    parts = [part.strip(" ") for part in text.split(",")] if len(text) <= _LONGEST else [""]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return []
    return [float(part) for part in parts]


def _check_range(degrees: float, limit: int, name: str) -> None:
    if not -limit <= degrees <= limit:
        words = _("%(name)s %(degrees)s : il faut un nombre de degrés entre -%(limit)s et %(limit)s.")
        raise BadCoordinate((words % {"name": name, "degrees": shortest(degrees), "limit": limit}).capitalize())


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
