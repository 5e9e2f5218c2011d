"""A portal of nine hundred datasets in five languages: its twenty of civic life are on the first page of the choice."""

from itertools import cycle, islice
from typing import Any

import pytest

from harvesters.discovery import look
from tests.harvesters.emulator import client_of, emulated, fixed

pytestmark = pytest.mark.django_db
CIVIC = [
    "Budget participatif 2023 : projets lauréats", "Idées déposées au budget participatif", "Missions de bénévolat",
    "Annuaire des associations", "Jardins partagés", "Composteurs collectifs de quartier",
    "Burgerbegroting: ingediende voorstellen", "Vrijwilligersvacatures", "Verenigingen", "Buurtinitiatieven",
    "Participatory budgeting proposals", "Volunteering opportunities", "Community gardens", "Repair cafés",
    "Pressupostos participatius: propostes", "Associacions i entitats", "Voluntariat",
    "Budżet obywatelski - projekty", "Organizacje pozarządowe", "Wolontariat w mieście",
]  # fmt: skip
# Among them some that share a word with civic life.
OTHERS = [
    "Qualité de l’air", "Places de stationnement", "Comptes administratifs", "Résultats des élections", "Arbres",
    "Projets de voirie", "Zones d’activités", "Marchés publics", "Subventions versées", "Agenda des conseils",
    "Parkeergarages", "Fietstellingen", "Bouwprojecten", "Luchtkwaliteit", "Straatverlichting", "Begroting",
    "Bus stops", "Building permits", "Capital projects", "Air sensors", "Street lights", "Crime reports",
    "Aparcaments", "Projectes urbanístics", "Pressupost municipal", "Equipaments", "Estacions meteorològiques",
    "Przystanki", "Projekty budowlane", "Budżet miasta", "Jakość powietrza", "Ścieżki rowerowe", "Cadastre",
]  # fmt: skip
WHERE = ["Nord", "Centrum", "2019", "2020", "East", "Sud", "2021", "Zuid", "Ost", "2022"]


def entry(number: int, title: str) -> dict[str, Any]:
    files = [{"downloadURL": f"https://data.example/{number}.csv", "mediaType": "text/csv"}]
    return {"identifier": str(number), "title": title, "distribution": files}


def catalogue() -> dict[str, Any]:
    names = zip(cycle(OTHERS), cycle(WHERE), strict=False)
    others = [f"{title} {where} {number}" for number, (title, where) in enumerate(islice(names, 880))]
    for place, title in enumerate(CIVIC):
        others.insert(40 + 44 * place, title)
    schema = "https://project-open-data.cio.gov/v1.1/schema"
    return {"conformsTo": schema, "dataset": [entry(number, title) for number, title in enumerate(others)]}


def test_what_is_of_civic_life_is_among_the_first_forty_of_nine_hundred() -> None:
    with emulated(fixed({"/data.json": catalogue()})) as portal, client_of(portal) as client:
        found = look(f"{portal.url}/data.json", client)
    first = [one.dataset.title for one in found.datasets[:40]]
    assert (len(found.datasets), [title for title in CIVIC if title not in first]) == (900, [])
