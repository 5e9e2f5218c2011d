"""CSV and its kin: delimiter and header are found out, a bad line costs no other.

Options: `delimiter`; `header_row`, 1 for the first line of the file.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harvesters.errors import PortalError
from harvesters.reading import Reading, Row

DELIMITERS = (";", ",", "\t", "|")
SAMPLE_ROWS = 50
HEADER_WITHIN_ROWS = 20
CELL_MAX_CHARACTERS = 5_000_000  # an outline may stand in one cell
csv.field_size_limit(CELL_MAX_CHARACTERS)


class Lines:
    """The lines of a text, with a place that can be set back."""

    def __init__(self, text: str) -> None:
        self.all = list(io.StringIO(text, newline=""))
        self.at = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.all):
            raise StopIteration
        self.at += 1
        return self.all[self.at - 1]


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, the lines it took, and whether it was read properly."""

    cells: list[str]
    first_line: int
    last_line: int
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def read_csv(text: str, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per record, its cells as text by the names of the header. Raises PortalError (not-csv)."""
    lines = Lines(text)
    delimiter = str(options.get("delimiter") or "") or excel_hint(lines) or find_delimiter(text)
    if len(delimiter) != 1:
        raise PortalError("bad-option", f"A delimiter is one character, not “{delimiter}”.")
    names = column_names(header(lines, delimiter, options, reading), reading)
    position = 0
    for record in records(lines, delimiter, len(names)):
        if record.is_blank and not record.problem:
            continue
        position += 1
        if lines.at == len(lines.all) and breaks_off(record, text, len(names), reading):
            return  # what came of the last record cannot be trusted
        yield row(position, record, names)


def breaks_off(record: Record, text: str, width: int, reading: Reading) -> bool:
    """Whether the file was cut in its last record."""
    is_cut = not text.endswith(("\n", "\r")) and is_wrong(record, width)
    if is_cut:
        reading.stop(f"The file breaks off in line {record.first_line}.")
    return is_cut


def row(position: int, record: Record, names: list[str]) -> Row:
    data = dict(zip(names, record.cells, strict=False))
    return Row(position, data, problem=record.problem or width_problem(record, len(names)))


def width_problem(record: Record, width: int) -> str:
    count = len(record.cells)
    if count == width or (count > width and not any(record.cells[width:])):
        return ""
    return f"Line {record.first_line} has {count} cells where the header has {width}."


def records(lines: Lines, delimiter: str, width: int) -> Iterator[Record]:
    """Records from where `lines` stands.

    A quote that is never closed would swallow the lines after it. So a record of several lines that is wrong is taken
    for its first line alone when the next line makes a good record by itself, and reading goes on there.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    while lines.at < len(lines.all):
        start = lines.at
        record = one_record(reader, lines, start)
        opened = lines.at == len(lines.all) and is_open(lines.all[start:], delimiter)
        if opened or (is_wrong(record, width) and stands_alone(lines.all[start + 1 : lines.at], delimiter, width)):
            lines.at = start + 1
            record = unclosed(lines.all[start], start + 1, delimiter)
        yield record


def is_wrong(record: Record, width: int) -> bool:
    return bool(record.problem or width_problem(record, width))


def stands_alone(following: list[str], delimiter: str, width: int) -> bool:
    """Whether the first of the lines that a record took makes a record by itself."""
    try:
        return bool(following) and len(next(csv.reader(following[:1], delimiter=delimiter), [])) == width > 1
    except csv.Error:
        return False


def unclosed(line: str, number: int, delimiter: str) -> Record:
    cells = next(csv.reader([line.replace('"', "")], delimiter=delimiter), [])
    return Record(cells, number, number, f"Line {number} opens a quote that is not closed.")


def one_record(reader: Any, lines: Lines, start: int) -> Record:
    try:
        return Record(next(reader, []), start + 1, lines.at)
    except csv.Error as error:
        return Record([], start + 1, lines.at, f"Line {start + 1} cannot be read ({error}).")


def is_open(tail: list[str], delimiter: str) -> bool:
    """Whether the last record of a file ends inside a quote: a line put behind it would then be swallowed."""
    mark = "\x1f"
    try:
        *_, last = csv.reader([*tail[:-1], tail[-1].rstrip("\r\n") + "\n", mark], delimiter=delimiter)
    except csv.Error:
        return True
    return last != [mark]


def find_delimiter(text: str) -> str:
    """The character that cuts the first lines into rows of the same width; the widest rows decide between equals."""
    sample = "".join(line for line, _ in zip(io.StringIO(text, newline=""), range(SAMPLE_ROWS * 4), strict=False))
    scores = {delimiter: evenness(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0, 0) else ","


def evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the commonest width above one, and that width."""
    widths = sample_widths(sample, delimiter)
    several = Counter(width for width in widths if width > 1)
    if not several:
        return (0, 0)
    width = max(several, key=lambda width: (several[width], width))
    return (round(several[width] / len(widths), 2), width)


def sample_widths(sample: str, delimiter: str) -> list[int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return widths


def excel_hint(lines: Lines) -> str:
    """The delimiter of a first line `sep=;`, which is then passed over."""
    first = lines.all[0].strip("\r\n") if lines.all else ""
    if len(first) != 5 or not first.lower().startswith("sep="):
        return ""
    lines.at = 1
    return first[4]


def header(lines: Lines, delimiter: str, options: Mapping[str, Any], reading: Reading) -> list[str]:
    """The cells of the header; `lines` then stands behind it. Raises PortalError (not-csv, bad-option)."""
    if wanted := options.get("header_row"):
        lines.at = int(wanted) - 1
        cells = next(csv.reader(lines, delimiter=delimiter), None)
        if not cells or int(wanted) < 1:
            raise PortalError("bad-option", f"The file has no row {wanted} that could be its header.")
        return trimmed(cells)
    start = lines.at
    candidates = [record for record in first_records(lines, delimiter) if not record.is_blank]
    if not candidates:
        raise PortalError("not-csv", "The file has no row that could be its header.")
    chosen = likely_header(candidates)
    lines.at = chosen.last_line
    passed = sum(1 for record in candidates if start < record.last_line < chosen.first_line)
    if passed:
        reading.note(f"{passed} lines above the header (line {chosen.first_line}) were passed over.")
    return trimmed(chosen.cells)


def first_records(lines: Lines, delimiter: str) -> list[Record]:
    reader = csv.reader(lines, delimiter=delimiter)
    found: list[Record] = []
    while lines.at < len(lines.all) and len(found) < SAMPLE_ROWS:
        found.append(one_record(reader, lines, lines.at))
    return found


def likely_header(candidates: list[Record]) -> Record:
    """The first row as wide as most are, its empty ends left aside; the very first when there is no such."""
    widths = Counter(len(record.cells) for record in candidates)
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
