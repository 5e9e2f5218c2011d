import re

from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import HOSTILE

NEAR_GRENOBLE = "near=45.1885,5.7245&radius=5000&when=upcoming&place=Grenoble"


def test_from_a_typed_town_to_the_page_of_the_nearest(site: Page) -> None:
    site.get_by_role("combobox").press_sequentially("gren")
    expect(site.get_by_role("option", name="Grenoble")).to_be_visible()
    site.keyboard.press("ArrowDown")
    site.keyboard.press("Enter")
    expect(site.get_by_role("heading", level=1)).to_contain_text("résultats à moins de 5 km de Grenoble")
    distances = site.locator(".card .distance").all_inner_texts()
    assert distances[0].replace("\xa0", " ") == "10 m"
    expect(site.locator(".marker").first).to_be_visible()
    site.locator(".card a").first.click()
    expect(site.get_by_role("heading", level=1)).to_have_text("Repas partagé 0")
    site.get_by_role("link", name="Résultats autour de Grenoble").click()
    expect(site).to_have_url(re.compile("near=45.1885,5.7245&radius=5000"))


def test_enter_without_a_choice_lets_the_server_decide(site: Page) -> None:
    site.get_by_role("combobox").fill("grenoble")
    site.keyboard.press("Enter")
    expect(site.get_by_role("heading", level=1)).to_contain_text("de Grenoble")


def test_ones_own_position_when_it_is_granted(context: BrowserContext, site: Page) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 45.18851234, "longitude": 5.72449876})
    site.get_by_role("button", name="Autour de moi").click()
    expect(site.get_by_role("heading", level=1)).to_contain_text("de votre position")
    expect(site).to_have_url(re.compile("near=45.189,5.724"))


def test_ones_own_position_when_it_is_refused(site: Page) -> None:
    site.get_by_role("button", name="Autour de moi").click()
    expect(site.locator(".locate-message")).to_contain_text("n’a pas l’autorisation")
    expect(site.get_by_role("combobox")).to_be_focused()


def test_the_position_is_not_asked_before_the_click(site: Page, live_server: LiveServer) -> None:
    asked = "navigator.geolocation.getCurrentPosition = () => { window.asked = true }"
    site.add_init_script(asked)
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}")
    expect(site.locator(".marker").first).to_be_visible()
    assert site.evaluate("() => window.asked") is None


def test_no_result_shows_the_nearest_and_the_places_covered(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?place=Mons")
    expect(site.get_by_role("heading", level=1)).to_have_text("Aucun résultat à moins de 5\xa0km de Mons")
    expect(site.get_by_role("heading", name="Les 10 plus proches")).to_be_visible()
    expect(site.locator(".cards .card")).to_have_count(11)
    site.get_by_role("link", name=re.compile("^Grenoble")).click()
    expect(site.get_by_role("heading", level=1)).to_contain_text("de Grenoble")


def test_a_filter_changes_list_count_and_address_without_leaving_the_page(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}")
    heading = site.get_by_role("heading", level=1)
    expect(heading).to_contain_text("27 résultats")
    site.locator(".filters-toggle").click()
    site.locator(".kind-toggle.project").click()
    expect(heading).to_contain_text("17 résultats")
    expect(site).to_have_url(re.compile("kind=initiative,mission"))
    expect(site.locator("#annonce")).to_contain_text("17 résultats")
    site.go_back()
    expect(heading).to_contain_text("27 résultats")
    expect(site.locator("#kind-project")).to_be_checked()


def test_the_language_switch_keeps_the_state(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?{NEAR_GRENOBLE}&kind=mission")
    site.get_by_role("link", name="nederlands").click()
    expect(site.get_by_role("heading", level=1)).to_contain_text("17 resultaten binnen 5\xa0km van Grenoble")
    expect(site).to_have_url(re.compile("/nl/verkennen/.*kind=mission"))
    assert site.get_attribute("html", "lang") == "nl"


def test_a_hostile_title_is_only_text_on_card_preview_and_page(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/fr/explorer/?near=45.1885,5.6945&radius=1000&place=Grenoble")
    expect(site.locator(".card a")).to_contain_text([HOSTILE, "Même"])
    site.get_by_role("button", name=re.compile("onerror")).click()
    expect(site.locator("#apercu h2")).to_have_text(HOSTILE)
    site.locator("#apercu a.button").click()
    expect(site.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert site.title() == f"{HOSTILE} · Parages"
