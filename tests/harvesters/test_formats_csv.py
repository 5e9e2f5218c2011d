"""CSV and its kin: what is found out, what a bad line costs."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.formats import read_answer
from harvesters.http import Answer
from harvesters.reading import Reading, Row

CELLS = st.text(st.sampled_from("abc éèàç'\"\n\r 0123456789.-"), max_size=8)
WILD_CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=8)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]


def reading_of(data: bytes | str, **options: Any) -> tuple[list[Row], Reading]:
    body = data.encode() if isinstance(data, str) else data
    reading = Reading(lambda reading: read_answer(Answer("https://example.org/x.csv", body), options, reading))
    return list(reading), reading


def table_of(data: bytes | str, **options: Any) -> list[dict[str, Any]]:
    return [row.data for row in reading_of(data, **options)[0]]


def written(rows: list[list[str]], delimiter: str) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_delimiter_ending_and_encoding_are_found_out(delimiter: str, ending: str, encoding: str) -> None:
    lines = ["nom", "ville", "prix"], ["Éole", "Liège", "1,5"], ["Ça", "Mons", "2"]
    text = ending.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    expected = [{"nom": "Éole", "ville": "Liège", "prix": "1,5"}, {"nom": "Ça", "ville": "Mons", "prix": "2"}]
    assert table_of(text.encode(encoding)) == expected


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(";,\t|"), st.sampled_from(ENCODINGS))
def test_what_was_written_is_read(cells: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    rows = [[f"id{number}", *pair] for number, pair in enumerate(cells)]
    data = written([["id", "titre", "note"], *rows], delimiter).encode(encoding)
    assert table_of(data) == [dict(zip(["id", "titre", "note"], row, strict=True)) for row in rows]


@given(st.lists(st.tuples(WILD_CELLS, WILD_CELLS), min_size=1, max_size=6), st.sampled_from(";,\t|"))
def test_any_text_is_read_when_the_delimiter_is_told(cells: list[tuple[str, str]], delimiter: str) -> None:
    rows = [[f"id{number}", *pair] for number, pair in enumerate(cells)]
    text = written([["id", "titre", "note"], *rows], delimiter)
    found = table_of(text, delimiter=delimiter, encoding="utf-8", header_row=1)
    assert [row["id"] for row in found] == [row[0] for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;b\n\n ; \n1;2\n", [{"a": "1", "b": "2"}]),  # blank lines
        ("a;b;\n1;2;\n3;4\n", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]),  # an empty last column
        ("nom;nom;nom\n1;2;3\n", [{"nom": "1", "nom_2": "2", "nom_3": "3"}]),
        ("a;;c\n1;2;3\n", [{"a": "1", "column_2": "2", "c": "3"}]),
        ("sep=|\na|b\n1|2;3,4\n", [{"a": "1", "b": "2;3,4"}]),
        ("Liste, arrêtée le 1er mai,\nsource: ville\nnom;lieu\nÉole;Mons\n", [{"nom": "Éole", "lieu": "Mons"}]),
        ("Titre;;\nnom;lieu;prix\nÉole;Mons;1\n", [{"nom": "Éole", "lieu": "Mons", "prix": "1"}]),
        ("\ufeffa;b\n1;2", [{"a": "1", "b": "2"}]),
        (' "a" ; b\tc\n1;2\n', [{'"a"': "1", "b c": "2"}]),
        ('a;b\n"x\ny;z";2\n', [{"a": "x\ny;z", "b": "2"}]),
        ("a\n1\n2\n", [{"a": "1"}, {"a": "2"}]),  # a single column
        ("a,b\n48.85,2.35\n", [{"a": "48.85", "b": "2.35"}]),
        ("a;b\n48,85;2,35\n50,1;4,2\n", [{"a": "48,85", "b": "2,35"}, {"a": "50,1", "b": "4,2"}]),
    ],
)
def test_forms_of_tables(text: str, expected: list[dict[str, str]]) -> None:
    assert table_of(text) == expected


def test_the_header_row_can_be_told() -> None:
    assert table_of("x;y;z\nnom;lieu;prix\na;b;c\n", header_row=2) == [{"nom": "a", "lieu": "b", "prix": "c"}]


def test_a_row_of_the_wrong_width_costs_itself_alone() -> None:
    rows, reading = reading_of("a;b;c\n1;2;3\n4;5\n6;7;8;9\n10;11;12\n")
    assert [row.problem for row in rows] == [
        "",
        "Line 3 has 2 cells where the header has 3.",
        "Line 4 has 4 cells where the header has 3.",
        "",
    ]
    assert reading.complete


@pytest.mark.parametrize("bad", ['2;"open', '"2;open', '2;"op""en'])
def test_a_quote_never_closed_costs_its_line_alone(bad: str) -> None:
    rows, _ = reading_of(f"a;b\n1;x\n{bad}\n3;y\n4;z\n")
    assert [(row.data.get("a"), bool(row.problem)) for row in rows][1][1]
    assert [row.data["a"] for row in rows if not row.problem] == ["1", "3", "4"]


@pytest.mark.parametrize("tail", ["3", '3;"half', '3;"half\nand'])
def test_a_file_that_breaks_off_says_so(tail: str) -> None:
    rows, reading = reading_of(f"a;b\n1;x\n2;y\n{tail}")
    assert [row.data["a"] for row in rows if not row.problem] == ["1", "2"]
    assert reading.why_not.startswith("The file breaks off in line ")


def test_the_last_line_of_a_broken_answer_is_not_trusted() -> None:
    answer = Answer("https://example.org/x.csv", b"a;b\n1;x\n2;Brux", broken="The connection broke.")
    reading = Reading(lambda reading: read_answer(answer, {}, reading))
    assert [row.data for row in reading] == [{"a": "1", "b": "x"}]
    assert reading.why_not == "The connection broke."


def test_a_header_alone_is_no_record() -> None:
    rows, reading = reading_of("a;b\n")
    assert (rows, reading.why_not) == ([], "The portal answered properly, but without a single record.")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"delimiter": "ab"}, "bad-option"),
        ({"delimiter": '"'}, "bad-option"),
        ({"header_row": 9}, "bad-option"),
        ({"header_row": "two"}, "bad-option"),
        ({"format": "papyrus"}, "unknown-format"),
        ({"encoding": "klingon"}, "bad-encoding"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, Any], code: str) -> None:
    with pytest.raises(PortalError) as error:
        reading_of("a;b\n1;2\n", **options)
    assert error.value.code == code


def test_what_was_found_out_is_noted() -> None:
    _, reading = reading_of("Liste\nde 2024\nnom;nom\nÉ;b\n".encode("cp1252"))
    assert reading.notes == [
        "The text is not UTF-8; it was read as windows-1252.",
        "2 lines above the header (line 3) were passed over.",
        "The column “nom” stands there more than once; a further one is called “nom_2”.",
    ]


def test_a_tangle_of_quotes_ends_in_words() -> None:
    rows, reading = reading_of("a,b\n" + 'x"y,"z\n' * 4000)
    assert (len(rows), {row.problem.partition(" ")[0] for row in rows}) == (4000, {"Line"})
    assert "each line was read alone" in reading.why_not


def test_a_row_of_thousands_of_cells_is_no_header() -> None:
    with pytest.raises(PortalError, match="more than 2000 cells"):
        reading_of("a," * 3000 + "a\n")


@pytest.mark.parametrize(
    "text", ["id\n1\n2\n3", "# a list\n\nid;b\n1;2\n1;2\n1;2\n", '{"a": 1}\n' * 3, '{"a": 1}\n{}\n{}']
)
def test_how_many_rows_are_to_come_is_said_beforehand(text: str) -> None:
    assert reading_of(text)[1].expected == 3


def test_remarks_are_bounded() -> None:
    _, reading = reading_of("a," * 500 + "b\n")
    assert (len(reading.notes), reading.notes[-1]) == (101, "There were more remarks than can be told.")
