"""Shapes across the antimeridian are cut there, whichever way they were written; others stay as they are."""

import pytest
from django.contrib.gis.geos import GeometryCollection
from hypothesis import given
from hypothesis import strategies as st

from harvesters.clean.coordinates import VERTICES_MAX, BadPlace, geometry_from_geojson
from harvesters.clean.meridian import Geometry, split


def box(west: float, east: float, south: float = -17, north: float = -16) -> Geometry:
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


@pytest.mark.parametrize(("west", "east"), [(179, -179), (179, 181), (-181, -179)])
def test_a_polygon_across_is_cut_in_two_and_told(west: float, east: float) -> None:
    remarks: list[str] = []
    geometry = geometry_from_geojson(box(west, east), remarks.append)
    assert isinstance(geometry, GeometryCollection)
    assert sorted(part.extent for part in geometry) == [(-180, -17, -179, -16), (179, -17, 180, -16)]
    assert remarks == ["the shape crosses the antimeridian: it was cut there"]


def test_a_line_across_is_cut_in_two() -> None:
    cut = split({"type": "LineString", "coordinates": [[179, 0], [-179, 2]]})
    assert cut == {"type": "MultiLineString", "coordinates": (((179, 0), (180, 1)), ((-180, 1), (-179, 2)))}


@pytest.mark.parametrize("shape", [box(3, 4), box(-1, 1), {"type": "Point", "coordinates": [179, 0]}, box(3, 700)])
def test_what_does_not_cross_is_left_alone(shape: Geometry) -> None:
    assert split(shape) is None


def test_a_shape_around_half_the_world_is_still_refused() -> None:
    with pytest.raises(BadPlace, match="a quarter of the world"):
        geometry_from_geojson(box(80, 260))


@given(st.floats(170, 179.99), st.floats(180.01, 190), st.floats(-80, 79))
def test_both_parts_lie_within_the_world_and_weigh_the_same(west: float, east: float, south: float) -> None:
    geometry = geometry_from_geojson(box(west, east, south, south + 1))
    assert geometry
    assert -180 <= geometry.extent[0] < geometry.extent[2] <= 180
    assert geometry.area == pytest.approx(east - west, rel=1e-6)


def test_a_shape_of_too_many_corners_is_simplified_and_told() -> None:
    remarks: list[str] = []
    north = [[3 + 1e-5 * step, 50 + 1e-7 * (step % 2)] for step in range(2 * VERTICES_MAX)]
    shape = {"type": "Polygon", "coordinates": [[*north, [3.1, 49], [3, 50]]]}
    geometry = geometry_from_geojson(shape, remarks.append)
    assert geometry
    assert geometry.num_coords <= VERTICES_MAX
    assert remarks == ["the shape has more than 10,000 corners: it was simplified, the source has the original"]
