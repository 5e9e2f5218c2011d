"""What every source of the gazetteer is turned into before it is written, and its sizes."""

import math
from dataclasses import dataclass, field

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")


@dataclass
class Place:
    """One row of the gazetteer. `outline` is longitude-latitude, EPSG:4326."""

    code: str
    level: str
    country: str
    name: str
    longitude: float
    latitude: float
    radius_m: float
    source: str
    names: dict[str, str] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    postcodes: list[str] = field(default_factory=list)
    parent: str = ""
    population: int | None = None
    population_year: int | None = None
    outline: BaseGeometry | None = None


def area_m2(shape: BaseGeometry) -> float:
    """Area on the ellipsoid."""
    return abs(float(GEOD.geometry_area_perimeter(shape)[0]))


def radius_of_area_m(square_metres: float) -> float:
    """Radius of the circle of the same area."""
    return math.sqrt(square_metres / math.pi)


def inner_point(shape: BaseGeometry) -> tuple[float, float]:
    """A point well inside the largest part of a shape."""
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    point = shapely.maximum_inscribed_circle(largest, tolerance=0.01).coords[0]
    return float(point[0]), float(point[1])
