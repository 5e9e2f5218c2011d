"""Pages of a service: each record once, loops found out, a first few only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.portals.paging import Pages, first_of, number_of, whole_option
from harvesters.reading import Reading, Row


def pages(announced: int | None = None) -> Pages:
    found = Pages(Reading(lambda _: iter(())))
    found.announce(announced)
    return found


def test_what_came_before_is_dropped_and_told() -> None:
    walk = pages()
    assert walk.fresh(["a", "b"], [1, 2]) == ["a", "b"]
    assert walk.fresh(["b", "c"], [2, 3]) == ["c"]
    assert walk.reading.notes == ["Pages of the portal overlap: records that came twice were taken once."]


@pytest.mark.parametrize("ids", [[1, 2], [None, None], ["same", "same"]])
def test_a_page_with_nothing_new_is_an_error(ids: list[object]) -> None:
    walk = pages()
    walk.fresh(["a", "b"], ids)
    with pytest.raises(PortalError, match="the same records twice, from record 3 on") as error:
        walk.fresh(["a", "b"], ids)
    assert error.value.code == "repeated-page"


def test_equal_records_without_ids_are_all_kept() -> None:
    walk = pages()
    assert walk.fresh(["a", "a"], [None, None]) == ["a", "a"]
    assert walk.fresh(["a", "b"], [None, None]) == ["a", "b"]


def test_far_more_than_announced_is_a_loop() -> None:
    walk = pages(2)
    for number in range(7):
        walk.fresh([number], [None])
    with pytest.raises(PortalError, match="no end to them"):
        walk.fresh([7], [None])


def test_a_count_that_changes_is_told() -> None:
    walk = pages(10)
    walk.announce(8)
    assert walk.reading.why_not == "The portal announced 10 records, then 8 while they were read."


@pytest.mark.parametrize(("limit", "announced", "why"), [
    (2, 5, "Only the first 2 of 5 records were asked for."),
    (2, None, "Only the first 2 of all records were asked for."),
    (3, 3, ""), (0, 3, ""), (9, 3, ""),
])  # fmt: skip
def test_a_first_few_are_told_as_a_part(limit: int, announced: int | None, why: str) -> None:
    reading = Reading(lambda reading: first_of((Row(number, {}) for number in range(3)), limit, reading))
    reading.announced = announced
    assert (len(list(reading)), reading.why_not) == (min(limit or 3, 3), why)


@pytest.mark.parametrize("value", ["ten", -1, 1.5, True])
def test_an_option_is_a_number(value: object) -> None:
    with pytest.raises(PortalError, match="is a number of records"):
        whole_option({"limit": value}, "limit", 0)


@given(st.one_of(st.integers(), st.text(), st.floats(), st.booleans(), st.none(), st.lists(st.integers())))
def test_a_count_is_a_number_or_nothing(value: object) -> None:
    number = number_of(value)
    assert number is None or 0 <= number < 2**31


@given(st.lists(st.lists(st.integers(0, 30), max_size=5), max_size=10))
def test_each_record_comes_once_whatever_the_pages(batches: list[list[int]]) -> None:
    walk, got = pages(), []
    for batch in batches:
        unique = list(dict.fromkeys(batch))
        try:
            got += walk.fresh(unique, unique)
        except PortalError:
            assert set(unique) <= set(got)
    assert got == list(dict.fromkeys(number for batch in batches for number in batch))
