"""The OpenAPI document and the code say the same: nothing is left out, nothing is made up."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from jsonschema import Draft202012Validator, FormatChecker

from geo.crs import KNOWN
from portal.api.openapi import document
from portal.api.schema import feature_properties
from portal.api.views import PAGING
from portal.models import Activity
from portal.query import COMPANIONS, LIMIT_DEFAULT, LIMIT_MAX, PARAMETERS
from tests.portal.ogc.reading import ITEMS, get

pytestmark = pytest.mark.django_db
TAKEN = {"cursor": "x", "bbox": "1,2,3,4", "limit": "1"}


def names(path: str) -> list[str]:
    described = document()["paths"][path]["get"]["parameters"]
    return [one["$ref"].rpartition("/")[2] if "$ref" in one else one["name"] for one in described]


def every_reference(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        yield from every_reference(inner)


@pytest.mark.parametrize("name", ["all", "initiatives", "projects", "missions"])
def test_items_take_the_parameters_that_are_described(name: str) -> None:
    described = names(f"/collections/{name}/items")
    assert sorted(described) == sorted({*PARAMETERS, *COMPANIONS, *PAGING})
    assert sorted(names(f"/collections/{name}/points")) == sorted({*PARAMETERS, *COMPANIONS})


@pytest.mark.parametrize("path", ["/places", "/places/names", "/collections/all/items", "/collections/all/points"])
def test_no_described_parameter_is_unknown(client: Client, path: str) -> None:
    for name in names(path):
        response = client.get(f"/api{path}", {name: TAKEN.get(name, "")})
        assert "inconnu" not in response.content.decode()
        assert response.status_code in (200, 400)


def test_limit_is_where_gdal_and_qgis_look_for_it() -> None:
    described = document()
    inline = described["paths"]["/collections/projects/items"]["get"]["parameters"][0]
    component = described["components"]["parameters"]["limit"]
    assert inline == component
    assert [component["schema"][word] for word in ("default", "maximum")] == [LIMIT_DEFAULT, LIMIT_MAX]


def test_every_path_is_an_address_of_the_api() -> None:
    feature = "11111111-1111-5111-8111-111111111111"
    for path in document()["paths"]:
        found = resolve("/api" + re.sub(r"\{[zxy]\}", "0", path.replace("{featureId}", feature)))
        assert found.url_name != "nothing", path


def test_every_reference_is_kept_inside() -> None:
    described = document()
    for reference in every_reference(described):
        part = described
        for word in reference.removeprefix("#/").split("/"):
            part = part[word]
        assert part


def test_the_server_is_the_site(settings: Any) -> None:
    settings.SITE_URL = "https://parages.example"
    assert document()["servers"] == [{"url": "https://parages.example/api"}]


@pytest.mark.usefixtures("items")
def test_features_are_what_the_schema_says(client: Client, items: dict[str, Activity]) -> None:
    schema = get(client, "/api/collections/all/schema")
    Draft202012Validator.check_schema(schema)
    check = Draft202012Validator({"properties": schema["properties"]}, format_checker=FormatChecker())
    for feature in get(client, f"{ITEMS}?near=50,4")["features"]:
        told = {name: value for name, value in feature["properties"].items() if value is not None}
        assert told.keys() <= feature_properties().keys()
        check.validate({"id": feature["id"], **told})


def test_systems_are_listed_where_they_may_be_named() -> None:
    for name in ("crs", "bbox-crs"):
        assert document()["components"]["parameters"][name]["schema"]["enum"] == list(KNOWN)
