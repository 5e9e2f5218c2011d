"""What speaks for two records being one thing, and what speaks against it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.same.score import Told, address_key, link_key, score

HERE = Told("initiative", "Atelier vélo des Voisins", points=((3.9523, 50.4542),), areas=("be-53053",))
START = datetime(2026, 11, 28, 9, tzinfo=UTC)


def test_alike_and_near_is_the_same_and_says_why() -> None:
    there = replace(HERE, title="ATELIER VELO DES VOISINS", points=((3.9530, 50.4545),))
    result = score(HERE, there)
    assert result.accepted
    assert [reason.words for reason in result.reasons] == ["titles are 100 % alike", "60 m apart"]


@pytest.mark.parametrize(
    "other",
    [
        replace(HERE, points=((4.36, 50.85),)),  # in another town
        replace(HERE, title="Repas des Voisins"),  # a neighbour
        replace(HERE, points=(), areas=("be-52011",)),
        replace(HERE, edition=2025),
        replace(HERE, starts=datetime(2026, 12, 5, 9, tzinfo=UTC)),
        replace(HERE, organisation_id="0465.165.280"),
    ],
)
def test_what_cannot_be_one_thing(other: Told) -> None:
    one = replace(HERE, edition=2024, starts=START, organisation_id="0863.132.427")
    assert not score(one, other).accepted


def test_without_any_place_organisation_and_day_decide() -> None:
    remote = Told("mission", "Traduire des lettres", organisation="Les Voisins", starts=START)
    assert score(remote, replace(remote, organisation="LES VOISINS ASBL")).accepted
    assert not score(remote, replace(remote, organisation="Entraide", starts=None)).accepted


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("3 Rue Raoul Blanchard, 38000 Grenoble, FR", ("3", ("rue", "raoul", "blanchard"))),
        ("Rue Raoul Blanchard 3", ("3", ("rue", "raoul", "blanchard"))),
        ("1 450, Rue Rachel Est", ("1", ("rue", "rachel", "est"))),
        ("", ("", ())),
    ],
)
def test_addresses(address: str, key: tuple[str, tuple[str, ...]]) -> None:
    assert address_key(address) == key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.ruche.example/fiche/3/?utm_source=x", "ruche.example/fiche/3"),
        ("http://ruche.example/fiche/3", "ruche.example/fiche/3"),
        ("https://ruche.example/?id=3", "ruche.example?id=3"),
        ("ruche", ""),
        ("http://[", ""),
    ],
)
def test_links(url: str, key: str) -> None:
    assert link_key(url) == key


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_a_link(text: str) -> None:
    address_key(text)
    link_key(text)
