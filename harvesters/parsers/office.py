"""OpenDocument spreadsheets (.ods) and old Excel ones (.xls) by calamine. See `sheets.py` for what comes out.

Calamine unfolds a whole sheet in memory, which the sandbox bounds.
"""

import io
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from harvesters.errors import PortalError
from harvesters.parsers import packed
from harvesters.parsers.cells import COLUMNS_MAX, plain, trimmed
from harvesters.parsers.sheets import Sheet, chosen

MERGED_WITHIN_ROWS = 50
ZIP = b"PK"


def rows(body: bytes, wanted: str) -> Iterator[Any]:
    """First a dict about the sheet, then the number and the cells of each filled row. Raises PortalError."""
    if body.startswith(ZIP):
        packed.entries(body)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        tables = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        sheets = [Sheet(each.name, each.visible == SheetVisibleEnum.Visible) for each in tables]
        index = chosen(sheets, wanted, lambda index: has_table(book.get_sheet_by_name(sheets[index].title)))
        sheet = book.get_sheet_by_name(sheets[index].title)
    except CalamineError as error:
        words = "locked with a password" if "assword" in str(error) or "ncrypt" in str(error) else f"damaged ({error})"
        raise PortalError("unreadable", f"The spreadsheet is {words}.") from error
    yield {
        "sheet": sheet.name, "sheets": [each.title for each in sheets], "rows": sheet.total_height,
        "merged": merges(sheet),
    }  # fmt: skip
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        if values := trimmed([plain(cell) for cell in cells[:COLUMNS_MAX]]):
            yield number, values


def has_table(sheet: CalamineSheet) -> bool:
    first = sheet.to_python(skip_empty_area=True, nrows=MERGED_WITHIN_ROWS)
    return sum(1 for cells in first if sum(plain(cell) is not None for cell in cells) > 1) > 1


def merges(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or []
    found = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]
    return [each for each in found if each[0] <= MERGED_WITHIN_ROWS and each[3] <= COLUMNS_MAX][:1000]
