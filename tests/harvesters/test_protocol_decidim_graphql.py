"""Decidim's GraphQL: cursors, versions, budgets, refusals."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.dialects.decidim import KINDS, Question, columns
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply
from harvesters.protocols.decidim_graphql import datasets, probe
from harvesters.reading import Reading
from tests.harvesters.emulator import Answering, Asked, client_of, emulated, read_all, said
from tests.harvesters.test_formats_hostile import storable

OLD = {"id", "title", "body", "state", "reference", "address", "coordinates", "voteCount", "category", "scope"}


def text(words: str) -> dict[str, Any]:
    return {"translations": [{"locale": "fr", "text": words}, {"locale": "nl", "text": f"{words}!"}]}


def proposal(number: int) -> dict[str, Any]:
    place = {"latitude": 50.45, "longitude": 3.95} if number % 2 else {"latitude": None, "longitude": None}
    return {
        "id": str(number), "title": text(f"Idée {number}"), "body": text("<p>Un <b>banc</b></p>"), "state": "accepted",
        "coordinates": place, "voteCount": 3, "scope": {"id": "4", "name": text("Jemappes")},
        "taxonomies": [{"id": "1", "name": text("Vert")}, {"id": "2", "name": text("Jeux")}],
    }  # fmt: skip


def component(number: int, kind: str) -> dict[str, Any]:
    return {"id": str(number), "__typename": kind, "name": text(f"C{number}")}


BOTH = [component(7, "Proposals"), component(8, "Budgets")]
SPACES = {
    "participatoryProcesses": [
        {"id": "1", "slug": "budget", "title": text("Budget"), "components": BOTH},
        {"id": "2", "slug": "plan", "title": text("Plan"), "components": [component(9, "Proposals")]},
    ],
    "assemblies": [{"id": "3", "slug": "jeunes", "title": text("Jeunes"), "components": [component(10, "Meetings")]}],
}  # fmt: skip
BUDGETS = [
    {"id": "5", "title": text("2026"), "projects": [{"id": "1", "title": text("Parc"), "budget_amount": 900}, None]}
]


def platform(records: dict[str, list[Any] | None], known: set[str] | None = None, circles: bool = False) -> Answering:
    """A platform with these records by component; `known` are the fields of its version."""

    def answering(asked: Asked) -> Reply:
        query, variables = asked.body["query"], asked.body["variables"]
        if "decidim {" in query:
            return said({"data": {"decidim": {"version": None, "applicationName": "Mons participe"}}})
        if "$id" not in query:
            return said({"data": {name: listed for name, listed in SPACES.items() if name in query}})
        strangers = [name for name in KINDS["proposals"].fields if known and name not in known and f"{name} " in query]
        if strangers:
            words = "Field '{}' doesn't exist on type 'Proposal'"
            return said({"errors": [{"message": words.format(name)} for name in strangers]})
        first = int((re.search(r"first: (\d+)", query) or [0, 0])[1])
        start = int(variables["after"] or 0)
        listed = records.get(variables["id"])
        nodes = (listed or [])[start : start + first]
        info = {"endCursor": "0" if circles else str(start + first), "hasNextPage": start + first < len(listed or [])}
        name = re.findall(r"(\w+)\(first", query)[0]
        found = {name: {"nodes": nodes, "pageInfo": info}} if listed is not None else None
        return said({"data": {"component": found}})

    return answering


MANY: dict[str, list[Any] | None] = {
    "7": [proposal(number) for number in range(120)],
    "9": [proposal(500)],
    "8": BUDGETS,
    "10": [],
}


def test_proposals_of_all_components_are_read_by_cursor() -> None:
    with emulated(platform(MANY)) as portal:
        rows, reading = read_all("decidim_graphql", portal, "/processes/budget")
        firsts = [asked.body["variables"].get("after") for asked in portal.asked if "$id" in asked.body["query"]]
    assert (len(rows), reading.complete, firsts) == (121, True, [None, "50", "100", None])
    data = rows[1].data
    assert (data["title/nl"], data["scope/name/fr"], data["taxonomies/name/fr"]) == (
        "Idée 1!",
        "Jemappes",
        "Vert, Jeux",
    )
    assert data["url"] == f"{portal.url}/processes/budget/f/7/proposals/1"
    assert (rows[0].geometry, rows[1].geometry) == (None, {"type": "Point", "coordinates": [3.95, 50.45]})


@pytest.mark.parametrize(
    ("options", "count"), [({"space": "plan"}, 1), ({"component": [7, "9"]}, 121), ({"space": ["plan", "budget"]}, 121)]
)
def test_spaces_and_components_are_chosen(options: dict[str, Any], count: int) -> None:
    with emulated(platform(MANY)) as portal:
        assert len(read_all("decidim_graphql", portal, **options)[0]) == count


def test_projects_of_budgets() -> None:
    with emulated(platform(MANY)) as portal:
        (row, missing), reading = read_all("decidim_graphql", portal, what="projects")
    assert (row.data["title/fr"], row.data["budget_amount"], row.data["budget/id"]) == ("Parc", 900, "5")
    assert row.data["url"] == f"{portal.url}/processes/budget/f/8/budgets/5/projects/1"
    assert (missing.problem, reading.complete) == ("The platform gave nothing where a record should be.", True)


def test_what_a_version_does_not_know_is_left_out_and_told() -> None:
    with emulated(platform(MANY, known=OLD)) as portal:
        rows, reading = read_all("decidim_graphql", portal, space="plan")
    assert (len(rows), reading.complete) == (1, True)
    assert reading.notes == [
        "The platform's version does not know: publishedAt, taxonomies, updatedAt, url, withdrawn."
    ]


def test_a_text_that_has_but_one_language_is_asked_for_as_such() -> None:
    question = Question(KINDS["proposals"])
    words = "Selections can't be made on scalars (field 'title' returns String but has selections [translations])"
    assert question.learn([words], Reading(lambda _: iter(())))
    assert question.fields["title"] == ""
    assert columns({"title": "Idée"}) == {"title": "Idée"}


def test_a_cursor_that_goes_in_circles_is_found_out() -> None:
    with emulated(platform(MANY, circles=True)) as portal:
        rows, reading = read_all("decidim_graphql", portal, component=7)
    assert (len(rows), reading.complete, "the same page twice" in reading.why_not) == (50, False, True)


def test_a_component_that_fails_costs_itself() -> None:
    with emulated(platform(MANY | {"7": None})) as portal:
        rows, reading = read_all("decidim_graphql", portal)
    assert (len(rows), reading.complete, "Component 7 could not be read" in reading.why_not) == (1, False, True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (said(b"", 429, headers={"Retry-After": "900"}), "busy"),
        (said(b"<html>login</html>"), "html-instead"),
        (said({"errors": [{"message": "Query has complexity of 6000"}]}), "portal-error"),
        (said([]), "portal-error"),
        (said({"data": {"participatoryProcesses": []}}), "no-dataset"),
    ],
)
def test_refusals_are_named(said: Reply, code: str) -> None:
    with emulated(lambda _: said) as portal, pytest.raises(PortalError) as error:
        read_all("decidim_graphql", portal)
    assert error.value.code == code


def test_a_pause_that_is_asked_for_ends_what_came_as_partial() -> None:
    def answering(asked: Asked) -> Reply:
        is_later = "$id" in asked.body["query"] and asked.body["variables"]["after"]
        return said(b"", 429, headers={"Retry-After": "900"}) if is_later else platform(MANY)(asked)

    with emulated(answering) as portal:
        rows, reading = read_all("decidim_graphql", portal)
    assert (len(rows), reading.complete, "come back in 900 seconds" in reading.why_not) == (50, False, True)


def test_a_platform_is_recognised_with_its_components() -> None:
    with emulated(platform(MANY)) as portal, client_of(portal) as client:
        found = probe(portal.url + "/processes", client)
        listed = [(dataset.id, dataset.title) for dataset in datasets(portal.url, client)]
    assert found is not None
    assert (found.title, found.evidence) == ("Mons participe", "Decidim of a version it hides.")
    assert listed == [
        ("component/7", "Budget: C7"), ("component/9", "Plan: C9"), ("component/8", "Budget: C8"),
        ("component/10", "Jeunes: C10"),
    ]  # fmt: skip
    with emulated(lambda _: said(b"no", 404)) as portal, client_of(portal) as client:
        assert probe(portal.url, client) is None


VALUES = st.recursive(
    st.none()
    | st.integers()
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "translations", "locale", "text", "coordinates", "latitude"]), inner
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["id", "title", "coordinates", "scope", "taxonomies", "startTime"]), VALUES))
def test_any_record_gives_columns_that_can_be_stored(record: dict[str, Any]) -> None:
    data = columns(record)
    assert storable(data)
    assert not any(isinstance(name, str) and name != name.lower() for name in data if "/" not in name)
