"""Whatever comes, a reader gives rows or a PortalError, and rows that a database can hold."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.formats import read_answer
from harvesters.formats.encoding import decode
from harvesters.http import Answer
from harvesters.reading import Reading

POINT = {"type": "Point", "coordinates": [652000, 6862000]}
COLLECTION = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "EPSG:2154"}},
    "features": [{"type": "Feature", "geometry": POINT, "properties": {"nom": "Éole"}}],
}
SEEDS = [
    json.dumps(COLLECTION, ensure_ascii=False).encode(),
    b'{"success":true,"result":{"count":2,"results":[{"id":"a","x":[1,2]},{"id":"b"}]}}',
    b'{"a":1}\n{"a":2}\n',
    'nom;ville;prix\n"Éole";Liège;"1,5"\nÇa;"Mons\nBergen";2\n'.encode(),
    "nom\tville\nÉole\tLiège\n".encode("cp1252"),
    "nom|ville\r\nÉole|Liège\r\n".encode("utf-16"),
]
SNIPPETS = [b"", *(bytes([byte]) for byte in b'"{}[],;\n\\\x00\xff'), b"NaN", b"\\ud800", b"9" * 5000]
FORMATS = st.sampled_from(["", "csv", "json", "jsonl"])
CHARSETS = st.sampled_from(["", "utf-8", "latin-1", "utf-7", "nonsense"])


@st.composite
def broken_files(draw: st.DrawFn) -> bytes:
    """A good file with a few bytes replaced, put in or cut off."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 12))
        data = data[:at] + draw(st.sampled_from(SNIPPETS)) + data[at + length :]
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@given(
    st.binary(max_size=400) | broken_files(), FORMATS, st.sampled_from(["", "utf-8", "latin-1", "utf-7", "nonsense"])
)
@example(b'{"a":' * 2000, "json", "")
@example(b'[{"a":"' + b"\\" * 999, "json", "")
@example(b'a;b\n"' * 300, "csv", "")
def test_nothing_but_rows_or_words(data: bytes, wanted: str, charset: str) -> None:
    answer = Answer("https://example.org/x", data, charset=charset)
    reading = Reading(lambda reading: read_answer(answer, {"format": wanted}, reading))
    try:
        rows = list(reading)
    except PortalError as error:
        assert str(error)
    else:
        assert reading.complete or reading.why_not
        assert storable([row.data for row in rows])


def storable(value: Any) -> bool:
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    return bool(text.encode()) and "\\u0000" not in text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_utf_8_is_read_as_it_is(text: str, encoding: str) -> None:
    plain = text.replace("\x00", "").replace("\ufeff", "").replace("Ã", "").replace("Â", "").replace("â", "")
    assert decode(plain.encode(encoding), "iso-8859-1", "", Reading(lambda _: iter(()))) == plain


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        ("Éole à Liège".encode(), "iso-8859-1", "Éole à Liège"),  # declared by habit
        ("Éole à Liège".encode("cp1252"), "", "Éole à Liège"),
        ("cœur à 5 €".encode("cp1252"), "utf-8", "cœur à 5 €"),
        ("Łódź, zażółć".encode("cp1250"), "windows-1250", "Łódź, zażółć"),
        ("Liège;Mons".encode("utf-16-le"), "", "Liège;Mons"),
        ("Liège;Mons".encode("utf-16-be"), "", "Liège;Mons"),
        ("Liège".encode("utf-32"), "", "Liège"),
        ("Éole à Liège".encode().decode("cp1252").encode(), "", "Éole à Liège"),  # decoded wrongly once
        (("é" * 50 + "!").encode() + b"\xff" + "é".encode(), "", "é" * 50 + "!\ufffdé"),
        (b"a\x00b", "", "a\ufffdb"),
        ("Liège, Mons".encode("cp1252"), "utf-16", "Liège, Mons"),
        ("Liège\nMons".encode("utf-16-be"), "utf-16-be", "Liège\nMons"),
        (b"\xe9 \\x41", "unicode_escape", "é \\x41"),
        (b"\xe9t\xe9-a-", "punycode", "été-a-"),
        (b"\xe9 +AGE-", "utf-7", "é +AGE-"),
        (b"\xe9", "hex", "é"),
    ],
)  # fmt: skip
def test_encodings_are_found_out(data: bytes, declared: str, expected: str) -> None:
    assert decode(data, declared, "", Reading(lambda _: iter(()))) == expected


FRENCH = [
    "Hôtel de ville",
    "Café associatif « l’Été »",
    "Liège, à côté",
    "forêt",
    "Église",
    "n° 3",
    "façade",
    "Où ? À Noël",
]


@given(st.permutations(FRENCH), st.sampled_from(["cp1252", "mac_roman", "cp850"]))
def test_french_text_of_any_old_machine_is_read(words: list[str], encoding: str) -> None:
    text = "é\n" + "\n".join(words).replace("’", "'")
    assert decode(text.encode(encoding), "", "", Reading(lambda _: iter(()))) == text


def test_an_encoding_that_was_told_and_is_wrong_is_named() -> None:
    with pytest.raises(PortalError, match="The text is not utf-8"):
        decode("Éole".encode("cp1252"), "", "utf-8", Reading(lambda _: iter(())))
