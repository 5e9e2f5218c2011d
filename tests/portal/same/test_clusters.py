"""Groups of records, whatever order they come in."""

from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.same.clusters import Alike, clusters

IDS = [UUID(int=number) for number in range(8)]
A, B, C, D = IDS[:4]
EACH_ITS_OWN = {record: number for number, record in enumerate(IDS)}


def test_what_hangs_together_is_one() -> None:
    assert clusters(EACH_ITS_OWN, [Alike(A, B, 6.0), Alike(B, C, 5.0)]) == [{A, B, C}]


def test_a_source_tells_its_own_records_apart() -> None:
    alike = [Alike(A, B, 6.0), Alike(B, C, 7.0)]
    assert clusters({A: 1, B: 2, C: 1}, alike) == [{B, C}]


def test_a_person_joins_even_those() -> None:
    assert clusters({A: 1, B: 1}, [], together=[(A, B)]) == [{A, B}]


def test_apart_is_apart_whoever_stands_between() -> None:
    alike = [Alike(A, B, 6.0), Alike(B, C, 7.0)]
    assert clusters(EACH_ITS_OWN, alike, apart=[(A, C)]) == [{B, C}]


pairs = st.sampled_from(list(combinations(IDS, 2)))


@given(st.dictionaries(pairs, st.integers(5, 9)), st.sets(pairs, max_size=3), st.sets(pairs, max_size=3), st.randoms())
def test_order_changes_nothing_and_decisions_hold(
    scored: dict[tuple[UUID, UUID], int], together: set, apart: set, dice: object
) -> None:
    sources = {record: number % 5 for number, record in enumerate(IDS)}
    alike = [Alike(*pair, float(points)) for pair, points in scored.items()]
    found = clusters(sources, alike, together, apart)
    dice.shuffle(alike)  # type: ignore[attr-defined]
    assert clusters(sources, alike, sorted(together, reverse=True), apart) == found
    assert not any(set(pair) <= group for pair in apart for group in found)
    assert len({record for group in found for record in group}) == sum(map(len, found))
