import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

NEAR_GRENOBLE = "near=45.1885,5.7245&radius=5000&when=upcoming&place=Grenoble"


@pytest.fixture
def explorer(site: Page, live_server: LiveServer) -> Page:
    site.set_viewport_size({"width": 1280, "height": 800})
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}")
    expect(site.locator(".marker").first).to_be_visible()
    return site


def counts(page: Page, selector: str) -> int:
    """What the symbols say, together; a single marker is one."""
    texts = page.locator(selector).all_inner_texts()
    return sum(int(text) if text else 1 for text in texts)


def test_the_symbols_add_up_to_the_count_of_the_header(explorer: Page) -> None:
    expect(explorer.locator(".breakdown").first).to_contain_text("dont 17 sur la carte")
    assert counts(explorer, ".marker:not(.area)") == 17
    assert counts(explorer, ".marker.area") == 10


def test_a_marker_opens_the_preview_and_escape_returns_to_it(explorer: Page) -> None:
    marker = explorer.locator(".marker.mission").first
    name = marker.get_attribute("aria-label") or ""
    marker.click()
    heading = explorer.locator("#apercu h2")
    expect(heading).to_be_focused()
    assert heading.inner_text() in name
    explorer.keyboard.press("Escape")
    expect(explorer.locator("#apercu")).to_be_hidden()
    expect(marker).to_be_focused()


def test_an_area_lists_what_concerns_all_of_it(explorer: Page) -> None:
    explorer.locator(".marker.area").click()
    expect(explorer.locator("#apercu h2")).to_contain_text("Grenoble : 10 résultats")
    expect(explorer.locator("#apercu li a")).to_have_count(10)


def test_markers_are_one_stop_with_arrows(explorer: Page) -> None:
    assert explorer.locator(".marker[tabindex='0']").count() == 1
    explorer.locator(".marker[tabindex='0']").focus()
    first = explorer.evaluate("() => document.activeElement.getAttribute('aria-label')")
    explorer.keyboard.press("ArrowRight")
    second = explorer.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert first != second
    explorer.keyboard.press("Escape")
    expect(explorer.locator(".leaflet-container")).to_be_focused()


def test_names_of_markers_are_all_different(explorer: Page) -> None:
    names = [marker.get_attribute("aria-label") for marker in explorer.locator(".marker").all()]
    assert len(names) == len(set(names))


def test_what_shares_an_address_is_listed_at_the_deepest_zoom(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?near=45.1885,5.7045&radius=1000&place=x#map=16/45.1885/5.7045")
    site.get_by_role("button", name=re.compile("^3 résultats")).click()
    expect(site.locator("#apercu h2")).to_have_text("3 résultats à cette adresse")
    expect(site.locator("#apercu li")).to_have_count(3)


def test_after_a_zoom_by_key_the_focus_is_on_a_marker(explorer: Page) -> None:
    explorer.locator(".marker.cluster").first.focus()
    explorer.keyboard.press("Enter")
    expect(explorer.locator(".marker:focus")).to_have_count(1)


def test_searching_where_the_map_was_moved_to(explorer: Page) -> None:
    button = explorer.get_by_role("button", name="Chercher dans cette zone")
    expect(button).to_be_hidden()
    explorer.locator(".leaflet-control-zoom-in").click()
    button.click()
    expect(explorer.get_by_role("heading", level=1)).to_contain_text("dans la zone de la carte")
    expect(explorer).to_have_url(re.compile(r"bbox=5\.\d+,45\.\d+,5\.\d+,45\.\d+"))


def test_the_view_is_in_the_address_and_comes_back(explorer: Page) -> None:
    explorer.locator(".leaflet-control-zoom-out").click()
    expect(explorer).to_have_url(re.compile(r"#map=\d+/45\.\d+/5\.\d+$"))
    zoom = re.findall(r"#map=(\d+)", explorer.url)
    explorer.reload()
    expect(explorer.locator(".marker").first).to_be_visible()
    assert re.findall(r"#map=(\d+)", explorer.url) == zoom


def test_a_card_under_the_pointer_raises_its_marker(explorer: Page) -> None:
    explorer.locator(".card").first.hover()
    expect(explorer.locator(".marker.raised")).to_have_count(1)


def test_on_a_phone_the_band_grows_at_a_tap(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}")
    band = site.locator("#carte")
    handle = site.get_by_role("button", name="Agrandir la carte")
    expect(handle).to_be_visible()
    box = band.bounding_box()
    assert box
    assert 240 <= box["height"] <= 844 * 0.4
    handle.click()
    expect(site.get_by_role("button", name="Réduire la carte")).to_be_visible()
    expect(band).to_have_js_property("dataset.size", "full")


def test_the_page_of_an_item_has_its_map(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}")
    site.locator(".card a").first.click()
    site.locator("#mini-carte").scroll_into_view_if_needed()
    expect(site.locator("#mini-carte .marker")).to_be_visible()


def test_tiles_that_do_not_come_give_way_to_the_bundled_map(
    site: Page, live_server: LiveServer, settings: LazySettings
) -> None:
    settings.TILES_URL = f"{live_server.url}/static/none/{{z}}/{{x}}/{{y}}.png"
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}")
    expect(site.locator(".map-notice")).to_contain_text("voici le nôtre")
    expect(site.locator("canvas.leaflet-tile").first).to_be_attached()


def test_a_jump_to_the_map_asks_for_nothing_new(explorer: Page) -> None:
    asked: list[str] = []
    explorer.on("request", lambda request: asked.append(request.url))
    explorer.get_by_role("link", name="dont 17 sur la carte").click()
    expect(explorer).to_have_url(re.compile("#carte$"))
    assert [url for url in asked if "/explorer/" in url] == []


def test_a_list_that_cannot_be_fetched_keeps_the_old_one_and_can_be_tried_again(explorer: Page) -> None:
    explorer.context.set_offline(True)
    explorer.locator(".kind-toggle.project").click()
    notice = explorer.get_by_role("alert")
    expect(notice).to_contain_text("n’ont pas pu être chargés")
    expect(explorer.locator(".card").first).to_be_visible()
    explorer.context.set_offline(False)
    notice.get_by_role("button", name="Réessayer").click()
    expect(explorer.get_by_role("heading", level=1)).to_contain_text("17 résultats")
