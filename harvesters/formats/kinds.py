"""What kind of file some bytes are, by what stands in them: names and media types often lie."""

import codecs
import re

from harvesters.errors import PortalError
from harvesters.parsers import packed

OFFICE = b"\xd0\xcf\x11\xe0"
SQLITE = b"SQLite format 3\x00"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# How files begin that are no records, whatever is in them.
OTHERS = [
    (b"%PDF", "a PDF"),
    (b"\x00\x00\x27\x0a", "a bare .shp, of which the .dbf is missing: ask for the ZIP file with all its parts"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "something packed twice"),
    (b"PAR1", "Parquet"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
]
ROOTS = {"kml": "kml", "gpx": "gpx", "featurecollection": "gml"}
ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")
BEFORE_ROOT = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
WIDE = [(codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")]
ENDINGS = {
    "gpkg", "kml", "gpx", "gml", "geojson", "json", "csv", "tsv", "txt", "jsonl", "ndjson", "xlsx", "ods", "xls",
}  # fmt: skip


def kind_of(body: bytes, address: str) -> str:
    """`xlsx`, `ods`, `xls`, `gpkg`, `shp`, `kml`, `gpx`, `gml`, `zip` (of something else); "" for text.

    Raises PortalError (unknown-format, and what a ZIP's directory is refused for).
    """
    if body.startswith(ZIP):
        return kind_of_zip(body)
    if body.startswith(OFFICE):
        return "xls"
    if body.startswith(SQLITE):
        return "gpkg"
    for magic, words in OTHERS:
        if body.startswith(magic):
            raise PortalError("unknown-format", f"{address} gave {words}.")
    return kind_of_xml(body, address) if begins_like_xml(body) else ""


def is_text(body: bytes) -> bool:
    """Whether a part of such a file is worth something; of XML and of files with a directory it is not."""
    starts = (*ZIP, OFFICE, SQLITE, *(magic for magic, _ in OTHERS))
    return not body.startswith(starts) and not begins_like_xml(body)


def kind_of_zip(body: bytes) -> str:
    names = [entry.filename.lower() for entry in packed.entries(body)]
    endings = [name.rpartition(".")[2] for name in names]
    if "[content_types].xml" in names:
        if not any(name.startswith("xl/") for name in names):
            raise PortalError("unknown-format", "It is an office document, and no spreadsheet.")
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    if "shp" in endings:
        return "shp"
    if "kml" in endings:
        return "kml"
    return "zip"


def begins_like_xml(body: bytes) -> bool:
    start = body[:100].removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith(b"<") or (b"<\0" in start[:4] or b"\0<" in start[:4])


def kind_of_xml(body: bytes, address: str) -> str:
    root = root_of(plain_xml(body))
    if root.lower() not in ROOTS:
        raise PortalError("unknown-format", f"{address} gave XML (“{root[:40]}”) that is none of KML, GPX and GML.")
    return ROOTS[root.lower()]


def plain_xml(body: bytes) -> bytes:
    """XML as UTF-8 where it was UTF-16, which would hide what is looked for. Raises PortalError (unreadable)."""
    for mark, encoding in WIDE:
        if body.startswith(mark):
            try:
                return DECLARATION.sub("", body.decode(encoding)).encode()
            except UnicodeError as error:
                raise PortalError("unreadable", "It is XML whose characters cannot be read.") from error
    return body.removeprefix(codecs.BOM_UTF8)


def root_of(xml: bytes) -> str:
    """The name of the root element. A DOCTYPE, where entities and foreign files are declared, is refused.

    Raises PortalError (unreadable).
    """
    at = 0
    while match := BEFORE_ROOT.match(xml, at):
        at = match.end()
    if xml[at : at + 2] == b"<!":
        raise PortalError("unreadable", "It is XML with a DOCTYPE, which may hold entities: none is read.")
    root = ROOT.match(xml, at)
    if root is None:
        raise PortalError("unreadable", "It begins like XML and has no element.")
    return root[1].decode("ascii", "replace")


def lone_file(body: bytes) -> tuple[str, bytes]:
    """The name and the content of the one file of a ZIP that can be read. Raises PortalError (unknown-format)."""
    found = [
        entry for entry in packed.entries(body)
        if entry.filename.lower().rpartition(".")[2] in ENDINGS and not entry.filename.startswith("__MACOSX")
    ]  # fmt: skip
    if len(found) != 1:
        names = ", ".join(entry.filename for entry in found[:5]) or "none"
        raise PortalError("unknown-format", f"Of the ZIP file's files, one alone must be readable; there is: {names}.")
    return found[0].filename, packed.unpacked(body, found[0])
