"""Files that mean harm, or say what they are not: each is refused in words, none reaches out, none weighs."""

import io
import re
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.formats.kinds import kind_of
from harvesters.parsers import packed
from tests.harvesters.rude import rude, says
from tests.harvesters.test_formats_layers import AT, GPX, KML, PLACEMARK
from tests.harvesters.written_files import data_of, layer, workbook, zipped

SPREADSHEET = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}
GOOD = (KML % (PLACEMARK % AT)).encode()
HOLLOW, SHEET = b"0" * 21_000_000, b" " * 199_000_000
DOCUMENT = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}


def refused(body: bytes, **options: Any) -> str:
    with pytest.raises(PortalError) as error:
        data_of(body, **options)
    return error.value.code


def lying(body: bytes, size: int) -> bytes:
    """A ZIP whose directory gives each file another size."""
    return re.sub(rb"(PK\x01\x02.{20})(.{4})", lambda match: match[1] + struct.pack("<I", size), body, flags=re.DOTALL)


def flagged(body: bytes, bits: int) -> bytes:
    return re.sub(rb"(PK\x01\x02.{4})(..)", lambda match: match[1] + struct.pack("<H", bits), body, flags=re.DOTALL)


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    body = zipped({"a.csv": b"a;b\n1;2\n", "b.csv": b"a;b\n1;2\n"})
    last = body.rfind(b"PK\x01\x02")
    return body[: last + 42] + b"\0\0\0\0" + body[last + 46 :]


ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: zipped({"a.csv": HOLLOW}), "too-big"),
    "a sheet of 199 MB in little": (lambda: zipped(SPREADSHEET | {"xl/sheet1.xml": SHEET}), "too-big"),
    "more than 200 MB": (lambda: lying(zipped({"a.csv": b"a;b\n"}), 200_000_001), "too-big"),
    "1,001 entries": (lambda: zipped({f"{number}.csv": b"" for number in range(1001)}), "too-big"),
    "70,000 entries": (lambda: zipped({f"{number}": b"" for number in range(70_000)}), "too-big"),
    "longer than it says": (lambda: lying(zipped({"a.csv": b"a;b\n1;2\n" * 50}), 5), "unreadable"),
    "shorter than it says": (lambda: lying(zipped({"a.csv": b"a;b\n1;2\n" * 50}), 5_000), "unreadable"),
    "a name that climbs": (lambda: zipped({"../../etc/a.csv": b"a;b\n1;2\n"}), "unreadable"),
    "a name that climbs on Windows": (lambda: zipped({"..\\a.csv": b"a;b\n1;2\n"}), "unreadable"),
    "an absolute name": (lambda: zipped({"/etc/a.csv": b"a;b\n1;2\n"}), "unreadable"),
    "a drive": (lambda: zipped({"C:a.csv": b"a;b\n1;2\n"}), "unreadable"),
    "entries over one another": (overlapping, "unreadable"),
    "a password": (lambda: flagged(zipped({"a.csv": b"a;b\n1;2\n"}), 1), "unreadable"),
    "an unusual packing": (lambda: zipped({"a.csv": b"a;b\n1;2\n"}, zipfile.ZIP_LZMA), "unreadable"),
    "cut in the middle": (lambda: zipped({"a.csv": b"a;b\n" * 999})[:30], "unreadable"),
    "no end": (lambda: b"PK\x03\x04 and no more", "unreadable"),
    "a ZIP in a ZIP": (lambda: zipped({"a.csv": zipped({"a.csv": b"a;b\n1;2\n"})}), "unknown-format"),
    "two files to choose from": (lambda: zipped({"a.csv": b"a;b\n", "b.csv": b"a;b\n"}), "unknown-format"),
    "nothing to read": (lambda: zipped({"a.exe": b"MZ"}), "unknown-format"),
    "an empty ZIP": (lambda: zipped({}), "unknown-format"),
    "a text document": (lambda: zipped(DOCUMENT), "unknown-format"),
    "a workbook of nothing": (lambda: zipped(SPREADSHEET), "unreadable"),
    "a damaged old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, "unreadable"),
    "a shape without its table": (lambda: zipped({"a.shp": b"\0\0\x27\x0a"}), "unreadable"),
    "a database of nothing": (lambda: b"SQLite format 3\0" + b"\0" * 84, "unreadable"),
    "a bare shapefile": (lambda: b"\0\0\x27\x0a" + b"\0" * 96, "unknown-format"),
    "a PDF": (lambda: b"%PDF-1.7", "unknown-format"),
    "an image": (lambda: b"\x89PNG\r\n", "unknown-format"),
}  # fmt: skip


@pytest.mark.parametrize("name", ZIPS)
def test_a_packed_file_that_means_harm_is_refused(name: str) -> None:
    make, code = ZIPS[name]
    assert refused(make()) == code


ENTITY = '<!DOCTYPE kml [<!ENTITY a "%s">]>'
XMLS = {
    "a DOCTYPE": b"<!DOCTYPE kml>" + GOOD.partition(b"-->")[2],
    "entities": (ENTITY % "&#65;").encode() + GOOD.partition(b"-->")[2],
    "an external entity": b'<?xml version="1.0"?><!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd"><kml/>',
    "a DOCTYPE behind comments": b"<!-- a --><?x y?> <!-- b -->\n<!DOCTYPE kml><kml/>",
    "a DOCTYPE in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE kml><kml/>').encode("utf-16"),
    "a DOCTYPE in UTF-16 without a mark": "<?xml?><!DOCTYPE kml><kml/>".encode("utf-16-le"),
    "a comment that never ends": b"<!-- " + b"x" * 10_000,
    "no element": b"<?xml version='1.0'?>  ",
    "100,000 folders deep": b"<kml><Document>" + b"<Folder>" * 100_000 + b"</Folder>" * 100_000 + b"</Document></kml>",
    "cut": GOOD[:-30],
    "HTML in a KMZ": zipped({"doc.kml": b"<html><body>502</body></html>"}),
    "a DOCTYPE in a KMZ": zipped({"doc.kml": b"<!DOCTYPE kml><kml/>"}),
}


@pytest.mark.parametrize("name", XMLS)
def test_xml_that_means_harm_is_refused(name: str) -> None:
    assert refused(XMLS[name]) in ("unreadable", "too-big", "too-slow", "empty")


FIELD = "<Schema><SimpleField type='string' name='a'/></Schema>"
GML_XSI = (
    "xmlns:gml='http://www.opengis.net/gml' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
    "xmlns:xlink='http://www.w3.org/1999/xlink'"
)
MEMBER = "<gml:featureMember><a fid='1'><b>%s</b></a></gml:featureMember>"
LINK = "<gml:member xlink:href='{url}'/>"
VRT = "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>%s</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"


@pytest.mark.parametrize(
    "text",
    [
        VRT % "/etc/passwd",
        VRT % "/vsicurl/{url}/a.csv",
        '<GDAL_WFS><URL>{url}</URL></GDAL_WFS>',
        "<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        '{{"type": "gdal_streamed_alg", "command_line": "gdal vector read {url}"}}',
        "/vsicurl/{url}/a.geojson",
        "WFS:{url}",
        "<kml xmlns='x'><NetworkLink><Link><href>{url}</href></Link></NetworkLink></kml>",
        f"<kml><Document>{FIELD}<styleUrl>{{url}}#a</styleUrl></Document></kml>",
        f"<gml:FeatureCollection {GML_XSI} xsi:schemaLocation='x {{url}}/a.xsd'>{MEMBER % '1'}</gml:FeatureCollection>",
        f"<gml:FeatureCollection {GML_XSI}>{MEMBER % LINK}</gml:FeatureCollection>",
        f"<wfs:FeatureCollection xmlns:wfs='x' next='{{url}}' {GML_XSI}>{LINK}</wfs:FeatureCollection>",
    ],
)  # fmt: skip
def test_no_file_makes_us_ask_anybody(text: str) -> None:
    with rude({"/": says(b"caught")}) as canary:
        try:
            rows = data_of(text.replace("{url}", canary.url).replace("{{", "{").replace("}}", "}").encode())
        except PortalError:
            rows = []
    assert (dict(canary.asked), "root:" in str(rows)) == ({}, False)


def geopackage(tmp_path: Path, *statements: str) -> bytes:
    path = layer(tmp_path, "GPKG", [(3.95, 50.45)], {"nom": ["a"]}, "gpkg")
    base = sqlite3.connect(path)
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return path.read_bytes()


LISTED = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('{0}', 'attributes', '{0}')"


def test_a_view_of_a_geopackage_is_not_opened(tmp_path: Path) -> None:
    view = "CREATE VIEW vue AS SELECT load_extension('/tmp/x.so') AS a"
    body = geopackage(tmp_path, view, LISTED.format("vue"))
    assert refused(body, layer="vue") == "bad-option"
    assert [row["nom"] for row in data_of(body)] == ["a"]


def test_a_virtual_table_of_a_geopackage_is_not_opened(tmp_path: Path) -> None:
    table = "CREATE VIRTUAL TABLE v USING rtree(id, a, b)"
    assert refused(geopackage(tmp_path, table, LISTED.format("v")), layer="v") == "bad-option"


@pytest.mark.parametrize("layer_name", ["sqlite_master", "SELECT 1", "lieux UNION SELECT 1", "lieux'; --", "../lieux"])
def test_a_layer_is_a_title_and_no_sql(tmp_path: Path, layer_name: str) -> None:
    assert refused(geopackage(tmp_path), layer=layer_name) == "bad-option"


def test_a_workbook_with_entities_is_refused() -> None:
    body = workbook([("a", "b"), (1, 2)])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = files["xl/worksheets/sheet1.xml"]
    files["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet
    assert refused(zipped(files)) == "unreadable"


def test_a_sheet_that_says_it_is_endless_is_as_long_as_it_is() -> None:
    body = workbook([("a", "b"), (1, 2)])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    files[name] = files[name].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert data_of(zipped(files)) == [{"a": 1, "b": 2}]


STARTS = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3\0",
    b"<",
    b"<kml",
    b"<?xml",
    b"\xff\xfe<\0",
    b"",
]
SEEDS = [zipped({"doc.kml": GOOD}), zipped(SPREADSHEET), GOOD, GPX.encode(), zipped({"a.csv": b"a;b\n"})]


@given(st.sampled_from(STARTS), st.binary(max_size=200), st.sampled_from(SEEDS), st.integers(0, 400))
def test_any_bytes_are_of_a_kind_or_refused(start: bytes, tail: bytes, seed: bytes, at: int) -> None:
    for body in (start + tail, seed[:at] + tail + seed[at + len(tail) :]):
        try:
            assert kind_of(body, "x") in ("", "xlsx", "ods", "xls", "gpkg", "shp", "kml", "gpx", "gml", "zip")
        except PortalError as error:
            assert str(error)


@given(st.sampled_from(SEEDS[:2]), st.integers(0, 300), st.binary(min_size=1, max_size=20))
def test_no_damaged_zip_gives_more_than_it_may(body: bytes, at: int, patch: bytes) -> None:
    damaged = body[:at] + patch + body[at + len(patch) :]
    try:
        sizes = [len(packed.unpacked(damaged, entry)) for entry in packed.entries(damaged)]
    except PortalError:
        return
    assert sum(sizes) <= packed.UNPACKED_BYTES
