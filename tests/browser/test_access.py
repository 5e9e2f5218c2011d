from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

NEAR_GRENOBLE = "/fr/explorer/?near=45.1885,5.7245&radius=5000&when=upcoming&place=Grenoble"
PAGES = {
    "home": "/fr/",
    "explorer": NEAR_GRENOBLE,
    "nothing found": "/fr/explorer/?near=50.4542,3.9523&place=Mons",
    "about": "/fr/a-propos/",
    "API": "/fr/api/",
    "not there": "/fr/rien/",
}


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:120]}" for fault in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault(site: Page, live_server: LiveServer, name: str, scheme: str) -> None:
    site.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    site.goto(live_server.url + PAGES[name])
    if site.locator("#carte").count():
        site.locator("#carte").scroll_into_view_if_needed()
        expect(site.locator("#carte .leaflet-control-attribution")).to_be_visible()
    assert faults(site) == []


def test_axe_finds_no_fault_with_preview_and_filters_open(site: Page, live_server: LiveServer) -> None:
    site.goto(live_server.url + NEAR_GRENOBLE)
    site.locator(".marker.mission").first.click()
    expect(site.locator("#apercu a.button")).to_be_visible()
    assert faults(site) == []
    site.keyboard.press("Escape")
    site.locator(".filters-toggle").click()
    site.locator("summary", has_text="Thème").click()
    assert faults(site) == []


def test_axe_finds_no_fault_on_the_page_of_an_item(site: Page, live_server: LiveServer) -> None:
    site.goto(live_server.url + NEAR_GRENOBLE)
    site.locator(".card a").first.click()
    site.locator("#mini-carte").scroll_into_view_if_needed()
    expect(site.locator("#mini-carte .marker")).to_be_visible()
    assert faults(site) == []


@pytest.mark.parametrize("height", [640, 256])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(site: Page, live_server: LiveServer, name: str, height: int) -> None:
    site.set_viewport_size({"width": 320, "height": height})
    site.goto(live_server.url + PAGES[name])
    assert site.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_by_keyboard_from_the_home_page_to_the_nearest_item(site: Page) -> None:
    site.get_by_role("combobox").focus()
    site.keyboard.type("grenoble")
    site.keyboard.press("Enter")
    expect(site.get_by_role("heading", level=1)).to_contain_text("de Grenoble")
    site.keyboard.press("Tab")  # the first skip link leads to the results
    site.keyboard.press("Enter")
    for _press in range(6):  # what the results say of themselves comes first
        site.keyboard.press("Tab")
        if site.evaluate("() => document.activeElement.matches('.card a')"):
            break
    site.keyboard.press("Enter")
    expect(site.get_by_role("heading", level=1)).to_have_text("Repas partagé 0")


@pytest.fixture
def without_script(browser: Browser, live_server: LiveServer, grenoble: None) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="fr-BE")
    page = context.new_page()
    page.goto(f"{live_server.url}/fr/")
    yield page
    context.close()


def test_without_script_search_pages_item_and_download_work(without_script: Page) -> None:
    page = without_script
    page.get_by_role("textbox").fill("grenoble")
    page.get_by_role("button", name="Voir").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("27 résultats à moins de 5\xa0km de Grenoble")
    expect(page.get_by_text("La carte demande JavaScript")).to_be_visible()
    page.get_by_role("link", name="Page suivante").click()
    expect(page.get_by_text("Page 2 sur 2")).to_be_visible()
    page.get_by_text("Télécharger cette vue").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert len(download.value.path().read_text("utf-8").splitlines()) == 28
    page.locator(".card a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Place à vivre")


def test_without_script_filters_work(without_script: Page, live_server: LiveServer) -> None:
    page = without_script
    page.goto(live_server.url + NEAR_GRENOBLE)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".kind-toggle.project").click()
    page.get_by_role("button", name="Voir les résultats").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("17 résultats")
