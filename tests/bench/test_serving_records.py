"""The made-up records of `bench.serving` keep what its documents promise, and are the same each time."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.db.models import CharField, F, Func

from bench.serving.load import load
from bench.serving.records import Shape
from portal.models import Activity, Cluster, Membership, Source
from portal.vocabularies import STATUSES, Kind, Precision

RECORDS = 2_000
pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> None:
    load(Shape(RECORDS))


def share(**conditions: object) -> float:
    return Activity.objects.filter(**conditions).count() / RECORDS


@pytest.mark.usefixtures("loaded")
def test_as_many_as_asked_for_of_five_sources_and_all_kinds() -> None:
    kinds = Counter(Activity.objects.values_list("kind", flat=True))
    assert (sum(kinds.values()), Source.objects.count()) == (RECORDS, 5)
    assert set(kinds) == set(Kind)
    assert min(kinds.values()) > RECORDS * 0.2


@pytest.mark.usefixtures("loaded")
def test_few_concern_an_area_are_remote_or_have_several_addresses() -> None:
    assert share(precision=Precision.COMMUNE, area__isnull=False) == pytest.approx(0.01, abs=0.006)
    assert share(precision=Precision.REMOTE, geometry__isnull=True) == pytest.approx(0.005, abs=0.004)
    types = Activity.objects.annotate(type=Func(F("geometry"), function="GeometryType", output_field=CharField()))
    assert types.filter(type="MULTIPOINT").count() / RECORDS == pytest.approx(0.01, abs=0.006)


@pytest.mark.usefixtures("loaded")
def test_geometries_are_valid_and_mostly_of_their_own() -> None:
    places = [place for place in Activity.objects.values_list("geometry", flat=True) if place]
    assert all(place.valid and place.srid == 4326 for place in places)
    assert len({place.wkt for place in places}) > RECORDS * 0.95


@pytest.mark.usefixtures("loaded")
def test_statuses_are_of_their_kind_and_texts_as_long_as_promised() -> None:
    for activity in Activity.objects.all():
        assert activity.status in STATUSES[Kind(activity.kind)]
        assert 20 <= len(activity.title) <= 80
        assert 200 <= len(activity.description) <= 1_500
        assert 1 <= len(set(activity.themes)) == len(activity.themes) <= 3
        assert activity.starts is None or 2015 <= activity.starts.year <= 2027


@pytest.mark.usefixtures("loaded")
def test_one_thing_is_told_by_different_sources() -> None:
    pairs: dict[int, list[Any]] = {}
    for member in Membership.objects.select_related("activity"):
        pairs.setdefault(member.cluster_id, []).append(member.activity)
    assert len(pairs) == Cluster.objects.count() == RECORDS // 400
    for records in pairs.values():
        assert len({record.source_id for record in records}) == len(records) >= 2
        assert len({(record.title, record.kind) for record in records}) == 1


@pytest.mark.usefixtures("loaded")
def test_the_next_record_and_the_indexes_are_as_if_it_had_been_harvested() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'portal_activity'")
        there = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT nextval(pg_get_serial_sequence('portal_activity', 'id'))")
        assert cursor.fetchone()[0] > RECORDS
    assert {index.name for index in Activity._meta.indexes} <= there


def content() -> list[tuple[Any, ...]]:
    left_out = ("area_id", "source_id")  # ids that the database gives
    names = [field.attname for field in Activity._meta.concrete_fields if field.attname not in left_out]
    return [tuple(map(str, row)) for row in Activity.objects.order_by("id").values_list(*names)]


def test_the_same_seed_gives_the_same_records_and_another_one_others() -> None:
    contents = []
    for seed in (1, 1, 2):
        load(Shape(500, seed))
        contents.append(content())
        Membership.objects.all().delete()
        Cluster.objects.all().delete()
        Activity.objects.all().delete()
        Source.objects.all().delete()
    assert contents[0] == contents[1] != contents[2]
