"""Rows of a spreadsheet, whichever program wrote it: the header is found as in CSV, merged cells told apart.

Options: `sheet`, its title or its number (from 1); `header_row`, 1 for the first row of the sheet.
Values: numbers and true/false as they are, text as text, dates in ISO 8601, nothing as None; a cell that shows an
error (`#N/A`) holds nothing.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from harvesters.clean.tidy import tidy
from harvesters.errors import PortalError
from harvesters.formats.header import SAMPLE_ROWS, column_names, likely_header
from harvesters.formats.header import trimmed as trimmed_names
from harvesters.formats.lines import Record
from harvesters.reading import Reading, Row

SECONDS = 120.0
Cells = list[Any]
Merge = tuple[int, int, int, int]


def wanted_sheet(options: Mapping[str, Any]) -> str:
    return str(options.get("sheet") or "")


def read_sheet(stream: Iterator[Any], options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per filled row below the header; `stream` is what the parsers of workbooks yield. Raises PortalError."""
    about = next(stream)
    say_which(about, reading)
    first = list(islice(stream, SAMPLE_ROWS))
    last_row, cells = header(first, about["merged"], options, reading)
    names = column_names(trimmed_names(cells), reading)
    reading.expect(max(about["rows"] - last_row, 0))
    position = 0
    for number, cells in chain(first, stream):
        if number > last_row:
            position += 1
            yield row(position, tidy(cells), names, reading)


def say_which(about: dict[str, Any], reading: Reading) -> None:
    others = [title for title in about["sheets"] if title != about["sheet"]]
    if others:
        listed = ", ".join(f"“{title}”" for title in others[:10])
        reading.note(f"The sheet “{about['sheet']}” was read; the workbook also has {listed} (option `sheet`).")


def row(position: int, cells: Cells, names: list[str], reading: Reading) -> Row:
    if len(cells) > len(names):
        reading.note("Cells beside the table, under no name of the header, were left out.")
    return Row(position, dict(zip(names, cells + [None] * (len(names) - len(cells)), strict=False)))


def header(
    first: list[tuple[int, Cells]], merged: list[Merge], options: Mapping[str, Any], reading: Reading
) -> tuple[int, list[str]]:
    """The number of the header's last row, and its names. Raises PortalError (not-csv, bad-option)."""
    records = [Record(texts(cells), number, number) for number, cells in first]
    chosen = wanted_header(records, options)
    filled = [record for record in records if not record.is_blank]
    passed = sum(1 for record in filled if record.last_line < chosen.first_line)
    if passed and not options.get("header_row"):
        reading.note(f"{passed} rows above the header (row {chosen.first_line}) were passed over.")
    return with_merged(chosen, records, merged, reading)


def wanted_header(records: list[Record], options: Mapping[str, Any]) -> Record:
    wanted = options.get("header_row")
    if wanted:
        found = [record for record in records if record.first_line == wanted and not record.is_blank]
        if not found or isinstance(wanted, bool):
            raise PortalError("bad-option", f"The sheet has no row {wanted} that could be its header.")
        return found[0]
    filled = [record for record in records if not record.is_blank]
    if not filled:
        raise PortalError("not-csv", "The sheet has no row that could be its header.")
    return likely_header(padded(filled))


def padded(records: list[Record]) -> list[Record]:
    """Rows of one width: trailing blank cells of a sheet are not in the file."""
    width = max(len(record.cells) for record in records)
    return [
        Record(record.cells + [""] * (width - len(record.cells)), record.first_line, record.last_line)
        for record in records
    ]


def with_merged(chosen: Record, records: list[Record], merged: list[Merge], reading: Reading) -> tuple[int, list[str]]:
    """The names of a header whose cells are merged: downwards, or over a second row of names (“Lieu Adresse”)."""
    at = chosen.first_line
    names = {column: cell for column, cell in enumerate(chosen.cells, start=1) if cell.strip()}
    cells_of = {record.first_line: record.cells for record in records}
    for top, left, bottom, right in merged:
        if left == right and top < at <= bottom:
            names.setdefault(left, cell(cells_of, top, left))
    groups = [(left, right) for top, left, bottom, right in merged if top == bottom == at and right > left]
    last = at
    for left, right in groups:
        below = {column: cell(cells_of, at + 1, column) for column in range(left, right + 1)}
        if not all(below.values()):
            continue
        last = at + 1
        names |= {column: f"{names.get(left, '')} {name}".strip() for column, name in reversed(below.items())}
    if last > at:
        reading.note(f"The header has two rows ({at} and {last}); the names of both were joined.")
    return last, [names.get(column, "") for column in range(1, max(names, default=0) + 1)]


def cell(cells_of: Mapping[int, list[str]], number: int, column: int) -> str:
    cells = cells_of.get(number, [])
    return cells[column - 1] if column <= len(cells) else ""


def texts(cells: Cells) -> list[str]:
    return ["" if value is None else str(value) for value in tidy(cells)]
