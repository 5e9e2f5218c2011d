"""A source cut to a territory: what is kept, what is left out, and what the run says of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Point, Polygon

from geo.models import Area
from harvesters.mapping.cut import Cut, check_cut
from harvesters.mapping.remarks import Remarks
from portal.models import Activity
from portal.vocabularies import Precision
from tests.factories import MONS, make_area
from tests.harvesters.city import City, counts, open_city, row, told

pytestmark = pytest.mark.django_db

WEST, SOUTH = 3.9, 50.4
"""The corner of a square of 0.1 degrees: about 7.1 km by 11.1 km."""


def square(code: str, west: float) -> Area:
    return make_area(code=code, name=code, shape=Polygon.from_bbox((west, SOUTH, west + 0.1, SOUTH + 0.1)))


@pytest.fixture
def mons() -> Area:
    return square("be-1", WEST)


def left_out(filter_: dict[str, Any], **place: Any) -> bool:
    precision = place.pop("precision", Precision.EXACT)
    return Cut({"placeless": "keep", **filter_}, Remarks()).leaves_out(Activity(precision=precision, **place))


@pytest.mark.usefixtures("mons")
@pytest.mark.parametrize(
    ("lon", "margin_m", "outside"),
    [(3.95, 0, False), (4.001, 0, True), (4.001, 100, False), (4.0142, 1000, True), (4.0139, 1000, False)],
)  # at 50.45 degrees, 1,000 m are 0.01408 degrees of longitude
def test_a_pin_stands_inside_or_in_the_margin(lon: float, margin_m: int, outside: bool) -> None:
    place = Point(lon, 50.45, srid=4326)
    assert left_out({"area": ["be-1"], "margin_m": margin_m}, geometry=place) is outside


@pytest.mark.usefixtures("mons")
def test_a_line_that_comes_in_is_inside() -> None:
    assert not left_out({"area": ["be-1"]}, geometry=LineString((3.95, 50.45), (4.5, 50.45), srid=4326))


@pytest.mark.parametrize(("margin_m", "outside"), [(0, True), (2000, False)])
def test_a_neighbouring_area_touches_and_does_not_meet(mons: Area, margin_m: int, outside: bool) -> None:
    next_door = square("be-2", WEST + 0.1)
    areal = {"precision": Precision.COMMUNE, "area": next_door}
    assert left_out({"area": ["be-1"], "margin_m": margin_m}, **areal) is outside
    assert not left_out({"area": ["be-1", "be-2"]}, **areal)
    assert not left_out({"area": ["be-1"]}, precision=Precision.CITYWIDE, area=mons)


@pytest.mark.usefixtures("mons")
@pytest.mark.parametrize("precision", [Precision.REMOTE, Precision.UNKNOWN])
def test_what_has_no_place_is_kept_or_not_as_was_said(precision: Precision) -> None:
    assert not left_out({"area": ["be-1"], "placeless": "keep"}, precision=precision)
    assert left_out({"area": ["be-1"], "placeless": "drop"}, precision=precision)


def test_without_an_area_nothing_is_cut() -> None:
    assert not left_out({}, geometry=MONS)


@pytest.fixture
def city(tmp_path: Path, mons: Area) -> Iterator[City]:
    with open_city(tmp_path, filter={"area": [mons.code], "placeless": "drop"}) as opened:
        yield opened


def test_a_run_counts_what_it_left_out_by_rule(city: City) -> None:
    nowhere = {"lat": None, "lon": None}
    city.publish_rows(row(1), row(2, lat=48.85, lon=2.35), row(3, lat=48.86, lon=2.35), row(4, **nowhere))
    run = city.harvest()
    assert (run.status, counts(run)) == ("complete", (4, 1, 0, 0, 0, 3))
    assert [(note["count"], note["text"]) for note in run.notes if "territory:" in note["text"]] == [
        (2, "left out by the territory: stands outside of be-1"),
        (1, "left out by the territory: has no place that could be inside of be-1"),
    ]


def test_an_area_that_is_not_known_changes_nothing(city: City) -> None:
    city.source.filter = {"area": ["be-999"], "placeless": "keep"}
    city.publish_rows(row(1))
    run = city.harvest()
    assert (run.status, run.error_code, Activity.objects.count()) == ("failed", "bad-option", 0)
    assert "«be-999» is not in the gazetteer" in told(run)


@pytest.mark.parametrize(
    "filter_",
    [
        {"area": "fr-38185", "placeless": "keep"},
        {"area": [], "placeless": "keep"},
        {"area": ["fr-38185"]},
        {"area": ["fr-38185"], "placeless": "perhaps"},
        {"area": ["fr-38185"], "placeless": "keep", "margin_m": -1},
        {"area": ["fr-38185"], "placeless": "keep", "margin_m": True},
        {"margin_m": 5000},
    ],
)
def test_a_territory_that_means_nothing_is_refused(filter_: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="filter"):
        check_cut(filter_)
