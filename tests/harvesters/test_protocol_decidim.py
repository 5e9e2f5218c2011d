"""Decidim's open data: CSV, ZIP of CSV, and pages while they are made."""

import gzip
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.http import Answer
from harvesters.loopback.answers import Reply
from harvesters.protocols.decidim import datasets, parsed, probe, site_of
from harvesters.reading import Reading, Row
from tests.harvesters.emulator import Answering, Asked, client_of, emulated, fixed, read_all, said
from tests.harvesters.real_files import DATA, needs_real_files

CSV = (
    'id;title/fr;body/fr;author/name;latitude;longitude;url\n1;Banc;"<p>Un <b>banc</b>;\nici</p>";Jean;50.45;3.95;u\n'
    "2;Arbre;x;Anne;;;v\n"
)
AGENDA = "id;title/fr\n9;Fête\n"


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for resource, text in files.items():
            archive.writestr(f"mons.be-open-data-{resource}.csv", text)
        archive.writestr("README.md", "# Open data")
    return packed.getvalue()


def platform(file: Callable[[str], bytes] | None) -> Answering:
    """A platform whose export is there, or is being made."""

    def answering(asked: Asked) -> Reply:
        if asked.path == "/open-data":
            page = b"<!doctype html><title>Mons participe</title><a href='/open-data/download'>x</a> Decidim"
            return said(page, content_type="text/html")
        if file is None:
            return said(b"", 302, headers={"Location": "/open-data"})
        return said(file(asked.query.get("resource", "")), content_type="application/octet-stream")

    return answering


def parse(body: bytes, resource: str = "proposals") -> tuple[list[Row], Reading]:
    answer = Answer("https://mons.example.org/open-data/download", body)
    reading = Reading(lambda reading: parsed(answer, {"resource": resource}, reading))
    return list(reading), reading


@pytest.mark.parametrize("file", [lambda _: CSV.encode(), lambda _: zipped(meetings=AGENDA, proposals=CSV)])
def test_proposals_are_read_from_csv_or_from_zip(file: Callable[[str], bytes]) -> None:
    with emulated(platform(file)) as portal:
        rows, reading = read_all("decidim", portal, "/processes/budget?locale=fr")
        assert portal.asked[0].query == {"resource": "proposals"}
    assert [row.data["title/fr"] for row in rows] == ["Banc", "Arbre"]
    assert rows[0].data["body/fr"] == "<p>Un <b>banc</b>;\nici</p>"
    assert (rows[0].geometry, rows[1].geometry) == ({"type": "Point", "coordinates": [3.95, 50.45]}, None)
    assert ("author/name" in rows[0].data, reading.complete) == (False, True)


def test_an_export_that_is_being_made_is_told() -> None:
    with emulated(platform(None)) as portal, pytest.raises(PortalError, match="is being made") as error:
        read_all("decidim", portal)
    assert error.value.code == "being-made"


def test_a_resource_that_is_not_there_is_named() -> None:
    with pytest.raises(PortalError, match="no file of projects; there are: meetings, proposals"):
        parse(zipped(meetings=AGENDA, proposals=CSV), "projects")


@pytest.mark.parametrize("body", [b"\n", zipped(proposals="\n")])
def test_an_export_without_records_is_told_as_such(body: bytes) -> None:
    rows, reading = parse(body)
    assert (rows, reading.announced, reading.complete) == ([], 0, False)


@pytest.mark.parametrize("body", [zipped(proposals=CSV)[:-30], b"PK\x03\x04" + b"x" * 50])
def test_a_broken_zip_is_refused(body: bytes) -> None:
    with pytest.raises(PortalError):
        parse(body)


def test_a_csv_that_breaks_off_is_partial() -> None:
    rows, reading = parse(CSV[:-8].encode())
    assert (len(rows), reading.complete) == (1, False)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://mons.be", "https://mons.be"),
        ("https://mons.be/", "https://mons.be"),
        ("http://mons.be:81/processes/a?b=c", "http://mons.be:81"),
    ],
)
def test_the_platform_of_an_address(address: str, site: str) -> None:
    assert site_of(address) == site


def test_a_platform_is_recognised() -> None:
    with emulated(platform(None)) as portal, client_of(portal) as client:
        found = probe(portal.url + "/processes/x", client)
        listed = [dataset.options for dataset in datasets(portal.url, client)]
    assert (found and (found.address, found.title)) == (portal.url, "Mons participe")
    assert listed[:2] == [{"resource": "proposals"}, {"resource": "projects"}]
    with emulated(fixed({"/open-data": b"<html>open data of Mons</html>"})) as portal, client_of(portal) as client:
        assert probe(portal.url, client) is None


PIECES = st.sampled_from([CSV.encode(), b"PK\x03\x04", b'"', b";", b"\n", b"\x00", b"<html>", zipped(proposals=CSV)])


@given(st.lists(PIECES, max_size=5))
def test_nothing_but_rows_or_words(pieces: list[bytes]) -> None:
    try:
        _, reading = parse(b"".join(pieces))
    except PortalError as error:
        assert str(error)
    else:
        assert reading.complete or reading.why_not


@needs_real_files
def test_the_real_projects_of_barcelona() -> None:
    file = DATA / "participatory_budget" / "barcelona-decidim-budget-projects.csv.gz"
    rows, reading = parse(gzip.decompress(file.read_bytes()), "projects")
    assert (len(rows), reading.complete, {row.problem for row in rows}) == (220, True, {""})
    assert len({row.data["id"] for row in rows}) == 220
    again, _ = parse(zipped(projects=gzip.decompress(file.read_bytes()).decode()), "projects")
    assert [row.data for row in again] == [row.data for row in rows]
