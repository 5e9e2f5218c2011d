"""Services that answer anything at all: an error in words or rows, never anything else, and always an end."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvesters import protocols
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.loopback.answers import Reply, json_reply
from harvesters.protocols import arcgis, ogcapi, socrata, wfs
from portal.models import Source
from tests.harvesters.emulator import Emulator, client_of, serving

NAMES = [
    "features", "links", "rel", "href", "next", "type", "id", "properties", "geometry", "numberMatched", "collections",
    "fields", "name", "attributes", "objectIds", "count", "layers", "services", "folders", "error", "spatialReference",
    "wkid", "wkt", "rings", "x", "y", "columns", "fieldName", "dataTypeName", "results", "resource", "crs",
    "coordinates",
    "maxRecordCount", "exceededTransferLimit", "domain", "codedValues", "code", "latitude", "longitude", "title",
    "itemType", "advancedQueryCapabilities", "supportsPagination", "resultSetSize", "types", "typeIdField",
]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(NAMES)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
LISTS = VALUES | st.lists(VALUES, max_size=4)
PAGE = st.fixed_dictionaries(
    {"features": LISTS},
    optional={"links": LISTS, "numberMatched": SCALARS, "crs": VALUES, "spatialReference": VALUES}
    | {"exceededTransferLimit": SCALARS},
)
LAYER = st.fixed_dictionaries({"fields": LISTS, "maxRecordCount": SCALARS, "types": LISTS, "typeIdField": SCALARS})
# What each protocol asks for first, well enough formed that it goes on.
BEGINNINGS: dict[str, list[st.SearchStrategy[Any]]] = {
    "ogcapi": [st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3)],
    "arcgis": [LAYER, st.fixed_dictionaries({"count": SCALARS})],
    "socrata": [st.fixed_dictionaries({"columns": LISTS}), st.just([{"count": "3"}])],
    "wfs": [st.just(Reply(b"<WFS_Capabilities><FeatureTypeList><FeatureType><Name>x</Name></FeatureType>"
                          b"</FeatureTypeList></WFS_Capabilities>", "text/xml")), VALUES, VALUES],
}  # fmt: skip


def answers_of(protocol: str) -> st.SearchStrategy[list[Any]]:
    begun = st.tuples(*BEGINNINGS[protocol]).map(list)
    pages = st.lists(PAGE | LISTS, max_size=4)
    return st.lists(VALUES, min_size=1, max_size=4) | st.builds(lambda first, rest: first + rest, begun, pages)


EXAMPLES = 60
PATHS = {
    "ogcapi": "/collections/x",
    "arcgis": "/rest/services/x/FeatureServer/0",
    "socrata": "/d/2z5v-ecg8",
    "wfs": "/wfs",
}


class Anything:
    """Answers what it was told to, one after the other, and then the last for ever."""

    def __init__(self) -> None:
        self.answers: list[Any] = [None]
        self.asked = 0

    def __call__(self, path: str, parameters: dict[str, str]) -> Any:
        self.asked += 1
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        return json_reply(None) if answer is None else answer

    def say(self, answers: list[Any]) -> None:
        self.answers, self.asked = answers, 0


@pytest.fixture(scope="module")
def portal() -> Iterator[tuple[Anything, Emulator, Client]]:
    anything = Anything()
    with serving(anything) as served, client_of(served) as client:
        yield anything, served, client


@pytest.mark.parametrize("protocol", PATHS)
def test_any_answers_are_rows_or_an_error_in_words(portal: tuple[Anything, Emulator, Client], protocol: str) -> None:
    anything, served, client = portal

    @settings(max_examples=EXAMPLES)
    @given(answers_of(protocol))
    def reads(answers: list[Any]) -> None:
        anything.say(answers)
        reading = protocols.read(Source(protocol=protocol, address=served.url + PATHS[protocol]), client)
        try:
            rows = list(reading)
        except PortalError as error:
            assert error.what
        else:
            assert all(isinstance(row.data, dict) for row in rows)
        assert anything.asked < 100

    reads()


@pytest.mark.parametrize("module", [ogcapi, arcgis, socrata, wfs])
def test_any_answers_are_a_portal_or_none(portal: tuple[Anything, Emulator, Client], module: Any) -> None:
    anything, served, client = portal
    protocol = module.__name__.rpartition(".")[2]
    path = PATHS[protocol]

    @settings(max_examples=EXAMPLES)
    @given(answers_of(protocol))
    def probes(answers: list[Any]) -> None:
        anything.say(answers)
        found = module.probe(served.url + path, client)
        assert found is None or isinstance(found.title, str)
        assert anything.asked <= 3
        try:
            assert all(isinstance(dataset.id, str) for dataset in module.datasets(served.url + path, client))
        except PortalError as error:
            assert error.what

    probes()
