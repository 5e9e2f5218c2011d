"""Spreadsheets: what was written is read, whichever program's file it is in."""

from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.formats.sheet import read_sheet
from harvesters.parsers import office, workbook
from harvesters.reading import Reading
from tests.harvesters import written_files
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.written_files import data_of, reading_of, saved, zipped

HEADER = ("id", "titre", "le", "prix")
ROWS = [HEADER, (1, "Éole", date(2026, 5, 1), 1.5), ("b", "=1+1", datetime(2026, 5, 1, 14, 30), None)]  # noqa: DTZ001
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and not text.startswith(("=", "#"))
)
CELL = TEXT | st.integers(-(10**9), 10**9) | st.booleans() | st.dates(date(1990, 1, 1), date(2100, 1, 1))


def test_a_workbook_gives_numbers_dates_and_text() -> None:
    assert data_of(written_files.workbook(ROWS)) == [
        {"id": 1, "titre": "Éole", "le": "2026-05-01", "prix": 1.5},
        {"id": "b", "titre": None, "le": "2026-05-01T14:30:00", "prix": None},  # a formula that nobody worked out
    ]


def test_a_header_is_found_below_what_stands_above_it() -> None:
    body = written_files.workbook([("Budget participatif 2026",), (), ("Mis à jour hier",), *ROWS])
    reading = reading_of(body)
    assert ([row.data["id"] for row in reading], reading.notes) == (
        [1, "b"],
        ["2 rows above the header (row 4) were passed over."],
    )


def test_a_header_in_two_rows_is_joined() -> None:
    rows = [("id", "Lieu", None, "prix"), (None, "adresse", "ville", None), (1, "Rue A", "Mons", 5)]
    body = written_files.workbook(rows, merged=["A1:A2", "B1:C1", "D1:D2"])
    assert data_of(body) == [{"id": 1, "Lieu adresse": "Rue A", "Lieu ville": "Mons", "prix": 5}]


def test_a_name_that_reaches_down_is_kept() -> None:
    rows = [("id", "Lieu", None, None), (None, "rue", "ville", "pays"), (1, "Rue A", "Mons", "BE")]
    assert data_of(written_files.workbook(rows, merged=["A1:A2", "B1:D1"])) == [
        {"id": 1, "rue": "Rue A", "ville": "Mons", "pays": "BE"}
    ]


def test_a_title_over_the_whole_table_is_no_header() -> None:
    body = written_files.workbook([("Projets", None, None, None), *ROWS], merged=["A1:D1"])
    assert [row["id"] for row in data_of(body)] == [1, "b"]


def test_a_postcode_keeps_the_zero_that_is_shown() -> None:
    book = openpyxl.Workbook()
    for row in (("ville", "cp"), ("Bourg", 1000)):
        book.active.append(row)
    book.active["B2"].number_format = "00000"
    assert data_of(saved(book)) == [{"ville": "Bourg", "cp": "01000"}]


def test_an_error_is_no_value() -> None:
    assert data_of(written_files.workbook([("a", "b"), (1, "#N/A"), (2, "#REF!")])) == [
        {"a": 1, "b": None},
        {"a": 2, "b": None},
    ]


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Ceci est une notice."])
    hidden, data = book.create_sheet("Cachée"), book.create_sheet("Projets")
    hidden.sheet_state = "hidden"
    for sheet, name in ((hidden, "x"), (data, "id")):
        for row in ((name, "b"), (1, 2)):
            sheet.append(row)
    return saved(book)


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [("", {"id": 1, "b": 2}), ("Projets", {"id": 1, "b": 2}), (3, {"id": 1, "b": 2}), ("Cachée", {"x": 1, "b": 2})],
)
def test_the_sheet_with_the_table_is_read_or_the_one_asked_for(sheet: Any, expected: dict[str, Any]) -> None:
    assert data_of(two_sheets(), sheet=sheet) == [expected]


def test_other_sheets_are_told() -> None:
    reading = reading_of(two_sheets())
    assert (len(list(reading)), reading.notes) == (
        1,
        ["The sheet “Projets” was read; the workbook also has “Lisez-moi”, “Cachée” (option `sheet`)."],
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [({"sheet": "Rien"}, "bad-option"), ({"sheet": "9"}, "bad-option"), ({"header_row": 99}, "bad-option")],
)
def test_options_that_do_not_fit(options: dict[str, Any], code: str) -> None:
    with pytest.raises(PortalError) as error:
        data_of(written_files.workbook(ROWS), **options)
    assert error.value.code == code


def test_the_file_is_believed_before_its_name() -> None:
    reading = reading_of(written_files.workbook(ROWS), format="csv")
    assert (len(list(reading)), reading.notes) == (2, ["The file is called csv; it is xlsx."])
    reading = reading_of(b"a;b\n1;2\n", format="xlsx")
    assert (len(list(reading)), reading.notes) == (1, ["The file is called xlsx; it is text."])


def in_process(parse: Any, body: bytes) -> list[dict[str, Any]]:
    """The sandbox left out, for many small files in a short time."""
    return [row.data for row in Reading(lambda reading: read_sheet(parse(body, ""), {}, reading))]


@given(st.lists(st.tuples(TEXT, CELL, CELL), min_size=1, max_size=8))
def test_what_is_written_is_read(rows: list[tuple[Any, ...]]) -> None:
    body = written_files.workbook([("n", "a", "b"), *rows])
    expected = [dict(zip("nab", (as_read(cell) for cell in row), strict=True)) for row in rows]
    assert in_process(workbook.rows, body) == expected
    assert [[as_text(value) for value in row.values()] for row in in_process(office.rows, body)] == [
        [as_text(value) for value in row.values()] for row in expected
    ]


def as_read(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell


def as_text(value: Any) -> str:
    return str(value)


OASIS = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"
 xmlns:office="{OASIS}:office:1.0" xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0">
 <office:body><office:spreadsheet><table:table table:name="Projets">%s</table:table></office:spreadsheet></office:body>
</office:document-content>"""


MANIFEST = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def ods(*rows: list[str]) -> bytes:
    """An OpenDocument sheet; each cell is the attributes that give its value."""
    cells = ["".join(f"<table:table-cell office:value-type={cell}</table:table-cell>" for cell in row) for row in rows]
    content = CONTENT % "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "META-INF/manifest.xml": MANIFEST, "content.xml": content.encode()})


def test_an_opendocument_sheet_gives_the_same() -> None:
    header = [f'"string"><text:p>{name}</text:p>' for name in ("titre", "nb", "le", "ouvert")]
    values = [
        '"string"><text:p>Éole</text:p>',
        '"float" office:value="12"><text:p>12</text:p>',
        '"date" office:date-value="2026-05-01"><text:p>1er mai</text:p>',
        '"boolean" office:boolean-value="true"><text:p>VRAI</text:p>',
    ]
    assert data_of(ods(header, values)) == [{"titre": "Éole", "nb": 12, "le": "2026-05-01", "ouvert": True}]


def test_a_time_alone_is_text() -> None:
    assert data_of(written_files.workbook([("a", "b"), (1, time(14, 30))])) == [{"a": 1, "b": "14:30:00"}]


@needs_real_files
@pytest.mark.parametrize(
    ("name", "options", "count", "column"),
    [
        ("spreadsheet-file.xlsx", {}, 6, "LABEL"),
        ("spreadsheet-file.xlsx", {"sheet": "REI_1987"}, 5, "LIBCOM"),
        ("spreadsheet-file.ods", {}, 3, "Projet"),
        ("spreadsheet-file.xls", {}, 5, "OBJET"),  # an OpenDocument file under this name
    ],
)
def test_real_spreadsheets(name: str, options: dict[str, Any], count: int, column: str) -> None:
    rows = data_of((DATA / "nasty" / name).read_bytes(), **options)
    assert (len(rows), all(column in row for row in rows)) == (count, True)
