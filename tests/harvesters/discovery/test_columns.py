"""Columns of a sample: nested values by the names that a mapping reaches them with."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvesters.discovery.columns import columns_of, flattened
from harvesters.discovery.fits import FITS
from harvesters.discovery.identity import id_guesses
from harvesters.mapping import lookup
from harvesters.reading import Row

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(st.text("xyz_", min_size=1, max_size=4), VALUES, max_size=4), min_size=1, max_size=6)


def test_objects_and_the_first_of_a_list() -> None:
    data = {"a": {"b": 1}, "places": [{"lat": 50.4}, {"lat": 0}], "at": [50.4, 3.9], "tags": ["x", "y"]}
    assert flattened(data) == {
        "a.b": 1, "places": data["places"], "places.0.lat": 50.4, "at": [50.4, 3.9], "at.0": 50.4, "at.1": 3.9,
        "tags": ["x", "y"],
    }  # fmt: skip


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=4), VALUES, max_size=4))
def test_a_mapping_reaches_every_column(data: dict[str, Any]) -> None:
    assert all(lookup(name, data) == value for name, value in flattened(data).items())


def test_how_full_and_how_different() -> None:
    rows = [Row(n, {"a": value}) for n, value in enumerate(["x", "x", "y", "", None], start=1)]
    (column,) = columns_of(rows)
    assert (column.share_filled, column.share_distinct, column.length) == (0.6, 2 / 3, 1)


@given(ROWS)
def test_any_column_can_be_asked_anything(rows: list[dict[str, Any]]) -> None:
    columns = columns_of([Row(place, data) for place, data in enumerate(rows, start=1)])
    needs_no_gazetteer = {name: fits for name, fits in FITS.items() if name != "commune"}
    shares = [fits(column)[0] for column in columns if column.filled for fits in needs_no_gazetteer.values()]
    assert all(0 <= share <= 1 for share in shares)
    assert all(0 <= guess.confidence <= 1 for guess in id_guesses(columns))
