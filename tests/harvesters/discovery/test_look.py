"""Which portal, and which of its datasets: asked over HTTP of the loopback portals."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from harvesters.discovery import look, propose
from harvesters.discovery.ranking import rank, ranked
from harvesters.discovery.recognise import asked_in_order
from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.portals import Dataset
from tests.harvesters.discovery.conftest import QUICK

pytestmark = pytest.mark.django_db
TITLES = {
    "Budget participatif : projets lauréats": "project",
    "Burgerbegroting: ingediende projecten": "project",
    "Pressupostos participatius 2023": "project",
    "Budżet obywatelski - projekty": "project",
    "Participatory budget projects": "project",
    "Missions de bénévolat": "mission",
    "Vrijwilligerswerk in de stad": "mission",
    "Annuaire des associations": "initiative",
    "Community gardens": "initiative",
    "Stowarzyszenia i organizacje pozarządowe": "initiative",
}
OTHERS = ["Qualité de l’air en temps réel", "Parkeergarages real time", "Bus stops GTFS", "Comptes administratifs",
          "Résultats des élections municipales", "Weather stations", "Cadastre"]  # fmt: skip


def dataset(title: str, **fields: object) -> Dataset:
    return Dataset(id=title.lower(), title=title, protocol="file", address="https://x.example/x", **fields)  # type: ignore[arg-type]


def test_civic_life_comes_first_in_five_languages() -> None:
    first = ranked(dataset(title) for title in [*OTHERS, *TITLES])[: len(TITLES)]
    assert {one.dataset.title: one.kind for one in first} == TITLES


def test_what_no_reader_can_read_comes_last() -> None:
    maps = dataset("Budget participatif", formats=("pdf",))
    assert (rank(maps).score, rank(maps).evidence.split(",")[0]) < (
        rank(dataset("Projets citoyens")).score,
        "seulement pdf.",
    )


def test_the_evidence_is_in_words() -> None:
    assert rank(dataset("Annuaire des associations")).evidence == "« associat » dans son titre"


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("https://x.example/explore/dataset/bp/", "opendatasoft"),
        ("https://x.example/arcgis/rest/services/a/FeatureServer/0", "arcgis"),
        ("https://x.example/dataset/abc", "ckan"),
        ("https://x.example/oapi/collections/x", "ogcapi"),
        ("https://x.example/", "opendatasoft"),
    ],
)
def test_the_likeliest_protocol_is_asked_first(address: str, first: str) -> None:
    assert asked_in_order(address, only_hinted=False)[0] == first


def test_a_table_asks_no_portal() -> None:
    assert asked_in_order("https://x.example/files/projets.csv", only_hinted=True) == []


@pytest.fixture
def demo() -> Iterator[tuple[str, Client]]:
    folder = settings.BASE_DIR / "fixtures" / "portals"
    with portals(folder) as base_url, Client("x", [urlsplit(base_url).netloc], QUICK) as client:
        yield base_url, client


@pytest.mark.parametrize(
    ("path", "protocol", "datasets"),
    [("/paris", "opendatasoft", 1), ("/bruxelles", "ckan", 1), ("/quebec/lieux-publics.geojson", "file", 0)],
)
def test_portals_are_recognised(demo: tuple[str, Client], path: str, protocol: str, datasets: int) -> None:
    base_url, client = demo
    seen = look(base_url + path, client)
    assert (seen.portal.protocol, len(seen.datasets)) == (protocol, datasets)


@pytest.mark.parametrize("path", ["/paris", "/paris/explore/dataset/bp_projets_gagnants/information/"])
def test_a_portal_s_dataset_becomes_a_source(demo: tuple[str, Client], path: str) -> None:
    base_url, client = demo
    source = propose(base_url + path, client).source
    assert (source.protocol, source.options["dataset"]) == ("opendatasoft", "bp_projets_gagnants")
    assert (source.mapping["id"], source.mapping["title"]) == ("identifiant_projet_gagnant", "titre_projet_gagnant")
    assert "ODbL" in source.licence
