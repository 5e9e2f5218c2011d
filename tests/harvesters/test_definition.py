from pathlib import Path
from typing import Any

import pytest

from harvesters.definition import BadDefinition, build, bundled, load
from harvesters.http import Client
from harvesters.protocols import read

GOOD: dict[str, Any] = {
    "uid": "https://portal.example/dataset/1",
    "title": "Jeu",
    "protocol": "file",
    "address": "https://portal.example/data.json",
    "publisher": "Ville",
    "licence": "CC0",
    "kind": "mission",
    "mapping": {"id": "i", "title": "t"},
}


def test_a_definition_becomes_a_source_named_after_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ma-ville.toml"
    file.write_text('uid="u"\ntitle="t"\nprotocol="file"\naddress="a"\npublisher="p"\nlicence="l"\nkind="project"\n'
                    '[mapping]\nid="i"\ntitle="t"\n', "utf-8")  # fmt: skip
    assert load(file).slug == "ma-ville"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"licence": ""}, "«licence» is missing"),
        ({"publisher": None}, "«publisher» is missing"),
        ({"licens": "x"}, "unknown key «licens»"),
        ({"kind": "event"}, "«kind»"),
        ({"protocol": "gopher"}, "no protocol «gopher»"),
        ({"timezone": "Europe/Mons"}, "time zone"),
        ({"mapping": {"id": "i"}}, "no «title»"),
        ({"filter": {"only": []}}, "filter"),
        ({"options": "x"}, "«options»"),
        ({"options": {"shared_limit": "ten"}}, "shared_limit"),
        ({"filter": {"drop": [{"column": "a", "in": 5}]}}, "filter condition"),
        ({"mapping": {"id": "i", "title": {"column": 5}}}, "«title»"),
        ({"mapping": {"id": "i", "title": "t", "crs": {"value": "EPSG:2154"}}}, "«crs»"),
        ({"page": "javascript:alert(1)"}, "«page»"),
    ],
)
def test_a_wrong_definition_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadDefinition, match=words):
        build("x", GOOD | changes)


def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("uid = ", "utf-8")
    with pytest.raises(BadDefinition, match=r"x\.toml"):
        load(file)


def test_every_bundled_source_can_be_read() -> None:
    with Client.from_settings() as client:
        for source in bundled():
            assert read(source, client)
