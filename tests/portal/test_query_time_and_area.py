from datetime import UTC, date, datetime

import pytest
from django.contrib.gis.geos import Point, Polygon
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.facets import chosen_day, when_label
from portal.query import BadParameter, Query
from portal.read.where import Where
from portal.results import Results
from portal.vocabularies import Precision
from portal.when import When
from tests.factories import MONS, make_activity, make_area

pytestmark = pytest.mark.django_db
NINE, NOON = datetime(2026, 11, 28, 9, tzinfo=UTC), datetime(2026, 11, 28, 12, tzinfo=UTC)


def titles(text: str) -> set[str]:
    results = Results(Query.strict(QueryDict(text)))
    found = results.located(0, 1000) + results.areal(0, 1000)
    if not results.query.bounded:
        found += results.beside(Precision.REMOTE, 0, 1000) + results.beside(Precision.UNKNOWN, 0, 1000)
    return {activity.title for activity in found}


@pytest.fixture
def dated() -> None:
    make_activity(title="matin", starts=NINE, ends=NOON)
    make_activity(title="sans fin", starts=datetime(2026, 12, 1, 9, tzinfo=UTC))
    make_activity(title="sans date")


@pytest.mark.usefixtures("dated")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-28T09:00:00Z", {"matin"}),
        ("2026-11-28T08:59:59.999Z", set()),
        ("2026-11-28T12:00:00Z", {"matin"}),
        ("2026-11-28T12:00:00.000001Z", set()),
        ("2026-11-28t10:00:00%2B01:00", {"matin"}),
        ("2026-11-28T12:30:00Z/..", {"sans fin"}),
        ("../2026-11-28T12:30:00Z", {"matin"}),
        ("/2026-11-28", {"matin"}),
        ("2026-11-28/", {"matin", "sans fin"}),
        ("2026-11-27/2026-11-28T10:00:00Z", {"matin"}),
        ("1066-10-14", set()),
        ("0000-02-29/1850-01-01", set()),
        ("../9999-12-31T23:59:59Z", {"matin", "sans fin"}),
        ("9999-12-31", {"sans fin"}),
    ],
)
def test_moments_and_far_years_are_compared(text: str, found: set[str]) -> None:
    assert titles(f"datetime={text}") == titles(f"when={text}") == found


@pytest.mark.parametrize(
    "text",
    [
        "today", "all", "upcoming", "", "..", "../..", "/", "2026", "2026-11", "2026-02-30", "2026-11-28T25:00:00Z",
        "2026-11-28T09:00:00", "2026-11-28T09:00Z", "2026-11-28T09:00:00%2B99:00", "2026-12-05/2026-11-28",
        "2026-11-28/2026-11-29/2026-11-30", "0001-02-29", "٢٠٢٦-11-28", "2026-11-28T09:00:00Z/2026-11-28T08:00:00Z",
    ],
)  # fmt: skip
def test_datetime_takes_dates_and_moments_only(text: str) -> None:
    with pytest.raises(BadParameter) as raised:
        Query.strict(QueryDict(f"datetime={text}"))
    assert raised.value.parameter == "datetime"


def test_datetime_is_written_as_when() -> None:
    assert Query.strict(QueryDict("datetime=2026-11-28T09:00:00Z/..")).string() == "when=2026-11-28T09:00:00Z/.."


def test_when_and_datetime_together_are_too_much() -> None:
    with pytest.raises(BadParameter) as raised:
        Query.strict(QueryDict("datetime=2026-11-28&when=2026-11-28"))
    assert raised.value.parameter == "datetime"


def test_a_page_reads_datetime_too(client: Client) -> None:
    text = client.get("/fr/explorer/?datetime=2026-11-28T09:00:00Z").content.decode()
    assert "Le 28 novembre 2026" in text
    assert chosen_day(Query(when=When("2026-11-28T09:00:00Z"))) == ""
    assert when_label("0000-01-01/..").startswith("1 janvier 1900")


def test_days_of_a_moment_are_those_of_the_site() -> None:
    assert When("2026-11-28T23:30:00Z").days() == (date(2026, 11, 29), date(2026, 11, 29))


@given(st.text(alphabet="0123456789-/T:Z.+ ", max_size=45))
def test_any_text_is_a_time_or_a_sentence(text: str) -> None:
    try:
        Where(Query.strict(_data(text)))
    except BadParameter as error:
        assert error.parameter == "datetime"


def _data(text: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data["datetime"] = text
    return data


def square(west: float, south: float, side: float) -> Polygon:
    return Polygon.from_bbox((west, south, west + side, south + side))


def test_an_area_holds_what_touches_it_and_what_concerns_a_part_of_it() -> None:
    make_area(code="here", shape=square(4, 50, 1))
    placed = {"inside": Point(4.5, 50.5), "on the border": Point(5, 50.5), "outside": Point(5.01, 50.5)}
    for title, point in placed.items():
        make_activity(title=title, geometry=Point(point.x, point.y, srid=4326))
    concerned = {"part": square(4.2, 50.2, 0.2), "whole": square(3, 49, 3), "neighbour": square(5, 50, 1)}
    for title, shape in concerned.items():
        make_activity(title=title, precision=Precision.COMMUNE, area=make_area(shape=shape))
    make_activity(title="remote", precision=Precision.REMOTE)
    assert titles("area=here") == {"inside", "on the border", "part", "whole"}
    assert Query.strict(QueryDict("area=here")).bounded


@pytest.mark.parametrize("code", ["", "nowhere", "be-53053,be-1"])
def test_an_unknown_area_is_refused(code: str) -> None:
    with pytest.raises(BadParameter) as raised:
        Query.strict(QueryDict(f"area={code}"))
    assert raised.value.parameter == "area"


def test_a_page_shows_the_area_as_a_filter_to_take_away(client: Client) -> None:
    make_area(code="be-53053", name="Mons", centre=MONS)
    make_activity(title="Repair café")
    text = client.get("/fr/explorer/?area=be-53053&when=all").content.decode()
    assert "Repair café" in text
    assert '<input type="hidden" name="area" value="be-53053">' in text
