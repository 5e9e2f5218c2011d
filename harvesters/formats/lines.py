"""The lines and the records of a delimited text."""

import csv
import re
from dataclasses import dataclass
from typing import Any

CELL_MAX_CHARACTERS = 5_000_000  # an outline may stand in one cell
csv.field_size_limit(CELL_MAX_CHARACTERS)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


class Lines:
    """The lines of a text with their ends, as csv.reader takes them, from a place that can be set back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = (0, 0)  # characters and lines behind us

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        at, number = self.place
        match = LINE.match(self.text, at)
        if not match or match.end() == at:
            raise StopIteration
        self.place = (match.end(), number + 1)
        return match[0]

    @property
    def number(self) -> int:
        return self.place[1]

    def is_done(self) -> bool:
        return self.place[0] >= len(self.text)


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


def one_record(reader: Any, lines: Lines) -> Record:
    first = lines.number + 1
    try:
        cells: list[str] = next(reader, [])
    except csv.Error as error:
        return Record([], first, lines.number, f"Line {first} cannot be read ({error}).")
    return Record(cells, first, lines.number)
