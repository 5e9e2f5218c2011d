"""Asks the API a question and compares what it says with the oracle."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from django.test import Client

from tests.oracle.answer import NAMES, Answer, Oracle
from tests.oracle.question import Question
from tests.oracle.record import AREAL, LOCATED, Record

WITHIN_M = 0.1


@dataclass(frozen=True)
class Part:
    """What part of an answer is asked for: so many at a time, from there on, and so many pages."""

    limit: int = 100
    offset: int = 0
    pages: int = 1

    def string(self) -> str:
        return f"limit={self.limit}" + (f"&offset={self.offset}" if self.offset else "")


def problems(client: Client, oracle: Oracle, question: Question, expected: Answer, part: Part, asked: str) -> list[str]:
    """In what the API differs from the oracle; nothing when it agrees."""
    address = f"/api/collections/{question.collection}/items?{part.string()}" + (f"&{asked}" if asked else "")
    wanted = expected.records[part.offset : part.offset + part.limit * part.pages]
    pages = list(followed(client, address, part.pages))
    features = [feature for page in pages for feature in page["features"]]
    found = [UUID(feature["id"]) for feature in features]
    said = []
    if found != [record.public_id for record in wanted]:
        said.append(_told(found, [record.public_id for record in wanted]))
    counts = {page["numberMatched"] for page in pages if "numberMatched" in page}
    if counts - {len(expected.records)}:
        said.append(f"numberMatched {counts}, not {len(expected.records)}")
    if not said:
        for record, feature in zip(wanted, features, strict=True):
            metres = expected.metres.get(record) if question.near else None
            said += differing(_properties(oracle, record), feature["properties"], metres)
            if not _drawn_alike(record, feature["geometry"]):
                said.append(f"{record.public_id} is drawn elsewhere")
    return [f"{address}: {each}" for each in said]


def counts_differ(client: Client, question: Question, expected: Answer, asked: str) -> list[str]:
    """The same of the counts, and of what the map draws."""
    address = f"/api/collections/{question.collection}/points?{asked}"
    answer = strict_json(client, address)
    found = {name: answer[name] for name in NAMES}
    drawn = {UUID(public_id) for public_id in answer["points"]["id"]}
    areas = {area["code"]: sum(area["counts"].values()) for area in answer["areas"]}
    said = [] if found == expected.counts else [f"counts {found}, not {expected.counts}"]
    if drawn != {record.public_id for record in expected.records if record.precision in LOCATED}:
        said.append("other points on the map")
    grounds = [record.ground.code for record in expected.records if record.ground and record.precision in AREAL]
    if areas != {code: grounds.count(code) for code in set(grounds)}:
        said.append("other areas on the map")
    return [f"{address}: {each}" for each in said]


def strict_json(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status_code} {response.content[:300]!r}"
    return json.loads(response.content, parse_constant=_no_number)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def followed(client: Client, address: str, most: int) -> Iterator[Any]:
    """The first pages, by their links."""
    while address and most:
        page = strict_json(client, address)
        yield page
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        most -= 1


def _drawn_alike(record: Record, geometry: Any) -> bool:
    """Whether a feature's geometry is the record's own place, or its area's shape, or none."""
    if geometry is None or record.drawn is None:
        return geometry is record.drawn
    return bool(shapely.equals_exact(shapely.from_geojson(json.dumps(geometry)), record.drawn, tolerance=1e-6))


def _properties(oracle: Oracle, record: Record) -> dict[str, object]:
    return {
        "title": record.title,
        "kind": record.kind,
        "status": record.status,
        "precision": record.precision,
        "source": record.origin.slug,
        "source_title": record.origin.title,
        "licence_url": record.origin.licence_url,
        "area_code": record.ground.code if record.ground else None,
        "also_published_by": oracle.others(record),
    }


def differing(expected: dict[str, object], properties: dict[str, Any], metres: float | None) -> list[str]:
    """Which properties of a feature are others."""
    found = {name: properties[name] for name in expected}
    found["also_published_by"] = [other["source"] for other in properties["also_published_by"]]
    said = [f"{name} is {found[name]!r}, not {expected[name]!r}" for name in expected if found[name] != expected[name]]
    given = properties.get("distance_m")
    alike = given is metres if given is None or metres is None else abs(given - metres) <= WITHIN_M
    return said if alike else [*said, f"distance_m is {given}, not {metres}"]


def _told(found: list[UUID], wanted: list[UUID]) -> str:
    place = next((n for n, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), None)
    place = min(len(found), len(wanted)) if place is None else place
    return (
        f"{len(found)} items, {len(wanted)} wanted; the first other one is number {place}: "
        f"{found[place : place + 1]} instead of {wanted[place : place + 1]}"
    )
