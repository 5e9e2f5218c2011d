"""The labelled pairs of real files, the half that may be looked at: the comparison, and whether the pairs ever meet."""

import pytest
from django.contrib.gis.geos import Point

from bench.same.pairs import Pair, pairs
from bench.same.score import figures, told
from portal.models import Activity
from portal.same.score import Told
from portal.same.traces import candidates, renew
from portal.vocabularies import Precision
from tests.factories import make_activity, make_source
from tests.harvesters.real_files import needs_real_files

pytestmark = needs_real_files


def half() -> list[Pair]:
    return [pair for pair in pairs() if not pair.held_out]


def test_precision_and_recall() -> None:
    found = figures(half())
    assert found.precision >= 0.98
    assert found.recall >= 0.9


def stored(record: Told, website: str) -> Activity:
    """The record with what candidates are looked up by."""
    place = Point(*record.points[0], srid=4326) if record.points else None
    source = make_source(kind=record.kind)
    return make_activity(
        source=source, title=record.title[:300], geometry=place, website=website,
        precision=Precision.PLACE if place else Precision.UNKNOWN, organisation_id=record.organisation_id,
        source_url=f"https://portal.example/fiche/{source.pk}",
    )  # fmt: skip


@pytest.mark.long
@pytest.mark.django_db
def test_pairs_meet() -> None:
    same = [pair for pair in half() if pair.same]
    ids = [
        tuple(stored(told(fields), fields.get("website", "")).pk for fields in (pair.left, pair.right)) for pair in same
    ]
    renew(pk for pair in ids for pk in pair)
    met = candidates([left for left, _right in ids])
    assert sum(pair in met for pair in ids) >= 0.97 * len(ids)
