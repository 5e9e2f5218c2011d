"""Each misbehaviour, on a base that holds the good version: nothing is lost, nothing doubled, nobody inside is called.

Then the portal behaves again, and what is published is exactly what it was.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from harvesters.runs.harvest import harvest
from portal.models import Activity, Run, Source
from tests.harvesters.hostile import (
    modes_coordinates,
    modes_dates,
    modes_document,
    modes_encoding,
    modes_identity,
    modes_paging,
    modes_privacy,
    modes_ssrf,
    modes_transport,
)  # fmt: skip
from tests.harvesters.hostile.mode import Mode
from tests.harvesters.hostile.portal import HostilePortal
from tests.harvesters.rude import RudeServer, rude, says, serving

GROUPS = {
    "transport": modes_transport.MODES,
    "paging": modes_paging.MODES,
    "identity": modes_identity.MODES,
    "encoding": modes_encoding.MODES,
    "document": modes_document.MODES,
    "coordinates": modes_coordinates.MODES,
    "dates": modes_dates.MODES,
    "ssrf": modes_ssrf.MODES,
    "privacy": modes_privacy.MODES,
}
CASES = [
    pytest.param(mode, kind, id=f"{group}: {mode.name} ({kind})", marks=[] if first else [pytest.mark.long])
    for group, modes in GROUPS.items()
    for mode in modes
    for first, kind in ((kind == next(iter(mode.kinds)), kind) for kind in mode.kinds)
]
WORLD = (-180, -90, 180, 90)

pytestmark = pytest.mark.django_db


@pytest.fixture
def canary() -> Iterator[RudeServer]:
    """A machine inside, which answers whatever it is asked and remembers it."""
    with rude({}) as server:
        server.behaviour = lambda *_: says(b"caught")  # type: ignore[method-assign]
        yield server


Published = dict[str, tuple[Any, ...]]


def published(source: Source) -> Published:
    found = Activity.objects.filter(source=source, withdrawn=None).order_by("source_record_id")
    return {each.source_record_id: facts(each) for each in found}


def facts(activity: Activity) -> tuple[Any, ...]:
    place = activity.geometry.wkt if activity.geometry else None
    return activity.public_id, activity.content_hash, activity.title, activity.description, place


def run_of(portal: HostilePortal, source: Source) -> Run:
    with portal.client() as client:
        return harvest(source, client)


@pytest.mark.parametrize(("mode", "kind"), CASES)
def test_nothing_published_is_lost(mode: Mode, kind: str, canary: RudeServer) -> None:
    with serving(HostilePortal(kind, canary.url)) as portal:
        source = portal.source()
        assert (run_of(portal, source).status, len(published(source))) == ("complete", len(portal.records))
        good = published(source)
        portal.mode = mode
        portal.asked.clear()
        run = run_of(portal, source)
        assert (run.status, run.error_code) in mode.ends, run.error
        assert bool(run.error) == (run.status != "complete")
        check(mode, portal, source, good)
        portal.mode = None
        source.refresh_from_db()
        assert (run_of(portal, source).status, dict(canary.asked)) == ("complete", {})
        assert {key: value for key, value in published(source).items() if key in good} == good


def check(mode: Mode, portal: HostilePortal, source: Source, good: Published) -> None:
    now = published(source)
    may_change = changed_ids(mode, portal)
    assert set(good) <= set(now)
    assert {key for key in good if now[key] != good[key]} <= may_change
    titles = Counter(fact[2] for key, fact in now.items())
    assert [title for title, count in titles.items() if count > 1] == []
    for shape in Activity.objects.filter(source=source).exclude(geometry=None).values_list("geometry", flat=True):
        west, south, east, north = shape.extent  # type: ignore[union-attr]
        assert WORLD[0] <= west <= east <= WORLD[2]
        assert WORLD[1] <= south <= north <= WORLD[3]
        assert (west, south, east, north) != (0, 0, 0, 0)
    public = str(list(Activity.objects.filter(source=source).values()))
    assert [word for word in modes_privacy.PLANTED if word in public] == []


def changed_ids(mode: Mode, portal: HostilePortal) -> set[str]:
    if mode.touches == "none":
        return set()
    if mode.touches == "all" or not mode.records:
        return {record["id"] for record in portal.records} if mode.touches == "all" else set()
    before = {record["id"]: record for record in portal.records}
    told = mode.records(portal.records)
    return {str(record.get("id")).strip() for record in told if record != before.get(str(record.get("id")))}


def test_every_group_has_its_share() -> None:
    counts = {group: len(modes) for group, modes in GROUPS.items()}
    assert (min(counts.values()) >= 5, sum(counts.values()) >= 80) == (True, True)
    names = [mode.name for modes in GROUPS.values() for mode in modes]
    assert len(names) == len(set(names))
