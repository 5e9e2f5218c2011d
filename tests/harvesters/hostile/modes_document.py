"""Documents and records that break off, burst, nest, or hold what would do harm where it is shown."""

import io
import json
import zipfile
from typing import Any

from tests.harvesters.hostile.mode import COMPLETE, FILES, Mode, Place, Record, each, failed, one, partial

OBJECTS = ("json", "geojson", "export", "records", "ogcapi")
NESTED = ("json", "geojson", "export")
NO_DATA = [
    *failed(
        "unknown-format",
        "unreadable",
        "not-json",
        "not-csv",
        "no-records",
        "portal-error",
        "empty",
        "too-big",
        "html-instead",
        "nothing-taken",
        "columns-gone",
    ),
    *partial("not-json", "no-records", "unreadable", "unknown-format", "nothing-taken", "repeated-records"),
]
SHORT = partial("incomplete", "broken-off", "truncated", "trailing", "not-json", "count-differs")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>Fête"


def instead(data: bytes) -> Any:
    return lambda _body, _place: data


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 11_000_000)
    return target.getvalue()


def deep(records: list[Record]) -> list[Record]:
    value: Any = "x"
    for _ in range(100):
        value = [value]
    return [record | {"autre": value} if place == 2 else record for place, record in enumerate(records)]


def unquoted(body: bytes, _: Place) -> bytes:
    lines = body.split(b"\n")
    lines[3] = b'"' + lines[3]
    return b"\n".join(lines)


def ragged(body: bytes, _: Place) -> bytes:
    lines = body.split(b"\n")
    lines[3] = b"r-3;trop;court"
    return b"\n".join(lines)


def replaced(old: bytes, new: bytes) -> Any:
    return lambda body, _: body.replace(old, new, 1)


def error_object(_body: bytes, _place: Place) -> bytes:
    return json.dumps({"error": {"message": "quota exceeded"}}).encode()


MODES = [
    Mode("a PDF", NO_DATA, (*FILES, "export", "ckan"), body=instead(b"%PDF-1.7 ...")),
    Mode("a ZIP bomb", NO_DATA, (*FILES, "ckan"), body=instead(bomb())),
    Mode(
        "XML with a DOCTYPE", NO_DATA, (*FILES, "ckan"), body=instead(b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml>&a;</kml>")
    ),
    Mode("an error that says 200", NO_DATA, body=error_object, everywhere=True),
    Mode("null", NO_DATA, body=instead(b"null"), everywhere=True),
    Mode("a list of words", NO_DATA, body=instead(b'["a", "b"]'), everywhere=True),
    Mode("a number", NO_DATA, body=instead(b"42"), everywhere=True),
    Mode("brackets without an end", NO_DATA, body=instead(b"[" * 1_000_000), everywhere=True),
    Mode("objects without an end", NO_DATA, body=instead(b'{"a":' * 200_000), everywhere=True),
    Mode("a record a hundred levels deep", [*COMPLETE, *partial("portal-error")], OBJECTS, records=deep, touches="all"),
    Mode(
        "a number of 5,000 digits",
        [*COMPLETE, *NO_DATA],
        NESTED,
        body=replaced(b'"votes": 3', b'"votes": ' + b"9" * 5000),
        touches="all",
    ),
    Mode("votes beyond counting", COMPLETE, records=one(votes=10**18)),
    Mode("votes below nothing", COMPLETE, records=one(votes=-3)),
    Mode("a budget beyond counting", COMPLETE, records=one(budget="9" * 40)),
    Mode(
        "something behind the end",
        [*SHORT, *COMPLETE, *NO_DATA],
        ("json", "geojson"),
        body=lambda body, _: body + b"<b>Fatal error</b>",
    ),
    Mode("a quote that is never closed", [*COMPLETE, *SHORT], ("csv",), body=unquoted, touches="all"),
    Mode("a line too short", COMPLETE, ("csv",), body=ragged),
    Mode(
        "half a document", SHORT, ("csv", "json", "geojson", "export"), body=lambda body, _: body[: len(body) * 2 // 3]
    ),
    Mode(
        "titles under another name",
        NO_DATA,
        records=each(lambda record: {"nom" if key == "titre" else key: value for key, value in record.items()}),
    ),
    Mode("one record without title", COMPLETE, records=one(titre="")),
    Mode("a title of a megabyte", COMPLETE, records=one(titre="long " * 200_000)),
    Mode("a text of two megabytes", COMPLETE, records=one(texte="long " * 400_000)),
    Mode("a thousand tags", COMPLETE, records=one(mots=";".join(f"mot {number}" for number in range(1000)))),
    Mode("a tag of a thousand letters", COMPLETE, records=one(mots="x" * 1000 + ";vélo")),
    Mode("scripts", COMPLETE, records=one(titre=SCRIPT, texte=SCRIPT, mots=SCRIPT)),
    Mode("links that run", COMPLETE, records=one(site="javascript:alert(1)")),
    Mode("formulas", COMPLETE, records=one(titre='=HYPERLINK("http://x.example";"clic")', texte="+1+1")),
    Mode(
        "objects where text should be",
        COMPLETE,
        OBJECTS,
        records=one(texte={"a": [1]}, site=[1], mots={"b": 2}, votes=[3]),
    ),
    Mode("a list where the title should be", COMPLETE, OBJECTS, records=one(titre=[{"a": 1}])),
    Mode(
        "two thousand columns more",
        [*COMPLETE, *NO_DATA],
        ("csv", "json"),
        records=one(**{f"c{number}": "x" for number in range(2_500)}),
        touches="all",
    ),
]
