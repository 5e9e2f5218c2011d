"""CSV for spreadsheets: UTF-8 with a byte-order mark, comma, CRLF (RFC 4180), formulas disarmed.

Columns are the properties of a Feature; `lat` and `lon` (EPSG:4326) are of what is at one point, blank for an area,
a line or several addresses. Lists are joined by «; ». The lines stand ready in the database (`portal.read.texts`).
"""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from portal.read.order import whole
from portal.read.render import LINE, texts
from portal.read.texts import LINE_COLUMNS
from portal.results import Results

BOM = b"\xef\xbb\xbf"
END = b"\r\n"


def respond(results: Results, name: str) -> StreamingHttpResponse:
    """The whole answer as a CSV file."""
    response = StreamingHttpResponse(_lines(results), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="parages-{name}.csv"'
    return response


def _lines(results: Results) -> Iterator[bytes]:
    yield BOM + ",".join(LINE_COLUMNS).encode() + END
    for keys in whole(results.where):
        for lines in texts(keys, LINE):
            yield END.join([*lines, b""])
