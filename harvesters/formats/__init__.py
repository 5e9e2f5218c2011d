"""Reading the formats of data files, for every protocol. Formats are data: a table of one function each.

A reader gets the text, the options of the source and the Reading it reports to, and yields rows. It raises
PortalError only when nothing at all can be read; a file that breaks off gives the rows that were whole and tells
`reading.stop` where it broke.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.delimited import read_csv
from harvesters.formats.encoding import decode
from harvesters.formats.json_lines import is_json_lines, read_json_lines
from harvesters.formats.json_records import read_json
from harvesters.http import Answer, refuse_page, shown
from harvesters.reading import Reading, Row

Options = Mapping[str, Any]
Reader = Callable[[str, Options, Reading], Iterator[Row]]

READERS: dict[str, Reader] = {
    "csv": read_csv,
    "json": read_json,
    "jsonl": read_json_lines,
}
# What portals call them: file name endings, media types, words in a catalogue.
NAMES = {
    "csv": "csv", "tsv": "csv", "txt": "csv", "text/csv": "csv", "text/tab-separated-values": "csv",
    "json": "json", "application/json": "json", "geojson": "json", "application/geo+json": "json",
    "application/vnd.geo+json": "json", "jsonld": "json", "json-ld": "json", "application/ld+json": "json",
    "jsonl": "jsonl", "ndjson": "jsonl", "geojsonl": "jsonl", "application/x-ndjson": "jsonl",
}  # fmt: skip

# How files begin that are no text of records.
OTHER_KINDS = [
    (b"PK\x03\x04", "a ZIP file or a spreadsheet (.xlsx, .ods)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls)"),
    (b"%PDF", "a PDF"),
    (b"<", "XML"),
]


def named(words: str) -> str | None:
    """The format that a portal's words stand for (“ .CSV”, “text/csv; charset=utf-8”); None when it is not read."""
    return NAMES.get(words.partition(";")[0].strip().lower().lstrip("."))


def read_answer(answer: Answer, options: Options, reading: Reading) -> Iterator[Row]:
    """The rows of one fetched file, its encoding and format found out.

    Options: `encoding`, `format` (csv, json, jsonl), and those of the format's reader. Raises PortalError.
    """
    refuse_page(answer)
    refuse_other_kinds(answer)
    text = decode(answer.body, answer.charset, str(options.get("encoding", "")), reading)
    kind = format_of(text, str(options.get("format", "")))
    if answer.broken:
        reading.stop(answer.broken)
        text = text if kind == "json" else whole_lines(text, answer)
    yield from READERS[kind](text, options, reading)


def whole_lines(text: str, answer: Answer) -> str:
    """The text without its last line, which broke off. Raises PortalError when there was no other."""
    whole = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    if not whole.strip():
        raise PortalError("truncated", f"{shown(answer.url)} broke off in its first line.")
    return whole


def refuse_other_kinds(answer: Answer) -> None:
    start = answer.body[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in OTHER_KINDS:
        if start.startswith(magic):
            raise PortalError("unknown-format", f"{shown(answer.url)} gave {kind}, which cannot be read yet.")


def format_of(text: str, wanted: str) -> str:
    """The format asked for, else the one that the text itself shows: file names and media types often lie."""
    if wanted:
        known = named(wanted)
        if known is None:
            raise PortalError("unknown-format", f"The format “{wanted}” cannot be read.")
        return known
    if text.lstrip()[:1] not in ("{", "["):
        return "csv"
    return "jsonl" if is_json_lines(text) else "json"
