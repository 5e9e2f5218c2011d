"""XLSX for spreadsheets: the sheet `Parages`, and the sheet `Sources` with licences and what is to be known.

Written row by row to disk. Texts are texts, never formulas; dates and times are in UTC.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.exports.answer import Answer, Credit
from portal.exports.columns import COLUMNS, Type, clean, joined, row
from portal.exports.streams import from_file

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX = ".xlsx"
ROWS_MAX = 1_048_575
"""Rows of a sheet, less the one of names."""
CELL_MAX = 32_767
"""UTF-16 units in a cell."""
CUT = " […]"
FIRST_YEAR = 1900
"""Spreadsheets have no date before it: an earlier one is text."""
SHOWN = {Type.DATE: "yyyy-mm-dd", Type.DATETIME: "yyyy-mm-dd hh:mm:ss"}
NAMES = (*COLUMNS, "lat", "lon")
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

Put = Callable[[int, int, Any], None]


def write(answer: Answer) -> Iterator[bytes]:
    return from_file(partial(_make, answer), f"parages{SUFFIX}")


def _make(answer: Answer, path: Path) -> None:
    with Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)}) as book:
        book.use_zip64()
        Sheets(book).fill(answer)


class Sheets:
    """The two sheets of a workbook; counts what did not fit."""

    def __init__(self, book: Workbook) -> None:
        self.bold = book.add_format({"bold": True})
        self.warning = book.add_format({"bold": True, "font_color": "#B00000"})
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in SHOWN.items()}
        self.formats = [formats.get(kind) for kind in COLUMNS.values()]
        self.rows: Worksheet = book.add_worksheet("Parages")
        self.sources: Worksheet = book.add_worksheet("Sources")
        self.cells_cut = 0

    def fill(self, answer: Answer) -> None:
        features = answer.features()
        self._header(self.rows, 0, NAMES)
        self.rows.freeze_panes(1, 0)
        for line, feature in enumerate(islice(features, ROWS_MAX), start=1):
            for column, value in enumerate(row(feature)):
                self._put(line, column, value)
            self._put_point(line, feature["geometry"])
        self._about(answer, whole=next(features, None) is None)

    def _put(self, line: int, column: int, value: Any) -> None:
        """A cell; nothing is written for nothing."""
        if isinstance(value, list):
            value = joined(value)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self.rows.write_boolean(line, column, value)
        elif isinstance(value, (int, float)):
            self.rows.write_number(line, column, value)
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            naive = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            self.rows.write_datetime(line, column, naive, self.formats[column])
        else:
            self.rows.write_string(line, column, self._fitted(str(value)))

    def _put_point(self, line: int, geometry: dict[str, Any] | None) -> None:
        """`lat` and `lon` of what is at one point."""
        if geometry and geometry["type"] == "Point" and geometry["coordinates"]:
            lon, lat = geometry["coordinates"][:2]
            self.rows.write_number(line, len(COLUMNS), lat)
            self.rows.write_number(line, len(COLUMNS) + 1, lon)

    def _fitted(self, text: str) -> str:
        units = text.encode("utf-16-le") if len(text) > CELL_MAX // 2 else b""
        if len(units) <= 2 * CELL_MAX:
            return text
        self.cells_cut += 1
        return units[: 2 * (CELL_MAX - len(CUT))].decode("utf-16-le", "ignore") + CUT

    def _about(self, answer: Answer, whole: bool) -> None:
        """The sheet of sources: warnings first, so that nobody takes a part for the whole."""
        warnings = list(self._warnings(answer, whole))
        if warnings:
            self.sources.activate()
        facts = [answer.title, answer.url, f"{answer.changed:%Y-%m-%dT%H:%M:%SZ}, version {answer.version}", "UTC"]
        line = -1
        for line, text in enumerate(chain(warnings, facts)):
            self.sources.write_string(line, 0, clean(text), self.warning if line < len(warnings) else None)
        self._header(self.sources, line + 2, Credit._fields)
        for number, credit in enumerate(answer.credits, start=line + 3):
            for column, value in enumerate(credit[:-1]):
                self.sources.write_string(number, column, clean(str(value)))
            self.sources.write_number(number, len(credit) - 1, credit.records)

    def _warnings(self, answer: Answer, whole: bool) -> Iterator[str]:
        if not whole:
            total = sum(credit.records for credit in answer.credits)
            yield f"Incomplete / incomplet: {ROWS_MAX} of {total} records fit in a sheet. CSV and Parquet hold all."
        if self.cells_cut:
            yield f"{self.cells_cut} texts were cut at {CELL_MAX} characters: they end in «{CUT.strip()}»."

    def _header(self, sheet: Worksheet, line: int, names: tuple[str, ...]) -> None:
        for column, name in enumerate(names):
            sheet.write_string(line, column, name, self.bold)
