"""GoGoCarto: full, compact and JSON-LD elements, lines, and categories by their names."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.dialects.gogocarto import Tree
from harvesters.errors import PortalError
from harvesters.http import Answer
from harvesters.protocols.gogocarto import datasets, parsed, probe
from harvesters.reading import Reading, Row
from tests.harvesters.emulator import Answering, client_of, emulated, fixed, read_all, said
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.test_formats_hostile import storable

TAXONOMY = [
    {"id": "a", "options": [
        {"id": 1, "name": "Se nourrir", "subcategories": [{"name": "Type", "options": [{"id": 2, "name": "AMAP"}]}]},
        {"id": 3, "name": "Se loger"},
    ]},
]  # fmt: skip
FULL = {"id": "x1", "name": "Le verger", "geo": {"latitude": 50.45, "longitude": 3.95}, "optionValues": [2, 9]}
LINE = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[3.9, 50.4, 0], [4.0, 50.5, 0]]}}
POINT = {"type": "Point", "coordinates": [3.95, 50.45]}
MAPPING = ["id", ["name", "site"], "latitude", "longitude", "status", "moderationState"]


def site(elements: dict[str, Any], taxonomy: Any = TAXONOMY) -> Answering:
    return fixed({"/api/elements.json": elements, "/api/taxonomy.json": taxonomy})


def parse(document: Any, tree: Tree | None = None) -> tuple[list[Row], Reading]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = Answer("https://example.org/api/elements.json", body)
    reading = Reading(lambda reading: parsed(answer, tree or Tree(TAXONOMY), reading))
    return list(reading), reading


def test_a_site_is_read_with_its_categories() -> None:
    with emulated(site({"ontology": "gogofull", "data": [FULL]})) as portal:
        (row,), reading = read_all("gogocarto", portal, categories=[1, 3], bounds="1,2,3,4")
        assert portal.asked[0].query == {"categories": "1,3", "bounds": "1,2,3,4"}
    assert (row.data["_category_ids"], row.data["_categories"]) == (["2", "9"], ["AMAP"])
    assert (row.data["_main_categories"], row.geometry, reading.complete) == (["Se nourrir"], POINT, True)


@pytest.mark.parametrize(
    ("document", "data"),
    [
        ({"data": [["x1", "Le verger", 50.45, 3.95, [2]]]}, {"id": "x1", "name": "Le verger"}),
        ({"mapping": MAPPING, "data": [["x1", ["Le verger", "z.be"], 50.45, 3.95, [2], 1]]}, {"site": "z.be"}),
        ([{"id": "x1", "name": "Le verger", "lat": "50.45", "lng": 3.95, "taxonomy": [2]}], {"name": "Le verger"}),
        (
            {"@graph": [{"@id": "x1", "lat": 50.45, "long": 3.95, "taxonomy": [{"@id": "2"}]}], "@context": "x"},
            {"@id": "x1"},
        ),
    ],
)
def test_each_form_of_an_element(document: Any, data: dict[str, Any]) -> None:
    (row,), reading = parse(document)
    assert row.data | data == row.data
    assert (row.geometry, row.data["_categories"], reading.complete) == (POINT, ["AMAP"], True)


def test_a_line_is_kept_flat_and_a_bad_one_leaves_the_point() -> None:
    (line, bad), _ = parse([FULL | {"geoJSONFeature": LINE}, FULL | {"geoJSONFeature": {"type": "Feature"}}])
    assert line.geometry == {"type": "LineString", "coordinates": [[3.9, 50.4], [4.0, 50.5]]}
    assert bad.geometry == POINT


def test_without_a_tree_categories_are_numbers_and_this_is_told() -> None:
    with emulated(site({"data": [FULL]}, said(b"no", 500))) as portal:
        (row,), reading = read_all("gogocarto", portal)
    assert (row.data["_categories"], row.data["_category_ids"]) == ([], ["2", "9"])
    assert ("Categories have no names" in reading.notes[0], reading.complete) == (True, True)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"You need to provide a token to access to this API.", "portal-error", "You need to provide a token"),
        (b'{"error": "Element does not exists"}', "portal-error", "Element does not exists"),
        (b"<html><title>Carte</title>", "html-instead", "Carte"),
    ],
)
def test_refusals_are_told_in_the_portal_s_words(body: bytes, code: str, words: str) -> None:
    with pytest.raises(PortalError, match=words) as error:
        parse(body)
    assert error.value.code == code


@pytest.mark.parametrize("cut", [3, 1])
def test_a_list_that_breaks_off_is_partial(cut: int) -> None:
    rows, reading = parse(json.dumps({"data": [FULL, FULL | {"id": "x2"}]}).encode()[:-cut])
    assert (len(rows), reading.complete) == (1 if cut == 3 else 2, False)


def test_a_map_is_recognised_with_its_categories() -> None:
    with emulated(site({"ontology": "gogofull", "data": [FULL]})) as portal, client_of(portal) as client:
        found = probe(portal.url + "/annuaire#/carte", client)
        listed = list(datasets(portal.url, client))
    assert found is not None
    assert (found.address, found.protocol) == (portal.url, "gogocarto")
    assert [(dataset.id, dataset.title) for dataset in listed] == [
        ("all", "All elements"),
        ("category/1", "Se nourrir"),
        ("category/3", "Se loger"),
    ]


def test_other_sites_are_not_taken_for_one() -> None:
    with emulated(fixed({"/api/elements.json": {"data": []}})) as portal, client_of(portal) as client:
        assert probe(portal.url, client) is None


def test_a_thesaurus_that_goes_in_circles_ends() -> None:
    concepts = [{"@id": "1", "broader": "2"}, {"@id": "2", "broader": "1", "prefLabel": "Deux"}]
    assert Tree({"@graph": concepts}).names == {"1": "1", "2": "Deux"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from([1, 2, "x1", 50.45]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "geo", "latitude", "longitude", "optionValues", "geoJSONFeature", "type", "options"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(VALUES, VALUES, VALUES)
def test_nothing_but_rows_or_words(elements: Any, mapping: Any, tree: Any) -> None:
    try:
        rows, reading = parse({"mapping": mapping, "data": elements}, Tree(tree))
    except PortalError as error:
        assert str(error)
    else:
        assert reading.complete or reading.why_not
        assert storable([[row.data, row.geometry] for row in rows])


@needs_real_files
@pytest.mark.parametrize(
    ("name", "count", "shape"),
    [
        ("gogocarto-gogofull-elements.json", 12, "Point"),
        ("gogocarto-gogocompact-elements.json", 51, "Point"),
        ("gogocarto-elements-with-lines.json", 3, "LineString"),
        ("transiscope-presdecheznous-initiatives.jsonld.gz", 700, "Point"),
    ],
)
def test_real_files(name: str, count: int, shape: str) -> None:
    folder = DATA / "initiatives"
    taxonomy = "transiscope-taxonomy.jsonld" if "transiscope" in name else "gogocarto-taxonomy-full.json"
    paths = {f"/{file}": (folder / file).read_bytes() for file in (name, taxonomy)}
    with emulated(fixed(paths)) as portal:
        rows, reading = read_all("gogocarto", portal, f"/{name}", taxonomy=f"/{taxonomy}")
    assert (len(rows), reading.complete, reading.why_not) == (count, True, "")
    assert rows[0].geometry is not None
    assert rows[0].geometry["type"] == shape


@needs_real_files
def test_the_real_trees() -> None:
    tree = Tree(json.loads((DATA / "initiatives" / "gogocarto-taxonomy-full.json").read_bytes()))
    skos = Tree(json.loads((DATA / "initiatives" / "transiscope-taxonomy.jsonld").read_bytes()))
    assert (len(tree.names), len(tree.mains), tree.names["10434"]) == (102, 8, "AMAP/Paniers")
    assert tree.main("10434") == "Agriculture & Alimentation"
    assert (len(skos.names), skos.main("3")) == (50, "écologie, alimentation, énergie")
