"""A real Chromium on a real server: nothing is mocked, and no page may ask anybody else for anything."""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from geo.models import Area, AreaName
from portal.vocabularies import Kind, Precision, Status
from tests.factories import make_activity, make_area, make_source

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NORTH_OF_GRENOBLE = Point(5.7245, 45.2245, srid=4326)
PATIENCE_MS = 10_000
GRENOBLE = Point(5.7245, 45.1885, srid=4326)
EXPECTED = re.compile(r"400 \(Bad Request\)|404 \(Not Found\)|ERR_INTERNET_DISCONNECTED")
HOSTILE = "<img src=x onerror=\"document.title='broken in'\">"


def pytest_configure(config: pytest.Config) -> None:
    fixtures_of_a_plugin = "ignore:Session-scoped fixtures defined as instance methods:pytest.PytestRemovedIn10Warning"
    config.addinivalue_line("filterwarnings", fixtures_of_a_plugin)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": chromium, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-BE", "viewport": {"width": 390, "height": 844}}


@dataclass
class Witness:
    """What a context asked for and complained about."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def witness(context: BrowserContext, live_server: LiveServer) -> Iterator[Witness]:
    """No request leaves our host, no script fails, the content security policy is never broken."""
    seen = Witness()

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            seen.complaints.append(message.text)

    context.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
    context.on("console", heard)
    context.on("weberror", lambda error: seen.complaints.append(str(error.error)))
    yield seen
    for page in context.pages:
        page.close()
    _until_quiet()
    assert seen.complaints == []
    assert seen.hosts <= {urlsplit(live_server.url).netloc, ""}


def _until_quiet() -> None:
    """Until the server's threads have answered what the browser no longer waits for: then tables can be emptied."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
    for _look in range(100):
        with connection.cursor() as cursor:
            cursor.execute(f"{busy} AND pid <> pg_backend_pid()")
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


@pytest.fixture
def site(page: Page, live_server: LiveServer, grenoble: None) -> Page:
    """The home page of a site with something in Grenoble and nothing in Mons."""
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/fr/")
    return page


@pytest.fixture
def grenoble(transactional_db: None) -> None:
    """Some thirty things in Grenoble: located, areal, remote, at one address, and one with a hostile title."""
    mons, grenoble = _town("Mons", Point(3.9523, 50.4542, srid=4326)), _town("Grenoble", GRENOBLE)
    missions = make_source(kind=Kind.MISSION, territory=[grenoble.code])
    for number in range(12):
        make_activity(source=missions, title=f"Repas partagé {number}", geometry=_east_of(GRENOBLE, 0.004 * number))
    make_activity(source=missions, title="Jardin à l’écart", geometry=NORTH_OF_GRENOBLE)
    for number in range(3):
        make_activity(source=missions, title=f"Même adresse {number}", geometry=_east_of(GRENOBLE, -0.02))
    make_activity(source=missions, title=HOSTILE, geometry=_east_of(GRENOBLE, -0.03), status=Status.OPEN)
    make_activity(source=missions, title="Traduire chez soi", precision=Precision.REMOTE)
    projects = make_source(kind=Kind.PROJECT)
    for number in range(10):
        make_activity(source=projects, title=f"Place à vivre {number}", precision=Precision.COMMUNE, area=grenoble)
    assert mons.pk


def _town(name: str, centre: Point) -> Area:
    area = make_area(name=name, centre=centre, population=100_000)
    AreaName.objects.filter(area=area).update(weight=10)
    return area


def _east_of(point: Point, degrees: float) -> Point:
    return Point(point.x + degrees, point.y, srid=4326)
