"""A little of everything, for clients of the standards to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import MultiPoint, Point
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

from portal import search
from portal.models import Activity
from portal.vocabularies import Kind, Precision
from tests.factories import MONS, make_activity, make_area, make_source


@pytest.fixture(autouse=True)
def fresh_extents() -> Iterator[None]:
    """Extents are kept for minutes; each test has its own data."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def items(db: None) -> dict[str, Activity]:
    """Seven items by name: every kind, every way of being somewhere, dates and none."""
    with texts_at_once():
        return make_items()


@contextmanager
def texts_at_once() -> Iterator[None]:
    """The texts for search of all that is made inside, made together at the end."""
    with patch("portal.search.refresh"):
        yield
    search.refresh()


def make_items() -> dict[str, Activity]:
    sources = {kind: make_source(kind=kind, slug=f"s-{kind}") for kind in Kind}
    area = make_area(code="be-53053", name="Mons")
    day = datetime(2026, 11, 28, 9, tzinfo=UTC)

    def make(kind: Kind, title: str, **fields: object) -> Activity:
        return make_activity(source=sources[kind], title=title, **fields)

    paris, antwerp = Point(2.3522, 48.8566, srid=4326), Point(4.4025, 51.2194, srid=4326)
    several = MultiPoint(MONS, Point(4.3517, 50.8503, srid=4326), srid=4326)
    return {
        "mons": make(Kind.INITIATIVE, "Repair café", themes=["reuse", "solidarity"], organisation="L’Atelier"),
        "paris": make(Kind.PROJECT, "Verger", geometry=paris, budget=120_000, currency="EUR", edition=2025, votes=42),
        "antwerp": make(Kind.PROJECT, "Fietspad", geometry=antwerp, budget=90_000, currency="EUR", lang="nl"),
        "several": make(Kind.MISSION, "Maraude", geometry=several, starts=day, ends=day.replace(hour=12), places=5),
        "area": make(Kind.MISSION, "Toute la ville", precision=Precision.CITYWIDE, area=area, starts=day),
        "remote": make(Kind.MISSION, "À distance", precision=Precision.REMOTE, remote="full", open_to_minors=True),
        "unknown": make(Kind.MISSION, "Lieu inconnu", precision=Precision.UNKNOWN),
    }


@pytest.fixture
def site(live_server: LiveServer, settings: LazySettings) -> str:
    """The address of a running site whose links lead back to itself."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def many(transactional_db: None) -> set[str]:
    """The ids of 350 items."""
    source, places = make_source(kind=Kind.MISSION), [Point(4 + n / 1000, 50.5, srid=4326) for n in range(350)]
    with texts_at_once():
        return {str(make_activity(source=source, geometry=place).public_id) for place in places}
