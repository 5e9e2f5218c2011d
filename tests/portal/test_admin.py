from io import StringIO

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from portal import visitor
from portal.models import Activity, Removal, Run, Tombstone
from tests.factories import SEEN, make_activity, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("op", password="only for this test"))
    return client


@pytest.mark.parametrize("path", ["/", "/fr/", "/fr/explorer/", "/fr/a-propos/", "/api/items/", "/fr/rien/"])
def test_visitors_get_no_cookie_and_one_page_for_all(client: Client, path: str) -> None:
    response = client.get(path)
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()


def test_operators_carry_their_cookies_to_the_admin_alone(client: Client) -> None:
    User.objects.create_superuser("op", password="only for this test")
    response = client.post("/admin/login/", {"username": "op", "password": "only for this test"})
    session = response.cookies["sessionid"]
    assert (session["path"], session["max-age"], session["httponly"]) == ("/admin/", 12 * 3600, True)


def test_after_five_wrong_passwords_an_address_waits(client: Client) -> None:
    User.objects.create_superuser("op", password="only for this test")
    tries = [client.post("/admin/login/", {"username": "op", "password": f"no {n}"}).status_code for n in range(5)]
    assert tries == [200, 200, 200, 200, 429]
    right = client.post("/admin/login/", {"username": "op", "password": "only for this test"})
    assert right.status_code == 429
    assert "un quart d’heure" in right.content.decode()


@pytest.mark.parametrize(
    ("https", "forwarded", "address"),
    [
        (True, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (True, "nonsense", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (False, "203.0.113.7", "127.0.0.1"),
    ],
)
def test_only_our_own_proxy_is_believed(settings: LazySettings, https: bool, forwarded: str, address: str) -> None:
    settings.HTTPS = https
    assert visitor.address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == address


def test_the_command_makes_an_operator_and_shows_the_password_once(client: Client) -> None:
    said = StringIO()
    call_command("admin", "claire", "--generate", stdout=said)
    password = said.getvalue().split()[-1]
    response = client.post("/admin/login/?next=/admin/", {"username": "claire", "password": password})
    assert response.headers["Location"] == "/admin/"


@pytest.mark.parametrize("name", ["source", "run", "removal", "activity"])
def test_each_list_and_each_page_opens(operator: Client, name: str) -> None:
    activity = make_activity()
    run = Run.objects.create(source=activity.source, started=SEEN, status=Run.Status.FAILED, error="rien")
    held = Removal.objects.create(source=activity.source, status="held", missing=1, published=1, opened=SEEN)
    key = {"source": activity.source_id, "run": run.pk, "removal": held.pk, "activity": activity.pk}[name]
    assert operator.get(f"/admin/portal/{name}/").status_code == 200
    assert operator.get(f"/admin/portal/{name}/{key}/change/").status_code == 200


def test_an_erased_record_leaves_its_ids_and_nothing_else(operator: Client) -> None:
    activity, other = make_activity(source_record_id="7"), make_activity()
    operator.post("/admin/portal/activity/", {"action": "erase", "_selected_action": [activity.pk]})
    assert list(Activity.objects.all()) == [other]
    stone = Tombstone.objects.get()
    assert (stone.public_id, stone.source_record_id, stone.reason) == (activity.public_id, "7", "erased")


def test_a_run_and_a_record_cannot_be_written_by_hand(operator: Client) -> None:
    activity = make_activity(title="avant")
    response = operator.post(f"/admin/portal/activity/{activity.pk}/change/", {"title": "après"})
    activity.refresh_from_db()
    assert (response.status_code, activity.title) == (403, "avant")


@pytest.mark.parametrize(
    ("steps", "status", "published"),
    [(["accept"], "done", 0), (["keep"], "dismissed", 1), (["accept", "put_back"], "undone", 1)],
)
def test_a_held_removal_is_decided_by_a_person(operator: Client, steps: list[str], status: str, published: int) -> None:
    source = make_source()
    held = Removal.objects.create(source=source, status="held", missing=1, published=1, opened=SEEN)
    make_activity(source=source, missing_since=SEEN, missing_runs=2, removal=held)
    for step in steps:
        operator.post("/admin/portal/removal/", {"action": step, "_selected_action": [held.pk], "confirmed": "yes"})
    held.refresh_from_db()
    assert (held.status, held.decided_by) == (status, "op")
    assert Activity.objects.published().count() == published


def test_before_records_are_taken_off_they_are_shown_and_it_is_asked_once(operator: Client) -> None:
    held = Removal.objects.create(source=make_source(), status="held", missing=21, published=30, opened=SEEN)
    for number in range(21):
        make_activity(source=held.source, title=f"Fiche {number:02}", missing_since=SEEN, missing_runs=2, removal=held)
    form = {"action": "accept", "_selected_action": [held.pk]}
    asked = operator.post("/admin/portal/removal/", form).content.decode()
    page = operator.get(f"/admin/portal/removal/{held.pk}/change/").content.decode()
    for text in (asked, page):
        assert ("Fiche 19" in text, "Fiche 20" in text, "et une autre" in text) == (True, False, True)
    assert "Oui, les retirer" in asked
    assert Activity.objects.published().count() == 21


def test_a_decision_that_comes_too_late_is_told(operator: Client) -> None:
    held = Removal.objects.create(source=make_source(), status="held", missing=1, published=1, opened=SEEN)
    form = {"action": "put_back", "_selected_action": [held.pk]}
    text = operator.post("/admin/portal/removal/", form, follow=True).content.decode()
    assert "cette décision n’est plus possible" in text


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["source", "run", "removal", "activity"])
def test_lists_ask_no_more_queries_when_they_are_longer(
    operator: Client, django_assert_max_num_queries: DjangoAssertNumQueries, name: str, count: int
) -> None:
    for _number in range(count):
        activity = make_activity()
        Run.objects.create(source=activity.source, started=SEEN, status=Run.Status.FAILED)
        Removal.objects.create(source=activity.source, status="held", missing=1, published=1, opened=SEEN)
    with django_assert_max_num_queries(10):
        assert operator.get(f"/admin/portal/{name}/").status_code == 200


def test_a_source_is_suspended_and_put_back(operator: Client) -> None:
    source = make_source()
    for action, enabled in (("disable", False), ("enable", True)):
        operator.post("/admin/portal/source/", {"action": action, "_selected_action": [source.pk]})
        source.refresh_from_db()
        assert source.enabled is enabled


def test_demo_sources_have_no_next_harvest(operator: Client) -> None:
    for slug, demo in (("mons", False), ("essai", True)):
        make_source(slug=slug, demo=demo, enabled=True, due=SEEN)
    page = operator.get("/admin/portal/source/").content.decode()
    cells = [part.split("</td>")[0].split(">")[1] for part in page.split('class="field-next_due')[1:]]
    assert [len(cells), sum(cell in ("-", "–") for cell in cells)] == [2, 1]
