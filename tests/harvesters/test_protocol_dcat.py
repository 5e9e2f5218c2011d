"""DCAT catalogues: three syntaxes, pages by Hydra's two ways, and pages that loop, lie, shrink, lead away or trap."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters.catalogues.rdf import catalogue_page, refuse_contexts, refuse_doctype
from harvesters.errors import PortalError
from harvesters.http import Answer
from harvesters.loopback.answers import Reply
from harvesters.portals import Dataset, Portal
from harvesters.protocols.dcat import LANGUAGES, datasets, page_of, probe, syntax
from harvesters.reading import Reading
from tests.harvesters.emulator import LISTE, client_of, emulated, fixed, read_all, serving
from tests.harvesters.real_files import DATA, needs_real_files

RECORDED = DATA / "portal_responses" / "dcat"
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""
DATASET = """<https://mons.example/dataset/{n}> a dcat:Dataset ; dct:title "Places {n}"@en, "Lieux {n}"@fr ;
  dct:identifier "lieux-{n}" ; dcat:keyword "vélo"@fr, "bike"@en ; dct:publisher [ foaf:name "Ville" ] ;
  dct:license <https://example.org/licence> ; dct:modified "2026-11-01" ;
  dcat:distribution <https://mons.example/d{n}> .
<https://mons.example/d{n}> dcat:downloadURL </liste.csv> ; dct:format <http://example.org/file-type/CSV> .
"""
VIEWS = {
    "iri": "<{own}> a hydra:PartialCollectionView ; hydra:next <{next}> . <#all> hydra:totalItems {total} .",
    "text": '<{own}> a hydra:PagedCollection ; hydra:nextPage "{next}" ; hydra:totalItems {total} .',
}


def turtle(numbers: list[int], view: str = "") -> bytes:
    return (PREFIXES + "".join(DATASET.format(n=number) for number in numbers) + view).encode()


def catalogue_of(pages: list[list[int]], way: str = "iri", total: int | None = None, last: str = "") -> Any:
    """A catalogue of these pages; `last` is where the last one leads."""

    def answers(path: str, asked: dict[str, str]) -> Reply | None:
        if path == "/liste.csv":
            return LISTE
        number = int(asked.get("page", 1))
        following = f"/catalog.ttl?page={number + 1}" if number < len(pages) else last
        count = sum(map(len, pages)) if total is None else total
        view = VIEWS[way].format(own=path, next=following, total=count) if following else ""
        body = turtle(pages[number - 1], view) if path == "/catalog.ttl" else None
        return Reply(body, "text/plain") if body else None  # media types lie

    return answers


def silent() -> Reading:
    return Reading(lambda _: iter(()))


def listed(answers: Any) -> list[str]:
    with serving(answers) as server, client_of(server) as client:
        return [
            one.id.removeprefix("https://mons.example/dataset/")
            for one in datasets(server.url + "/catalog.ttl", client)
        ]


@pytest.mark.parametrize("way", ["iri", "text"])
def test_pages_are_followed_whichever_way_they_are_said(way: str) -> None:
    assert listed(catalogue_of([[1, 2], [3, 4], [5]], way)) == ["1", "2", "3", "4", "5"]


def test_datasets_are_listed_with_what_a_source_needs() -> None:
    with serving(catalogue_of([[1]])) as server, client_of(server) as client:
        assert list(datasets(server.url + "/catalog.ttl", client)) == [
            Dataset(
                id="https://mons.example/dataset/1", title="Lieux 1", protocol="dcat",
                address=server.url + "/catalog.ttl", options={"dataset": "https://mons.example/dataset/1"},
                keywords=("vélo",), publisher="Ville", licence="https://example.org/licence",
                licence_url="https://example.org/licence", page="https://mons.example/dataset/1",
                modified="2026-11-01", formats=("csv",),
            )
        ]  # fmt: skip


@pytest.mark.parametrize("name", ["https://mons.example/dataset/3", "lieux-3", "3"])
def test_one_dataset_is_read_by_any_of_its_names(name: str) -> None:
    with serving(catalogue_of([[1, 2], [3], [4]])) as server:
        rows, reading = read_all("dcat", server, "/catalog.ttl", dataset=name)
        assert (len(rows), rows[0].data["_dataset_title"], reading.complete) == (2, "Lieux 3", True)
        # An ending may be another's as well, so the walk goes on to the last page.
        assert ("/catalog.ttl?page=3" in [asked.url for asked in server.asked]) == (name == "3")


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("/catalog.ttl?page=1", "gave no dataset that had not come before"),
        ("/catalog.ttl?page=2", "one that was already read"),
        ("https://elsewhere.example/catalog.ttl?page=3", "on another host"),
        ("/catalog.ttl?page=9", "closed the connection|404"),
    ],
)
def test_a_walk_that_leads_astray_ends_with_what_came(last: str, words: str) -> None:
    pages = catalogue_of([[1], [2]], last=last)
    with serving(lambda path, asked: None if asked.get("page") == "9" else pages(path, asked)) as server:
        rows, reading = read_all("dcat", server, "/catalog.ttl")
    assert (len(rows), reading.complete) == (4, False)
    assert [word for word in words.split("|") if word in reading.why_not]


def test_a_catalogue_that_lies_about_its_count_is_partial() -> None:
    with serving(catalogue_of([[1], [2]], total=9)) as server:
        _, reading = read_all("dcat", server, "/catalog.ttl")
    assert reading.why_not == "The catalogue announced 9 datasets and 2 came."


def test_a_catalogue_that_shrinks_while_it_is_read_is_partial() -> None:
    with serving(catalogue_of([[1, 2], [], [4]], total=4)) as server:
        _, reading = read_all("dcat", server, "/catalog.ttl")
    assert reading.why_not == "The catalogue announced 4 datasets and 3 came."


@pytest.mark.parametrize(
    ("path", "found"), [("/catalog.ttl", "/catalog.ttl"), ("/", "/catalog.ttl"), ("", "/catalog.ttl")]
)
def test_a_catalogue_is_recognised(path: str, found: str) -> None:
    with serving(catalogue_of([[1]])) as server, client_of(server) as client:
        expected = Portal("dcat", server.url + "/catalog.ttl", {}, "", 1.0, "it speaks in the words of DCAT")
        assert probe(server.url + path, client) == expected


def test_a_web_page_is_no_catalogue() -> None:
    page = Reply(b"<!doctype html><p>http://www.w3.org/ns/dcat#</p>", "text/html")
    with serving(lambda *_: page) as server, client_of(server) as client:
        assert probe(server.url, client) is None


XML_TRAP = b"""<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY a "aaaa">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"""


WIDE_TRAP = XML_TRAP.decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (XML_TRAP, "document type definition"),
        (WIDE_TRAP, "document type definition"),
        (b'{"@context": "http://127.0.0.1:9/c.jsonld", "@id": "x"}', "which is not fetched: ask for Turtle"),
        (b'{"@context": [{"a": "b:c"}, "http://127.0.0.1:9/c"]}', "which is not fetched"),
        (b'{"@context": {"a": {"@id": "b:c", "@context": "http://127.0.0.1:9/c"}}}', "which is not fetched"),
        (b'{"@context": {"@import": "http://127.0.0.1:9/c"}}', "which is not fetched"),
        (b'{"a":' * 5000, "no JSON that can be read"),
        (b"<a> <b> ", "no RDF that can be read"),
        (b"<?xml version='1.0'?><rdf:RDF>", "no XML that can be read"),
    ],
)  # fmt: skip
def test_traps_are_refused_in_words(body: bytes, words: str) -> None:
    with emulated(fixed({"/c": Reply(body)})) as server, pytest.raises(PortalError, match=words) as error:
        read_all("dcat", server, "/c")
    assert error.value.code == "unreadable"


def test_a_page_that_is_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(PortalError, match="larger than 50 MB") as error:
        page_of(Answer("https://a.example/", b"<a> " * 12_500_001), silent(), LANGUAGES)
    assert error.value.code == "too-big"


def test_identity_is_the_iri_else_the_identifier_else_the_page() -> None:
    body = (
        PREFIXES
        + """<https://a.example/1> a dcat:Dataset ; dct:title "a" .
    [] a dcat:Dataset ; dct:identifier "b" ; dct:title "b" . [] a dcat:Dataset ; dcat:landingPage "http://c.example/" .
    [] a dcat:Dataset ; dct:title "nothing tells it apart" ."""
    )
    page = catalogue_page([body.encode()], "turtle", "https://a.example/", LANGUAGES)
    assert ([one["id"] for one in page["datasets"]], page["nameless"]) == (
        ["b", "http://c.example/", "https://a.example/1"],
        1,
    )


def test_services_of_a_dataset_are_among_its_resources() -> None:
    body = (
        PREFIXES
        + """<x:1> a dcat:Dataset ; dcat:distribution [ dcat:accessService <x:2> ] .
    <x:2> dcat:endpointURL <https://a.example/wfs> ; dct:title "WFS" ."""
    )
    (told,) = catalogue_page([body.encode()], "turtle", "https://a.example/", LANGUAGES)["datasets"]
    assert [(one["url"], one["format"]) for one in told["resources"]] == [("https://a.example/wfs", "WFS")]


def test_only_web_pages_are_said_so() -> None:
    body = turtle([1]).replace(b"downloadURL </liste.csv>", b"accessURL </liste.html>").replace(b"/CSV>", b"/HTML>")
    with emulated(fixed({"/c": Reply(body)})) as server, pytest.raises(PortalError) as error:
        read_all("dcat", server, "/c")
    assert error.value.code == "no-dataset"


@settings(max_examples=30)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode), st.sampled_from(["turtle", "xml", "json-ld"]))
def test_any_bytes_are_read_or_refused_in_words(body: bytes, kind: str) -> None:
    try:
        page = catalogue_page([body], kind, "https://a.example/", LANGUAGES)
    except PortalError as error:
        assert error.code == "unreadable"
    else:
        assert isinstance(page["datasets"], list)


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_any_words_come_through(title: str, identifier: str, url: str) -> None:
    words = {"dct:title": title, "dct:identifier": identifier or "x", "dcat:landingPage": url}
    prefixes = {"dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#"}
    graph = {"@context": prefixes, "@id": "https://a.example/1", "@type": "dcat:Dataset"} | words
    body = json.dumps(graph).encode()
    (told,) = catalogue_page([body], "json-ld", "https://a.example/", LANGUAGES)["datasets"]
    assert (told["id"], told["title"]) == ("https://a.example/1", title.replace("\0", "\ufffd").strip())


@given(st.binary(max_size=300))
def test_traps_are_looked_for_in_any_bytes(body: bytes) -> None:
    for look in (refuse_doctype, refuse_contexts):
        try:
            look(body)
        except PortalError as error:
            assert error.code == "unreadable"


@needs_real_files
@pytest.mark.parametrize(
    ("name", "count", "total"),
    [
        ("apur-arcgis-hub-data.json", 71, 0),
        ("ckanext-dcat-catalog.rdf", 2, None),
        ("ckanext-dcat-dataset_gob_es.ttl", 1, None),
        ("ckanext-dcat-dataset_multilingual.ttl", 1, None),
        ("data.gov-dcatus.json", 7, 0),
        ("data.gov-dcatus_same_title.json", 2, 0),
        ("datara-5a26b0f6.rdf.xml", 1, None),
        ("demo.ckan.org-catalog.ttl", 100, 2561),
        ("geonetwork-dcat.rdf.xml", 1, None),
        ("udata-test-catalog.rdf.xml", 4, None),
        ("udata-test-flat.jsonld", 3, None),
        ("udata-test-partial-collection-1.jsonld", 3, 4),
        ("udata-test-partial-collection-2.jsonld", 1, 4),
        ("udata-test-series.rdf.xml", 1, None),
    ],
)
def test_recorded_catalogues_are_read_unchanged(name: str, count: int, total: int | None) -> None:
    answer = Answer("http://data.test.org/catalog", (RECORDED / name).read_bytes())
    page = page_of(answer, silent(), LANGUAGES)
    assert (len({entry.id for entry in page["entries"]}), page["nameless"], page["total"]) == (count, 0, total)


@needs_real_files
def test_two_recorded_pages_are_walked() -> None:
    """The next page is elsewhere in the record: the portal is put in its place, everything else is as it was."""
    pages = [(RECORDED / f"udata-test-partial-collection-{number}.jsonld").read_bytes() for number in (1, 2)]
    with serving(lambda _, asked: Reply(pages[asked.get("page") == "2"])) as server, client_of(server) as client:
        pages = [page.replace(b"http://data.test.org/catalog", server.url.encode() + b"/catalog") for page in pages]
        assert len(list(datasets(server.url + "/catalog.jsonld", client))) == 4


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"[] a dcat:Catalog .", "turtle"), (b"@prefix a: <b> .", "turtle"), (b"<a:1> a <b:c>", "turtle"),
        (b'[ {"@id": "x"} ]', "json-ld"), (b'\xef\xbb\xbf {"@id": 1}', "json-ld"), (b"<?xml ?>", "xml"),
        (b'<dcat:Catalog xmlns:dcat="x">', "xml"), (b'<rdf:RDF>', "xml"),
    ],
)  # fmt: skip
def test_the_syntax_shows_by_itself(start: bytes, kind: str) -> None:
    assert syntax(Answer("x", start, "text/plain")) == kind
