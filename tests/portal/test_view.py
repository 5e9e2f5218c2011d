"""A part of the map in cells: few of several levels make up what is wholly inside."""

from hypothesis import given
from hypothesis import strategies as st

from portal.read.view import View


@st.composite
def views(draw: st.DrawFn) -> View:
    level = draw(st.integers(0, 7))
    places = st.integers(0, (1 << level) - 1)
    columns, rows = (sorted((draw(places), draw(places))) for _axis in range(2))
    west, east, north, south = *columns, *rows
    return View(level, (west - 1, east + 1, north - 1, south + 1), (west, east, north, south))


@given(views())
def test_the_blocks_of_a_view_cover_what_is_inside_once(view: View) -> None:
    covered = [
        (column, row)
        for level, x, y in view.blocks()
        for column in _within(x, view.level - level)
        for row in _within(y, view.level - level)
    ]
    west, east, north, south = view.inside
    inside = [(column, row) for column in range(west, east + 1) for row in range(north, south + 1)]
    assert sorted(covered) == inside


@given(views())
def test_they_are_about_as_many_as_the_view_is_wide_and_high(view: View) -> None:
    west, east, north, south = view.inside
    assert len(view.blocks()) <= 4 * (east - west + south - north + 2)


def _within(cell: int, levels: int) -> range:
    return range(cell << levels, (cell + 1) << levels)


def test_nothing_lies_inside_of_a_view_of_one_cell() -> None:
    assert View(5, (3, 3, 7, 7), (4, 2, 8, 6)).blocks() == []
    assert View(5, (3, 3, 7, 7), (4, 2, 8, 6)).rim() == [(3, 3, 7, 7)]
