"""Columns of made-up records as lines that COPY takes, one for each column of `portal_activity`."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from bench.serving.records import Chunk, Towns
from portal.models.activity import public_id
from portal.vocabularies import STATUSES, Kind, Precision, Remote, Rhythm, Theme

NOTHING = r"\N"
FIRST_DAY, DAYS = np.datetime64("2015-01-01T08:00"), 4_560  # of beginnings: to the middle of 2027
LASTS_DAYS = 180
SEEN = np.datetime64("2026-01-01T06:00")
NO_DATES, NO_END = 0.05, 0.3
LANGUAGES = {"FR": ("fr", "fr"), "BE": ("fr", "nl")}
# Ordered as they are drawn: one theme, two or three.
THEMES = [",".join(words) for size in (1, 2, 3) for words in permutations([theme.value for theme in Theme], size)]
Cells = Sequence[object]
Moments = NDArray[np.datetime64]


def columns_of(chunk: Chunk, around: Towns, sources: list[tuple[int, str]], areas: dict[str, int]) -> dict[str, Cells]:
    """`sources` are their ids and uids, `areas` the ids of Areas by code. No cell holds what COPY would escape."""
    numbers = chunk.numbers.tolist()
    uids = [sources[index] for index in chunk.source.tolist()]
    records = [f"record-{number}" for number in numbers]
    return {
        "id": [number + 1 for number in numbers],
        "public_id": [public_id(uid, record) for (_, uid), record in zip(uids, records, strict=True)],
        "source_id": [source for source, _ in uids],
        "source_record_id": records,
        "source_url": [f"https://portal.example/records/{number}" for number in numbers],
        "licence": ["Licence Ouverte 2.0"] * len(numbers),
        "content_hash": [f"{number:064x}" for number in numbers],
        **_seen(chunk),
        **_texts(chunk),
        **_place(chunk, around, areas),
        **_dates(chunk),
        **_by_kind(chunk),
        **_always(len(numbers)),
    }


def _seen(chunk: Chunk) -> dict[str, Cells]:
    moments = _moments(SEEN + chunk.chance.integers(0, 300 * 1_440, len(chunk.numbers)))
    return {"first_seen": moments, "changed": moments}


def _texts(chunk: Chunk) -> dict[str, Cells]:
    count, chance = len(chunk.numbers), chunk.chance
    sizes = chance.choice(3, count, p=(0.4, 0.4, 0.2))
    bounds = np.array([0, 16, 16 + 16 * 15, len(THEMES)])
    drawn = bounds[sizes] + (chance.random(count) * (bounds[sizes + 1] - bounds[sizes])).astype(int)
    themes = ["{" + THEMES[index] + "}" for index in drawn.tolist()]
    has_site = (chance.random(count) < 0.6).tolist()
    numbers = chunk.numbers.tolist()
    return {
        "title": chunk.title,
        "summary": [""] * count,
        "description": [_paragraphs(text) for text in chunk.description],
        "themes": themes,
        "themes_source": themes,
        "organisation": [f"Association {index}" for index in chance.integers(0, 50_000, count).tolist()],
        "website": [f"https://site-{n}.example/" if has else "" for n, has in zip(numbers, has_site, strict=True)],
    }


def _paragraphs(text: str) -> str:
    """Long ones have two; line ends are spelt as COPY takes them."""
    middle = text.find(" ", len(text) // 2) if len(text) > 500 else -1
    return text if middle < 0 else rf"{text[:middle]}.\n\n{text[middle + 1 :]}."


def _place(chunk: Chunk, around: Towns, areas: dict[str, int]) -> dict[str, Cells]:
    count, chance = len(chunk.numbers), chunk.chance
    places = [around.places[index] for index in chunk.town.tolist()]
    doors = chance.integers(1, 200, count).tolist()
    languages = chance.integers(0, 2, count).tolist()
    is_areal, is_remote = chunk.areal.tolist(), [word == Precision.REMOTE for word in chunk.precision]
    return {
        "geometry": [text or NOTHING for text in chunk.geometry],
        "precision": chunk.precision,
        "area_id": [areas[p.code] if areal else NOTHING for p, areal in zip(places, is_areal, strict=True)],
        "address": [f"{door} rue {p.name}"[:500] for door, p in zip(doors, places, strict=True)],
        "postal_code": [p.postcodes[0] if p.postcodes else "" for p in places],
        "lang": [LANGUAGES[p.country][which] for p, which in zip(places, languages, strict=True)],
        "remote": [Remote.FULL.value if remote else Remote.NO.value for remote in is_remote],
    }


def _dates(chunk: Chunk) -> dict[str, Cells]:
    count, chance = len(chunk.numbers), chunk.chance
    starts = FIRST_DAY + chance.integers(0, DAYS * 48, count) * 30
    ends = starts + chance.integers(2, LASTS_DAYS * 48, count) * 30
    known = chance.random(count)
    texts = zip(known.tolist(), _moments(starts), _moments(ends), strict=True)
    pairs = [_known_dates(share, start, end) for share, start, end in texts]
    return {"starts": [start for start, _ in pairs], "ends": [end for _, end in pairs]}


def _known_dates(share: float, start: str, end: str) -> tuple[str, str]:
    if share < NO_DATES:
        return NOTHING, NOTHING
    return (start, NOTHING) if share < NO_DATES + NO_END else (start, end)


def _by_kind(chunk: Chunk) -> dict[str, Cells]:
    """A status of the kind's own; money and votes of projects, places and rhythm of missions."""
    count, chance = len(chunk.numbers), chunk.chance
    kinds = [list(Kind)[index] for index in chunk.kind.tolist()]
    draws = chance.integers(0, 1_000_000, (4, count)).tolist()
    rows = [_of_kind(kind, draw) for kind, draw in zip(kinds, zip(*draws, strict=True), strict=True)]
    names = ("kind", "status", "status_source", "edition", "budget", "currency", "votes", "places", "rhythm")
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _of_kind(kind: Kind, draw: Sequence[int]) -> tuple[object, ...]:
    status = STATUSES[kind][draw[0] % len(STATUSES[kind])].value
    if kind == Kind.PROJECT:
        return (kind.value, status, status, 2015 + draw[1] % 13, f"{draw[2]}.00", "EUR", draw[3] % 5_000, NOTHING, "")
    rhythm, places = ("", NOTHING) if kind != Kind.MISSION else (list(Rhythm)[draw[1] % 5].value, draw[2] % 30)
    return (kind.value, status, status, NOTHING, NOTHING, "", NOTHING, places, rhythm)


def _always(count: int) -> dict[str, Cells]:
    """What few portals tell: the same in all records."""
    empty = ("organisation_id", "image", "join_url", "opening_hours", "parent_record_id", "schedule")
    lists = ("skills", "via")
    same = {**dict.fromkeys(empty, ""), **dict.fromkeys(lists, "{}"), "stages": "[]", "missing_runs": "0"}
    return {name: [value] * count for name, value in same.items()}


def _moments(minutes: Moments) -> list[str]:
    return [f"{text}Z" for text in np.datetime_as_string(minutes.astype("datetime64[m]")).tolist()]
