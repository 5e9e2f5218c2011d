"""«Ajouter un portail» in a real browser, by keyboard alone: from an address to records on the public map."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.runs.harvest import harvest
from portal.models import Source
from tests.browser.test_access import faults
from tests.factories import make_area

PASSWORD = "only for this test"
PATIENCE_MS = 30_000
PROJECTS = [
    "numero;titre du projet;latitude;longitude;montant;statut",
    *(f"P{n};Jardin partagé n° {n};50,45{n};3,95{n};{n}000 €;En travaux" for n in range(1, 10)),
    *(f"P{n};Jardin partagé n° {n};50,45{n};3,95{n};{n}000 €;Réalisé" for n in range(10, 13)),
]
INDEX = """<!doctype html><html lang="fr"><title>Données de Mons</title>
<a href="projets.csv">Projets</a> <a href="air.csv">Air</a></html>"""


@pytest.fixture
def portal(tmp_path: Path, settings: LazySettings) -> Iterator[str]:
    """A page that links to two files, one of them of projects."""
    folder = tmp_path / "mons"
    folder.mkdir()
    (folder / "index.html").write_text(INDEX, "utf-8")
    (folder / "projets.csv").write_text("\n".join(PROJECTS), "utf-8")
    (folder / "air.csv").write_text("capteur;valeur\n1;2\n", "utf-8")
    with portals(tmp_path) as base_url:
        settings.ALLOW_HARVEST_HOSTS = [base_url.removeprefix("http://")]
        yield f"{base_url}/mons/index.html"


@pytest.fixture
def operator(page: Page, live_server: LiveServer, transactional_db: None) -> Page:
    """Somebody who has entered and stands before the first step."""
    make_area(code="be-53053", name="Mons")
    User.objects.create_superuser("op", password=PASSWORD)
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{live_server.url}/admin/login/?next=/admin/portal/source/portail/")
    page.locator("#id_username").focus()
    page.keyboard.type("op")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ajouter un portail")
    return page


def press(where: Locator, key: str = "Enter") -> None:
    """Reach it as the Tab key does, and press."""
    where.focus()
    where.page.keyboard.press(key)


def ask(page: Page, address: str) -> None:
    page.locator("#adresse").focus()
    page.keyboard.type(address)
    page.keyboard.press("Enter")


def answer(page: Page) -> None:
    """Choose the file of projects, agree with what is asked and say what no file says."""
    press(page.locator("button.dataset").first)
    expect(page.get_by_role("heading", name="Ce que nous avons compris")).to_be_visible(timeout=PATIENCE_MS)
    for name, words in (("licence", "CC BY 4.0"), ("publisher", "Ville de Mons")):
        page.locator(f"[name='set.{name}']").focus()
        page.keyboard.type(words)
    for box in page.locator("[name^='ok.']").all():
        press(box, "Space")


def try_out(page: Page) -> None:
    press(page.get_by_role("button", name="Essayer à blanc"))
    expect(page.get_by_text("Rien n’a été enregistré")).to_be_visible(timeout=PATIENCE_MS)


def test_by_keyboard_from_an_address_to_the_public_map(operator: Page, live_server: LiveServer, portal: str) -> None:
    ask(operator, portal)
    answer(operator)
    try_out(operator)
    assert Source.objects.count() == 0
    press(operator.get_by_role("button", name="Accepter et moissonner"))
    expect(operator.locator(".messagelist .success")).to_contain_text(
        "sa première moisson commence", timeout=PATIENCE_MS
    )
    with Client.from_settings() as client:
        assert harvest(Source.objects.get(), client).created == 12
    operator.goto(f"{live_server.url}/fr/explorer/?near=50.455,3.955&radius=5000&place=Mons")
    expect(operator.get_by_role("heading", level=1)).to_contain_text("9 résultats")  # three are finished
    expect(operator.locator("#carte .marker, #carte .cluster").first).to_be_attached()


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_fault_at_any_step(operator: Page, portal: str, width: int, scheme: str) -> None:
    operator.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    operator.set_viewport_size({"width": width, "height": 800})
    found = faults(operator)
    ask(operator, portal)
    expect(operator.locator("button.dataset").first).to_be_visible(timeout=PATIENCE_MS)
    found += faults(operator)
    answer(operator)
    for fold in operator.locator("main details > summary").all():
        press(fold)
    found += faults(operator)
    assert operator.evaluate("() => document.documentElement.scrollWidth") <= width
    try_out(operator)
    assert found + faults(operator) == []
    assert operator.evaluate("() => document.documentElement.scrollWidth") <= width
