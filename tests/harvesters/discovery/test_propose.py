"""From a file at an address to a Source: five languages, what is asked, what a person may say against it."""

from pathlib import Path

import pytest

from harvesters.definition import build, check, dump
from harvesters.discovery import NeedsDataset, propose
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.mapping.checks import BadMapping
from tests.harvesters.discovery.conftest import Discover, town

pytestmark = pytest.mark.django_db

FRENCH = """Identifiant;Titre du projet;Commune;Longitude;Latitude;Budget;Avancement;Thématique;Edition
p1;Un jardin partagé rue Haute;Grenoble;5,7243;45,1821;12 000 €;TRAVAUX;Nature;2022
p2;Des arceaux à vélo;Grenoble;5,7301;45,1875;8 500 €;FIN;Mobilités;2022
p3;Une boîte à livres;Grenoble;5,7222;45,1799;900 €;ABANDONNÉ;Culture;2023
"""
DUTCH = """id,titel,beschrijving,gemeente,status,thema,bedrag
a1,Fietsenstalling aan het station,Een stalling voor honderd fietsen bij het station,Gent,in uitvoering,Mobiliteit,15000
a2,Speeltuin voor de wijk,Nieuwe toestellen voor de kinderen van de wijk,Gent,gerealiseerd,Sport,23000
a3,Groene gevels in de straat,Klimplanten en geveltuinen voor iedereen die dat wil,Gent,afgewezen,Groen,4000
"""
ENGLISH = """Project ID,Title,Description,Town,Easting,Northing,Status,Category,Website
11,Community garden on the hill,"A garden for the neighbours, with beds and a shed",Ware,{0},{1},open,Nature,https://a.example/11
12,Repair cafe every month,"People mend what is broken, together and for nothing",Ware,{2},{3},closed,Reuse,https://a.example/12
13,Reading in the library,"Volunteers read to the children of the town each week",Ware,{0},{3},open,Education,https://a.example/13
"""
CATALAN = """id;category/name/ca;title/ca;title/es;description/ca;budget_amount;url;scope/name/ca
1;Medi ambient;Horts urbans al barri;Huertos urbanos en el barrio;<p>Uns horts per a tothom</p>;20000;https://d.example/1;Gràcia
2;Cultura;Festa de la llengua;Fiesta de la lengua;<p>Una festa per a les escoles</p>;5000;https://d.example/2;Sants
3;Mobilitat;Carrils bici;Carriles bici;<p>Nous carrils al carrer gran</p>;90000;https://d.example/3;Gràcia
"""
POLISH = """Numer,Nazwa projektu,Dzielnica,Koszt,Głosy,Kategoria,wybrany,latitude,longitude
101,Kwitnące przystanki przy ulicy Długiej,Bemowo,572000,2307,zieleń,1,52.2297,21.0122
102,Letnie kino na Bemowie dla seniorów,Bemowo,45000,2025,kultura,1,52.2310,21.0150
103,Nowe stojaki rowerowe,Wola,20000,312,transport,0,52.2350,20.9900
"""


def test_french(discover: Discover) -> None:
    town("Grenoble", 5.7243, 45.1821, "FR")
    found = discover("projets-budget-participatif.csv", FRENCH)
    mapping = found.source.mapping
    asked = ("id", "title", "lat", "lon", "commune", "budget", "edition", "currency")
    assert {name: mapping[name] for name in asked} == {
        "id": "Identifiant", "title": "Titre du projet", "lat": "Latitude", "lon": "Longitude",
        "commune": "Commune", "budget": "Budget", "edition": "Edition", "currency": {"value": "EUR"},
    }  # fmt: skip
    assert mapping["status"]["values"] == {"TRAVAUX": "works", "FIN": "delivered", "ABANDONNÉ": "abandoned"}
    assert (found.source.kind, found.source.lang, found.source.timezone) == ("project", "fr", "Europe/Paris")
    assert [question.field for question in found.questions] == ["licence", "publisher", "title"]
    assert found.counts == {"read": 3, "rejected": 0, "located": 3, "areal": 0, "unknown": 0}


def test_dutch(discover: Discover) -> None:
    area = town("Gent", 3.725, 51.0536, "BE", "9000")
    found = discover("projecten.csv", DUTCH)
    mapping = found.source.mapping
    assert [mapping[name] for name in ("id", "title", "description", "commune", "budget")] == [
        "id", "titel", "beschrijving", "gemeente", "bedrag",
    ]  # fmt: skip
    assert mapping["status"]["values"] == {
        "in uitvoering": "works", "gerealiseerd": "delivered", "afgewezen": "rejected",
    }  # fmt: skip
    assert (found.source.lang, found.source.territory) == ("nl", [area.code])
    assert [(one.area, one.precision) for one in found.sample] == [(area, "commune")] * 3


def test_english_in_british_metres(discover: Discover) -> None:
    town("Ware", -0.0311, 51.8111, "GB")
    found = discover("initiatives.csv", ENGLISH.format(535760, 214330, 535900, 214500))
    mapping = found.source.mapping
    assert [mapping[name] for name in ("id", "title", "lat", "lon", "crs")] == [
        "Project ID", "Title", "Northing", "Easting", {"value": 27700},
    ]  # fmt: skip
    points = [one.geometry.centroid for one in found.sample if one.geometry]
    assert (round(points[0].x, 2), round(points[0].y, 2)) == (-0.03, 51.81)


def test_catalan_beside_spanish(discover: Discover) -> None:
    found = discover("projects.csv", CATALAN)
    mapping = found.source.mapping
    assert [mapping[name] for name in ("id", "title", "description", "area", "source_url")] == [
        "id", "title/ca", "description/ca", "scope/name/ca", "url",
    ]  # fmt: skip
    assert mapping["themes"]["values"] == {"Medi ambient": "environment", "Cultura": "culture", "Mobilitat": "mobility"}


def test_polish(discover: Discover) -> None:
    town("Warszawa", 21.0122, 52.2297, "PL")
    found = discover("budzet-obywatelski.csv", POLISH)
    mapping = found.source.mapping
    assert [mapping[name] for name in ("id", "title", "lat", "lon", "area", "budget", "votes", "currency")] == [
        "Numer", "Nazwa projektu", "latitude", "longitude", "Dzielnica", "Koszt", "Głosy", {"value": "PLN"},
    ]  # fmt: skip
    assert mapping["status"]["values"] == {"1": "selected", "0": "not_selected"}


def test_the_result_is_what_a_hand_written_file_would_be(discover: Discover) -> None:
    found = discover("projets.csv", FRENCH, licence="CC BY 4.0", publisher="Ville de Grenoble", kind="project",
                     title="=", mapping__currency="EUR")  # fmt: skip
    assert (found.questions, found.source.enabled) == ([], True)
    check(found.source)
    assert "[mapping]" in dump(found.source)


def test_what_is_not_sure_is_asked_and_the_source_is_off(discover: Discover) -> None:
    found = discover("x.csv", "a,b\nx,1\nx,1\ny,2\n")
    assert {question.field for question in found.questions} >= {"kind", "licence", "publisher", "mapping.id"}
    assert (found.is_ready, found.source.enabled) == (False, False)


def test_statuses_of_another_kind_are_asked_and_none_is_made_up(discover: Discover) -> None:
    found = discover("projets.csv", FRENCH, kind="mission")
    status = found.finding("mapping.status")
    assert (found.source.mapping["status"]["values"], "mapping.status" in {one.field for one in found.questions}) == (
        {},
        True,
    )
    assert status is not None
    assert (status.confidence < 0.6, {one.status for one in found.sample}) == (True, {"unknown"})


def test_a_composite_id_is_found_and_asked(discover: Discover) -> None:
    body = "Vote Year,Council District,Project Number,Title\n" + "".join(
        f"{year},{district},{number},Trees for street {number}\n"
        for year in (2014, 2015) for district in (3, 4) for number in (1, 2)
    )  # fmt: skip
    found = discover("projects.csv", body)
    assert found.source.mapping["id"] == "{Vote Year}-{Council District}-{Project Number}"
    assert "mapping.id" in {question.field for question in found.questions}


def test_a_person_is_believed(discover: Discover) -> None:
    said = {"mapping.title": "Thématique", "mapping.id": "=", "mapping.budget": "", "options.delimiter": ";"}
    found = discover("x.csv", FRENCH, kind="initiative", territory="fr-38185,fr-69123", **said)
    source = found.source
    assert (source.mapping["title"], {"budget", "currency"} & set(source.mapping)) == ("Thématique", set())
    assert (source.kind, source.territory) == ("initiative", ["fr-38185", "fr-69123"])
    title = found.finding("mapping.title")
    assert title is not None
    assert (title.confidence, title.evidence, "Titre du projet" in title.alternatives) == (
        1.0,
        "dit par vous",
        False,
    )


def test_what_a_source_needs_cannot_be_waved_through(discover: Discover) -> None:
    said = {"licence": "=", "publisher": "", "title": "Projets", "mapping.title": "", "mapping.id": "="}
    found = discover("projets.csv", FRENCH, kind="project", **said, **{"mapping.currency": "EUR"})
    assert {question.field for question in found.questions} == {"licence", "publisher", "mapping.title"}
    assert (found.source.enabled, found.sample) == (False, [])


@pytest.mark.parametrize("field", ["mapping.nonsense", "nonsense", "mapping"])
def test_a_correction_of_nothing_is_refused(discover: Discover, field: str) -> None:
    with pytest.raises(BadMapping):
        discover("x.csv", FRENCH, **{field: "x"})


def test_nothing_that_was_guessed_is_wrong_for_the_mapping(discover: Discover) -> None:
    found = discover("x.csv", POLISH, licence="x", publisher="x", kind="project", mapping__currency="PLN")
    data = {
        name: getattr(found.source, name) for name in ("uid", "title", "protocol", "address", "publisher", "licence")
    }
    assert build("x", {**data, "kind": "project", "mapping": found.source.mapping}).mapping == found.source.mapping


def test_a_page_that_links_to_files_lets_choose(site: tuple[Path, str, Client]) -> None:
    folder, address, client = site
    (folder / "page.html").write_text('<!doctype html><title>Data</title><a href="a.csv">a</a> <a href="/x.pdf">x</a>')
    (folder / "a.csv").write_text(FRENCH)
    with pytest.raises(NeedsDataset) as needed:
        propose(f"{address}/page.html", client)
    assert [one.dataset.address for one in needed.value.look.datasets] == [f"{address}/a.csv"]
    chosen = propose(f"{address}/page.html", client, dataset="a.csv")
    assert chosen.source.mapping["title"] == "Titre du projet"


def test_what_cannot_be_read_is_said(discover: Discover) -> None:
    with pytest.raises(PortalError, match="answered with a web page"):
        discover("x.html", "<!doctype html><title>Nothing here</title>")


@pytest.mark.parametrize(("codec", "named"), [("utf-8", "utf-8"), ("cp1252", "windows-1252"), ("utf-16", "utf-16-le")])
def test_the_form_of_the_file_is_told(discover: Discover, codec: str, named: str) -> None:
    found = discover("projets.csv", ("Voici les projets\n" + FRENCH.replace(" €", "")).encode(codec))
    form = {one.field: one.value for one in found.findings if one.field.startswith("options.")}
    assert form == {"options.encoding": named, "options.delimiter": ";", "options.header_row": 2}
