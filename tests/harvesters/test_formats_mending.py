"""Characters that no encoding brings back, mended by the source's own table; ids made of several columns."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.clean import text
from harvesters.errors import PortalError
from harvesters.formats.mending import mended
from harvesters.mapping import Reader
from harvesters.reading import Reading


def mend(garbled: str, **options: Any) -> tuple[str, list[str]]:
    reading = Reading(lambda _: iter(()))
    return mended(garbled, options, reading), reading.notes


def test_what_was_garbled_is_mended_and_told() -> None:
    table = {"äó": "?", "äó»": "’", "äóì": "“"}
    assert mend("Childrenäó»s äóìBus äó", replace=table)[0] == "Children’s “Bus ?"
    assert mend("Childrenäó»s", replace=table)[1] == ["“äó»” was garbled by the publisher and read as “’”, 1 times."]
    assert mend("Liège") == ("Liège", [])


@pytest.mark.parametrize("table", ["x", {"a": 1}, {"": "a"}])
def test_a_table_that_makes_no_sense_is_named(table: Any) -> None:
    with pytest.raises(PortalError, match="`replace` is a table"):
        mend("x", replace=table)


def test_ids_of_several_columns_bear_what_stands_there() -> None:
    assert text.composite("2015|\x9dBus\n  stop|") == "2015| Bus stop|"
    assert text.composite(None) == ""


@given(st.text(max_size=700), st.text(max_size=700))
def test_long_ids_stay_apart_and_short_enough(one: str, other: str) -> None:
    ids = [text.composite("x" * 290 + " " + part) for part in (one, other)]
    assert all(text.identifier(found) == found != "" for found in ids)
    blank = [
        " ".join("".join(letter if letter.isprintable() else " " for letter in part).split()) for part in (one, other)
    ]
    assert (ids[0] == ids[1]) == (blank[0] == blank[1])


@pytest.mark.parametrize(
    ("spec", "row", "composite"),
    [
        ("id", {"id": "7"}, False),
        ("{year}-{id}", {"id": "7"}, True),
        (["id", "{year}-{name}"], {"id": "7"}, False),
        (["id", "{year}-{name}"], {"id": "", "year": 3}, True),
    ],
)
def test_which_ids_are_made_of_several_columns(spec: Any, row: dict[str, Any], composite: bool) -> None:
    assert Reader(spec).is_composite(row) == composite
