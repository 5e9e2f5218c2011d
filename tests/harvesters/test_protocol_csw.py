"""CSW: records of three forms, page by page; services that cap, loop, lie, shrink, refuse to sort, or set traps."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.catalogues.csw_answers import capabilities, records
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply
from harvesters.portals import Dataset, Portal
from harvesters.protocols import dcat
from harvesters.protocols.csw import LANGUAGES, datasets, place_of, probe
from tests.harvesters.emulator import LISTE, client_of, emulated, fixed, read_all, serving
from tests.harvesters.real_files import DATA, needs_real_files

RECORDED = DATA / "portal_responses" / "csw"
GMD = "http://www.isotc211.org/2005/gmd"
LINK = """<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>
<gmd:protocol><gco:CharacterString>{protocol}</gco:CharacterString></gmd:protocol>
<gmd:name><gco:CharacterString>{name}</gco:CharacterString></gmd:name></gmd:CI_OnlineResource></gmd:onLine>"""
ISO = """<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>{id}</gco:CharacterString></gmd:fileIdentifier>
<gmd:dateStamp><gco:Date>2026-11-01</gco:Date></gmd:dateStamp>
<gmd:identificationInfo><gmd:MD_DataIdentification>
<gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title></gmd:CI_Citation>
</gmd:citation><gmd:abstract><gco:CharacterString>Où ?</gco:CharacterString></gmd:abstract>
<gmd:pointOfContact><gmd:CI_ResponsibleParty><gmd:organisationName><gco:CharacterString>Ville</gco:CharacterString>
</gmd:organisationName></gmd:CI_ResponsibleParty></gmd:pointOfContact>
<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword><gco:CharacterString>vélo</gco:CharacterString></gmd:keyword>
</gmd:MD_Keywords></gmd:descriptiveKeywords>
<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:useLimitation>
<gco:CharacterString>À 1:25000</gco:CharacterString></gmd:useLimitation>
<gmd:otherConstraints><gco:CharacterString>Licence Ouverte 2.0</gco:CharacterString>
</gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>
</gmd:MD_DataIdentification></gmd:identificationInfo><gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>
<gmd:MD_DigitalTransferOptions>{links}</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution>
</gmd:distributionInfo></gmd:MD_Metadata>"""
DC = """<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:dct="http://purl.org/dc/terms/"><dc:identifier>{id}</dc:identifier><dc:title>{title}</dc:title>
<dc:subject>vélo</dc:subject><dct:references scheme="WWW:DOWNLOAD">{url}</dct:references></csw:Record>"""
RESPONSE = """<?xml version="1.0"?><csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">
<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{count}" {following}>{records}
</csw:SearchResults></csw:GetRecordsResponse>"""
BY_ID = '<csw:GetRecordByIdResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">{}</csw:GetRecordByIdResponse>'
CAPABILITIES = """<csw:Capabilities version="{version}" xmlns:csw="http://www.opengis.net/cat/csw/{version}"
xmlns:ows="http://www.opengis.net/ows"><ows:ServiceIdentification><ows:Title>Géo Mons</ows:Title>
<ows:ServiceTypeVersion>{version}</ows:ServiceTypeVersion></ows:ServiceIdentification><ows:OperationsMetadata>
<ows:Operation name="GetRecords"><ows:Parameter name="outputSchema"><ows:Value>{schema}</ows:Value></ows:Parameter>
</ows:Operation></ows:OperationsMetadata></csw:Capabilities>"""
REFUSAL = """<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception exceptionCode="NoCode">
<ows:ExceptionText>{}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"""


def iso(number: int, url: str = "/liste.csv", protocol: str = "WWW:DOWNLOAD-1.0-http--download") -> str:
    link = LINK.format(url=url, protocol=protocol, name="ville:lieux")
    return ISO.format(id=f"f-{number}", title=f"Lieux {number}", links=link)


class CswService:
    """A CSW as it pages: `cap` records a page; `following` says what `nextRecord` is told to be."""

    def __init__(self, count: int, cap: int = 100, **behaviour: Any) -> None:
        self.ids = list(range(count))
        self.cap = cap
        self.behaviour = behaviour
        self.url = ""

    def __call__(self, path: str, asked: dict[str, str]) -> Reply | None:
        if path != "/csw":
            return LISTE if path == "/liste.csv" else None
        version = asked.get("version", "2.0.2") if self.behaviour.get("version") is None else self.behaviour["version"]
        replies: dict[str, Callable[[], str]] = {
            "GetCapabilities": lambda: CAPABILITIES.format(version=version, schema=self.behaviour.get("schema", GMD)),
            "GetRecords": lambda: self.records(asked),
            "GetRecordById": lambda: BY_ID.format(self.record(int(asked["id"].removeprefix("f-")))),
        }
        return Reply(replies[asked["request"]]().encode(), "application/xml")

    def record(self, number: int) -> str:
        url = self.url + "/liste.csv"
        is_iso = self.behaviour.get("schema", GMD) == GMD
        return iso(number, url) if is_iso else DC.format(id=f"f-{number}", title=f"Lieux {number}", url=url)

    def records(self, asked: dict[str, str]) -> str:
        if "sortBy" in asked and self.behaviour.get("refuses_sort"):
            return REFUSAL.format("Invalid SortBy")
        start = 1 if self.behaviour.get("is_stuck") else int(asked["startPosition"])
        page = self.ids[start - 1 : start - 1 + min(int(asked["maxRecords"]), self.cap)]
        end = start + len(page)
        following = self.behaviour.get("following", 0 if end > len(self.ids) else end)
        matched = self.behaviour.get("matched", len(self.ids))
        if self.behaviour.get("shrinks"):
            del self.ids[0]
        return RESPONSE.format(
            matched=matched, count=len(page), records="".join(map(self.record, page)),
            following="" if following is None else f'nextRecord="{following}"',
        )  # fmt: skip


def read(count: int, cap: int = 100, behaviour: dict[str, Any] | None = None, **options: Any) -> Any:
    service = CswService(count, cap, **behaviour or {})
    with serving(service) as server:
        service.url = server.url
        rows, reading = read_all("csw", server, "/csw", **options)
        return rows, reading, [asked.url for asked in server.asked]


def listed(count: int, cap: int = 100, **behaviour: Any) -> list[Dataset]:
    service = CswService(count, cap, **behaviour)
    with serving(service) as server, client_of(server) as client:
        return list(datasets(server.url + "/csw", client))


@pytest.mark.parametrize("cap", [100, 7])
@pytest.mark.parametrize("following", [{}, {"following": None}])
def test_every_record_is_listed_once_whatever_the_page_size(cap: int, following: dict[str, Any]) -> None:
    assert {one.id for one in listed(25, cap, **following)} == {f"f-{number}" for number in range(25)}


def test_datasets_are_listed_with_what_a_source_needs() -> None:
    service = CswService(1)
    with serving(service) as server, client_of(server) as client:
        assert list(datasets(server.url + "/csw?request=GetCapabilities&map=a", client)) == [
            Dataset(
                id="f-0", title="Lieux 0", protocol="csw", address=server.url + "/csw?map=a",
                options={"dataset": "f-0"}, description="Où ?", keywords=("vélo",), publisher="Ville",
                licence="Licence Ouverte 2.0", modified="2026-11-01",
            )
        ]  # fmt: skip


@pytest.mark.parametrize("behaviour", [{}, {"schema": "http://www.opengis.net/cat/csw/2.0.2"}, {"version": "3.0.0"}])
def test_one_record_is_read_in_any_form(behaviour: dict[str, Any]) -> None:
    rows, reading, asked = read(9, behaviour=behaviour, dataset="f-3")
    assert ([row.data["nom"] for row in rows], reading.complete) == (["Mons", "Jemappes"], True)
    assert (rows[0].data["_dataset_id"], rows[0].data["_dataset_title"]) == ("f-3", "Lieux 3")
    assert len(asked) == 3


def test_words_are_searched_for_in_cql() -> None:
    _, _, asked = read(1, query="l'été%")
    (question,) = [one for one in asked if "GetRecords" in one]
    assert "constraint=csw:AnyText+like+'%l''été%'" in question


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ({"is_stuck": True, "following": None}, "gave the same records twice, from 4 on"),
        ({"following": 1}, "next page begins at 1"),
        ({"matched": 9}, "announced 9 records and 6 came"),
        ({"shrinks": True}, "announced 6 records and 5 came"),
    ],
)
def test_a_walk_that_goes_wrong_ends_with_what_came(behaviour: dict[str, Any], words: str) -> None:
    rows, reading, _ = read(6, 3, behaviour)
    assert (len(rows) > 0, reading.complete, words in reading.why_not) == (True, False, True)


def test_a_service_that_refuses_to_sort_is_read_all_the_same() -> None:
    rows, reading, _ = read(6, 3, {"refuses_sort": True})
    note = "The catalogue refuses to sort its records: a page may repeat or miss some."
    assert (len(rows), reading.complete, reading.notes) == (12, True, [note])


def test_a_refusal_is_passed_on_in_words() -> None:
    with emulated(fixed({"/csw": Reply(REFUSAL.format("Closed &amp; gone").encode())})) as server:
        with pytest.raises(PortalError, match="The catalogue refused: Closed & gone") as error:
            read_all("csw", server, "/csw")
        assert error.value.code == "portal-error"


@pytest.mark.parametrize(
    ("path", "options"),
    [("/csw", {}), ("", {}), ("/", {}), ("/csw?service=CSW&request=GetRecordById&id=f-1", {"dataset": "f-1"})],
)
def test_a_catalogue_is_recognised(path: str, options: dict[str, str]) -> None:
    with serving(CswService(1)) as server, client_of(server) as client:
        expected = Portal("csw", server.url + "/csw", options, "Géo Mons", 1.0, "it describes itself as a CSW")
        assert probe(server.url + path, client) == expected


@pytest.mark.parametrize("reply", [None, Reply(b"<html>"), Reply(b"{}"), Reply(REFUSAL.format("no").encode())])
def test_what_is_no_catalogue_is_not_taken_for_one(reply: Reply | None) -> None:
    with serving(lambda *_: reply) as server, client_of(server) as client:
        assert probe(server.url, client) is None


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://a.example/geonetwork/srv/fre/csw", ("https://a.example/geonetwork/srv/fre/csw", "")),
        ("https://a.example/srv/fre/catalog.search#/metadata/ab-1", ("https://a.example/srv/fre/csw", "ab-1")),
        ("https://a.example/srv/api/records/ab-1", ("https://a.example/srv/eng/csw", "ab-1")),
        ("https://a.example/wxs?map=x&REQUEST=GetCapabilities", ("https://a.example/wxs?map=x", "")),
    ],
)
def test_pages_of_geonetwork_name_their_service(address: str, place: tuple[str, str]) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize(
    ("url", "protocol", "expected"),
    [
        ("https://a.example/f.csv", "WWW:DOWNLOAD-1.0-http--download", ("", (), True)),
        ("https://a.example/ows", "OGC:WFS-1.0.0-http-get-feature", ("wfs", (("layer", "ville:lieux"),), True)),
        ("https://a.example/ows?service=WFS", "", ("wfs", (("layer", "ville:lieux"),), True)),
        ("https://a.example/ows", "OGC:WMS", ("OGC:WMS", (), False)),
        ("https://a.example/page", "WWW:LINK-1.0-http--link", ("WWW:LINK-1.0-http--link", (), False)),
        ("https://a.example/csw?request=GetRecordById", "", ("", (), False)),
    ],
)
def test_links_go_by_many_protocols(url: str, protocol: str, expected: tuple[Any, ...]) -> None:
    body = RESPONSE.format(matched=1, count=1, following="", records=iso(1, escape(url), protocol)).encode()
    (told,) = records(body, "x", LANGUAGES)["datasets"]
    (link,) = told["resources"]
    assert (link["format"], link["options"], link["is_data"]) == expected


def test_records_that_cannot_be_read_are_counted() -> None:
    odd = '<a:DIF xmlns:a="x"/>' + ISO.format(id="", title="", links="")
    page = records(RESPONSE.format(matched=2, count=2, following="", records=odd).encode(), "x", LANGUAGES)
    assert (page["datasets"], page["nameless"], page["unknown"], page["count"]) == ([], 1, 1, 2)


TRAP = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (TRAP.format("UTF-8").encode(), "document type definition"),
        (TRAP.format("UTF-16").encode("utf-16"), "document type definition"),
        (b"<a>", "no XML that can be read"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "no XML that can be read"),
        (b"<a/>", "not with records"),
    ],
)
def test_traps_are_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(PortalError, match=words):
        records(body, "x", LANGUAGES)


@given(st.binary(max_size=200), st.text(max_size=100))
def test_any_bytes_are_read_or_refused_in_words(body: bytes, words: str) -> None:
    inside = RESPONSE.format(matched=1, count=1, following="", records=words)
    for one, look in ((body, capabilities), (inside.encode(), lambda told: records(told, "x", LANGUAGES))):
        try:
            look(one)
        except PortalError as error:
            assert error.code in ("unreadable", "portal-error")


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
    )
)
def test_any_words_come_through(title: str) -> None:
    record = ISO.format(id="a", title=escape(title), links="")
    (told,) = records(RESPONSE.format(matched=1, count=1, following="", records=record).encode(), "x", LANGUAGES)[
        "datasets"
    ]
    assert told["title"] == " ".join(title.split())


def test_a_page_that_was_saved_as_a_file_is_a_catalogue_of_what_it_holds() -> None:
    page = RESPONSE.format(
        matched=3, count=1, following="nextRecord='2'", records=ISO.format(id="a", title="A", links="")
    )
    with emulated(fixed({"/dcat/answers.xml": page.encode()})) as portal, client_of(portal) as client:
        address = f"{portal.url}/dcat/answers.xml"
        assert (dcat.probe(address, client), (probe(address, client) or Portal("", "")).address) == (None, address)
        assert [one.id for one in datasets(address, client)] == ["a"]


@needs_real_files
@pytest.mark.parametrize(
    ("name", "title", "links"),
    [
        ("geonetwork-iso19139-page-1.xml", "Plan local d'urbanisme de la commune de Cartigny", 11),
        ("geonetworkv4-page-1.xml", "Localisation des accidents de la circulation routière en 2017", 1),
    ],
)
def test_recorded_pages_are_read_unchanged(name: str, title: str, links: int) -> None:
    """Two records of six each: one page in ISO 19139, one in DCAT."""
    page = records((RECORDED / name).read_bytes(), "https://a.example/csw", LANGUAGES)
    assert (len(page["datasets"]), page["matched"], page["next"], page["unknown"]) == (2, 6, 3, 0)
    first = page["datasets"][0]
    assert (first["title"], len(first["resources"])) == (title, links)
