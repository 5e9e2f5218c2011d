"""Titles as two portals write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.same.titles import compare, words_of


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Centre d'incendie et de secours de Clisson", "CIS CLISSON"),
        ("Médiathèque Aimé-Césaire", "mediatheque aime cesaire"),
        ("Bibliothèque Étienne-Parent", "Bibl. Etienne Parent"),
        ("Centre d'incendie de Châteaubriant", "Centre d'incendie de ChÃ¢teaubriant"),
        ("Accompagner les personnes en situation de handicap", "Accompagner les persnones en situation de handicap"),
        ("Sensibiliser le grand public à l'autoproduction", "Sensibiliser le grand public à l'autop…"),
    ],
)  # fmt: skip
def test_one_title_written_twice(left: str, right: str) -> None:
    assert compare(left, right).similarity > 0.9


@pytest.mark.parametrize(
    ("left", "right"),
    [("Parc Lasalle 1", "Parc Lasalle 2"), ("Pavillon C", "Pavillon D"), ("École Saint-Louis", "École Saint-Louis II")],
)
def test_another_number_is_seen(left: str, right: str) -> None:
    assert compare(left, right).other_numbers > 0


def test_a_part_of_a_thing_is_not_the_thing() -> None:
    assert compare("Stationnement Parc Cambert", "Parc Cambert").other_head
    assert not compare("Association Les Voisins", "Les Voisins").other_head


def test_each_says_what_the_other_does_not() -> None:
    match = compare("Développement commercial", "Développement digital")
    assert (match.only_left, match.only_right, match.conflict) == (("commercial",), ("digital",), 1.0)


def test_the_town_in_a_title_says_nothing_new() -> None:
    assert compare("La Ruche - Mons", "La Ruche", beside=("Mons",)).similarity == 1.0


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_compare_the_same_both_ways(left: str, right: str) -> None:
    one, other = compare(left, right), compare(right, left)
    assert 0.0 <= one.similarity <= 1.0
    assert abs(one.similarity - other.similarity) < 0.2
    assert (one.only_left, one.other_head) == (other.only_right, other.other_head) or one.similarity > 0


@given(st.text(max_size=60))
def test_a_title_is_like_itself(text: str) -> None:
    assert compare(text, text).similarity == (1.0 if words_of(text) else 0.0)
