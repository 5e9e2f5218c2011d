"""Words of statuses and themes, translated by a vocabulary that is here or by their stems."""

import pytest

from harvesters.discovery.choices import separator_of, status_of, status_spec, theme_of, themes_spec
from harvesters.discovery.columns import Column
from portal.vocabularies import Kind


def column(*values: object, name: str = "x") -> Column:
    return Column(name, values, len(values))


@pytest.mark.parametrize(
    ("word", "theme"),
    [
        ("Éducation et jeunesse", "education"), ("Mobiliteit", "mobility"), ("Urban greenery", "environment"),
        ("Medi ambient", "environment"), ("Cultura", "culture"), ("zieleń miejska", "environment"),
        ("Gezondheid", "health"), ("Sport i rekreacja", "sport"), ("Xyz", ""),
    ],
)  # fmt: skip
def test_themes_by_their_stems(word: str, theme: str) -> None:
    assert theme_of(word) == theme


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Projet abandonné", "abandoned"), ("TRAVAUX", "works"), ("Non retenu", "not_selected"),
        ("Lauréat", "selected"),
        ("in uitvoering", "works"), ("Opgeleverd", "delivered"), ("zrealizowany", "delivered"), ("wybrany", "selected"),
        ("Seleccionado", "selected"), ("en estudi", "studies"), ("Qwerty", ""), ("Not funded", "not_selected"),
    ],
)  # fmt: skip
def test_statuses_of_a_project(word: str, status: str) -> None:
    assert status_of(word, Kind.PROJECT) == status


def test_a_vocabulary_that_knows_most_is_taken_by_its_name() -> None:
    words = ["Cadre de vie", "Sport", "Mobilités", "Solidarités", "Culture et patrimoine"]
    assert themes_spec(column(*words))[0] == {"column": "x", "vocabulary": "paris"}


def test_else_the_words_are_translated_one_by_one_and_the_rest_is_told() -> None:
    spec, words = themes_spec(column("Mobiliteit", "Mobiliteit", "Groen", "Qwerty"))
    assert spec == {"column": "x", "values": {"Mobiliteit": "mobility", "Groen": "environment"}, "default": "other"}
    assert words == "mots traduits : 2 sur 3, sauf «Qwerty»"


def test_yes_and_no_of_a_vote() -> None:
    assert status_spec(column("1", "0", "1"), Kind.PROJECT)[0]["values"] == {"1": "selected", "0": "not_selected"}


@pytest.mark.parametrize(
    ("texts", "sign"),
    [(("a;b", "b;c", "a", "c;a;b"), ";"), (("a, b", "b, c", "c, a", "a"), ","), (("a", "b", "a"), "")],
)
def test_several_words_in_one_value(texts: tuple[str, ...], sign: str) -> None:
    assert separator_of(column(*texts)) == sign
