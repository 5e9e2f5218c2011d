"""CKAN: datasets found by search, their files read once each; DKAN; portals that page badly or answer otherwise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvesters import protocols
from harvesters.catalogues.actions import Portal
from harvesters.catalogues.ckan import ckan_entry, found_entries
from harvesters.catalogues.entry import Entry
from harvesters.catalogues.resources import choose
from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.loopback import portals
from harvesters.reading import Reading, Row
from portal.models import Source
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.rude import Behaviour, RudeServer, Send, first, rude, says

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "portals"
RECORDED = DATA / "portal_responses" / "ckan"
SEARCH, SHOW = "/api/action/package_search", "/api/action/package_show"
QUICK = Limits(total_s=5, tries=1, backoff_s=0)
CSV = {"id": "r1", "name": "Liste", "format": "CSV", "url": "liste.csv"}
JSON = {"id": "r2", "name": "Liste", "format": "JSON", "url": "liste.json"}
FILES = {"/liste.csv": says(b"id;nom\n1;Mons\n"), "/liste.json": says(b'[{"id": 2}]')}


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with portals(DEMO) as base_url:
        yield base_url


def of_demo(demo: str, **options: Any) -> tuple[list[Row], Reading]:
    with Client("x", [demo.removeprefix("http://")], QUICK) as client:
        reading = protocols.read(Source(protocol="ckan", address=demo + "/bruxelles", options=options), client)
        return list(reading), reading


def of_rude(routes: dict[str, Behaviour], **options: Any) -> tuple[list[Row], Reading]:
    with rude(FILES | routes) as portal, Client("x", [portal.host], QUICK) as client:
        reading = protocols.read(Source(protocol="ckan", address=portal.url, options=options), client)
        return list(reading), reading


def success(result: Any) -> Behaviour:
    return says(json.dumps({"help": "", "success": True, "result": result}).encode(), "Content-Type: application/json")


def dataset(number: int, *resources: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"d{number}", "name": f"data-{number}", "title": f"Data {number}", "resources": list(resources)}


def found(*datasets: dict[str, Any], count: int | None = None) -> Behaviour:
    return success({"count": len(datasets) if count is None else count, "results": list(datasets)})


@pytest.mark.parametrize(
    "options", [{"query": "subsides"}, {"dataset": "subsides-2022"}, {"post": True}, {"formats": ["JSON"]}]
)
def test_the_demo_portal_is_read(demo: str, options: dict[str, Any]) -> None:
    rows, reading = of_demo(demo, **options)
    assert (len(rows), reading.complete, {row.data["_dataset_name"] for row in rows}) == (130, True, {"subsides-2022"})


@pytest.mark.parametrize(
    ("options", "code"), [({"dataset": "no"}, "portal-error"), ({"query": "piscine"}, "no-dataset")]
)
def test_what_is_not_there_is_named(demo: str, options: dict[str, Any], code: str) -> None:
    with pytest.raises(PortalError) as error:
        of_demo(demo, **options)
    assert error.value.code == code


def test_rows_say_where_they_come_from() -> None:
    rows, _ = of_rude({SEARCH: found(dataset(1, CSV) | {"license_title": "CC BY", "metadata_modified": "2026-11-21"})})
    data = rows[0].data
    assert {name: data[name] for name in data if not name.endswith("_url")} == {
        "id": "1", "nom": "Mons", "_dataset_id": "d1", "_dataset_name": "data-1", "_dataset_title": "Data 1",
        "_dataset_licence": "CC BY", "_dataset_modified": "2026-11-21", "_resource_id": "r1",
    }  # fmt: skip
    assert data["_resource_url"].endswith("/liste.csv")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ["1"]),  # the same records in two formats are read once
        ({"formats": ["json", "csv"]}, [2]),
        ({"formats": "json"}, [2]),
        ({"resource": "r2"}, [2]),
        ({"resource": r"\.json$"}, [2]),
    ],
)
def test_one_format_of_a_dataset_is_read(options: dict[str, Any], ids: list[Any]) -> None:
    rows, _ = of_rude({SEARCH: found(dataset(1, JSON, CSV))}, **options)
    assert [row.data["id"] for row in rows] == ids


@pytest.mark.parametrize(
    ("words", "is_read"),
    [
        ({"format": " .CSV "}, True),
        ({"format": "text/csv; charset=utf-8"}, True),
        ({"format": "CSV LonLat/XY", "mimetype": "text/csv"}, True),
        ({"format": ""}, True),  # its address says it
        ({"format": None, "mimetype": None}, True),
        ({"format": "XLSX"}, True),
        ({"format": "Shapefile (zip)"}, True),
        ({"format": "PDF"}, False),
    ],
)
def test_formats_go_by_many_names(words: dict[str, Any], is_read: bool) -> None:
    reading = Reading(lambda _: iter(()))
    assert bool(choose(ckan_entry(dataset(1, CSV | words), ""), {}, reading)) == is_read


def test_pages_shorter_than_asked_for_lose_nothing() -> None:
    """A portal that caps its pages without a word."""
    pages = [found(dataset(1, CSV), dataset(2, CSV), count=3), found(dataset(3, CSV), count=3)]
    rows, reading = of_rude({SEARCH: first(*pages)})
    assert ([row.data["_dataset_id"] for row in rows], reading.complete) == (["d1", "d2", "d3"], True)
    assert [row.position for row in rows] == [1, 2, 3]


def test_a_page_that_repeats_itself_is_stopped() -> None:
    rows, reading = of_rude({SEARCH: found(dataset(1, CSV), count=3)})
    assert (len(rows), "the same page of datasets twice" in reading.why_not) == (1, True)


def test_datasets_that_do_not_come_make_it_partial() -> None:
    _, reading = of_rude({SEARCH: first(found(dataset(1, CSV), count=3), found(count=3))})
    assert reading.why_not == "The portal announced 3 datasets and 1 came."


def test_one_bad_file_costs_no_other() -> None:
    gone = CSV | {"url": "gone.csv"}
    rows, reading = of_rude({SEARCH: found(dataset(1, gone), dataset(2, CSV))})
    assert ([row.data["_dataset_id"] for row in rows], "gone.csv answered 404" in reading.why_not) == (["d2"], True)


def test_an_only_file_that_fails_fails_the_reading() -> None:
    with pytest.raises(PortalError, match=r"gone\.csv answered 404"):
        of_rude({SEARCH: found(dataset(1, CSV | {"url": "gone.csv"}))})


def test_dkan_answers_with_a_list() -> None:
    rows, _ = of_rude({SHOW: success([dataset(1, CSV)])}, dataset="data-1")
    assert [row.data["id"] for row in rows] == ["1"]


def refusal(kind: str, message: str, status: str) -> Behaviour:
    body = {"help": "", "success": False, "error": {"__type": kind, "message": message}}
    return says(json.dumps(body).encode(), status=status)


@pytest.mark.parametrize(
    ("behaviour", "code", "words"),
    [
        (refusal("Search Query Error", "bad fq", "400 Bad Request"), "portal-error", "bad fq"),
        (refusal("Authorization Error", "Access denied", "403 Forbidden"), "portal-error", "Access denied"),
        (refusal("Validation Error", "rows: no", "200 OK"), "portal-error", "rows: no"),
        (says(b'"Bad request: Action name not known"', status="400 Bad Request"), "portal-error", "package_search"),
        (says(b"<!DOCTYPE html><title>Blocked</title>", status="403 Forbidden"), "html-instead", "web page"),
        (says(b'{"success": true, "result": []}'), "portal-error", "not CKAN's"),
        (says(b'{"success": true}'), "portal-error", "package_search"),
        (says(b""), "portal-error", "package_search"),
        (says(b'{"success": false, "error": "boom"}'), "portal-error", "refused package_search: boom"),
        (says(b'{"success": false, "error": {"message": "boom"}}'), "portal-error", "refused package_search: boom"),
        (says(b'{"success": false, "error": null}'), "portal-error", "not CKAN's"),
        (says(b'{"success": false, "error": [1]}'), "portal-error", "not CKAN's"),
        (success({"count": "abc", "results": []}), "portal-error", "how many datasets it has but “abc”"),
        (success({"count": [1], "results": []}), "portal-error", "how many datasets it has"),
        (success({"count": -1, "results": []}), "portal-error", "how many datasets it has"),
        (says(b'{"success": true, "result": ' + b"[" * 99 + b"]" * 99 + b"}"), "portal-error", "not CKAN's"),
    ],
)
def test_errors_are_passed_on_in_words(behaviour: Behaviour, code: str, words: str) -> None:
    with pytest.raises(PortalError, match=words) as error:
        of_rude({SEARCH: behaviour}, query="x")
    assert error.value.code == code


def test_an_id_that_is_a_list_costs_that_dataset_alone() -> None:
    rows, reading = of_rude({SEARCH: first(found(dataset(1, CSV), {"id": ["a"]}, count=2), found(count=2))})
    assert ([row.data["_dataset_id"] for row in rows], reading.complete) == (["d1"], False)
    with pytest.raises(PortalError, match="not CKAN's"):
        of_rude({SHOW: success({"id": ["a"]})}, dataset="a")


def test_an_address_that_cannot_be_read_costs_that_file_alone() -> None:
    rows, reading = of_rude({SEARCH: found(dataset(1, CSV | {"url": "http://[bad"}, CSV))})
    assert [row.data["id"] for row in rows] == ["1"]
    assert reading.notes == ["“http://[bad” is not an address that can be read."]


def test_a_portal_s_address_that_cannot_be_read_is_named() -> None:
    source = Source(protocol="ckan", address="http://[::1")
    with Client("x") as client, pytest.raises(PortalError, match=r"“http://\[::1” is not an address"):
        list(protocols.read(source, client))


def test_no_codec_of_the_portal_s_choice_reads_its_answers() -> None:
    body = json.dumps({"success": True, "result": {"count": 1, "results": [dataset(1, CSV) | {"title": "a\0b"}]}})
    rows, _ = of_rude({SEARCH: says(body.encode(), "Content-Type: application/json; charset=unicode_escape")})
    assert rows[0].data["_dataset_title"] == "a\ufffdb"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def datasets_of(portal: RudeServer, **options: Any) -> list[Entry]:
    with Client("x", [portal.host], QUICK) as client:
        return list(found_entries(Portal(portal.url, client, options), Reading(lambda _: iter(()))))


@needs_real_files
def test_a_recorded_search_is_read_unchanged() -> None:
    """DataSud: seven datasets, each with a file that can be read."""
    body = recorded("datasud-package_search-recorded-http.json")["requests_history"][0]["response"]["body"]
    with rude({SEARCH: says(body.encode())}) as portal:
        datasets = datasets_of(portal, query="organization:gap")
    reading = Reading(lambda _: iter(()))
    readable = [resource.format for one in datasets for resource in choose(one, {}, reading)]
    assert (len(datasets), readable) == (7, ["Shapefile (zip)", "CSV LonLat/XY", *["Shapefile (zip)"] * 5])


@needs_real_files
@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("demo.ckan.org-package_show-1.json", ["CSV", "CSV"]),
        ("demo.ckan.org-package_show-2.json", ["CSV"]),
        ("dkan-hautsdefrance-package_show.json", ["xlsx"]),
    ],
)
def test_recorded_datasets_are_read_unchanged(name: str, files: list[str]) -> None:
    def show(send: Send, count: int) -> None:
        says((RECORDED / name).read_bytes())(send, count)

    with rude({SHOW: show}) as portal:
        (found_one,) = datasets_of(portal, dataset="any")
    resources = choose(found_one, {}, Reading(lambda _: iter(())))
    assert [resource.format for resource in resources] == files
