"""Circles in the plane of the map: what is near on the ellipsoid is near there."""

import math

from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod

from geo.boxes import SLACK_M, Edges, core, reach, stretch, x_of, y_of
from geo.parse import BBox

WGS84 = Geod(ellps="WGS84")


@given(
    lon=st.floats(-180, 180), lat=st.floats(-89, 89), azimuth=st.floats(0, 360), far_m=st.floats(0, 2_000_000),
    share=st.floats(0, 1),
)  # fmt: skip
@example(lon=4, lat=0, azimuth=0, far_m=10_000, share=1)
@example(lon=4, lat=50, azimuth=0, far_m=100_000, share=1)
@example(lon=4, lat=50, azimuth=90, far_m=100_000, share=1)
def test_nothing_within_a_circle_is_farther_in_the_plane(
    lon: float, lat: float, azimuth: float, far_m: float, share: float
) -> None:
    there_lon, there_lat, _back = WGS84.fwd(lon, lat, azimuth, far_m * share)
    factor = stretch(lon, lat, far_m)
    plane_m = math.hypot(x_of(there_lon) - x_of(lon), y_of(there_lat) - y_of(lat))
    assert plane_m <= factor * far_m + SLACK_M


def test_near_mons_a_metre_is_a_metre_and_a_half() -> None:
    assert 1.57 < stretch(3.95, 50.45, 1_000) < 1.59


def test_at_the_antimeridian_and_the_poles_nothing_is_said() -> None:
    assert stretch(179.99, 0, 10_000) == math.inf
    assert stretch(0, 89.5, 10_000) == math.inf


@given(
    west=st.floats(-180, 180), east=st.floats(-180, 180), south=st.floats(-90, 90), north=st.floats(-90, 90),
    lon=st.floats(-180, 180), lat=st.floats(-89.9, 89.9),
)  # fmt: skip
@example(west=170, east=-170, south=-10, north=10, lon=-175, lat=0)
@example(west=3.9, east=3.9, south=50, north=51, lon=3.9, lat=50.5)
def test_what_is_in_the_core_is_in_the_box_and_that_is_in_its_reach(
    west: float, east: float, south: float, north: float, lon: float, lat: float
) -> None:
    box = BBox(west, min(south, north), east, max(south, north))
    inside = box.south <= lat <= box.north and any(side.west <= lon <= side.east for side in box.sides)
    if any(_holds(edges, lon, lat) for edges in core(box)):
        assert inside
    if inside:
        assert any(_holds(edges, lon, lat) for edges in reach(box))


def _holds(edges: Edges, lon: float, lat: float) -> bool:
    return edges[0] <= x_of(lon) <= edges[2] and edges[1] <= y_of(lat) <= edges[3]
