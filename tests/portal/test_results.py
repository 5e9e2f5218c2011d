from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import LineString, MultiPoint, Point
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.parse import Near
from portal.models import Activity
from portal.query import Query
from portal.read.order import Ask, parts
from portal.read.render import KEYS
from portal.results import Counts, Results, activities
from portal.vocabularies import Kind, Precision, Remote, Status
from portal.when import When
from tests.factories import MONS, make_activity, make_area, make_source

pytestmark = pytest.mark.django_db
WGS84 = Geod(ellps="WGS84")


def ask(text: str) -> Results:
    return Results(Query.strict(QueryDict(text)))


def items(results: Results) -> list[Any]:
    """All of the answer, in its order."""
    return [one for part in parts(results.where, Ask(10_000), KEYS) for one in activities(part.content)]


def titles(results: Results) -> list[str]:
    return [activity.title for activity in items(results)]


def test_located_come_by_distance_then_areas_then_the_rest() -> None:
    make_activity(title="à distance", precision=Precision.REMOTE, remote=Remote.FULL)
    make_activity(title="toute la ville", precision=Precision.CITYWIDE, area=make_area())
    make_activity(title="loin", geometry=Point(4.3, 50.8, srid=4326))
    make_activity(title="près")
    assert titles(ask("near=50.45,3.95")) == ["près", "loin", "toute la ville", "à distance"]


def test_a_radius_leaves_out_what_has_no_place_and_counts_it_beside() -> None:
    make_activity(title="à distance", precision=Precision.REMOTE)
    make_activity(title="inconnu", precision=Precision.UNKNOWN)
    make_activity(title="quartier", precision=Precision.DISTRICT, area=make_area())
    make_activity(title="près")
    make_activity(title="loin", geometry=Point(4.3, 50.8, srid=4326))
    results = ask("near=50.45,3.95&radius=5000")
    assert titles(results) == ["près", "quartier"]
    assert results.counted == Counts(matched=2, located=1, areal=1, remote=1, unknown=1)


def test_an_area_matches_when_it_meets_the_circle() -> None:
    make_activity(
        title="voisine", precision=Precision.COMMUNE, area=make_area(centre=Point(4.05, 50.4542), radius_m=3000)
    )
    assert titles(ask("near=50.4542,3.9523&radius=3500")) == []
    assert titles(ask("near=50.4542,3.9523&radius=5500")) == ["voisine"]


def test_the_nearest_of_several_addresses_counts() -> None:
    make_activity(geometry=MultiPoint(Point(2.35, 48.85), MONS, srid=4326))
    (mission,) = items(ask("near=50.4542,3.9523&radius=100"))
    assert mission.distance_m == 0


def test_the_shortest_way_between_the_ends_of_a_line_is_what_is_near() -> None:
    """It bulges a degree and a half to the north of the straight one on the map."""
    make_activity(title="ligne", geometry=LineString((0, 60), (40, 60), srid=4326))
    make_activity(title="plus loin", geometry=Point(20, 61.2, srid=4326))
    assert titles(ask("near=61.52,20&radius=10000")) == ["ligne"]
    assert titles(ask("near=61.52,20")) == ["ligne", "plus loin"]


def test_an_area_is_whole_though_it_is_stored_in_pieces() -> None:
    area = make_area(centre=Point(20, 68, srid=4326), radius_m=300_000)
    make_activity(title="toute la région", precision=Precision.CITYWIDE, area=area)
    for lat in (67.9, 67.99, 68.0, 68.001, 68.004, 68.01, 68.1):
        assert titles(ask(f"near={lat},20&radius=100")) == ["toute la région"], lat


def test_a_box_across_the_antimeridian() -> None:
    make_activity(title="Fidji", geometry=Point(179.9, -17, srid=4326))
    make_activity(title="Samoa", geometry=Point(-172, -13.7, srid=4326))
    make_activity(title="Mons")
    assert set(titles(ask("bbox=175,-30,-170,0"))) == {"Fidji", "Samoa"}


def test_filters_are_ored_inside_and_anded_between() -> None:
    source = make_source(kind=Kind.MISSION)
    make_activity(title="a", source=source, themes=["sport", "food"], status=Status.OPEN)
    make_activity(title="b", source=source, themes=["culture"], status=Status.OPEN)
    make_activity(title="c", source=source, themes=["sport"], status=Status.FULL)
    assert sorted(titles(ask("theme=sport,culture&status=open&kind=mission"))) == ["a", "b"]


@pytest.mark.parametrize("words", ["velo", "VÉLOS", "atelier vélo", '"atelier de vélo"', "vélo -tricot"])
def test_words_are_found_without_accents_case_or_plural(words: str) -> None:
    make_activity(title="Atelier de vélo")
    make_activity(title="Atelier de tricot")
    assert titles(ask(f"q={words}")) == ["Atelier de vélo"]


@pytest.mark.parametrize(
    "words", ["vélo -activités", "vélo -nombreuses", '-"activités nombreuses"', "-tricot -activite"]
)
def test_what_is_excluded_is_excluded_in_every_language(words: str) -> None:
    make_activity(title="Vélo et activités nombreuses")
    assert titles(ask(f"q={words}")) == []


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-28", ["jour", "toujours"]),
        ("2026-11-29", ["toujours"]),
        ("2026-12-01/2026-12-05", ["toujours"]),
        ("../2026-11-28", ["jour", "toujours"]),
        ("2026-11-28/..", ["jour", "toujours"]),
        ("2026-10-01", []),
        ("all", ["jour", "sans date", "toujours"]),
    ],
)
def test_days(when: str, expected: list[str]) -> None:
    make_activity(
        title="jour", starts=datetime(2026, 11, 28, 8, tzinfo=UTC), ends=datetime(2026, 11, 28, 11, tzinfo=UTC)
    )
    make_activity(title="toujours", starts=datetime(2026, 11, 1, tzinfo=UTC))
    make_activity(title="sans date")
    assert sorted(titles(ask(f"when={when}"))) == expected


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2026-11-27", "2026-11-28", "2026-11-29"), ("2026-11-28", "2026-11-28", "2026-11-29"),
     ("2026-11-29", "2026-11-29", "2026-11-29"), ("2026-11-30", "2026-12-05", "2026-12-06")],
)  # fmt: skip
def test_the_weekend_is_what_is_left_of_it_or_the_next(day: str, first: str, last: str) -> None:
    with time_machine.travel(f"{day}T12:00:00+01:00", tick=False):
        assert When("weekend").days() == (date.fromisoformat(first), date.fromisoformat(last))


def test_upcoming_hides_only_what_is_over() -> None:
    make_activity(title="fini", starts=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2020, 1, 2, tzinfo=UTC))
    make_activity(title="passé", status=Status.PAST)
    make_activity(title="livré", status=Status.DELIVERED)
    make_activity(title="sans date")
    make_activity(title="en cours", starts=datetime(2020, 1, 1, tzinfo=UTC))
    assert sorted(titles(ask("when=upcoming"))) == ["en cours", "sans date"]


def test_withdrawn_are_out_of_every_list() -> None:
    make_activity(withdrawn=datetime(2026, 1, 1, tzinfo=UTC))
    assert titles(ask("")) == []


def test_answers_equal_a_brute_force_on_the_ellipsoid() -> None:
    source = make_source()
    spots = [(3.9523 + step * 0.011, 50.4542 + (step % 7) * 0.013) for step in range(-30, 30)]
    for lon, lat in spots:
        make_activity(source=source, geometry=Point(lon, lat, srid=4326), title=f"{lon} {lat}")
    expected = sorted((WGS84.inv(3.95, 50.45, lon, lat)[2], f"{lon} {lat}") for lon, lat in spots)
    found = [(activity.distance_m, activity.title) for activity in items(ask("near=50.45,3.95&radius=20000"))]
    assert [title for _d, title in found] == [title for distance, title in expected if distance <= 20_000]
    assert [round(d, 3) for d, _t in found] == [round(d, 3) for d, _t in expected if d <= 20_000]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(lat=st.floats(-89.9, 89.9), lon=st.floats(-180, 180), radius_m=st.floats(1, 2e7))
def test_a_larger_radius_never_gives_fewer(lat: float, lon: float, radius_m: float) -> None:
    spots = [(x, y) for x in range(-180, 181, 40) for y in (-89.5, -60, -10, 0, 45, 80)]
    if not Activity.objects.exists():
        source = make_source()
        for x, y in spots:
            make_activity(source=source, geometry=Point(x, y, srid=4326), title=f"{x} {y}")
    small, large = (
        {one.title for one in Results(Query(near=Near(lat, lon), radius_m=metres)).located(0, 1000)}
        for metres in (radius_m, radius_m * 1.5)
    )
    assert small <= large
    assert small == {f"{x} {y}" for x, y in spots if WGS84.inv(lon, lat, x, y)[2] <= radius_m}
