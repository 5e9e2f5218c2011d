"""A site with more items than a browser should hold: the server counts each view, and gives the items of close ones."""

import random
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from portal import read, search
from portal.api import points
from portal.models import Activity, Source
from portal.models.activity import public_id
from portal.vocabularies import Kind, Precision, Status
from tests.factories import SEEN, make_activity, make_source

LYON = Point(4.835, 45.76, srid=4326)
FAR = Point(4.835, 46.3, srid=4326)
MISSIONS, PROJECTS = 200, 100


def scatter(source: Source, number: int, spread: float) -> None:
    """So many things around Lyon, denser towards its middle, the same every time."""
    dice = random.Random(number)
    places = [
        Point(LYON.x + dice.gauss(0, spread), LYON.y + dice.gauss(0, spread * 0.7), srid=4326) for _n in range(number)
    ]
    Activity.objects.bulk_create(
        Activity(
            source=source,
            public_id=public_id(source.uid, str(place)),
            source_record_id=str(place),
            source_url="https://portal.example/fiche",
            licence=source.licence,
            kind=source.kind,
            title=f"{Kind(source.kind).label} {place}",
            lang="fr",
            precision=Precision.EXACT,
            geometry=geometry,
            status=Status.OPEN,
            first_seen=SEEN,
            changed=SEEN,
            content_hash="0",
        )
        for place, geometry in enumerate(places)
    )
    search.mark(Activity.objects.filter(source=source))
    search.refresh()
    read.refresh()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """What was asked of the API's collections, in order."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if "/collections/" in request.url else None)
    return addresses


@pytest.fixture
def explorer(page: Page, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> Page:
    """The explorer of a site where 150 are many: three hundred things around Lyon, and one by itself."""
    monkeypatch.setattr(points, "MOST", 150)
    scatter(make_source(kind=Kind.MISSION), MISSIONS, 0.05)
    scatter(make_source(kind=Kind.PROJECT), PROJECTS, 0.05)
    make_activity(kind=Kind.INITIATIVE, title="Jardin à l’écart", geometry=FAR)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{live_server.url}/fr/explorer/")
    expect(page.locator(".marker").first).to_be_visible()
    return page


def shown(page: Page) -> int:
    """What the symbols say, together; a single marker is one."""
    return sum(int(text) if text else 1 for text in page.locator(".marker").all_inner_texts())


def expect_shown(page: Page, number: int) -> None:
    """Until the server has counted, the symbols of before are still there."""
    for _look in range(100):
        if shown(page) == number:
            return
        page.wait_for_timeout(50)
    assert shown(page) == number


def last_words(addresses: list[str]) -> list[str]:
    return [urlsplit(address).path.rsplit("/", 1)[1] for address in addresses]


def drag(page: Page, pixels: int) -> None:
    box = page.locator("#carte-vue").bounding_box()
    assert box
    x, y = box["x"] + 20, box["y"] + box["height"] - 120
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y - 5, steps=6)
    page.wait_for_timeout(300)  # a hand that rests before it lets go: the map does not glide on
    page.mouse.up()


def test_the_server_counts_and_the_sum_is_the_header_s(explorer: Page, asked: list[str]) -> None:
    expect(explorer.locator(".breakdown").first).to_contain_text(f"dont {MISSIONS + PROJECTS + 1} sur la carte")
    assert shown(explorer) == MISSIONS + PROJECTS + 1
    assert last_words(asked) == ["points", "clusters"]
    names = [marker.get_attribute("aria-label") for marker in explorer.locator(".marker").all()]
    assert len(names) == len(set(names))


def test_a_little_pan_asks_nothing_and_a_long_one_once(explorer: Page, asked: list[str]) -> None:
    drag(explorer, 20)
    expect(explorer).to_have_url(re.compile("#map="))
    assert last_words(asked) == ["points", "clusters"]
    with explorer.expect_response(re.compile("/clusters")):
        drag(explorer, 350)
    assert last_words(asked) == ["points", "clusters", "clusters"]


def test_what_was_counted_stays_when_the_server_is_gone(explorer: Page) -> None:
    notice = explorer.locator(".map-notice")
    explorer.context.set_offline(True)
    drag(explorer, 350)
    expect(notice).to_have_text("Les points n’ont pas pu être chargés.")
    assert shown(explorer) == MISSIONS + PROJECTS + 1
    explorer.context.set_offline(False)
    drag(explorer, 20)
    expect(notice).to_be_hidden()


def test_one_alone_is_a_pin_whose_card_says_its_title(explorer: Page) -> None:
    pin = explorer.get_by_role("button", name=re.compile("^Initiative"))
    pin.click()
    heading = explorer.locator("#apercu h2")
    expect(heading).to_have_text("Jardin à l’écart")
    expect(heading).to_be_focused()
    expect(explorer.get_by_role("button", name="Fermer : Jardin à l’écart")).to_be_visible()
    expect(explorer.locator(".marker.selected")).to_have_count(1)
    explorer.keyboard.press("Escape")
    expect(pin).to_be_focused()


def test_clusters_are_zoomed_into_by_key_down_to_the_items(explorer: Page, asked: list[str]) -> None:
    explorer.locator(".marker.big, .marker.medium").first.focus()
    for _step in range(8):
        if explorer.locator(".marker:focus:not(.cluster)").count():
            break
        cluster = explorer.locator(".marker.cluster:focus").element_handle()
        explorer.keyboard.press("Enter")
        cluster.wait_for_element_state("hidden")
        expect(explorer.locator(".marker:focus")).to_have_count(1)
    assert re.search(r"/points\?.*bbox=", asked[-1])
    explorer.keyboard.press("Enter")
    expect(explorer.locator("#apercu h2")).to_have_text(re.compile(r"^(Mission|Projet) \d+$"))
    expect(explorer.locator("#apercu").get_by_role("link", name="Voir la fiche")).to_be_visible()


def test_filters_are_carried_along(explorer: Page, asked: list[str]) -> None:
    with explorer.expect_response(re.compile("/clusters")):
        explorer.locator(".kind-toggle.project").click()
    expect(explorer.get_by_role("heading", level=1)).to_contain_text(f"{MISSIONS + 1} résultats")
    expect_shown(explorer, MISSIONS + 1)
    assert parse_qs(urlsplit(asked[-1]).query)["kind"] == ["initiative,mission"]


def test_searching_where_the_map_is_keeps_to_that_box(explorer: Page) -> None:
    explorer.locator(".leaflet-control-zoom-in").click()
    button = explorer.get_by_role("button", name="Chercher dans cette zone")
    button.click()
    expect(explorer.locator(".breakdown").first).to_contain_text(f"dont {MISSIONS + PROJECTS} sur la carte")
    expect_shown(explorer, MISSIONS + PROJECTS)


def test_a_card_under_the_pointer_raises_the_cluster_that_holds_it(explorer: Page, asked: list[str]) -> None:
    explorer.locator(".card").first.hover()
    expect(explorer.locator(".marker.raised")).to_have_count(1)
    assert "/items/" in asked[-1]
