"""How the tests read the API: JSON or a failure, links by their relation."""

import json
from typing import Any

import pytest
from django.test import Client

ITEMS = "/api/collections/all/items"
CONF = "http://www.opengis.net/spec/"


def get(client: Client, address: str, status: int = 200, **headers: str) -> Any:
    response = client.get(address, headers=headers)
    assert response.status_code == status, (address, response.content[:400])
    return json.loads(response.content, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def links(document: dict[str, Any], rel: str) -> list[dict[str, str]]:
    return [link for link in document["links"] if link["rel"] == rel]


def href(document: dict[str, Any], rel: str) -> str:
    (found,) = links(document, rel)
    return found["href"]


def titles(client: Client, query: str, collection: str = "all") -> set[str]:
    answer = get(client, f"/api/collections/{collection}/items?{query}")
    return {feature["properties"]["title"] for feature in answer["features"]}
