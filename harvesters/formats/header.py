"""The header of a delimited text: which row it is, and what the columns are called."""

import csv
from collections import Counter
from collections.abc import Mapping
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.lines import Lines, Record, one_record
from harvesters.reading import Reading

SAMPLE_ROWS = 50
HEADER_WITHIN_ROWS = 20
COLUMNS_MAX = 2_000  # wider rows come of quotes that are not closed


def excel_hint(lines: Lines) -> str:
    """The delimiter of a first line `sep=;`, which is then passed over."""
    first = next(lines, "").strip("\r\n")
    if len(first) == 5 and first.lower().startswith("sep="):
        return first[4]
    lines.place = (0, 0)
    return ""


def header(lines: Lines, delimiter: str, options: Mapping[str, Any], reading: Reading) -> list[str]:
    """The cells of the header; `lines` then stands behind it. Raises PortalError (not-csv, bad-option)."""
    if wanted := options.get("header_row"):
        return told_header(lines, delimiter, wanted)
    start = lines.number
    candidates = [candidate for candidate in first_records(lines, delimiter) if not candidate[0].is_blank]
    if not candidates:
        raise PortalError("not-csv", "The file has no row that could be its header.")
    chosen = likely_header([record for record, _ in candidates])
    lines.place = next(place for record, place in candidates if record is chosen)
    passed = sum(1 for record, _ in candidates if start < record.last_line < chosen.first_line)
    if passed:
        reading.note(f"{passed} lines above the header (line {chosen.first_line}) were passed over.")
    return trimmed(chosen.cells)


def told_header(lines: Lines, delimiter: str, row: Any) -> list[str]:
    lines.place = (0, 0)
    found = first_records(lines, delimiter)
    if not isinstance(row, int) or not 1 <= row <= len(found) or found[row - 1][0].is_blank:
        raise PortalError("bad-option", f"The file has no row {row} that could be its header.")
    record, lines.place = found[row - 1]
    return trimmed(record.cells)


def first_records(lines: Lines, delimiter: str) -> list[tuple[Record, tuple[int, int]]]:
    """The first records, each with the place behind it."""
    reader = csv.reader(lines, delimiter=delimiter)
    found: list[tuple[Record, tuple[int, int]]] = []
    while not lines.is_done() and len(found) < SAMPLE_ROWS:
        record = one_record(reader, lines)
        found.append((record, lines.place))
    return found


def likely_header(candidates: list[Record]) -> Record:
    """The first row as wide as most are, its empty ends left aside; the very first when there is no such."""
    widths = Counter(len(record.cells) for record in candidates if len(record.cells) <= COLUMNS_MAX)
    if not widths:
        raise PortalError("not-csv", f"The rows of the file have more than {COLUMNS_MAX} cells.")
    usual = max(widths, key=lambda width: (widths[width], width))
    for record in candidates[:HEADER_WITHIN_ROWS]:
        named = sum(1 for cell in record.cells if cell.strip())
        if len(record.cells) == usual and named * 2 > usual:
            return record
    return candidates[0]


def trimmed(cells: list[str]) -> list[str]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def column_names(cells: list[str], reading: Reading) -> list[str]:
    """The header's names, each once: a second “name” is “name_2”, one without a name is “column_3”."""
    if not cells:
        raise PortalError("not-csv", "The file has no row that could be its header.")
    taken: set[str] = set()
    names = []
    for number, cell in enumerate(cells, start=1):
        name = free_name(cell or f"column_{number}", taken)
        if cell and name != cell:
            reading.note(f"The column “{cell}” stands there more than once; a further one is called “{name}”.")
        taken.add(name)
        names.append(name)
    return names


def free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
