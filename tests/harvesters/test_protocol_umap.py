"""uMap: backups, pages of maps, layers within layers."""

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.clean.tidy import tidy
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply
from harvesters.protocols.umap import datasets, probe, rows_of
from harvesters.reading import Reading, Row
from tests.harvesters.emulator import client_of, emulated, fixed, read_all, said
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.test_formats_hostile import storable

POINT = {"type": "Point", "coordinates": [3.95, 50.45]}


def feature(name: str, **more: Any) -> dict[str, Any]:
    properties = {"name": name, "_umap_options": {"color": "Red"}}
    return {"type": "Feature", "geometry": POINT, "properties": properties} | more


def layer(name: str, *features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), "properties": {"name": name}} | more


NORTH = layer("Nord", feature("Serre", id="Abc12"))
LAYERS = [layer("Jardins", feature("Potager"), layers=[NORTH]), layer("Fêtes", feature("Bal"))]
MAP = {"type": "umap", "properties": {"name": "Mons"}, "layers": LAYERS}
DOWNLOAD = "/map/7/download/"


def parse(document: Any, **options: Any) -> tuple[list[Row], Reading]:
    reading = Reading(lambda reading: rows_of(document, options, reading))
    return list(reading), reading


def page(**properties: Any) -> Reply:
    """A map's page with its settings, as uMap writes them."""
    settings = html.escape(json.dumps({"type": "Feature", "properties": properties}))
    return said(f'<!doctype html><script data-settings="{settings}"></script>'.encode(), content_type="text/html")


@pytest.mark.parametrize("path", ["/fr/map/mons_7", "/fr/map/mons_7?scale=1#6/50/4", "/m/7/", DOWNLOAD, "/a.umap"])
def test_a_map_is_read_whatever_address_it_is_given_by(path: str) -> None:
    with emulated(fixed({DOWNLOAD: MAP, "/a.umap": MAP})) as portal:
        rows, reading = read_all("umap", portal, path)
    assert [(row.data["name"], row.data["_layer"], row.data["_map"]) for row in rows] == [
        ("Potager", "Jardins", "Mons"),
        ("Serre", "Jardins / Nord", "Mons"),
        ("Bal", "Fêtes", "Mons"),
    ]
    assert (rows[1].data["_id"], rows[1].geometry, reading.complete) == ("Abc12", POINT, True)
    assert "_umap_options" not in rows[0].data


def test_layers_are_chosen_by_name() -> None:
    rows, _ = parse(MAP, layers=["Fêtes", "Jardins / Nord"])
    assert [row.data["name"] for row in rows] == ["Serre", "Bal"]
    with pytest.raises(PortalError, match="no layer of the names"):
        parse(MAP, layers="Nord")


def test_an_older_server_is_read_layer_by_layer() -> None:
    urls = {"datalayer_view": "/fr/datalayer/{map_id}/{pk}/"}
    listed = [{"id": "u1", "properties": {"name": "Fêtes"}}, {"id": "u2", "name": "Jardins"}, {"id": "u3"}]
    routes = {
        "/fr/map/mons_7": page(id=7, name="Mons", urls=urls, datalayers=listed),
        "/fr/datalayer/7/u1/": layer("", feature("Bal")),
        "/fr/datalayer/7/u2/": layer("", feature("Potager")),
    }
    with emulated(fixed(routes)) as portal:
        rows, reading = read_all("umap", portal, "/fr/map/mons_7")
    assert [(row.data["name"], row.data["_layer"]) for row in rows] == [("Bal", "Fêtes"), ("Potager", "Jardins")]
    assert (reading.complete, "A layer could not be read" in reading.why_not) == (False, True)


def test_a_layer_of_another_server_is_told() -> None:
    remote = layer("Vélos") | {"properties": {"name": "Vélos", "remoteData": {"url": "https://example.org/v.json"}}}
    _, reading = parse(MAP | {"layers": [remote, LAYERS[1]]})
    assert reading.notes == [
        "The layer “Vélos” shows what is at https://example.org/v.json: that is not read with the map."
    ]


@pytest.mark.parametrize("document", [{}, [], {"type": "umap"}, {"type": "umap", "layers": 3}, "x"])
def test_what_is_no_map_is_told(document: Any) -> None:
    with pytest.raises(PortalError):
        parse(document)


def test_a_page_without_a_map_is_told() -> None:
    with emulated(fixed({"/fr/map/mons_7": page(id=7)})) as portal, pytest.raises(PortalError, match="where the data"):
        read_all("umap", portal, "/fr/map/mons_7")


def test_a_map_is_recognised_with_its_layers() -> None:
    with (
        emulated(fixed({DOWNLOAD: MAP, "/x.json": {"type": "FeatureCollection"}})) as portal,
        client_of(portal) as client,
    ):
        found = probe(f"{portal.url}/fr/map/mons_7", client)
        assert (found and found.title, probe(f"{portal.url}/x.json", client)) == ("Mons", None)
        listed = [(dataset.id, dataset.records) for dataset in datasets(f"{portal.url}/fr/map/mons_7", client)]
    assert listed == [("Jardins", 1), ("Jardins / Nord", 1), ("Fêtes", 1)]


VALUES = st.recursive(
    st.none() | st.floats() | st.text(max_size=4) | st.sampled_from(["umap", "Feature", "Point", 3.95]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "layers", "features", "properties", "name", "geometry", "coordinates"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_nothing_but_rows_or_words(value: Any) -> None:
    try:
        rows, reading = parse(tidy({"type": "umap", "layers": [layer("A", value), value]}))
    except PortalError as error:
        assert str(error)
    else:
        assert reading.complete or reading.why_not
        assert storable([[row.data, row.geometry] for row in rows if not row.problem])


@needs_real_files
@pytest.mark.parametrize(
    ("name", "layers", "geometries"),
    [
        ("initiatives/umap-test_upload_data.umap", ["Cities", "Cities", "Tunnels"], 3),
        ("initiatives/umap-test_upload_data_with_iconurl.umap", ["Liste des aires de covoiturage"] * 2, 2),
        ("initiatives/umap-heatmap_data.json", ["Calque 1"] * 68, 68),
        ("nasty/umap-test_upload_empty_coordinates.json", [""] * 3, 0),
    ],
)
def test_real_files(name: str, layers: list[str], geometries: int) -> None:
    rows, reading = parse(json.loads((DATA / name).read_bytes()))
    assert ([row.data["_layer"] for row in rows], reading.complete) == (layers, True)
    assert sum(row.geometry is not None for row in rows) == geometries
