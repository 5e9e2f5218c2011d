"""What holds of every format: all records, any text, no record at all, credits, nothing left behind."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from portal.exports import FORMATS, SHARED, streams
from portal.exports.answer import Feature
from tests.portal.exports.answers import ListAnswer
from tests.portal.exports.features import awkward, bytes_of, feature, hostile_features
from tests.portal.exports.readers import READERS, seen

IN_FILES = ("fgb", "gpkg", "xlsx")
forms = pytest.mark.parametrize("form", READERS)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_every_format_is_read_back_here_but_those_of_lines() -> None:
    assert {*READERS, "csv", "rfc4180"} == set(FORMATS)
    assert not set(SHARED) & set(FORMATS)


def test_no_two_formats_have_one_suffix_or_media_type() -> None:
    told = [(FORMATS[form].SUFFIX, FORMATS[form].MEDIA_TYPE) for form in READERS]
    assert all(len(set(names)) == len(READERS) for names in zip(*told, strict=True) if names[0].startswith("."))
    assert all(suffix.startswith(".") for suffix, _media_type in told)


@forms
def test_all_records_come_back(form: str) -> None:
    features = awkward()
    assert READERS[form](bytes_of(FORMATS[form], ListAnswer(features))) == seen(form, features)


@forms
def test_an_empty_answer_is_a_file_too(form: str) -> None:
    assert READERS[form](bytes_of(FORMATS[form], ListAnswer())) == []


@forms
@settings(max_examples=40)
@given(features=hostile_features())
def test_any_text_comes_back(form: str, features: list[Feature]) -> None:
    assert READERS[form](bytes_of(FORMATS[form], ListAnswer(features))) == seen(form, features)


@pytest.mark.parametrize("form", [form for form in READERS if form not in ("parquet", "xlsx", "gpkg")])
def test_the_licence_is_in_the_file(form: str) -> None:
    content = bytes_of(FORMATS[form], ListAnswer([feature(licence="Etalab 2.0", publisher="Ville d’Arlon")]))
    unfolded = content.replace(b"\r\n ", b"")
    assert b"Etalab 2.0" in unfolded
    assert "Ville d’Arlon".encode() in unfolded


@pytest.mark.parametrize("form", IN_FILES)
def test_a_client_that_hangs_up_leaves_no_file(form: str, scratch: Path) -> None:
    made: Any = FORMATS[form]
    pieces = made.write(ListAnswer(awkward()))
    next(pieces)
    pieces.close()
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("form", IN_FILES)
def test_a_failure_leaves_no_file_and_is_not_hidden(form: str, scratch: Path) -> None:
    class Broken(ListAnswer):
        def features(self) -> Iterator[Feature]:
            yield feature()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bytes_of(FORMATS[form], Broken())
    assert list(scratch.iterdir()) == []


def test_files_leave_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PIECE", 10)
    assert list(streams.gathered([b"123456", b"7890", b"1"])) == [b"1234567890", b"1"]
