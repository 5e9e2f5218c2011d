"""Pabulib: one participatory budget as a `.pb` file (pabulib.org, "Data format").

`address`: the file's. Options: `encoding`, found out when it is not given.

A file has three sections, each with a header, cut by `;`: META (key;value), PROJECTS and VOTES. One row per project,
its columns as they are written; the votes hold ages and sexes of voters and are never looked at. Columns of ours:

- `_id`: the instance and the project's id (`2022/116`), because ids are given anew each year;
- `_year`: of the instance (`2022`, `PB Dieppe 2018`), else of the day it began; `_district`: the project's `district`
  or `subunit`, else the file's; `_meta`: the META section (`_meta.currency`, `_meta.unit`, `_meta.date_begin`).

Whether a project was selected is only in files that have the column `selected`; it is not worked out of the votes.
"""

import csv
import re
from collections.abc import Iterator
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.delimited import read_csv
from harvesters.formats.encoding import decode
from harvesters.formats.lines import Lines
from harvesters.http import Answer, Client, refuse_page, shown
from harvesters.portals import Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

SECTIONS = ("META", "PROJECTS", "VOTES")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
COUNT = re.compile(r"[0-9]{1,6}")


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    """A `.pb` file says what it is by its first line."""
    answer = tried(lambda: client.get(address, keep_broken=True))
    if answer is None or not is_pb(answer.body):
        return None
    meta = meta_of(sections(decode(answer.body, "", "", Reading(lambda _: iter(())))).get("META", ""))
    title = " ".join(filter(None, (meta.get("description"), meta.get("instance"))))
    return Portal("pabulib", address, title=title, evidence="The file has the sections META and PROJECTS.")


def is_pb(body: bytes) -> bool:
    return body[:20].removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"META\n", b"META\r", b"META;"))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    answer = client.get(source.address, validators=source.validators, keep_broken=True)
    reading.validators = answer.validators
    reading.unchanged = answer.unchanged
    if not answer.unchanged:
        yield from parsed(answer, str(source.options.get("encoding", "")), reading)


def parsed(answer: Answer, encoding: str, reading: Reading) -> Iterator[Row]:
    """The projects of a fetched file. Raises PortalError (html-instead, empty, unknown-format)."""
    refuse_page(answer)
    if answer.broken:
        reading.stop(answer.broken)
    found = sections(decode(answer.body, answer.charset, encoding, reading))
    if "PROJECTS" not in found:
        raise PortalError("unknown-format", f"{shown(answer.url)} has no section PROJECTS: it is no Pabulib file.")
    meta = meta_of(found.get("META", ""))
    if COUNT.fullmatch(meta.get("num_projects", "")):
        reading.announced = int(meta["num_projects"])
    for row in read_csv(found["PROJECTS"], {"delimiter": ";", "header_row": 1}, reading):
        yield Row(row.position, row.data | ours(row.data, meta), problem=row.problem)


def sections(text: str) -> dict[str, str]:
    """The text of each section, without its name; of a section that comes twice, the first."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in Lines(text):
        name = line.strip().strip(";").upper()
        if name in SECTIONS:
            current = found.setdefault(name, []) if name not in found else []
        else:
            current.append(line)
    return {name: "".join(lines) for name, lines in found.items()}


def meta_of(section: str) -> dict[str, str]:
    meta: dict[str, str] = {}
    try:
        for cells in csv.reader(Lines(section), delimiter=";"):
            if len(cells) >= 2:
                meta.setdefault(cells[0].strip(), ";".join(cells[1:]).strip())
    except csv.Error:
        pass  # what came until then; the projects do not hang on it
    return meta


def ours(project: dict[str, Any], meta: dict[str, str]) -> dict[str, Any]:
    year = YEAR.search(meta.get("instance", "")) or YEAR.search(meta.get("date_begin", ""))
    project_id = str(project.get("project_id") or "").strip()
    instance = meta.get("instance") or (year[0] if year else "")
    places = (project.get("district"), project.get("subunit"), meta.get("district"), meta.get("subunit"))
    return {
        "_id": f"{instance}/{project_id}" if instance and project_id else project_id,
        "_year": int(year[0]) if year else None,
        "_district": next((place for place in places if place), None),
        "_meta": meta,
    }
