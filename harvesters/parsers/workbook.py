"""Excel workbooks (.xlsx) by openpyxl, which reads row by row. See `sheets.py` for what comes out."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from harvesters.parsers import packed
from harvesters.parsers.cells import COLUMNS_MAX, plain, trimmed
from harvesters.parsers.sheets import Sheet, chosen

MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
MERGED_WITHIN_ROWS = 50
BEHIND_ROWS = b"</sheetData>"
BEHIND_BYTES = 1_000_000
CHUNK_BYTES = 1 << 18


def rows(body: bytes, wanted: str) -> Iterator[Any]:
    """First a dict about the sheet, then the number and the cells of each filled row. Raises PortalError."""
    packed.entries(body)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep: it is not asked to
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        sheets = [Sheet(sheet.title, sheet.sheet_state == "visible") for sheet in book.worksheets]
        heights = [sheet.max_row or 0 for sheet in book.worksheets]
        index = chosen(sheets, wanted, lambda index: has_table(book.worksheets[index]))
        sheet = book.worksheets[index]
        sheet.reset_dimensions()  # they may lie
        merged = merges(body, sheet._worksheet_path)  # noqa: SLF001 (openpyxl tells it nowhere else)
        yield {
            "sheet": sheet.title,
            "sheets": [each.title for each in sheets],
            "rows": heights[index],
            "merged": merged,
        }
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            values = trimmed([plain(cell.value, number_format(cell)) for cell in cells[:COLUMNS_MAX]])
            if values:
                yield number, values


def number_format(cell: Any) -> str:
    return str(cell.number_format) if isinstance(cell.value, int) else ""


def has_table(sheet: Any) -> bool:
    """Whether two of the first rows have two cells filled."""
    sheet.reset_dimensions()
    first = sheet.iter_rows(max_row=MERGED_WITHIN_ROWS, max_col=20, values_only=True)
    return sum(1 for cells in first if sum(value is not None for value in cells) > 1) > 1


def merges(body: bytes, path: str) -> list[tuple[int, int, int, int]]:
    """The merged ranges at the top of a sheet: first row and column, last row and column, from 1."""
    found = []
    for match in MERGED.finditer(behind_rows(body, path)):
        left, top, right, bottom = range_boundaries(match[1].decode())
        if top <= MERGED_WITHIN_ROWS and right <= COLUMNS_MAX:
            found.append((top, left, bottom, right))
    return found[:1000]


def behind_rows(body: bytes, path: str) -> bytes:
    """What a sheet's XML says behind its rows, which a reader by rows never tells."""
    kept = b""
    is_behind = False
    with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            kept += chunk
            at = -1 if is_behind else kept.find(BEHIND_ROWS)
            is_behind = is_behind or at >= 0
            kept = kept[max(at, 0) : BEHIND_BYTES] if is_behind else kept[-len(BEHIND_ROWS) :]
    return kept if is_behind else b""
