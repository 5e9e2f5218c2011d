"""What the documents promise and what there is are the same things."""

import re

import pytest
from django.conf import settings

from harvesters import protocols
from harvesters.definition import FIELDS as SOURCE_FIELDS
from harvesters.mapping import FIELDS as MAPPING_FIELDS
from harvesters.vocabularies import VOCABULARIES
from portal.api.urls import urlpatterns
from portal.exports import FORMATS
from portal.query import COMPANIONS, PARAMETERS

DOCS = settings.BASE_DIR / "docs"
README = (settings.BASE_DIR / "README.md").read_text("utf-8")


def words_of(name: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_0-9-]+", (DOCS / name).read_text("utf-8")))


def test_every_setting_is_described_and_no_other() -> None:
    code = (settings.BASE_DIR / "portal" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'"(PARAGES_[A-Z_]+|DATABASE_URL)"', code))
    assert {word for word in words_of("settings.md") if word.startswith(("PARAGES_", "DATABASE_"))} == read


@pytest.mark.parametrize("parameter", [*PARAMETERS, *COMPANIONS, "limit", "cursor", "offset", "crs", "f", *FORMATS])
def test_every_parameter_of_the_api_is_described(parameter: str) -> None:
    assert parameter in words_of("api.md")


@pytest.mark.parametrize("route", [str(pattern.pattern) for pattern in urlpatterns if "<" not in str(pattern.pattern)])
def test_every_address_of_the_api_is_described(route: str) -> None:
    assert f"/api/{route}" in (DOCS / "api.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*MAPPING_FIELDS, *SOURCE_FIELDS, *protocols.names()])
def test_every_word_of_a_source_is_described(word: str) -> None:
    assert word in words_of("sources.md")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_vocabulary_says_where_its_words_come_from(vocabulary: str) -> None:
    first = (settings.BASE_DIR / "harvesters" / "vocabularies" / f"{vocabulary}.toml").read_text("utf-8").split("\n")[0]
    assert first.startswith("# ")


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_the_readme_points_at_what_exists(link: str) -> None:
    assert (settings.BASE_DIR / link).exists()


def test_every_room_of_the_architecture_is_there() -> None:
    paths = re.findall(
        r"`((?:bench|fixtures|frontend|geo|harvesters|portal|tests)/[\w/.]*)`",
        (DOCS / "architecture.md").read_text("utf-8"),
    )
    assert [path for path in paths if not (settings.BASE_DIR / path).exists()] == []


def test_every_room_of_the_harvesters_is_in_the_architecture() -> None:
    told = (DOCS / "architecture.md").read_text("utf-8")
    rooms = {path.parent.name for path in (settings.BASE_DIR / "harvesters").glob("*/__init__.py")}
    assert (
        sorted(
            room for room in rooms - {"management", "templatetags", "migrations"} if f"`harvesters/{room}/`" not in told
        )
        == []
    )
