"""Reading the formats of data files, for every protocol. Formats are data: a table of one function each.

A reader gets the text (or the bytes), the options of the source and the Reading it reports to, and yields rows. It
raises PortalError only when nothing at all can be read; a text that breaks off gives the rows that were whole and
tells `reading.stop` where it broke.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.delimited import read_csv
from harvesters.formats.encoding import decode, whole_letters
from harvesters.formats.geopackage import read_geopackage
from harvesters.formats.gml import read_gml
from harvesters.formats.gpx import read_gpx
from harvesters.formats.json_lines import is_json_lines, read_json_lines
from harvesters.formats.json_records import read_json
from harvesters.formats.kinds import is_text, kind_of, lone_file, plain_xml
from harvesters.formats.kml import read_kml
from harvesters.formats.mending import mended
from harvesters.formats.ods import read_ods
from harvesters.formats.shapefile import read_shapefile
from harvesters.formats.xls import read_xls
from harvesters.formats.xlsx import read_xlsx
from harvesters.http import Answer, refuse_page, shown
from harvesters.reading import Reading, Row

Options = Mapping[str, Any]
Reader = Callable[[str, Options, Reading], Iterator[Row]]

BytesReader = Callable[[bytes, Options, Reading], Iterator[Row]]

READERS: dict[str, Reader] = {
    "csv": read_csv,
    "json": read_json,
    "jsonl": read_json_lines,
}
# Of files that are no text; each works in the sandbox.
BYTES_READERS: dict[str, BytesReader] = {
    "xlsx": read_xlsx,
    "ods": read_ods,
    "xls": read_xls,
    "gpkg": read_geopackage,
    "shp": read_shapefile,
    "kml": read_kml,
    "gpx": read_gpx,
    "gml": read_gml,
}
# What portals call them: file name endings, media types, words in a catalogue.
NAMES = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "text/csv": "csv", "text/tab-separated-values": "csv",
    "json": "json", "application/json": "json", "geojson": "json", "application/geo+json": "json",
    "application/vnd.geo+json": "json", "jsonld": "json", "json-ld": "json", "application/ld+json": "json",
    "jsonl": "jsonl", "ndjson": "jsonl", "geojsonl": "jsonl", "application/x-ndjson": "jsonl",
    "xlsx": "xlsx", "xlsm": "xlsx", "excel": "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "ods": "ods", "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "xls": "xls", "application/vnd.ms-excel": "xls", "application/msexcel": "xls",
    "gpkg": "gpkg", "geopackage": "gpkg", "application/geopackage+sqlite3": "gpkg",
    "shp": "shp", "shape": "shp", "shapefile": "shp", "esri shapefile": "shp", "zipped shapefile": "shp",
    "application/x-shapefile": "shp", "application/vnd.shp": "shp", "application/x-zipped-shp": "shp",
    "kml": "kml", "kmz": "kml", "application/vnd.google-earth.kml+xml": "kml",
    "application/vnd.google-earth.kmz": "kml", "gpx": "gpx", "application/gpx+xml": "gpx",
    "gml": "gml", "application/gml+xml": "gml",
}  # fmt: skip
ARCHIVES_MAX = 1  # a ZIP in a ZIP is not opened


def named(words: str) -> str | None:
    """The format that a portal's words stand for (“ .CSV”, “text/csv; charset=utf-8”); None when it is not read."""
    return NAMES.get(words.partition(";")[0].strip().lower().lstrip("."))


def read_answer(answer: Answer, options: Options, reading: Reading, archives: int = 0) -> Iterator[Row]:
    """The rows of one fetched file, its encoding and format found out.

    Options: `encoding`, `format` (csv, json, jsonl: of text; other kinds show by themselves), and those of the
    format's reader. Raises PortalError.
    """
    refuse_page(answer)
    if answer.broken and not is_text(answer.body):
        raise PortalError("truncated", answer.broken)
    kind = kind_of(answer.body, shown(answer.url))
    wanted = wanted_format(options, kind, reading)
    if kind == "zip":
        if archives == ARCHIVES_MAX:
            raise PortalError("unknown-format", f"{shown(answer.url)} gave a ZIP file in a ZIP file.")
        yield from read_answer(lone_answer(answer, reading), options, reading, archives + 1)
    elif kind:
        yield from BYTES_READERS[kind](plain_xml(answer.body), options, reading)
    else:
        yield from read_text(answer, wanted, options, reading)


def lone_answer(answer: Answer, reading: Reading) -> Answer:
    """The one readable file of a ZIP as if it had been fetched by itself."""
    name, body = lone_file(answer.body)
    reading.note(f"The file “{shown(name)}” of the ZIP file was read.")
    return replace(answer, body=body, content_type="", charset="")


def wanted_format(options: Options, kind: str, reading: Reading) -> str:
    """The format of text that the options name; what the file itself shows is believed before them."""
    wanted = str(options.get("format") or "")
    known = named(wanted)
    if wanted and known is None:
        raise PortalError("unknown-format", f"The format “{wanted}” cannot be read.")
    if known and known != kind and (kind or known in BYTES_READERS):
        reading.note(f"The file is called {wanted}; it is {kind or 'text'}.")
    return known if known in READERS and known else ""


def read_text(answer: Answer, wanted: str, options: Options, reading: Reading) -> Iterator[Row]:
    body = whole_letters(answer.body) if answer.broken else answer.body
    text = decode(body, answer.charset, str(options.get("encoding", "")), reading)
    text = mended(text, options, reading)
    kind = wanted or format_of(text)
    if answer.broken:
        reading.stop(answer.broken, "truncated")
        text = text if kind == "json" else whole_lines(text, answer)
    yield from READERS[kind](text, options, reading)


def whole_lines(text: str, answer: Answer) -> str:
    """The text without its last line, which broke off. Raises PortalError when there was no other."""
    whole = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    if not whole.strip():
        raise PortalError("truncated", f"{shown(answer.url)} broke off in its first line.")
    return whole


def format_of(text: str) -> str:
    """The format that the text itself shows: file names and media types often lie."""
    if text.lstrip()[:1] not in ("{", "["):
        return "csv"
    return "jsonl" if is_json_lines(text) else "json"
