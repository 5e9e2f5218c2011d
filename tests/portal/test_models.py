"""What must never be in the database, whoever writes it."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError

from portal.models import Run
from portal.vocabularies import Precision
from tests.factories import SEEN, make_activity, make_area, make_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"geometry": Point(181, 50, srid=4326)},
        {"geometry": Point(4, -91, srid=4326)},
        {"geometry": Point(float("inf"), 0, srid=4326)},
        {"geometry": None},
        {"precision": Precision.REMOTE, "geometry": Point(4, 50, srid=4326)},
        {"precision": Precision.COMMUNE},
        {"licence": ""},
        {"source_url": ""},
        {"title": ""},
        {"source_record_id": ""},
        {"budget": 100},
        {"budget": -1, "currency": "EUR"},
        {"starts": SEEN, "ends": SEEN.replace(year=2020)},
    ],
)
def test_the_database_refuses(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make_activity(**fields)


def test_no_pin_for_what_concerns_an_area() -> None:
    with pytest.raises(IntegrityError):
        make_activity(precision=Precision.COMMUNE, area=make_area(), geometry=Point(4, 50, srid=4326))


def test_no_two_records_of_a_source_with_one_id() -> None:
    source = make_source()
    make_activity(source=source, source_record_id="a")
    with pytest.raises(IntegrityError):
        make_activity(source=source, source_record_id="a", public_id="11111111-1111-5111-8111-111111111111")


def test_no_run_whose_counts_do_not_add_up() -> None:
    with pytest.raises(IntegrityError):
        Run.objects.create(source=make_source(), started=SEEN, read=3, created=1, rejected=1)


@pytest.mark.parametrize("field", ["licence", "publisher", "uid"])
def test_no_source_without_its_licence_publisher_or_uid(field: str) -> None:
    with pytest.raises(IntegrityError):
        make_source(**{field: ""})
