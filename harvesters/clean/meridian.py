"""Shapes across the antimeridian (Fiji, Wallis, Chukotka): cut there, as RFC 7946 section 3.1.9 asks.

They come with longitudes beyond 180 degrees, or with an edge that seems to run around the whole world.
"""

import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import antimeridian

LINES = {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
Geometry = dict[str, Any]


def split(geometry: Geometry) -> Geometry | None:
    """The GeoJSON geometry (EPSG:4326) cut in two; None when it does not cross. Raises ValueError and its like."""
    if geometry.get("type") not in LINES or not crosses(geometry["coordinates"]):
        return None
    wrapped = geometry | {"coordinates": within_the_world(geometry["coordinates"])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of which way round a ring was written
        return dict(antimeridian.fix_shape(wrapped, fix_winding=True, great_circle=False))


def crosses(coordinates: Any) -> bool:
    lines = list(lines_of(coordinates))
    places = [place for line in lines for place in line]
    if any(abs(lon) > 360 or abs(lat) > 90 for lon, lat, *_ in places):
        return False  # it is no longitude and latitude
    if any(abs(lon) > 180 for lon, *_ in places):
        return True
    return any(abs(one[0] - other[0]) > 180 for line in lines for one, other in pairwise(line))


def lines_of(coordinates: Any) -> Iterator[list[Any]]:
    if coordinates and coordinates[0] and isinstance(coordinates[0][0], int | float):
        yield coordinates
    else:
        for inner in coordinates:
            yield from lines_of(inner)


def within_the_world(coordinates: Any) -> Any:
    if isinstance(coordinates[0], int | float):
        lon, lat = coordinates[0], coordinates[1]
        return [(lon + 180) % 360 - 180 if abs(lon) > 180 else lon, lat]
    return [within_the_world(inner) for inner in coordinates]
