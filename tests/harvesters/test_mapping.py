from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.mapping import Reader, keeps, lookup
from harvesters.mapping.checks import BadMapping, check_filter, check_mapping
from portal.vocabularies import Kind

ROW: dict[str, Any] = {
    "Titre": "",
    "Numéro": 12,
    "lieu": {"ville": "Mons", "rues": ["Rue A", "Rue B"]},
    "a.b": "whole name",
    "tags": "sport; Culture ;",
    "état": "FIN",
}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("Numéro", 12),
        ("lieu.ville", "Mons"),
        ("lieu.rues.1", "Rue B"),
        ("a.b", "whole name"),
        ("inconnu", None),
        (["Titre", "Projet n° {Numéro}"], "Projet n° 12"),
        ("{inconnu}, {lieu.ville}", "Mons"),
        ("{inconnu}", None),
        ({"value": "no"}, "no"),
        ({"column": "état", "values": {"fin": "delivered"}}, "delivered"),
        ({"column": "état", "values": {"autre": "works"}, "default": "unknown"}, "unknown"),
        ({"column": "inconnu", "default": "open"}, "open"),
    ],
)
def test_one_value_is_read_from_a_row(spec: Any, expected: Any) -> None:
    assert Reader(spec).one(ROW) == expected


def test_many_values_are_split_and_translated() -> None:
    reader = Reader({"column": "tags", "split": ";", "values": {"sport": "sport", "culture": "culture"}})
    assert reader.many(ROW) == ["sport", "Culture"]
    assert reader.translated(ROW) == ["sport", "culture"]


def test_a_filter_sees_nought_and_false() -> None:
    assert not keeps({"drop": [{"column": "n", "in": ["0"]}]}, {"n": 0})
    assert not keeps({"drop": [{"column": "b", "in": ["False"]}]}, {"b": False})


def test_a_filter_keeps_and_drops() -> None:
    filter_ = {"keep": [{"column": "état", "in": ["FIN"]}], "drop": [{"column": "tags", "matches": "^foot"}]}
    assert keeps(filter_, ROW)
    assert not keeps(filter_, ROW | {"état": "TRAVAUX"})
    assert not keeps(filter_, ROW | {"tags": "football"})


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"title": "t"}, "no «id»"),
        ({"id": "i", "title": "t", "tilte": "x"}, "no field «tilte»"),
        ({"id": "i", "title": {"colum": "t"}}, "unknown option «colum»"),
        ({"id": "i", "title": 3}, "must name a column"),
        ({"id": "i", "title": "t", "status": {"value": "done"}}, "«done» is not one of"),
        ({"id": "i", "title": "t", "themes": {"column": "x", "vocabulary": "none"}}, "no vocabulary «none»"),
        ({"id": "i", "title": "t", "stages": {"dreaming": "x"}}, "not a stage"),
        ({"id": "i", "title": "t", "budget": "b"}, "«currency»"),
    ],
)
def test_a_wrong_mapping_is_refused_in_words(mapping: dict[str, Any], words: str) -> None:
    with pytest.raises(BadMapping, match=words):
        check_mapping(mapping, Kind.PROJECT)


@pytest.mark.parametrize(
    "filter_", [{"only": []}, {"keep": [{"column": "x"}]}, {"drop": [{"column": "x", "matches": "("}]}]
)
def test_a_wrong_filter_is_refused_in_words(filter_: dict[str, Any]) -> None:
    with pytest.raises(BadMapping, match="filter"):
        check_filter(filter_)


JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.dictionaries(st.text(), JSON), st.text())
def test_looking_up_never_fails(row: dict[str, Any], column: str) -> None:
    lookup(column, row)
    Reader(f"{{{column}}}").raw(row)
