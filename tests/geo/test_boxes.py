"""Circles in the plane of the map: what is near on the ellipsoid is near there."""

import math

from django.contrib.gis.geos import Point
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod

from geo.boxes import SLACK_M, stretch, x_of, y_of

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
    factor = stretch(Point(lon, lat), far_m)
    plane_m = math.hypot(x_of(there_lon) - x_of(lon), y_of(there_lat) - y_of(lat))
    assert plane_m <= factor * far_m + SLACK_M


def test_near_mons_a_metre_is_a_metre_and_a_half() -> None:
    assert 1.57 < stretch(Point(3.95, 50.45), 1_000) < 1.59


def test_at_the_antimeridian_and_the_poles_nothing_is_said() -> None:
    assert stretch(Point(179.99, 0), 10_000) == math.inf
    assert stretch(Point(0, 89.5), 10_000) == math.inf
