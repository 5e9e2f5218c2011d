"""Filters that nobody thought of: none ends in an error of ours, and words have their rank."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import cql
from portal.cql.columns import QUERYABLES
from portal.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("items")]

NAMES = st.sampled_from([*QUERYABLES, "TRUE", "nothing"])
VALUES = st.sampled_from(
    ["'a'", "1", "-.5e3", "TRUE", "DATE('2026-11-28')", "TIMESTAMP('0001-01-01T00:00:00+14:00')", "'\\'", "''",
     "TIMESTAMP('9999-12-31T23:59:59-12:00')", "DATE('0001-01-01')", "POINT(1 2)", "BBOX(170,-90,-170,90)", "1e999"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["AND", "OR", "NOT", "(", ")", ",", "=", "<>", "<", ">=", "LIKE", "IN", "BETWEEN", "IS", "NULL", "CASEI(",
     "ACCENTI(", "S_INTERSECTS(", "S_TOUCHES(", "'", '"', "%", "\\", ";"]
)  # fmt: skip
SIDES = st.one_of(NAMES, VALUES)
FORMS = (
    "{0} = {1}", "{0} <> {1}", "{0} < {1}", "{0} IN ({1}, {2})", "{0} NOT IN ({1}, {2})", "{0} BETWEEN {1} AND {2}",
    "{0} NOT BETWEEN {1} AND {2}", "{0} LIKE {1}", "{0} NOT LIKE {1}", "S_INTERSECTS({0}, {1})",
    "S_CROSSES({0}, {1})", "S_EQUALS({0}, {1})",
)  # fmt: skip
COMPARISONS = st.tuples(st.sampled_from(FORMS), SIDES, SIDES, SIDES).map(lambda one: one[0].format(*one[1:]))
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(SIDES, WORDS), max_size=9).map(" ".join),
    st.recursive(COMPARISONS, lambda inner: st.one_of(
        inner.map("NOT ({})".format), st.tuples(inner, inner).map("({0[0]}) OR {0[1]}".format),
        st.tuples(inner, inner).map(" AND ".join),
    ), max_leaves=4),
)  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_any_text_is_answered_or_refused_in_words(text: str) -> None:
    """What is let through, the database understands too: nothing ends in an error of ours."""
    try:
        statement, values = cql.parse(text).ids()
    except cql.BadFilter as error:
        assert str(error)
        return
    list(Activity.objects.raw(statement, values))


# An evaluation of our own, with SQL's three truths: None is «unknown».
LEAVES: dict[str, Callable[[Activity], bool | None]] = {
    "kind = 'mission'": lambda one: one.kind == "mission",
    "votes > 40": lambda one: None if one.votes is None else one.votes > 40,
    "budget < 100000": lambda one: None if one.budget is None else one.budget < 100_000,
    "starts IS NULL": lambda one: one.starts is None,
    "themes = 'reuse'": lambda one: "reuse" in one.themes,
    "lang IN ('nl')": lambda one: one.lang == "nl",
}
Tree = Any


def truth(tree: Tree, one: Activity) -> bool | None:
    if isinstance(tree, str):
        leaf: bool | None = LEAVES[tree](one)
        return leaf
    word, *parts = tree
    values: list[bool | None] = [truth(part, one) for part in parts]
    if word == "NOT":
        return None if values[0] is None else not values[0]
    decisive: bool = word == "OR"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def written(tree: Tree, rank: int = 0) -> str:
    """With no more brackets than the ranks of the words need."""
    if isinstance(tree, str):
        return tree
    word, *parts = tree
    own = {"OR": 0, "AND": 1, "NOT": 2}[word]
    text = f"NOT {written(parts[0], 3)}" if word == "NOT" else f" {word} ".join(written(part, own) for part in parts)
    return f"({text})" if own < rank else text


TREES = st.recursive(
    st.sampled_from(list(LEAVES)),
    lambda inner: st.one_of(st.tuples(st.just("NOT"), inner), st.tuples(st.sampled_from(["AND", "OR"]), inner, inner)),
    max_leaves=6,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_words_have_the_rank_and_the_truths_of_the_standard(tree: Tree) -> None:
    statement, values = cql.parse(written(tree)).ids()
    got = {one.pk for one in Activity.objects.raw(statement, values)}
    assert got == {one.pk for one in Activity.objects.all() if truth(tree, one)}
