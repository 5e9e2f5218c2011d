"""Whole files of civic protocols, harvested over HTTP by the definitions that come with the project."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from harvesters.definition import FOLDER, load
from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.runs.harvest import harvest
from portal.models import Activity, Run, Source
from tests.harvesters.real_files import DATA, needs_real_files

pytestmark = [pytest.mark.long, pytest.mark.django_db, needs_real_files, pytest.mark.usefixtures("gazetteer")]
DIEPPE = "canada_stanford_dataset_pb_dieppe_2018_vote_approvals.pb"
# Of each definition: its file, what its run counts (read, created, rejected, filtered), and where its records are.
FILES: list[tuple[str, str, tuple[int, int, int, int], dict[str, int]]] = [
    ("new-york-participatory-budgeting", "participatory_budget/new-york-participatory-budgeting-projects.csv.gz",
     (1491, 1491, 0, 0), {"exact": 589, "street": 159, "place": 48, "district": 687, "commune": 8}),
    ("barcelona-decidim-projects", "participatory_budget/barcelona-decidim-budget-projects.csv.gz",
     (220, 220, 0, 0), {"commune": 220}),
    ("toulouse-budget-participatif-2019", "participatory_budget/france_toulouse_2019.pb",
     (30, 30, 0, 0), {"commune": 30}),
    ("toulouse-budget-participatif-2022", "participatory_budget/france_toulouse_2022.pb",
     (199, 199, 0, 0), {"commune": 199}),
    ("dieppe-budget-participatif-2018", f"participatory_budget/{DIEPPE}", (16, 16, 0, 0), {"citywide": 16}),
    ("sapeurs-pompiers-volontaires", "missions/sapeurs-pompiers-volontaires-centres.csv.gz",
     (4397, 4393, 4, 0), {"exact": 4082, "street": 299, "place": 12}),
    ("umap-covoiturage-nievre", "initiatives/umap-test_upload_data_with_iconurl.umap",
     (2, 2, 0, 0), {"exact": 1, "street": 1}),
    ("presdecheznous", "initiatives/gogocarto-gogofull-elements.json", (12, 12, 0, 0), {"exact": 9, "street": 3}),
    ("presdecheznous", "initiatives/gogocarto-gogocompact-elements.json", (51, 51, 0, 0), {"place": 51}),
    ("presdecheznous", "initiatives/gogocarto-elements-with-lines.json", (3, 3, 0, 0), {"place": 3}),
    ("quebec-lieux-communautaires", "initiatives/quebec-lieux-publics.geojson.gz",
     (1345, 99, 0, 1246), {"exact": 90, "street": 9}),
]  # fmt: skip
CHANGES: dict[str, dict[str, Any]] = {
    "presdecheznous": {"options": {"taxonomy": "/initiatives/gogocarto-taxonomy-full.json"}},
}


@pytest.fixture(autouse=True)
def unhurried(settings: Settings) -> None:
    """A lease's heart beats on another connection, which sees nothing of the transaction that a test is."""
    settings.LEASE_S = 3_600


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with portals(DATA) as address:
        yield address


def harvested(slug: str, address: str, **changes: Any) -> Run:
    source = Source.objects.filter(slug=slug).first() or load(FOLDER / f"{slug}.toml")
    source.address, source.validators = address, {}
    for field, value in changes.items():
        setattr(source, field, value)
    source.save()
    with Client.from_settings(also_allow=[urlsplit(address).netloc]) as client:
        return harvest(source, client)


def counts(run: Run) -> tuple[int, int, int, int]:
    return run.read, run.created, run.rejected, run.filtered


def places(run: Run) -> dict[str, int]:
    return dict(Counter(Activity.objects.filter(source=run.source).values_list("precision", flat=True)))


@pytest.mark.parametrize(("slug", "file", "counted", "placed"), FILES)
def test_a_real_file(base_url: str, slug: str, file: str, counted: tuple[int, ...], placed: dict[str, int]) -> None:
    changes = CHANGES.get(slug, {})
    run = harvested(slug, f"{base_url}/{file}", **changes)
    assert (run.status, run.error, counts(run), places(run)) == ("complete", "", counted, placed)
    again = harvested(slug, f"{base_url}/{file}", **changes)
    assert (again.created, again.updated, again.unchanged) == (0, 0, run.created)


def test_garbled_names_of_new_york_are_mended(base_url: str) -> None:
    file = "participatory_budget/new-york-participatory-budgeting-projects.csv.gz"
    run = harvested("new-york-participatory-budgeting", f"{base_url}/{file}")
    projects = Activity.objects.filter(source=run.source)
    assert projects.filter(title__contains="ä").count() == 0
    assert projects.filter(title="Building our Children’s Future-Auditorium Upgrades").count() == 1
    assert projects.filter(themes=[]).count() == 15  # those without a category


def test_categories_of_gogocarto_are_names(base_url: str) -> None:
    run = harvested(
        "presdecheznous", f"{base_url}/initiatives/gogocarto-gogofull-elements.json", **CHANGES["presdecheznous"]
    )
    hive = Activity.objects.get(source=run.source, source_record_id="10kw")
    assert (hive.skills, hive.themes) == (["Epicerie & Supérette", "Agriculture & Alimentation"], ["food"])
    assert Activity.objects.filter(source=run.source, themes=[]).count() == 0
