"""Which sheet of a workbook is read.

A reader of workbooks yields first `{"sheet", "sheets", "rows", "merged"}` (the title of the sheet it reads, all titles,
about how many rows there are, merged ranges), then the number (from 1) and the cells of each row that holds any.
"""

from collections.abc import Callable
from typing import NamedTuple

from harvesters.errors import PortalError


class Sheet(NamedTuple):
    title: str
    is_visible: bool


def chosen(sheets: list[Sheet], wanted: str, has_table: Callable[[int], bool]) -> int:
    """The index of the sheet asked for by title or number (from 1), else of the first one seen that has a table.

    Raises PortalError (bad-option, empty).
    """
    if not sheets:
        raise PortalError("empty", "The workbook has no sheet of cells.")
    if not wanted:
        seen = [index for index, sheet in enumerate(sheets) if sheet.is_visible] or list(range(len(sheets)))
        return next((index for index in seen if has_table(index)), seen[0])
    titles = [sheet.title for sheet in sheets]
    if wanted in titles:
        return titles.index(wanted)
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= len(sheets):
        return int(wanted) - 1
    raise PortalError("bad-option", f"The workbook has no sheet “{wanted[:80]}”; it has: {', '.join(titles)[:300]}.")
