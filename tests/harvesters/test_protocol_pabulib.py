"""Pabulib files: META and PROJECTS, never VOTES."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.http import Answer
from harvesters.protocols.pabulib import parsed, probe, sections
from harvesters.reading import Reading
from tests.harvesters.emulator import client_of, emulated, fixed, read_all, said
from tests.harvesters.real_files import DATA, needs_real_files

FILE = """META
key;value
description;Budget of Mons
unit;Mons
instance;2024
num_projects;2
date_begin;03.10.2024
comment;one; two
PROJECTS
project_id;cost;votes;name;selected
7;1200.5;31;"Banc; place du Parc";1
8;900;4;Nichoirs;0
VOTES
voter_id;age;sex;vote
1;34;F;7,8
"""
AS_FILE = "text/plain"


def test_projects_are_read_with_what_the_file_says_of_them() -> None:
    with emulated(fixed({"/a.pb": FILE.encode()}, AS_FILE)) as portal:
        rows, reading = read_all("pabulib", portal, "/a.pb")
    assert [(row.data["_id"], row.data["name"], row.data["selected"]) for row in rows] == [
        ("2024/7", "Banc; place du Parc", "1"),
        ("2024/8", "Nichoirs", "0"),
    ]
    assert (rows[0].data["_year"], rows[0].data["_meta"]["comment"]) == (2024, "one; two")
    assert (reading.complete, reading.announced) == (True, 2)


@pytest.mark.parametrize(
    ("file", "count", "why_not"),
    [
        (FILE.replace("num_projects;2", "num_projects;3"), 2, "announced 3 records and 2 came"),
        (FILE.partition("8;900;4")[0] + "8;9", 1, "breaks off"),
        (FILE.replace("META\n", "").replace("\r", ""), 2, ""),
    ],
)
def test_what_is_missing_is_told(file: str, count: int, why_not: str) -> None:
    with emulated(fixed({"/a.pb": file.encode()}, AS_FILE)) as portal:
        rows, reading = read_all("pabulib", portal, "/a.pb")
    assert len(rows) == count
    assert why_not in reading.why_not
    assert reading.complete == (not why_not)


@pytest.mark.parametrize(
    ("body", "code"), [(b"a;b\n1;2\n", "unknown-format"), (b"<html>", "html-instead"), (b" ", "empty")]
)
def test_other_files_are_named(body: bytes, code: str) -> None:
    with emulated(fixed({"/a.pb": body}, AS_FILE)) as portal, pytest.raises(PortalError) as error:
        read_all("pabulib", portal, "/a.pb")
    assert error.value.code == code


def test_a_file_tells_its_protocol() -> None:
    routes = {"/a.pb": FILE.encode(), "/b.csv": b"a;b\n1;2\n", "/c": said(b"", 500)}
    with emulated(fixed(routes, AS_FILE)) as portal, client_of(portal) as client:
        found = [probe(portal.url + path, client) for path in ("/a.pb", "/b.csv", "/c", "/none")]
    assert [portal and portal.title for portal in found] == ["Budget of Mons 2024", None, None, None]


@given(st.lists(st.sampled_from([*FILE.splitlines(keepends=True), '"', ";;;\n", "META\n", "\x00\n", "PROJECTS"])))
def test_nothing_but_rows_or_words(lines: list[str]) -> None:
    answer = Answer("https://example.org/a.pb", "".join(lines).encode())
    reading = Reading(lambda reading: parsed(answer, "", reading))
    try:
        assert all(isinstance(row.data["_id"], str) for row in reading)
    except PortalError as error:
        assert str(error)
    else:
        assert reading.complete or reading.why_not


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=30))
def test_a_section_is_what_stands_behind_its_name(line: str) -> None:
    behind = {"PROJECTS": f"x{line}\n"}
    assert sections(f"PROJECTS\nx{line}\nVOTES\n1;2") == {**behind, "VOTES": "1;2"}


@needs_real_files
@pytest.mark.parametrize(
    ("name", "count", "first_id"),
    [
        ("france_toulouse_2019.pb", 30, "2019/4"),
        ("france_toulouse_2022.pb", 199, "2022/116"),
        ("canada_stanford_dataset_pb_dieppe_2018_vote_approvals.pb", 16, "PB Dieppe 2018/780"),
    ],
)
def test_real_files(name: str, count: int, first_id: str) -> None:
    answer = Answer("https://pabulib.org/a.pb", (DATA / "participatory_budget" / name).read_bytes())
    reading = Reading(lambda reading: parsed(answer, "", reading))
    rows = list(reading)
    assert (len(rows), reading.complete, rows[0].data["_id"]) == (count, True, first_id)
    assert {row.problem for row in rows} == {""}
