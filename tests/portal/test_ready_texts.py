"""The texts that stand ready in the database say what the serializer says, field by field."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPoint, Point
from django.db import connection
from django.test import Client
from django.utils.text import slugify
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import read
from portal.api.features import FeatureSerializer
from portal.api.properties import BRIEF
from portal.models import Activity, Cluster, Membership, Source
from portal.pages.address import SLUG_MAX
from portal.same.others import with_others
from portal.spreadsheet import cell
from portal.vocabularies import Kind, Precision, Remote, Status
from tests.factories import MONS, make_activity, make_area, make_source

pytestmark = pytest.mark.django_db
ITEMS = "/api/collections/all/items"
HOSTILE = '=cmd|"/C calc"!A0, «vélo»\n\t</script> \\u0000 \u2028 😀 e\u0301'
FULL: dict[str, Any] = {
    "kind": Kind.PROJECT,
    "title": "Rénover l’école Saint-Éloi — œuvre n° 3 !",
    "summary": HOSTILE,
    "description": f"{HOSTILE}\n\n{HOSTILE}",
    "lang": "nl",
    "themes": ["sport", "public-space"],
    "themes_source": ["Cadre; de vie", '"Nature"', ""],
    "organisation": "@ville",
    "organisation_id": "RNA-W1",
    "image": "https://portal.example/a.png?x=1&y=2",
    "website": "https://portal.example/",
    "join_url": "https://portal.example/join",
    "address": "1, Grand-Place",
    "postal_code": "07000",
    "starts": datetime(2026, 3, 29, 0, 59, 59, 120000, tzinfo=UTC),
    "ends": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    "deadline": datetime(1999, 12, 31, 23, 0, tzinfo=UTC),
    "opening_hours": "Mo-Fr 09:00-12:00",
    "status": Status.WORKS,
    "status_source": "+ en travaux",
    "edition": 2026,
    "budget": Decimal("1234567.50"),
    "currency": "EUR",
    "votes": 0,
    "stages": [{"stage": "selected", "date": "2026-01"}, {"stage": "works", "date": "2026-05-04"}],
    "parent_record_id": "-1",
    "places": 12,
    "rhythm": "ponctuelle_journee",
    "schedule": "le samedi",
    "remote": Remote.POSSIBLE,
    "open_to_minors": True,
    "reduced_mobility": False,
    "skills": ["écoute", "a, b"],
    "via": ["https://other.example/fr/projets/1/"],
    "data_date": date(2026, 11, 1),
    "source_modified": datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
}


def stored(client: Client, question: str = "duplicates=all") -> dict[str, Any]:
    return {one["id"]: one for one in client.get(f"{ITEMS}?limit=1000&{question}").json()["features"]}


def serialized() -> dict[str, Any]:
    found = with_others(Activity.objects.published().select_related("area"))
    return {str(one["id"]): one for one in FeatureSerializer(found, many=True).data["features"]}


def alike(value: Any) -> Any:
    """Moments as moments, coordinates to the centimetre, ids as text."""
    if isinstance(value, dict):
        return {name: alike(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [alike(part) for part in value]
    if isinstance(value, float):
        return round(value, 6)
    text = value if isinstance(value, (str, int, bool)) or value is None else str(value)
    if isinstance(text, str) and text[:2].isdigit() and "T" in text[:11]:
        return datetime.fromisoformat(text)
    return text


def assert_the_same(client: Client) -> None:
    ready, expected = stored(client), serialized()
    assert ready.keys() == expected.keys()
    for key, feature in expected.items():
        assert list(ready[key]["properties"]) == [*(name for name in feature["properties"] if name != "last_seen"),
                                                  "last_seen"]  # fmt: skip
        assert alike(ready[key]) == alike(feature)


def test_a_record_with_everything(client: Client) -> None:
    make_activity(**FULL)
    assert_the_same(client)


def test_records_with_nothing_with_an_area_and_with_several_addresses(client: Client) -> None:
    make_activity()
    make_activity(precision=Precision.COMMUNE, area=make_area(name="Mons’"))
    make_activity(precision=Precision.UNKNOWN)
    make_activity(geometry=MultiPoint(Point(2.35, 48.85), MONS, srid=4326))
    make_activity(geometry=GEOSGeometry("POLYGON((3 50,3.1 50,3.1 50.1,3 50))", srid=4326))
    assert_the_same(client)


def test_things_of_several_sources_and_what_is_missing(client: Client) -> None:
    source = make_source(confirmed=datetime(2026, 11, 20, tzinfo=UTC))
    ours = [make_activity(title=f"Ruche {number}", source=source if number else make_source()) for number in range(3)]
    cluster = Cluster.objects.create()
    for place, one in enumerate(ours[:2]):
        Membership.objects.create(activity=one, cluster=cluster, place=place)
    Activity.objects.filter(pk=ours[2].pk).update(
        missing_since=datetime(2026, 11, 21, tzinfo=UTC), last_listed=datetime(2026, 11, 19, tzinfo=UTC)
    )
    assert_the_same(client)


def test_a_source_that_was_read_again_moves_last_seen_without_writing_a_record(client: Client) -> None:
    activity = make_activity()
    read.refresh()
    Source.objects.update(confirmed=datetime(2026, 11, 25, 3, tzinfo=UTC))
    assert read.waiting() == 0
    told = stored(client)[str(activity.public_id)]["properties"]["last_seen"]
    assert datetime.fromisoformat(told) == datetime(2026, 11, 25, 3, tzinfo=UTC)


def test_distance_is_there_where_it_was_asked_from_a_point(client: Client) -> None:
    make_activity(geometry=Point(3.96, 50.4542, srid=4326))
    (feature,) = stored(client, "near=50.4542,3.9523").values()
    assert feature["properties"]["distance_m"] == pytest.approx(547, abs=1)


def test_lines_of_csv_are_the_properties_disarmed(client: Client) -> None:
    activity = make_activity(**FULL)
    text = client.get(f"{ITEMS}?f=csv").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    told = stored(client)[str(activity.public_id)]["properties"]
    for name, value in told.items():
        if name not in ("budget", "stages"):
            assert row[name] == cell(value), name
    assert (row["budget"], row["stages"].count("stage")) == ("1234567.5", 2)


# Texts are cleaned before they are stored: of control characters, line breaks and tabs are left.
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=120))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slugs_and_cells_are_spelt_as_python_spells_them(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT read_slug(%s, 'mission'), read_cell_text(%s)", [text, text])
        slug, written = cursor.fetchone()
    assert slug == (slugify(text)[:SLUG_MAX].strip("-") or "mission")
    assert next(csv.reader(io.StringIO(written, newline="")), [""]) == [cell(text)]


def test_few_properties_are_those_of_all(client: Client) -> None:
    make_activity(**FULL)
    make_activity(precision=Precision.COMMUNE, area=make_area())
    whole = stored(client, "near=50.4542,3.9523")
    for words, names in (("brief", BRIEF), ("title,votes", ("title", "votes"))):
        few = stored(client, f"near=50.4542,3.9523&properties={words}")
        assert few.keys() == whole.keys()
        for key, feature in few.items():
            told = dict(feature["properties"])
            measured = told.pop("distance_m", None)
            assert list(told) == list(names)
            assert told == {name: whole[key]["properties"][name] for name in names}
            assert feature["geometry"] == whole[key]["geometry"]
            assert measured in (None, whole[key]["properties"].get("distance_m"))
    assert client.get(f"{ITEMS}?properties=nothing").json()["parameter"] == "properties"
