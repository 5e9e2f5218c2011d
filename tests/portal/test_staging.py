from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from geo.models import Area
from portal import read, removal, search
from portal.models import Activity, ActivityText, Source
from portal.query import Query
from portal.results import Results
from portal.staging import Difference, Stage
from portal.vocabularies import Precision, Status
from tests.factories import MONS, make_area, make_source

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 10, 1, 4, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)


def record(source: Source, record_id: str, **fields: object) -> Activity:
    defaults = {
        "source_url": "https://portal.example/fiche",
        "licence": source.licence,
        "kind": source.kind,
        "title": f"Fiche {record_id}",
        "lang": "fr",
        "precision": Precision.EXACT,
        "geometry": MONS,
        "status": Status.UNKNOWN,
    }
    return Activity(source=source, source_record_id=record_id, **defaults | fields)


def run(source: Source, records: list[Activity], now: datetime) -> Difference:
    with Stage(source) as stage:
        stage.add(records)
        return stage.apply(now)


def ids(activities: object) -> list[str]:
    return sorted(activity.source_record_id for activity in activities)  # type: ignore[attr-defined]


def test_a_first_run_creates_and_a_second_one_writes_nothing() -> None:
    source = make_source()
    assert run(source, [record(source, "a"), record(source, "b")], FIRST) == Difference(created=2)
    assert run(source, [record(source, "b"), record(source, "a")], SECOND) == Difference(unchanged=2)
    assert set(Activity.objects.values_list("first_seen", "changed")) == {(FIRST, FIRST)}


def test_what_was_withdrawn_and_is_purged_while_it_is_listed_again_is_there() -> None:
    source = make_source()
    run(source, [record(source, "a")], FIRST)
    Activity.objects.update(withdrawn=FIRST)
    with Stage(source) as stage:
        stage.add([record(source, "a")])
        removal.purge(source)
        assert stage.apply(SECOND) == Difference(created=1)
    assert ids(Activity.objects.published()) == ["a"]


def test_what_is_stored_is_what_was_given() -> None:
    source = make_source()
    given = {
        "themes": ["sport"], "stages": [{"stage": "works", "date": "2025"}], "budget": Decimal("1200.5"),
        "currency": "EUR", "starts": FIRST, "data_date": FIRST.date(), "places": 3, "open_to_minors": False,
        "description": "une tabulation\tet\nune ligne \\ «é» ☂", "skills": ['"', "a,b", "{}"],
    }  # fmt: skip
    run(source, [record(source, "a", **given)], FIRST)
    stored = Activity.objects.get()
    assert {name: getattr(stored, name) for name in given} == given
    assert (stored.geometry, stored.area, stored.precision) == (MONS, None, "exact")


@pytest.mark.parametrize("same", [{"budget": 1200.5}, {"budget": Decimal("1200.50")}, {"starts": FIRST.astimezone()}])
def test_the_same_thing_written_otherwise_is_the_same(same: dict[str, object]) -> None:
    source = make_source()
    given = {"budget": Decimal("1200.5"), "currency": "EUR", "starts": FIRST}
    run(source, [record(source, "a", **given)], FIRST)
    assert run(source, [record(source, "a", **given | same)], SECOND) == Difference(unchanged=1)


def test_only_what_differs_is_written() -> None:
    source = make_source()
    run(source, [record(source, "a"), record(source, "b")], FIRST)
    moved = record(source, "b", geometry=Point(4, 50, srid=4326))
    assert run(source, [record(source, "a"), moved], SECOND) == Difference(updated=1, unchanged=1)
    stored = Activity.objects.get(source_record_id="b")
    assert (stored.geometry, stored.changed, stored.first_seen) == (Point(4, 50, srid=4326), SECOND, FIRST)


def test_the_first_of_two_records_with_one_id_is_taken_in_one_batch_and_in_two() -> None:
    source = make_source()
    with Stage(source) as stage:
        twice = [record(source, "a", title=title) for title in ("Première", "Deuxième")]
        assert stage.add([*twice, record(source, "b")]) == [1]
        assert stage.add([record(source, "c"), record(source, "b")]) == [1]
        assert stage.apply(FIRST) == Difference(created=3)
    assert Activity.objects.get(source_record_id="a").title == "Première"


def test_what_is_not_listed_is_missing_but_not_what_could_not_be_taken() -> None:
    source = make_source()
    run(source, [record(source, "a"), record(source, "b"), record(source, "c")], FIRST)
    with Stage(source) as stage:
        stage.add([record(source, "a")])
        stage.listed(["b", ""])
        assert ids(stage.missing()) == ["c"]


def test_what_comes_back_is_relisted() -> None:
    source = make_source()
    run(source, [record(source, "a"), record(source, "b"), record(source, "c")], FIRST)
    Activity.objects.filter(source_record_id="a").update(missing_since=FIRST)
    Activity.objects.filter(source_record_id__in=["b", "c"]).update(withdrawn=FIRST)
    with Stage(source) as stage:
        stage.add([record(source, "a"), record(source, "b")])
        assert ids(stage.relisted()) == ["a", "b"]


def test_another_source_is_never_touched() -> None:
    source, other = make_source(), make_source()
    run(other, [record(other, "a")], FIRST)
    assert run(source, [record(source, "a", title="Autre")], SECOND) == Difference(created=1)
    assert Activity.objects.get(source=other).title == "Fiche a"


def place_keys(activity: Activity) -> tuple[str, str]:
    return activity.geometry.wkt if activity.geometry else "", activity.address


def test_what_crowds_a_point_or_an_address_is_found_whether_it_changed_or_not() -> None:
    source = make_source()
    spread = [record(source, str(n), geometry=Point(n, 50, srid=4326)) for n in range(3)]
    run(source, [record(source, "a"), *spread], FIRST)
    for one in spread[:2]:
        one.address = "Grand-Place"
    with Stage(source, place_keys) as stage:
        stage.add([record(source, "a"), record(source, "b"), *spread])
        found = {activity.source_record_id: many for activity, many in stage.crowded(2)}
    assert found == {"a": 2, "b": 2, "0": 2, "1": 2}


def test_what_is_replaced_by_what_is_stored_is_unchanged() -> None:
    source, area = make_source(), make_area()
    areal = {"geometry": None, "area": area, "precision": Precision.COMMUNE}
    run(source, [record(source, "a", **areal), record(source, "b")], FIRST)
    with Stage(source) as stage:
        stage.add([record(source, "a"), record(source, "b")])
        assert [(new.precision, old.area) for new, old in stage.once_areal()] == [("exact", area)]
        stage.replace([record(source, "a", **areal)])
        assert stage.apply(SECOND) == Difference(unchanged=2)


def test_a_run_that_breaks_writes_nothing() -> None:
    source = make_source()
    bad = record(source, "b", geometry=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        run(source, [record(source, "a"), bad], FIRST)
    assert Activity.objects.count() == 0


def test_vectors_are_made_for_changed_texts_only() -> None:
    source = make_source()
    run(source, [record(source, "a"), record(source, "b")], FIRST)
    assert search.refresh() == 2
    moved = record(source, "a", geometry=Point(4, 50, srid=4326))
    run(source, [moved, record(source, "b", title="Potager")], SECOND)
    assert ids(text.activity for text in ActivityText.objects.filter(stale=True)) == ["b"]
    assert search.refresh() == 1
    read.refresh()
    found = Results(Query(q="potagers")).located(0, 10)
    assert [activity.source_record_id for activity in found] == ["b"]


def test_an_area_can_be_deleted_while_nothing_is_staged() -> None:
    area = make_area()
    assert Area.objects.filter(pk=area.pk).delete()[0] == 2
