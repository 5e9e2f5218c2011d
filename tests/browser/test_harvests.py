"""The pages about harvests and those of operators in a real browser: no fault, no policy broken."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from portal.models import Rejection, Removal, Run
from tests.browser.test_access import faults
from tests.factories import make_activity, make_source

PASSWORD = "only for this test"


@pytest.fixture
def harvested(transactional_db: None) -> str:
    """A late source with a failure, rejections and a held removal; the path of its last run but one."""
    now = timezone.now()
    source = make_source(slug="mons", title="Associations de Mons", confirmed=now - timedelta(days=4))
    make_activity(source=source)
    codes = {"no-title": 2}
    run = Run.objects.create(
        source=source, started=now, finished=now, status="complete", read=5, unchanged=3, rejected=2,
        rejected_by_code=codes, notes=[{"text": "place not used", "count": 2, "examples": ["7"]}],
    )  # fmt: skip
    for position in (1, 2):
        Rejection.objects.create(run=run, position=position, record_id="x" * 200, code="no-title", reason="no title")
    failed = {"status": "failed", "error_code": "unreachable", "error": "https://portal.example/" + "y" * 300}
    Run.objects.create(source=source, started=now, finished=now, **failed)
    Removal.objects.create(source=source, status="held", missing=31, published=90, opened=now)
    return f"/fr/collectes/mons/{run.pk}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(
    page: Page, live_server: LiveServer, harvested: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/fr/collectes/", "/fr/collectes/mons/", harvested):
        page.goto(live_server.url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
        assert faults(page) == []
    page.goto(f"{live_server.url}/fr/collectes/mons/")
    page.get_by_text("Une par une, en chiffres").click()
    expect(page.locator("table.runs")).to_be_visible()
    assert faults(page) == []


def test_from_the_footer_to_why_a_record_was_refused(page: Page, live_server: LiveServer, harvested: str) -> None:
    page.goto(f"{live_server.url}/fr/a-propos/")
    page.locator(".site-footer").get_by_role("link", name="Collectes").click()
    page.get_by_role("link", name="Associations de Mons").last.click()
    page.get_by_text("Une par une, en chiffres").click()
    page.goto(live_server.url + harvested)
    expect(page.get_by_text("La fiche n’a pas de titre.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Toutes les fiches refusées").click()
    assert len(download.value.path().read_text("utf-8").splitlines()) == 3


def test_an_operator_enters_decides_and_breaks_no_policy(page: Page, live_server: LiveServer, harvested: str) -> None:
    User.objects.create_superuser("op", password=PASSWORD)
    page.goto(f"{live_server.url}/admin/")
    page.locator("#id_username").fill("op")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Connexion").click()
    for name in ("source", "run", "activity", "removal"):
        page.goto(f"{live_server.url}/admin/portal/{name}/")
        expect(page.locator("#result_list")).to_be_visible()
    page.locator(".action-select").check()
    page.locator("select[name=action]").select_option("keep")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".messagelist .success")).to_have_text("Associations de Mons : fiches gardées.")
    page.goto(f"{live_server.url}/fr/")
    assert page.evaluate("() => document.cookie") == ""
