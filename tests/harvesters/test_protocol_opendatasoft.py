"""Opendatasoft's Explore API v2.1: exports, pages, filters, places, and portals that do not keep their word."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvesters import protocols
from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.loopback import portals
from harvesters.reading import Reading, Row
from portal.models import Source
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.rude import Behaviour, first, head, rude, says, sends

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "portals"
RECORDED = DATA / "portal_responses" / "opendatasoft"
API = "/api/explore/v2.1/catalog/datasets/lieux"
QUICK = Limits(total_s=5, tries=1, backoff_s=0)
FIELDS = [
    {"name": "id", "label": "Identifiant", "type": "int"},
    {"name": "nom", "label": "Nom", "type": "text"},
    {"name": "geo_point_2d", "label": "Point", "type": "geo_point_2d"},
    {"name": "geo_shape", "label": "Forme", "type": "geo_shape"},
]
DESCRIPTION = {"dataset_id": "lieux", "fields": FIELDS, "metas": {"default": {"title": "Lieux", "license": "ODbL"}}}
PROVENANCE = {"_dataset_id": "lieux", "_dataset_title": "Lieux", "_dataset_licence": "ODbL", "_dataset_modified": None}


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with portals(DEMO) as base_url:
        yield base_url


def of_demo(demo: str, **options: Any) -> tuple[list[Row], Reading]:
    with Client("x", [demo.removeprefix("http://")], QUICK) as client:
        address = options.pop("address", demo + "/paris")
        reading = protocols.read(Source(protocol="opendatasoft", address=address, options=options), client)
        return list(reading), reading


def of_rude(routes: dict[str, Behaviour], **options: Any) -> tuple[list[Row], Reading]:
    with rude(routes) as portal, Client("x", [portal.host], QUICK) as client:
        source = Source(protocol="opendatasoft", address=portal.url, options={"dataset": "lieux"} | options)
        reading = protocols.read(source, client)
        return list(reading), reading


def as_json(value: Any) -> Behaviour:
    return says(json.dumps(value).encode(), "Content-Type: application/json")


def routes_of(records: list[Any], total: int, export: Behaviour | None = None) -> dict[str, Behaviour]:
    return {
        API: as_json(DESCRIPTION),
        API + "/records": as_json({"total_count": total, "results": records}),
        API + "/exports/jsonl": export or says("".join(json.dumps(record) + "\n" for record in records).encode()),
    }


@pytest.mark.parametrize("via", ["export", "records"])
def test_everything_comes_either_way(demo: str, via: str) -> None:
    rows, reading = of_demo(demo, dataset="bp_projets_gagnants", via=via)
    assert (len({row.data["identifiant_projet_gagnant"] for row in rows}), reading.announced) == (150, 150)
    assert (reading.complete, reading.why_not) == (True, "")


@pytest.mark.parametrize(
    "way", ["/explore/dataset/bp_projets_gagnants/table/?disjunctive.edition", API[:-5] + "bp_projets_gagnants"]
)
def test_the_address_of_a_page_will_do(demo: str, way: str) -> None:
    assert len(of_demo(demo, address=f"{demo}/paris{way}")[0]) == 150


def test_filters_count_too(demo: str) -> None:
    rows, reading = of_demo(demo, dataset="bp_projets_gagnants", where='edition = "2014"')
    assert (len(rows), reading.announced, reading.complete) == (2, 2, True)


def test_a_look_at_the_first_is_not_complete(demo: str) -> None:
    rows, reading = of_demo(demo, dataset="bp_projets_gagnants", limit=120, via="records")
    assert (len(rows), reading.why_not) == (120, "Only the first 120 of 150 records were asked for.")


def test_values_may_go_by_their_labels(demo: str) -> None:
    rows, _ = of_demo(demo, dataset="bp_projets_gagnants", labels=True, limit=1)
    assert list(rows[0].data)[:2] == ["Identifiant du projet lauréat", "Lien URL vers le projet soumis au vote"]


def test_places_come_from_shapes_then_points() -> None:
    shape = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[3, 50], [4, 51]]}, "properties": {}}
    point = {"lon": 4.35, "lat": 50.85}
    records = [
        {"id": 1, "geo_point_2d": point, "geo_shape": shape},
        {"id": 2, "geo_point_2d": point, "geo_shape": None},
        {"id": 3, "geo_point_2d": None},
    ]
    rows, _ = of_rude(routes_of(records, 3))
    assert [row.geometry for row in rows] == [
        {"type": "LineString", "coordinates": [[3.0, 50.0], [4.0, 51.0]]},
        {"type": "Point", "coordinates": [4.35, 50.85]},
        None,
    ]
    assert rows[2].data == {"id": 3, "geo_point_2d": None} | PROVENANCE


def test_an_export_that_breaks_off_is_partial() -> None:
    export = sends(head("Content-Length: 1000") + b'{"id": 1}\n{"id": 2}\n{"i')
    rows, reading = of_rude(routes_of([], 5, export))
    assert ([row.data["id"] for row in rows], reading.complete) == ([1, 2], False)
    assert "breaks off before its end" in reading.why_not


def test_an_export_that_ends_early_without_a_word_is_partial() -> None:
    rows, reading = of_rude(routes_of([{"id": 1}, {"id": 2}], 5))
    assert (len(rows), reading.why_not) == (2, "The portal announced 5 records and 2 came.")


def test_a_page_that_repeats_itself_is_stopped() -> None:
    records = [{"id": number} for number in range(100)]
    rows, reading = of_rude(routes_of(records, 300), via="records")
    assert (len(rows), "the same page twice" in reading.why_not) == (100, True)


def test_an_empty_dataset_is_named() -> None:
    rows, reading = of_rude(routes_of([], 0))
    assert (rows, reading.why_not) == ([], "The portal answered properly, but without a single record.")


@pytest.mark.parametrize(
    ("routes", "options", "code"),
    [
        ({}, {}, "http-status"),
        ({API: as_json({"datasets": []})}, {}, "portal-error"),
        ({API: says(b"<!doctype html>")}, {}, "html-instead"),
        ({API: as_json(DESCRIPTION), API + "/records": as_json({"results": []})}, {}, "portal-error"),
        ({}, {"via": "pigeon"}, "bad-option"),
        ({}, {"dataset": ""}, "bad-option"),
        ({}, {"limit": "ten"}, "bad-option"),
    ],
)
def test_what_is_not_such_a_portal_is_named(routes: dict[str, Behaviour], options: dict[str, Any], code: str) -> None:
    with pytest.raises(PortalError) as error:
        of_rude(routes, **options)
    assert error.value.code == code


@needs_real_files
def test_recorded_answers_are_read_unchanged() -> None:
    """A real portal's catalogue entry and first page: 100 of 29,307 records, each with its place."""
    catalogue = json.loads((RECORDED / "campbelltown-v2.1-shaped-datasets.json").read_text())
    station = next(dataset for dataset in catalogue["results"] if dataset["dataset_id"] == "weather-stations")
    page = (RECORDED / "campbelltown-v2.1-shaped-records.json").read_bytes()
    rows, reading = of_rude({API: as_json(station), API + "/records": says(page)}, via="records", limit=100)
    assert (len(rows), sum(row.geometry is not None for row in rows)) == (100, 100)
    assert reading.why_not == "Only the first 100 of 29307 records were asked for."


@pytest.mark.parametrize(("record", "kind"), [(1, "a number"), ("a", "a text"), (None, "nothing"), ([], "a list")])
def test_a_row_that_is_no_object_costs_itself_alone(record: Any, kind: str) -> None:
    rows, reading = of_rude(routes_of([{"id": 1}, record], 2), via="records")
    problems = ["", f"It is not an object with names and values but {kind}."]
    assert ([row.problem for row in rows], reading.complete) == (problems, True)


@pytest.mark.parametrize("results", [{"a": 1}, "abc", 5, None])
def test_a_page_that_is_no_list_is_named(results: Any) -> None:
    with pytest.raises(PortalError, match="gives a page without a list of records"):
        of_rude(routes_of([], 2) | {API + "/records": as_json({"total_count": 2, "results": results})}, via="records")


@pytest.mark.parametrize(
    "description",
    [
        {"fields": None},
        {"fields": 5},
        {"fields": [{"type": "geo_shape"}, {"name": ["a"], "type": "geo_point_2d"}, 7], "metas": ["a"]},
        {"fields": [], "metas": {"default": "a"}},
    ],
)
def test_a_description_without_sense_costs_no_record(description: Any) -> None:
    rows, _ = of_rude(routes_of([{"id": 1}], 1) | {API: as_json(description)}, labels=True)
    assert rows == [Row(1, {"id": 1} | dict.fromkeys(PROVENANCE))]


@pytest.mark.parametrize("via", ["export", "records"])
@pytest.mark.parametrize("total", [-1, True, 2**31])
def test_a_count_without_sense_is_passed_over(total: int, via: str) -> None:
    pages = first(as_json({"total_count": total}), as_json({"results": [{"id": 1}]}), as_json({"results": []}))
    rows, reading = of_rude(routes_of([{"id": 1}], total) | {API + "/records": pages}, via=via)
    assert (len(rows), reading.announced, reading.complete) == (1, None, True)


def test_a_page_of_the_same_ids_under_other_titles_is_stopped() -> None:
    def page(title: str) -> Behaviour:
        records = [{"projet_id": number, "ville_id": 7, "nom": title} for number in range(100)]
        return as_json({"total_count": 200, "results": records})

    rows, reading = of_rude(
        routes_of([], 200) | {API + "/records": first(page("a"), page("b"), page("c"))}, via="records"
    )
    assert (len(rows), "the same page twice" in reading.why_not) == (100, True)


def test_what_no_database_holds_is_replaced_on_the_way() -> None:
    description = DESCRIPTION | {"dataset_id": "a\0b"}
    rows, _ = of_rude(routes_of([{"id": "\ud800", "n\0m": "x\0"}], 1) | {API: as_json(description)}, via="records")
    assert rows[0].data == PROVENANCE | {"id": "\ufffd", "n\ufffdm": "x\ufffd", "_dataset_id": "a\ufffdb"}
