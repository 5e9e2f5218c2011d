"""Some rows of a source, read by its ordinary protocol, and what its readers found out about the form of the file."""

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from harvesters import protocols
from harvesters.errors import PortalError
from harvesters.formats import read_answer
from harvesters.formats.delimited import find_delimiter
from harvesters.formats.encoding import BOMS, attempt, decode
from harvesters.formats.header import excel_hint
from harvesters.formats.header import header as find_header
from harvesters.formats.lines import Lines
from harvesters.http import Answer, Client
from harvesters.reading import Reading, Row
from portal.models import Source

ROWS_OF_A_FILE = 5_000
ROWS_OF_A_PORTAL = 500
# What keeps a portal from sending everything for a sample.
SPARING = {"opendatasoft": {"limit": ROWS_OF_A_PORTAL}}

PLAIN = (("utf-8", "utf-8"), ("windows-1252", "cp1252"))
_SAID_ENCODING = re.compile(r"The text is in ([\w-]+)\.")


@dataclass
class Sample:
    """rows: those that could be read; form: encoding, delimiter and header_row of a delimited text, as found out."""

    rows: list[Row]
    broken: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    form: dict[str, Any] = field(default_factory=dict)
    announced: int | None = None
    is_whole: bool = False


def sample_of(source: Source, client: Client) -> Sample:
    """Read the beginning of the source; of a file, some thousand rows. Raises PortalError."""
    if source.protocol == "file":
        return _of_file(source, client)
    options = SPARING.get(source.protocol, {}) | source.options
    copy = Source(protocol=source.protocol, address=source.address, options=options, slug=source.slug)
    return _sample(protocols.read(copy, client), ROWS_OF_A_PORTAL)


def _of_file(source: Source, client: Client) -> Sample:
    answer = client.get(source.address, keep_broken=True)
    reading = Reading(lambda reading: read_answer(answer, source.options, reading))
    sample = _sample(reading, ROWS_OF_A_FILE)
    sample.form = _form(answer, source.options, reading.notes)
    return sample


def _sample(reading: Reading, count: int) -> Sample:
    rows = list(islice(reading, count))
    return Sample(
        [row for row in rows if not row.problem],
        [row for row in rows if row.problem],
        [*reading.notes, *filter(None, [reading.why_not])],
        announced=reading.announced,
        is_whole=len(rows) < count,
    )


def _form(answer: Answer, options: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    """How a delimited text is written; nothing for other files. It is what the readers decided, asked once more."""
    start = answer.body[:4].lstrip()
    if start[:1] in (b"{", b"[", b"<") or start.startswith((b"PK", b"\xd0\xcf")):
        return {}
    try:
        text = decode(answer.body, answer.charset, str(options.get("encoding", "")), Reading(lambda _: iter(())))
        lines = Lines(text)
        delimiter = str(options.get("delimiter") or "") or excel_hint(lines) or find_delimiter(text)
        find_header(lines, delimiter, options, Reading(lambda _: iter(())))
    except PortalError:
        return {}
    if text.lstrip()[:1] in ("{", "["):
        return {}
    encoding = str(options.get("encoding") or "") or _encoding(answer, notes)
    return {"encoding": encoding, "delimiter": delimiter, "header_row": lines.number}


def _encoding(answer: Answer, notes: list[str]) -> str:
    said = next((match[1] for note in notes if (match := _SAID_ENCODING.match(note))), "")
    marked = next((name for mark, name in BOMS if answer.body.startswith(mark)), "")
    if marked or said:
        return marked or said
    return next((name for name, codec in PLAIN if attempt(answer.body, codec) is not None), "")
