"""A portal that renames a column, or a word that the filter asks for, empties nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.models import Activity
from tests.harvesters.city import City, open_city, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with open_city(tmp_path) as opened:
        yield opened


def renamed(numero: int, **names: str) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in row(numero).items()}


def placed() -> int:
    return Activity.objects.published().exclude(geometry=None).count()


def rows(count: int = 6, **more: Any) -> list[dict[str, Any]]:
    return [row(number, **more) for number in range(count)]


def test_renamed_columns_fail_the_run_and_change_nothing_until_the_mapping_is_corrected(city: City) -> None:
    city.publish_rows(*rows())
    city.harvest()
    city.publish_rows(*(renamed(number, lat="lat_y", lon="lon_x") for number in range(6)))
    run = city.harvest()
    assert (run.status, run.error_code, placed()) == ("failed", "columns-gone", 6)
    assert "«lat», «lon»" in run.error
    assert city.source.slug in run.error
    city.source.mapping = city.source.mapping | {"lat": "lat_y", "lon": "lon_x"}
    assert (city.harvest().status, placed()) == ("complete", 6)


def test_a_reset_accepts_that_columns_are_gone(city: City) -> None:
    city.publish_rows(*rows())
    city.harvest()
    city.publish_rows(*(renamed(number, lat="lat_y", lon="lon_x") for number in range(6)))
    call_command("source", "reset", city.source.slug)
    city.source.refresh_from_db(fields=["columns", "validators"])
    assert (city.harvest().status, placed()) == ("complete", 0)


def test_a_column_that_the_mapping_foresees_takes_the_place_of_another(city: City) -> None:
    city.source.mapping = city.source.mapping | {"lat": ["lat", "latitude"]}
    city.publish_rows(*rows())
    city.harvest()
    city.publish_rows(*(renamed(number, lat="latitude") for number in range(6)))
    assert (city.harvest().status, placed()) == ("complete", 6)


def test_what_few_records_have_or_what_a_list_of_four_had_may_be_absent(city: City) -> None:
    city.publish_rows(row(0, adresse="12 rue de la Clé"), *rows())
    city.harvest()
    assert city.source.columns == ["lat", "lon", "numero", "titre"]
    city.publish_rows(*rows(4))
    city.harvest()
    assert city.source.columns == []


def test_a_filter_that_drops_every_record_concludes_nothing(city: City) -> None:
    city.source.filter = {"keep": [{"column": "etat", "in": ["ouvert"]}]}
    city.publish_rows(*rows(3, etat="ouvert"))
    city.harvest()
    city.publish_rows(*rows(3, etat="Ouvert !"))
    run = city.harvest()
    assert (run.status, run.error_code, run.filtered, run.missing) == ("partial", "all-filtered", 3, 0)
    assert "leaves out all of the 3 records" in run.error
