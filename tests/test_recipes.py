"""The recipes of docs/api.md, each run as it stands against a site with a few records."""

import csv
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as site_settings
from django.contrib.gis.geos import Point, Polygon
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from portal.api.recipes import RECIPES, SITE
from portal.vocabularies import Kind, Precision
from tests.factories import make_activity, make_area

DOCUMENT = (site_settings.BASE_DIR / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)\n```", DOCUMENT, re.DOTALL)
PARIS = Point(2.3522, 48.8566, srid=4326)


@pytest.fixture
def records(transactional_db: None) -> None:
    shape = Polygon.from_bbox((2.2, 48.8, 2.5, 48.95))
    paris = make_area(code="fr-75056", name="Paris", centre=PARIS, shape=shape)
    make_activity(kind=Kind.MISSION, title="Repas du samedi")
    make_activity(kind=Kind.MISSION, title="loin", geometry=PARIS)
    make_activity(kind=Kind.PROJECT, title="Verger", geometry=PARIS, budget=120_000, currency="EUR", edition=2025)
    make_activity(kind=Kind.PROJECT, title="Partout", precision=Precision.CITYWIDE, area=paris, status="delivered")


def titles(text: str) -> list[str]:
    return [feature["properties"]["title"] for feature in json.loads(text)["features"]]


def near(output: str, _folder: Path) -> None:
    assert titles(output) == ["Repas du samedi"]


def sheet(_output: str, folder: Path) -> None:
    rows = csv.DictReader((folder / "projets.csv").read_text("utf-8-sig").splitlines())
    assert {row["title"] for row in rows} == {"Verger", "Partout"}


def condition(output: str, _folder: Path) -> None:
    assert titles(output) == ["Verger"]


def lambert(output: str, _folder: Path) -> None:
    head, _blank, body = output.replace("\r", "").partition("\n\n")
    assert "<http://www.opengis.net/def/crs/EPSG/0/2154>" in head
    shapes = {one["properties"]["title"]: one["geometry"] for one in json.loads(body)["features"]}
    assert shapes["Verger"]["coordinates"] == [652469.023, 6862035.259]
    assert shapes.keys() == {"Verger", "loin", "Partout"}


def everything(_output: str, folder: Path) -> None:
    pages = (folder / "pages.jsonl").read_text("utf-8").splitlines()
    assert sorted(title for page in pages for title in titles(page)) == ["Partout", "Repas du samedi", "Verger", "loin"]


EXPECTED: list[Callable[[str, Path], None]] = [near, sheet, condition, lambert, everything]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("command", "expect"), list(zip(BLOCKS, EXPECTED, strict=True)))
def test_a_recipe_gives_what_it_says(
    command: str, expect: Callable[[str, Path], None], live_server: LiveServer, settings: LazySettings, tmp_path: Path
) -> None:
    settings.SITE_URL = live_server.url
    done = subprocess.run(
        ["bash", "-c", command.replace(SITE, live_server.url).replace("limit=1000", "limit=3")],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expect(done.stdout, tmp_path)


def test_the_page_shows_the_recipes_of_the_document() -> None:
    assert [recipe.command for recipe in RECIPES] == BLOCKS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Cinq recettes"), ("nl", "Vijf recepten"), ("en", "Five recipes")]
)
def test_the_page_is_there_in_three_languages(client: Client, settings: LazySettings, language: str, word: str) -> None:
    settings.SITE_URL = "https://parages.example"
    page = client.get("/api/docs", headers={"accept-language": language}, follow=True)
    assert page.redirect_chain == [(f"/{language}/api/", 302)]
    text = page.content.decode()
    assert word in text
    assert "https://parages.example/api/collections/missions/items?near=" in text
    assert text.count("<pre><code>curl") + text.count("<pre><code>address") == 5
