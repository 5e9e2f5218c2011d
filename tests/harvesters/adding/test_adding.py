"""The operator's three steps, as a browser takes them: each page's form is what the next one is sent."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

from harvesters.loopback import portals
from portal.models import Activity, Run, Source
from tests.factories import make_area, make_source

pytestmark = pytest.mark.django_db
ADDRESS, READING = "/admin/portal/source/portail/", "/admin/portal/source/portail/lecture/"
ROWS = [
    "numero;titre du projet;latitude;longitude;montant;statut",
    *(f"P{n};Jardin partagé n° {n};50,45{n};3,95{n};{n}000 €;Réalisé" for n in range(1, 9)),
]


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("op", password="only for this test"))
    return client


@pytest.fixture
def portal(tmp_path: Path, settings: LazySettings) -> Iterator[str]:
    (tmp_path / "mons").mkdir()
    (tmp_path / "mons" / "projets.csv").write_text("\n".join(ROWS), "utf-8")
    make_area(code="be-53053", name="Mons")
    with portals(tmp_path) as base_url:
        settings.ALLOW_HARVEST_HOSTS = [base_url.removeprefix("http://")]
        yield base_url + "/mons"


def form(page: str) -> dict[str, str]:
    """What a browser would send of the page's last form, nothing touched."""
    last = page[page.rindex('<form class="adding-') :]
    sent = dict(re.findall(r'<input(?: id="[^"]*")?(?: type="hidden")? name="([^"]+)" value="([^"]*)"', last))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', last, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {unescape(name): unescape(value) for name, value in sent.items()}


def step(client: Client, page: str, **said: str) -> str:
    answer = client.post(READING, form(page) | said, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def found(client: Client, portal: str) -> str:
    return client.get(ADDRESS, {"address": f"{portal}/projets.csv"}).content.decode()


def answered(client: Client, page: str) -> str:
    """Say what no file can say, and agree with the rest."""
    agreed = {f"ok.{name}": "on" for name in re.findall(r'name="ok\.([^"]+)"', page)}
    return step(client, page, **agreed, **{"set.licence": "CC BY 4.0", "set.publisher": "Mons", "do": "try"})


def test_an_address_becomes_a_source_and_its_harvest_is_asked_for(operator: Client, portal: str) -> None:
    page = answered(operator, found(operator, portal))
    assert "Rien n’a été enregistré" in page
    assert (Source.objects.count(), Activity.objects.count(), Run.objects.count()) == (0, 0, 0)
    step(operator, page, do="accept")
    source = Source.objects.get()
    assert (source.licence, source.publisher, source.enabled) == ("CC BY 4.0", "Mons", True)
    assert (source.mapping["title"], source.mapping["id"]) == ("titre du projet", "numero")


def test_what_is_not_known_is_asked_and_never_accepted_silently(operator: Client, portal: str) -> None:
    page = found(operator, portal)
    assert "nous ne devinons pas à votre place" in page
    page = step(operator, page, do="accept")
    assert "nous ne devinons pas à votre place" in page
    assert Source.objects.count() == 0


def test_a_correction_stays_and_is_shown_at_once(operator: Client, portal: str) -> None:
    page = step(operator, found(operator, portal), **{"set.mapping.title": "numero", "do": "look"})
    assert '<th scope="row">P1</th>' in page
    assert '<th scope="row">P1</th>' in step(operator, page, do="look")


def test_a_territory_is_said_by_its_name(operator: Client, portal: str) -> None:
    page = step(operator, found(operator, portal), **{"set.territory": "mons", "do": "look"})
    assert form(page)["set.territory"] == "be-53053"
    assert "dit par vous : Mons" in page
    page = step(operator, page, **{"typed.territory": "Nulle-Part", "do": "look"})
    assert "ne connaît aucun" in page
    assert form(page)["set.territory"] == "be-53053"


def test_the_words_of_a_status_are_shown_and_corrected_one_by_one(operator: Client, portal: str) -> None:
    page = found(operator, portal)
    assert "Réalisé → livré" in page
    assert '{"' not in unescape(re.sub(r'value="[^"]*"|<script.*?</script>', "", page, flags=re.DOTALL))
    page = step(operator, page, **{"ours.mapping.status.1": "works", "do": "look"})
    assert "Réalisé → en travaux" in page
    assert "en travaux" in re.findall(r'data-label="État">([^<]*)', page)[0].lower()


def test_words_that_nobody_translated_stay_so(operator: Client, portal: str) -> None:
    page = step(operator, found(operator, portal), **{"set.kind": "initiative", "do": "look"})
    for _again in range(2):
        assert ("Réalisé → ?" in page, form(page)["ours.mapping.status.1"]) == (True, "")
        page = step(operator, page, do="look")
    page = step(operator, page, **{"ours.mapping.status.1": "active", "do": "look"})
    assert "Réalisé → actif" in page
    assert "Réalisé → ?" in step(operator, page, **{"ours.mapping.status.1": "", "do": "look"})


def test_one_bad_answer_costs_the_others_nothing(operator: Client, portal: str) -> None:
    said = {"set.licence": "CC BY 4.0", "set.mapping.crs": "nowhere", "set.kind": "x", "typed.territory": "Nulle-Part"}
    page = step(operator, found(operator, portal), **said, do="accept")
    told = page[page.index('role="alert"') :]
    assert ["ne peut pas être « nowhere »" in told, "Nature » ne peut pas être « x »" in told] == [True, True]
    assert ("ne connaît aucun" in told, form(page)["set.licence"], Source.objects.count()) == (True, "CC BY 4.0", 0)


def test_another_kind_drops_the_words_of_the_first(operator: Client, portal: str) -> None:
    page = step(operator, found(operator, portal), **{"set.kind": "initiative", "do": "look"})
    said = {"set.kind": "project", "ours.mapping.status.1": "active", "set.licence": "CC0", "do": "look"}
    page = step(operator, page, **said)
    assert ("Réalisé → livré" in page, 'role="alert"' in page, form(page)["set.licence"]) == (True, False, "CC0")


def test_an_amount_without_a_currency_is_a_question(operator: Client, portal: str) -> None:
    page = step(operator, found(operator, portal), **{"set.mapping.budget": "montant", "do": "look"})
    page = step(operator, page, **{"set.mapping.currency": "", "set.licence": "CC0", "do": "look"})
    assert ("En quelle monnaie" in page, form(page)["set.licence"]) == (True, "CC0")


@pytest.mark.parametrize(
    ("typed", "words"), [("pas une adresse", "« pas une adresse » n’est pas"), ("x.be/" + "a" * 1001, "trop longue")]
)
def test_what_is_no_address_is_told_as_it_was_typed(operator: Client, typed: str, words: str) -> None:
    page = unescape(operator.get(ADDRESS, {"address": typed}).content.decode())
    assert words in page
    page = unescape(operator.post(READING, {"address": typed, "do": "try"}).content.decode())
    assert words in page


def test_a_name_that_is_taken_is_no_obstacle(operator: Client, portal: str) -> None:
    page = found(operator, portal)
    make_source(slug="projets")
    page = answered(operator, page)
    assert "Rien n’a été enregistré" in page
    step(operator, page, do="accept")
    assert set(Source.objects.values_list("slug", flat=True)) == {"projets", "projets-2"}


def test_english_notes_stand_under_a_heading_that_says_so(operator: Client, portal: str) -> None:
    page = step(operator, found(operator, portal), **{"set.kind": "initiative", "do": "look"})
    read = page[page.index("Comment le fichier est lu") :]
    shown, _heading, detail = read.partition("Détail, en anglais")
    assert ("l’adresse donne un fichier" in shown, "no portal answers" in read, 'lang="en"' in shown) == (
        True, False, False,
    )  # fmt: skip
    assert '<ul lang="en">' in detail


def test_the_start_of_the_admin_leads_here(operator: Client) -> None:
    assert f'href="{ADDRESS}"' in operator.get("/admin/").content.decode()


def test_the_language_is_switched_where_the_operator_is(operator: Client, portal: str) -> None:
    page = found(operator, portal)
    links = [unescape(link) for link in re.findall(r'<a href="([^"]*)" hreflang', page)]
    answer = operator.get(links[1], follow=True)
    assert '<html lang="nl">' in answer.content.decode()
    assert answer.request["QUERY_STRING"] == urlencode({"address": f"{portal}/projets.csv"})
    assert answer.client.cookies["django_language"]["path"] == "/admin/"
    corrected = step(operator, answer.content.decode(), do="look")
    assert ('<html lang="nl">' in corrected, "hreflang" in corrected) == (True, False)


def test_a_name_that_only_the_address_gave_is_asked(operator: Client, portal: str) -> None:
    page = found(operator, portal)
    assert ("Ce nom vient de l’adresse" in page, form(page)["set.title"]) == (True, "projets")
    page = step(operator, page, **{"set.title": "Projets de Mons", "do": "look"})
    assert ("Ce nom vient de l’adresse" in page, form(page)["set.title"]) == (False, "Projets de Mons")


def test_an_id_is_put_together_of_ticked_columns(operator: Client, portal: str) -> None:
    page = found(operator, portal)
    answer = operator.post(READING, form(page) | {"parts.mapping.id": ["statut", "numero"], "do": "look"})
    page = answer.content.decode()
    assert ("statut + numero</option>" in page, "Réalisé-P1</td>" in page) == (True, True)
    assert ">P1</td>" in step(operator, page, **{"parts.mapping.id": "numero", "do": "look"})


def test_the_same_dataset_is_not_added_twice(operator: Client, portal: str) -> None:
    page = answered(operator, found(operator, portal))
    step(operator, page, do="accept")
    assert "déjà moissonné par la source" in step(operator, page, do="accept")
    assert Source.objects.count() == 1


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "gopher://a", "http://[", "nothing at all"])
def test_an_address_that_cannot_be_read_is_told_in_words(operator: Client, address: str) -> None:
    answer = operator.get(ADDRESS, {"address": address})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("said", ["{", "[]", "[" * 100_000, '{"nothing": "x"}', '{"mapping.nothing": 1}'])
def test_a_form_that_was_tampered_with_costs_nothing(operator: Client, portal: str, said: str) -> None:
    sent = {"address": f"{portal}/projets.csv", "said": said, "do": "accept"}
    assert operator.post(READING, sent).status_code == 200
    assert Source.objects.count() == 0


def test_only_those_who_may_add_sources_see_it(client: Client, portal: str) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get(ADDRESS).status_code == 403
