"""data.json: catalogues of one file, their datasets and what can be read of them."""

import json
from typing import Any

import pytest
from hypothesis import given

from harvesters.catalogues.documents import candidates, document_entries
from harvesters.catalogues.pod import told_datasets
from harvesters.catalogues.resources import choose
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Dataset, Portal
from harvesters.protocols.datajson import datasets, probe
from harvesters.reading import Reading
from tests.harvesters.emulator import LISTE, client_of, emulated, fixed, read_all, serving
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.test_protocol_ckan_portals import JSON_VALUES

RECORDED = DATA / "portal_responses" / "dcat"
FORM = "https://project-open-data.cio.gov/v1.1/schema"
CSV = {"format": "CSV", "mediaType": "text/csv", "downloadURL": "/liste.csv", "title": "CSV"}
PAGE = {"format": "Web page", "mediaType": "text/html", "accessURL": "https://hub.example/datasets/1"}
LIEUX = {
    "identifier": "https://hub.example/datasets/abc_0", "title": "Lieux", "description": "Où ?", "keyword": ["vélo"],
    "publisher": {"name": "Ville"}, "license": "https://example.org/licence", "modified": "2026-11-01",
    "landingPage": "https://hub.example/datasets/ville::lieux", "distribution": [PAGE, CSV],
}  # fmt: skip


def catalogue(*told: Any, **fields: Any) -> Reply:
    return json_reply({"conformsTo": FORM, "dataset": list(told)} | fields)


def silent() -> Reading:
    return Reading(lambda _: iter(()))


def test_datasets_are_listed_with_what_a_source_needs() -> None:
    with emulated(fixed({"/data.json": catalogue(LIEUX)})) as server, client_of(server) as client:
        assert list(datasets(server.url, client)) == [
            Dataset(
                id="https://hub.example/datasets/abc_0", title="Lieux", protocol="datajson",
                address=server.url + "/data.json", options={"dataset": "https://hub.example/datasets/abc_0"},
                description="Où ?", keywords=("vélo",), publisher="Ville", licence="https://example.org/licence",
                licence_url="https://example.org/licence", page="https://hub.example/datasets/ville::lieux",
                modified="2026-11-01", formats=("web page", "csv"),
            )
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/data.json", {}),
        ("", {"dataset": "https://hub.example/datasets/abc_0"}),
        ("", {"dataset": "abc_0"}),
        ("", {"dataset": "ville::lieux"}),
        ("/datasets/ville::lieux/explore", {}),
    ],
)
def test_a_dataset_is_read_by_any_of_its_names(path: str, options: dict[str, Any]) -> None:
    other = LIEUX | {"identifier": "x", "landingPage": "y"}
    with emulated(fixed({"/data.json": catalogue(LIEUX, other), "/liste.csv": LISTE})) as server:
        rows, reading = read_all("datajson", server, path, **options)
    assert ([row.data["nom"] for row in rows][:2], reading.complete) == (["Mons", "Jemappes"], True)
    assert len(rows) == (4 if path == "/data.json" else 2)
    assert rows[0].data["_dataset_title"] == "Lieux"


def test_a_name_that_several_datasets_end_with_is_refused() -> None:
    others = [LIEUX | {"identifier": f"https://hub.example/{letter}/abc_0", "landingPage": ""} for letter in "ab"]
    with (
        emulated(fixed({"/data.json": catalogue(*others)})) as server,
        pytest.raises(PortalError, match="2 datasets go by the name “abc_0”"),
    ):
        read_all("datajson", server, "/data.json", dataset="abc_0")


@pytest.mark.parametrize("path", ["/data.json", "/api/feed/dcat-us/1.1.json"])
def test_a_catalogue_is_recognised_where_portals_keep_it(path: str) -> None:
    with emulated(fixed({path: catalogue(LIEUX)})) as server, client_of(server) as client:
        found = probe(server.url + "/datasets/ville::lieux", client)
        evidence = "it says that it is in the form of data.json"
        assert found == Portal("datajson", server.url + path, {"dataset": "ville::lieux"}, "", 1.0, evidence)
        assert len(server.asked) <= 3


@pytest.mark.parametrize(
    "reply", [None, json_reply({}), json_reply([]), json_reply([1]), Reply(b"<html>"), json_reply({"dataset": []})]
)
def test_what_is_no_catalogue_is_not_taken_for_one(reply: Reply | None) -> None:
    with serving(lambda *_: reply) as server, client_of(server) as client:
        assert probe(server.url, client) is None


def test_places_are_few() -> None:
    assert candidates("https://hub.example/") == [
        "https://hub.example/data.json", "https://hub.example/api/feed/dcat-us/1.1.json",
    ]  # fmt: skip


def test_a_dataset_of_web_pages_alone_is_said_so() -> None:
    told = LIEUX | {"distribution": PAGE}
    with emulated(fixed({"/data.json": catalogue(told)})) as server, pytest.raises(PortalError) as error:
        read_all("datajson", server, "/data.json")
    assert error.value.code == "no-dataset"
    (entry,) = document_entries({"dataset": [told]}, "x", reading := silent())
    assert (choose(entry, {}, reading), reading.notes) == (
        [], ["The dataset “Lieux” gives only web pages (https://hub.example/datasets/1), no file that can be read."]
    )  # fmt: skip


def test_datasets_without_name_are_counted() -> None:
    reading = silent()
    found = list(document_entries({"dataset": [{"title": "x"}, 7, LIEUX, LIEUX]}, "x", reading))
    assert (len(found), reading.notes) == (
        1, ["2 datasets of the catalogue were left out: they have neither identifier nor page."]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "code"),
    [(json_reply({"a": 1}), "portal-error"), (Reply(b"{"), "not-json"), (Reply(b"<html>"), "html-instead")],
)
def test_what_is_no_catalogue_is_named(reply: Reply, code: str) -> None:
    with serving(lambda *_: reply) as server, pytest.raises(PortalError) as error:
        read_all("datajson", server, "/data.json")
    assert error.value.code == code


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_whatever_a_catalogue_says_it_is_read_as_text(identifier: Any, title: Any, distribution: Any) -> None:
    told = {"identifier": identifier, "title": title, "keyword": title, "distribution": distribution}
    for entry in document_entries({"dataset": [told, title]}, "x", silent()):
        assert entry.id
        assert all(isinstance(text, str) for text in (entry.title, *entry.keywords))
    assert told_datasets(title) is None or isinstance(told_datasets(title), list)


@needs_real_files
@pytest.mark.parametrize(
    ("name", "count", "readable"),
    [("apur-arcgis-hub-data.json", 71, 71), ("data.gov-dcatus.json", 7, 0), ("data.gov-dcatus_same_title.json", 2, 0)],
)
def test_recorded_catalogues_are_read_unchanged(name: str, count: int, readable: int) -> None:
    """APUR: every dataset has a GeoJSON or CSV file; the recorded federal ones have pages and PDFs."""
    found = list(document_entries(json.loads((RECORDED / name).read_bytes()), "x", silent()))
    assert (len(found), sum(bool(choose(entry, {}, silent())) for entry in found)) == (count, readable)
