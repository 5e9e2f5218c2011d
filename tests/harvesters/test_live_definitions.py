"""Definitions of live portals: kept apart, never tried, stored when they are named."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from harvesters.definition import FOLDER, LIVE, bundled, load
from harvesters.runs.harvest import harvest
from portal.models import Activity, Run, Source
from tests.harvesters.emulator import Answering, client_of, emulated, fixed
from tests.harvesters.test_protocol_decidim_graphql import platform, text

SLUGS = sorted(path.stem for path in LIVE.glob("*.toml"))


@pytest.mark.parametrize("slug", SLUGS)
def test_none_is_enabled_or_called_tried(slug: str) -> None:
    source = load(LIVE / f"{slug}.toml")
    assert (source.enabled, source.tried, source.demo) == (False, False, False)
    assert source.address.startswith("https://")


@pytest.mark.parametrize("slug", SLUGS)
def test_each_says_first_that_it_was_never_tried(slug: str) -> None:
    assert (LIVE / f"{slug}.toml").read_text("utf-8").startswith("# Ready, and never tried on the live address")


def test_they_are_not_among_the_others() -> None:
    assert not {source.slug for source in bundled(FOLDER)} & set(SLUGS)
    assert not {path.name for path in Path(FOLDER).glob("*.toml")} & {path.name for path in LIVE.glob("*.toml")}


@pytest.mark.django_db
def test_they_are_stored_when_they_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("source", "list", "--live")
    listed = capsys.readouterr().out
    assert [slug for slug in SLUGS if slug not in listed] == []
    call_command("source", "seed", "rennes", "jeveuxaider")
    assert set(Source.objects.values_list("slug", "enabled")) == {("rennes", False), ("jeveuxaider", False)}
    with pytest.raises(CommandError, match="no live portal is called «atlantis»"):
        call_command("source", "seed", "atlantis")


@pytest.mark.django_db
def test_seeding_without_a_name_leaves_them_out() -> None:
    call_command("source", "seed")
    assert not Source.objects.filter(slug__in=SLUGS).exists()


def harvested(source: Source, answering: Answering) -> Run:
    """One run of a definition over an emulated portal."""
    with emulated(answering) as portal, client_of(portal) as client:
        source.address = portal.url
        source.save()
        return harvest(source, client)


def mission(number: int, *cities: str, **more: Any) -> dict[str, Any]:
    street = {"street": f"{number} rue Haute", "postalCode": "75004"}
    addresses = [
        street | {"city": city, "location": {"lat": 48.8 + at / 10, "lon": 2.35}} for at, city in enumerate(cities)
    ]
    named = {"_id": f"m{number}", "title": f"Mission {number}", "domain": "sport", "openToMinors": "yes"}
    link = "https://api.example.org/r/1?k=2"
    return named | {"remote": "no", "addresses": addresses, "applicationUrl": link} | more


@pytest.mark.django_db
def test_missions_of_the_api_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAGES_KEY_ENGAGEMENT", "0123456789abcdef")
    missions = [mission(1, "Paris"), mission(2, "Paris", "Lyon"), mission(3, remote="full"), mission(4, title="")]
    run = harvested(
        load(LIVE / "api-engagement.toml"),
        fixed({"/v0/mission": {"ok": True, "total": 4, "data": missions, "limit": 1000, "skip": 0}}),
    )
    assert (run.status, run.read, run.created, run.rejected) == ("complete", 4, 3, 1)
    found = {activity.source_record_id: activity for activity in Activity.objects.order_by("source_record_id")}
    assert [(one.precision, one.geometry and one.geometry.geom_type) for one in found.values()] == [
        ("exact", "Point"), ("exact", "MultiPoint"), ("remote", None),
    ]  # fmt: skip
    assert found["m2"].address == "2 rue Haute, 75004 Paris; 2 rue Haute, 75004 Lyon"
    assert (found["m1"].themes, found["m1"].open_to_minors, found["m1"].status) == (["sport"], True, "open")
    assert found["m1"].join_url == "https://api.example.org/r/1?k=2"


@pytest.mark.django_db
def test_one_mapping_reads_a_decidim_by_its_export_and_by_its_graphql() -> None:
    park = {
        "id": "1", "title": text("Parc"), "description": text("<p>Des <b>arbres</b></p>"), "budget_amount": 900,
        "coordinates": {"latitude": 41.4, "longitude": 2.15},
    }  # fmt: skip
    source = load(FOLDER / "barcelona-decidim-projects.toml")
    source.protocol, source.options = "decidim_graphql", {"what": "projects"}
    source.mapping = source.mapping | {"title": "title/fr", "description": "description/fr"}
    del source.mapping["precision"]
    run = harvested(source, platform({"8": [{"id": "5", "title": text("2026"), "projects": [park]}]}))
    project = Activity.objects.get()
    assert (run.status, project.title, project.description) == ("complete", "Parc", "Des arbres")
    assert project.budget == 900
    assert project.source_url.endswith("/processes/budget/f/8/budgets/5/projects/1")
    assert (project.precision, project.geometry and project.geometry.coords) == ("place", (2.15, 41.4))
