"""CSV for spreadsheets: UTF-8 with a byte-order mark, comma, CRLF, formulas disarmed by an apostrophe.

Columns are the properties of a Feature; `lat` and `lon` (EPSG:4326) are of what is at one point, blank for an area,
a line or several addresses. Lists are joined by «; ». The lines stand ready in the database (`portal.read.texts`).
"""

from collections.abc import Iterator

from portal.exports.answer import Answer
from portal.read.texts import LINE_COLUMNS

MEDIA_TYPE = "text/csv; charset=utf-8"
SUFFIX = ".csv"
BOM = b"\xef\xbb\xbf"
END = b"\r\n"


def write(answer: Answer) -> Iterator[bytes]:
    yield BOM + ",".join(LINE_COLUMNS).encode() + END
    yield from answer.lines(END)
