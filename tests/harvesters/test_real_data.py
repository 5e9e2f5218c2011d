"""Whole files of real portals, harvested over HTTP: what must come out of them.

The files lie beside the project, in `../shared/data`; without them these tests say so and are skipped.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harvesters.definition import FOLDER, load
from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.runs.harvest import harvest
from portal.models import Activity, Run, Source
from portal.vocabularies import LOCATED, Precision
from tests.harvesters.real_files import DATA, needs_real_files

BUDGET = re.compile(r";(\d+);(?=Budget participatif)")
pytestmark = [pytest.mark.long, pytest.mark.django_db, needs_real_files, pytest.mark.usefixtures("gazetteer")]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with portals(DATA) as address:
        yield address


def harvested(slug: str, address: str, **changes: Any) -> Run:
    source = Source.objects.filter(slug=slug).first() or load(FOLDER / f"{slug}.toml")
    source.protocol, source.address = "file", address
    for field, value in changes.items():
        setattr(source, field, value)
    source.save()
    with Client.from_settings(also_allow=[urlsplit(address).netloc]) as client:
        return harvest(source, client)


def precisions(run: Run) -> Counter[str]:
    return Counter(Activity.objects.filter(source=run.source).values_list("precision", flat=True))


def located(run: Run) -> int:
    return sum(precisions(run)[word] for word in LOCATED)


def assert_second_run_changes_nothing(run: Run) -> None:
    again = harvested(run.source.slug, run.source.address, validators={})
    assert (again.created, again.updated, again.unchanged) == (0, 0, run.created)


def test_paris_winners(base_url: str) -> None:
    run = harvested(
        "paris-budget-participatif",
        f"{base_url}/participatory_budget/paris-budget-participatif-projets-laureats-2014-2023.csv",
    )
    assert (run.status, run.read, run.created, run.rejected) == ("complete", 1214, 1214, 0)
    assert precisions(run) == {Precision.CITYWIDE: 63, Precision.DISTRICT: 1151}
    projects = Activity.objects.filter(source=run.source)
    assert projects.filter(geometry__isnull=False).count() == 0
    assert projects.filter(budget__isnull=True).count() == 0
    assert projects.exclude(currency="EUR").count() == 0
    assert Counter(projects.values_list("status", "status_source"))["works", "TRAVAUX"] == 73
    assert_second_run_changes_nothing(run)


@pytest.mark.parametrize(("year", "rows", "pins", "winners"), [(2024, 1065, 949, 312), (2022, 1300, 985, 332)])
def test_warsaw(base_url: str, year: int, rows: int, pins: int, winners: int) -> None:
    run = harvested(
        f"warszawa-budzet-obywatelski-{year}",
        f"{base_url}/participatory_budget/warszawa-budzet-obywatelski-{year}-projekty.csv",
    )
    assert (run.status, run.read, run.created, run.rejected) == ("complete", rows, rows, 0)
    assert located(run) == pins
    assert precisions(run)[Precision.DISTRICT] == rows - pins
    projects = Activity.objects.filter(source=run.source)
    assert projects.filter(status="selected").count() == winners
    assert set(projects.values_list("currency", "edition")) == {("PLN", year)}


def test_two_years_of_warsaw_share_ids_and_are_other_projects(base_url: str) -> None:
    for year in (2022, 2024):
        address = f"{base_url}/participatory_budget/warszawa-budzet-obywatelski-{year}-projekty.csv"
        harvested(f"warszawa-budzet-obywatelski-{year}", address)
    assert Activity.objects.count() == Activity.objects.values("public_id").distinct().count() == 2365


def test_missions(base_url: str) -> None:
    run = harvested("missions-engagement", f"{base_url}/missions/api-engagement-missions.geojson.gz")
    assert (run.status, run.read, run.created) == ("complete", 150, 150)
    # The third mission without a point is not remote: it names its town, Aniane.
    assert precisions(run)[Precision.REMOTE] == 2
    assert precisions(run)[Precision.COMMUNE] == 1
    assert located(run) == 147
    missions = Activity.objects.filter(source=run.source)
    assert missions.filter(themes=[]).count() == 0
    assert missions.filter(starts__isnull=True).count() == 2
    assert missions.filter(places__isnull=True).count() == 0
    assert not any(re.search(r"\w@\w", text) for text in missions.values_list("description", flat=True))


def test_transiscope(base_url: str) -> None:
    run = harvested("transiscope", f"{base_url}/initiatives/transiscope-presdecheznous-initiatives.jsonld.gz")
    assert (run.status, run.read, run.created, run.rejected) == ("complete", 700, 695, 5)
    assert Counter(run.rejections.values_list("code", flat=True)) == {"no-id": 4, "no-title": 1}
    # 75 records stand on one point in Nantes.
    assert located(run) == 695 - 75
    assert precisions(run)[Precision.COMMUNE] == 75


def test_brussels_associations(base_url: str) -> None:
    run = harvested(
        "bruxelles-associations",
        f"{base_url}/initiatives/bruxelles-associations-subventionnees-2022.json",
        options={},
    )
    assert run.status == "complete"
    assert run.read == 673 == run.created + run.filtered
    assert run.rejected == 0
    assert run.filtered > 0
    pins = Activity.objects.filter(source=run.source, precision__in=LOCATED)
    assert pins.filter(geometry__intersects="SRID=4326;POINT(0 0)").count() == 0
    assert pins.filter(geometry__intersects="SRID=4326;POINT(4.3528 50.8466)").count() == 0


def test_hinaura(base_url: str) -> None:
    run = harvested("hinaura-mediation-numerique", f"{base_url}/initiatives/lieux-mediation-numerique-hinaura.json.gz")
    assert (run.status, run.read, run.created) == ("complete", 477, 477)
    assert located(run) == 477
    assert Activity.objects.exclude(opening_hours="").count() == 423


def test_quebec(base_url: str) -> None:
    run = harvested("quebec-lieux-communautaires", f"{base_url}/initiatives/quebec-lieux-publics.geojson.gz")
    assert (run.status, run.read, run.created, run.filtered) == ("complete", 1345, 99, 1246)
    assert located(run) == 99


def test_shuffled_rows_change_nothing_and_ten_edits_are_ten_updates(base_url: str, tmp_path: Path) -> None:
    name = "paris-budget-participatif-projets-laureats-2014-2023.csv"
    header, *rows = (DATA / "participatory_budget" / name).read_text("utf-8-sig").strip().split("\n")
    file = tmp_path / "ville" / "paris.csv"
    file.parent.mkdir()
    with portals(tmp_path) as address:
        file.write_text("\n".join([header, *rows]), "utf-8")
        harvested("paris-budget-participatif", f"{address}/ville/paris.csv")
        file.write_text("\n".join([header, *reversed(rows)]), "utf-8")
        shuffled = harvested("paris-budget-participatif", f"{address}/ville/paris.csv", validators={})
        edited = [BUDGET.sub(r";1\1;", row) if 100 <= number < 110 else row for number, row in enumerate(rows)]
        file.write_text("\n".join([header, *edited]), "utf-8")
        changed = harvested("paris-budget-participatif", f"{address}/ville/paris.csv", validators={})
    assert (shuffled.created, shuffled.updated, shuffled.unchanged) == (0, 0, 1214)
    assert (changed.created, changed.updated, changed.unchanged) == (0, 10, 1204)
