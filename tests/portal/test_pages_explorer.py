import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from geo.models import Level
from portal.vocabularies import Kind, Precision, Status, Theme
from tests.factories import make_activity, make_area, make_source

pytestmark = pytest.mark.django_db
AROUND_MONS = "/fr/explorer/?near=50.4542,3.9523&place=Mons"


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return unescape(response.content.decode()).replace("\xa0", " ")


def titles(text: str) -> list[str]:
    return re.findall(r'class="card-title"[^>]*><a [^>]*>([^<]*)<', text)


def heading(text: str) -> str:
    return "".join(re.findall(r"<h1[^>]*>([^<]*)<", text))


def test_cards_come_by_distance(client: Client) -> None:
    for title, lon in (("loin", 3.99), ("près", 3.953), ("hors du cercle", 4.2)):
        make_activity(title=title, geometry=Point(lon, 50.4542, srid=4326))
    text = page(client, AROUND_MONS)
    assert titles(text) == ["près", "loin"]
    assert re.findall(r'class="distance">([^<]*)<', text) == ["50 m", "2,7 km"]
    assert heading(text) == "2 résultats à moins de 5 km de Mons"


def test_what_has_no_pin_has_its_own_heading(client: Client) -> None:
    area = make_area(name="Mons", level=Level.COMMUNE)
    make_activity(title="pour la commune", precision=Precision.COMMUNE, area=area)
    make_activity(title="à distance", precision=Precision.REMOTE, kind=Kind.MISSION)
    make_activity(title="sans lieu", precision=Precision.UNKNOWN)
    make_activity(title="ici")
    text = page(client, AROUND_MONS)
    assert titles(text) == ["ici", "pour la commune", "à distance", "sans lieu"]
    assert re.findall(r'class="section-head" id="(\w+)"', text) == ["commune", "remote", "unknown"]
    assert heading(text) == "2 résultats à moins de 5 km de Mons"
    assert re.findall(r">(dont 1 sur la carte|1 pour toute une commune|1 à distance|1 sans lieu connu)<", text) == [
        "dont 1 sur la carte",
        "1 pour toute une commune",
        "1 à distance",
        "1 sans lieu connu",
    ]


def test_without_a_place_everything_is_part_of_the_count(client: Client) -> None:
    make_activity(precision=Precision.REMOTE)
    make_activity()
    assert heading(page(client, "/fr/explorer/")) == "2 résultats"


def test_twenty_cards_a_page(client: Client) -> None:
    source = make_source()
    for number in range(45):
        make_activity(source=source, title=f"n{number}")
    shown = [titles(page(client, f"{AROUND_MONS}&page={number}")) for number in (1, 2, 3)]
    assert [len(part) for part in shown] == [20, 20, 5]
    assert len({title for part in shown for title in part}) == 45
    assert len(titles(page(client, f"{AROUND_MONS}&page=99"))) == 5


def test_a_section_is_linked_at_the_page_that_it_begins_on(client: Client) -> None:
    source = make_source()
    for _number in range(25):
        make_activity(source=source)
    make_activity(source=source, precision=Precision.REMOTE)
    link = re.findall(r'href="([^"]*)#remote"', page(client, AROUND_MONS))[0]
    assert link.endswith("&page=2")
    assert 'id="remote"' in page(client, link)


def test_no_result_shows_the_nearest_and_how_far_to_look(client: Client) -> None:
    make_source(territory=[make_area(name="Namur", code="be-namur", centre=Point(4.87, 50.46, srid=4326)).code])
    make_activity(title="à 17 km", geometry=Point(4.2, 50.4542, srid=4326))
    text = page(client, AROUND_MONS)
    assert heading(text) == "Aucun résultat à moins de 5 km de Mons"
    assert titles(text) == ["à 17 km"]
    assert "Élargir à 25 km (1)" in text


def test_the_widened_search_gives_the_promised_count(client: Client) -> None:
    make_activity(geometry=Point(4.2, 50.4542, srid=4326))
    link = re.findall(r'class="button primary" href="([^"]*)">Élargir', page(client, AROUND_MONS))[0]
    assert heading(page(client, link)) == "1 résultat à moins de 25 km de Mons"


def test_places_covered_are_those_of_sources_with_something(client: Client) -> None:
    namur = make_area(name="Namur", code="be-namur")
    make_area(name="Arlon", code="be-arlon")
    source = make_source(territory=[namur.code])
    make_source(territory=["be-arlon"])
    make_activity(source=source, geometry=Point(4.87, 50.46, srid=4326))
    assert re.findall(r'class="chip plain" href="[^"]*">(\w+)', page(client, AROUND_MONS)) == ["Namur"]


def test_the_past_is_left_out_until_it_is_asked_for(client: Client) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    make_activity(title="fini", kind=Kind.MISSION, starts=past, ends=past)
    text = page(client, AROUND_MONS)
    assert titles(text) == []
    all_link = re.findall(r'class="chip" href="([^"]*)"><span[^>]*>Retirer :</span>En cours ou à venir', text)[0]
    assert "when=all" in all_link
    assert titles(page(client, all_link)) == ["fini"]


def test_a_kind_of_its_own_address_is_chosen_beforehand(client: Client) -> None:
    make_activity(title="mission", kind=Kind.MISSION)
    make_activity(title="projet", kind=Kind.PROJECT)
    assert titles(page(client, "/fr/missions/")) == ["mission"]
    assert titles(page(client, "/nl/projecten/")) == ["projet"]


def test_counts_of_a_filter_do_not_depend_on_its_own_choice(client: Client) -> None:
    make_activity(kind=Kind.MISSION)
    make_activity(kind=Kind.PROJECT, themes=[Theme.SPORT])
    text = page(client, "/fr/explorer/?kind=mission")
    assert re.findall(r'data-live="kind-(\w+)">(\d+)<', text) == [
        ("initiative", "0"),
        ("project", "1"),
        ("mission", "1"),
    ]


def test_filters_that_are_on_are_chips_that_take_them_away(client: Client) -> None:
    make_activity(kind=Kind.PROJECT, themes=[Theme.SPORT], status=Status.WORKS)
    text = page(client, "/fr/explorer/?kind=project&theme=sport&status=works&when=all")
    assert re.findall(r"Retirer :</span>([^<]*)<", text) == ["Projets", "Sport et loisirs", "En travaux"]
    links = re.findall(r'class="chip" href="([^"]*)"', text)
    assert links[1] == "/fr/explorer/?kind=project&status=works&when=all"


@pytest.mark.parametrize(
    ("asked", "chip"),
    [
        ("when=2026-11-28", "Le 28 novembre 2026"),
        ("when=2026-11-28/..", "28 novembre 2026 – …"),
        ("when=weekend", "Ce week-end"),
        ("when=all&precision=remote", "À distance"),
        ("when=all&remote=possible", "À distance possible"),
        ("when=all&q=jardin", "« jardin »"),
        ("when=all&bbox=3,50,4,51", "Zone de la carte"),
    ],
)
def test_every_filter_has_its_words(client: Client, asked: str, chip: str) -> None:
    assert re.findall(r"Retirer :</span>([^<]*)<", page(client, f"/fr/explorer/?{asked}")) == [chip]


def test_a_source_is_called_by_its_title(client: Client) -> None:
    source = make_source(title="Associations de Mons")
    text = page(client, f"/fr/explorer/?when=all&source={source.slug}")
    assert "Retirer :</span>Associations de Mons<" in text


def test_a_bad_value_is_told_and_the_rest_is_kept(client: Client) -> None:
    make_activity(title="mission", kind=Kind.MISSION)
    text = page(client, "/fr/explorer/?kind=mission&theme=zzz&near=900,0&utm_source=x", status=400)
    assert titles(text) == ["mission"]
    assert re.findall(r"<li>([^<]*)</li>", text)[0].startswith("near : ")
    assert "utm_source" not in text.replace("utm_source=x", "")


def test_downloads_are_of_exactly_this_view(client: Client) -> None:
    make_activity(kind=Kind.MISSION)
    make_activity(kind=Kind.PROJECT)
    links = re.findall(r'href="(/api/[^"]*)"', page(client, f"{AROUND_MONS}&kind=mission"))
    answers = [client.get(unescape(link)) for link in links]
    assert [answer["Row-Count"] for answer in answers] == ["1"] * 4
    assert len(answers[0].getvalue().decode().splitlines()) == 2
    assert len(json.loads(answers[2].getvalue())["features"]) == 1


def test_a_hostile_title_stays_text(client: Client) -> None:
    make_activity(title="<script>alert(1)</script>", organisation='"><img src=x onerror=alert(1)>')
    text = client.get(AROUND_MONS).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    source = make_source()
    for _number in range(count):
        make_activity(source=source)
    with django_assert_num_queries(1):
        Client().get(AROUND_MONS)
