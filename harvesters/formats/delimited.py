"""CSV and its kin: delimiter and header are found out, a bad line costs no other.

Options: `delimiter`; `header_row`, 1 for the first line of the file.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.header import SAMPLE_ROWS, column_names, excel_hint, header
from harvesters.formats.lines import Lines, Record, one_record
from harvesters.reading import Reading, Row

DELIMITERS = (";", ",", "\t", "|")
# How much may be read a second time for quotes that are not closed: characters, and so many more for each line.
REREAD_MAX = 300_000_000
LINE_COST = 100


def read_csv(text: str, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per record, its cells as text by the names of the header. Raises PortalError (not-csv)."""
    lines = Lines(text)
    delimiter = str(options.get("delimiter") or "") or excel_hint(lines) or find_delimiter(text)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise PortalError("bad-option", f"A delimiter is one character, not “{delimiter}”.")
    names = column_names(header(lines, delimiter, options, reading), reading)
    position = 0
    reading.expect(text.count("\n", lines.place[0]) + (not text.endswith("\n")))
    for record in records(lines, delimiter, len(names), reading):
        if record.is_blank and not record.problem:
            continue
        position += 1
        if lines.is_done() and breaks_off(record, text, len(names), reading):
            return  # what came of the last record cannot be trusted
        yield row(position, record, names)


def breaks_off(record: Record, text: str, width: int, reading: Reading) -> bool:
    """Whether the file was cut in its last record."""
    is_cut = not text.endswith(("\n", "\r")) and is_wrong(record, width)
    if is_cut:
        reading.stop(f"The file breaks off in line {record.first_line}.", "truncated")
    return is_cut


def row(position: int, record: Record, names: list[str]) -> Row:
    data = dict(zip(names, record.cells, strict=False))
    return Row(position, data, problem=record.problem or width_problem(record, len(names)))


def width_problem(record: Record, width: int) -> str:
    count = len(record.cells)
    if count == width or (count > width and not any(record.cells[width:])):
        return ""
    return f"Line {record.first_line} has {count} cells where the header has {width}."


def records(lines: Lines, delimiter: str, width: int, reading: Reading) -> Iterator[Record]:
    """Records from where `lines` stands.

    A quote that is never closed would swallow the lines after it. So a record of several lines that is wrong is taken
    for its first line alone when the next line makes a good record by itself, and reading goes on there. Where too
    much would be read again for that, each line is taken by itself from there on.
    """
    reread = 0
    reader = csv.reader(lines, delimiter=delimiter)
    while not lines.is_done():
        start = lines.place
        record = one_record(reader, lines)
        opened = lines.is_done() and is_open(lines.text[start[0] :], delimiter)
        if opened or (is_wrong(record, width) and record.last_line > record.first_line):
            end, lines.place = lines.place, start
            reread += end[0] - start[0] + LINE_COST * (end[1] - start[1])
            if reread > REREAD_MAX:
                reading.stop(
                    f"So many quotes are not closed that from line {start[1] + 1} on each line was read alone."
                )
                yield from lone_lines(lines, delimiter)
                return
            line, behind = next(lines), lines.place
            if opened or stands_alone(next(lines, ""), delimiter, width):
                lines.place = behind
                record = unclosed(line, record.first_line, delimiter)
            else:
                lines.place = end
        yield record


def is_wrong(record: Record, width: int) -> bool:
    return bool(record.problem or width_problem(record, width))


def stands_alone(line: str, delimiter: str, width: int) -> bool:
    """Whether a line makes a good record by itself."""
    return len(cells_of(line, delimiter)) == width > 1


def lone_lines(lines: Lines, delimiter: str) -> Iterator[Record]:
    for line in lines:
        if is_open(line, delimiter):
            yield unclosed(line, lines.number, delimiter)
        else:
            yield Record(cells_of(line, delimiter), lines.number, lines.number)


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line by itself; none when it cannot be read."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def unclosed(line: str, number: int, delimiter: str) -> Record:
    cells = cells_of(line.replace('"', ""), delimiter)
    return Record(cells, number, number, f"Line {number} opens a quote that is not closed.")


def is_open(tail: str, delimiter: str) -> bool:
    """Whether the last record of a file ends inside a quote: a line put behind it would then be swallowed."""
    mark = "\x1f"
    try:
        *_, last = csv.reader(Lines(tail.rstrip("\r\n") + "\n" + mark), delimiter=delimiter)
    except csv.Error:
        return True
    return last != [mark]


def find_delimiter(text: str) -> str:
    """The character that cuts the first lines into rows of the same width; the widest rows decide between equals."""
    sample = "".join(line for line, _ in zip(Lines(text), range(SAMPLE_ROWS * 4), strict=False))
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
    reader = csv.reader(Lines(sample), delimiter=delimiter)
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
