"""XLSX: nothing runs, nothing is cut in silence, dates are dates."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from portal.exports import xlsx
from tests.portal.exports.answers import ListAnswer
from tests.portal.exports.features import SHAPES, bytes_of, feature
from tests.portal.exports.readers import rows_of


def sources_of(content: bytes) -> list[Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Sources"]
    return [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("title", ["=1+1", "+1", "@SUM(A1)", "{=A1}", "http://a.example/", "1e5", "TRUE"])
def test_texts_are_texts(title: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(bytes_of(xlsx, ListAnswer([feature(title=title)]))))["Parages"]
    (cell,) = [cell for cell in sheet[2] if sheet.cell(1, cell.column).value == "title"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (title, "s", None)


def test_values_have_their_types() -> None:
    one = feature(budget=12.5, votes=3, open_to_minors=False, data_date="2026-09-01", skills=["lire", "écrire"])
    (row,) = rows_of(bytes_of(xlsx, ListAnswer([one])))
    assert (row["budget"], row["votes"], row["open_to_minors"], row["skills"]) == (12.5, 3, False, "lire; écrire")
    assert (row["starts"], row["data_date"]) == (datetime(2026, 11, 28, 8), datetime(2026, 9, 1))  # noqa: DTZ001
    assert (row["lat"], row["lon"], row["deadline"]) == (50.4542, 3.9523, None)


def test_what_is_not_at_one_point_has_no_lat_and_lon() -> None:
    rows = rows_of(bytes_of(xlsx, ListAnswer([feature(SHAPES["two addresses"]), feature(None)])))
    assert {(row["lat"], row["lon"]) for row in rows} == {(None, None)}


def test_a_date_before_all_spreadsheets_is_a_text() -> None:
    (row,) = rows_of(bytes_of(xlsx, ListAnswer([feature(data_date="1789-07-14")])))
    assert row["data_date"] == "1789-07-14"


def test_sources_have_their_sheet() -> None:
    told = sources_of(bytes_of(xlsx, ListAnswer([feature(), feature()])))
    assert told[-2:] == [
        ["source", "title", "publisher", "licence", "licence_url", "page", "records"],
        ["mons", "Missions de Mons", "Ville de Mons", "CC BY 4.0", "", "", 2],
    ]


def test_too_many_rows_are_told_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_MAX", 2)
    whole, part = (bytes_of(xlsx, ListAnswer([feature() for _ in range(number)])) for number in (2, 3))
    assert len(rows_of(part)) == 2
    assert sources_of(part)[0] == ["Incomplete / incomplet: 2 of 3 records fit in a sheet. CSV and Parquet hold all."]
    assert openpyxl.load_workbook(io.BytesIO(part)).active.title == "Sources"
    assert sources_of(whole)[0] == ["Parages"]


@pytest.mark.parametrize("text", ["é" * 40_000, "🌳" * 20_000, "x" + "🌳" * 20_000])
def test_a_text_too_long_for_a_cell_is_cut_and_told(text: str) -> None:
    content = bytes_of(xlsx, ListAnswer([feature(description=text)]))
    (row,) = rows_of(content)
    assert row["description"].endswith(" […]")
    assert len(row["description"].encode("utf-16-le")) // 2 in (32_766, 32_767)
    assert sources_of(content)[0][0].startswith("1 texts were cut at 32767 characters")
