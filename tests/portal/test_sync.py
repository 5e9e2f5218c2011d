from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError

from portal import sync
from portal.models import Activity, Source
from portal.sync import Difference
from portal.vocabularies import Precision, Status
from tests.factories import MONS, make_source

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


def run(source: Source, records: list[Activity], seen: datetime, also_seen: tuple[str, ...] = ()) -> Difference:
    return sync.apply(source, records, also_seen, seen)


def test_a_first_run_creates_and_a_second_one_changes_nothing() -> None:
    source = make_source()
    assert run(source, [record(source, "a"), record(source, "b")], FIRST) == Difference(created=2)
    assert run(source, [record(source, "b"), record(source, "a")], SECOND) == Difference(unchanged=2)
    assert set(Activity.objects.values_list("first_seen", "changed")) == {(FIRST, FIRST)}


def test_only_what_differs_is_written() -> None:
    source = make_source()
    run(source, [record(source, "a"), record(source, "b")], FIRST)
    moved = record(source, "b", geometry=Point(4, 50, srid=4326))
    assert run(source, [record(source, "a"), moved], SECOND) == Difference(updated=1, unchanged=1)
    stored = Activity.objects.get(source_record_id="b")
    assert (stored.geometry, stored.changed, stored.first_seen) == (Point(4, 50, srid=4326), SECOND, FIRST)


def test_what_is_no_longer_listed_stays_and_keeps_its_day() -> None:
    source = make_source()
    run(source, [record(source, "a"), record(source, "b")], FIRST)
    assert run(source, [record(source, "a")], SECOND) == Difference(unchanged=1, missing=1)
    assert Activity.objects.get(source_record_id="b").last_seen == FIRST


def test_a_record_that_became_unreadable_keeps_its_last_good_version_and_was_seen() -> None:
    source = make_source()
    run(source, [record(source, "a")], FIRST)
    assert run(source, [], SECOND, also_seen=("a",)) == Difference()
    assert Activity.objects.get().missing_since is None


def test_a_run_that_breaks_writes_nothing() -> None:
    source = make_source()
    bad = record(source, "b", geometry=None)
    with pytest.raises(IntegrityError):
        run(source, [record(source, "a"), bad], FIRST)


def test_the_same_id_in_two_sources_is_two_activities() -> None:
    one, other = make_source(), make_source()
    run(one, [record(one, "a")], FIRST)
    run(other, [record(other, "a")], FIRST)
    assert Activity.objects.values("public_id").distinct().count() == 2


def test_the_public_id_is_the_same_for_ever() -> None:
    source = make_source(uid="https://opendata.example/dataset/1")
    run(source, [record(source, "42")], FIRST)
    assert str(Activity.objects.get().public_id) == "95c407b3-f647-56e8-aa74-3768228e1e2e"
