"""What is asked of Decidim's GraphQL, and its answers in the words of its CSV export.

Fields come and go with Decidim's versions, which platforms may hide: everything of interest is asked for, and what
the platform says it does not know is left out of the next question. So one question serves all versions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harvesters.errors import PortalError
from harvesters.http import Client, shown
from harvesters.reading import Reading

TEXT = "{ translations { locale text } }"
NAMED = f"{{ id name {TEXT} }}"
PLACE = "{ latitude longitude }"
COMMON = {"id": "", "title": TEXT, "reference": "", "address": "", "coordinates": PLACE, "url": "", "updatedAt": ""}
GROUPS = {"category": NAMED, "scope": NAMED, "taxonomies": NAMED}
Fields = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """One kind of records: its component's type, what lists them, and their page at the platform."""

    component: str
    listed: str
    page: str
    fields: Fields = field(default_factory=dict)

    @property
    def is_budget(self) -> bool:
        return self.component == "Budgets"


KINDS = {
    "proposals": Kind(
        "Proposals", "proposals", "proposals/{id}",
        COMMON | GROUPS | {"body": TEXT, "state": "", "publishedAt": "", "voteCount": "", "withdrawn": ""},
    ),
    "projects": Kind(
        "Budgets", "budgets", "budgets/{budget}/projects/{id}",
        COMMON | GROUPS | {"description": TEXT, "budget_amount": "", "selected": "", "createdAt": ""},
    ),
    "meetings": Kind(
        "Meetings", "meetings", "meetings/{id}",
        COMMON | GROUPS | {
            "description": TEXT, "location": TEXT, "startTime": "", "endTime": "", "typeOfMeeting": "",
            "registrationsEnabled": "", "remainingSlots": "", "withdrawn": "",
        },
    ),
}  # fmt: skip
SPACES = {"participatoryProcesses": "processes", "assemblies": "assemblies"}
PAGE = 50
# How graphql-ruby says it: https://graphql-ruby.org/schema/dynamic_types and its StaticValidation rules.
UNKNOWN = re.compile(r"Field '(?P<field>\w+)' doesn't exist on type '(?P<type>\w+)'")
SCALAR = re.compile(r"\(field '(?P<field>\w+)' returns \w+!? but has selections")
ROUNDS = 4


class Platform:
    """A platform's GraphQL, asked by POST. Raises PortalError."""

    def __init__(self, address: str, client: Client) -> None:
        self.address, self.client = f"{address}/api", client

    def ask(self, query: str, **variables: Any) -> tuple[dict[str, Any], list[str]]:
        """The data of an answer, and the errors that it names."""
        answer = self.client.post_json(self.address, {"query": query, "variables": variables})
        data = answer.get("data") if isinstance(answer, dict) else None
        errors = answer.get("errors") if isinstance(answer, dict) else None
        words = [str(error.get("message")) for error in errors or [] if isinstance(error, dict)]
        if not isinstance(data, dict) and not words:
            raise PortalError("portal-error", f"{shown(self.address)} does not answer as GraphQL does.")
        return data if isinstance(data, dict) else {}, words

    def spaces(self) -> Iterator[dict[str, Any]]:
        """Participatory processes and assemblies with their components; `_path` is where their pages are."""
        problem = ""
        for name, path in SPACES.items():
            inner = f"id slug title {TEXT} components {{ id __typename name {TEXT} }}"
            data, errors = self.ask(f"{{ {name} {{ {inner} }} }}")
            problem = problem or "; ".join(errors)
            listed = data.get(name)
            for space in listed if isinstance(listed, list) else []:
                if isinstance(space, dict):
                    problem = ""
                    yield space | {"_path": path}
        if problem:
            raise PortalError("portal-error", f"{shown(self.address)} refused: “{shown(problem)}”.")


class Question:
    """The question for the records of one kind; learns which fields the platform has."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.fields = dict(kind.fields)

    def __str__(self) -> str:
        inner = " ".join(f"{name} {selection}" for name, selection in self.fields.items())
        if self.kind.is_budget:
            inner = f"id title {TEXT} projects {{ {inner} }}"
        page = f"nodes {{ {inner} }} pageInfo {{ endCursor hasNextPage }}"
        listed = f"{self.kind.listed}(first: {PAGE}, after: $after) {{ {page} }}"
        component = f"component(id: $id) {{ ... on {self.kind.component} {{ {listed} }} }}"
        return f"query($id: ID!, $after: String) {{ {component} }}"

    def learn(self, errors: list[str], reading: Reading) -> bool:
        """Whether the errors name fields that can be left out or asked for otherwise."""
        before = dict(self.fields)
        for words in errors:
            if (match := UNKNOWN.search(words)) and match["field"] != "id":
                self._drop(match["field"])
            elif (match := SCALAR.search(words)) and match["field"] in self.fields:
                self.fields[match["field"]] = ""
        missing = sorted(set(before) - set(self.fields))
        if missing:
            reading.note(f"The platform's version does not know: {', '.join(missing)}.")
        return before != self.fields

    def _drop(self, name: str) -> None:
        if name in self.fields:
            del self.fields[name]
        else:  # a part of a selection: of a name, or of a place
            self.fields = {field: text for field, text in self.fields.items() if f" {name} " not in f" {text} "}

    def ask(self, platform: Platform, component: str, after: str | None, reading: Reading) -> dict[str, Any]:
        """One page of a component's records: its `nodes` and `pageInfo`. Raises PortalError (portal-error)."""
        errors: list[str] = []
        for _ in range(ROUNDS):
            data, errors = platform.ask(str(self), id=component, after=after)
            if not errors or not self.learn(errors, reading):
                break
        found = data.get("component")
        listed = found.get(self.kind.listed) if isinstance(found, dict) else None
        if not isinstance(listed, dict) or not isinstance(listed.get("nodes"), list):
            said = "; ".join(errors) or "it is not there"
            raise PortalError("portal-error", f"Component {component} could not be read: “{shown(said)}”.")
        if errors:
            reading.stop(f"Component {component} came with errors: “{shown('; '.join(errors))}”.")
        return listed


def columns(record: dict[str, Any]) -> dict[str, Any]:
    """A record in the names of the CSV export: `title/fr`, `scope/name/fr`, `published_at`, `latitude`."""
    data: dict[str, Any] = {}
    for name, value in record.items():
        if name == "coordinates":
            place = value if isinstance(value, dict) else {}
            data |= {"latitude": place.get("latitude"), "longitude": place.get("longitude")}
        elif isinstance(value, dict) and "translations" in value:
            data |= texts(name, value)
        elif isinstance(value, dict):
            data |= {f"{name}/id": value.get("id")} | texts(f"{name}/name", value.get("name"))
        elif isinstance(value, list):
            data |= joined(name, value)
        else:
            data[re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()] = value
    return data


def texts(name: str, value: Any) -> dict[str, Any]:
    """A text in each of its languages, as `name/locale`; by its name alone in versions that have but one."""
    listed = value.get("translations") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        return {name: value} if isinstance(value, str) else {}
    found = [one for one in listed if isinstance(one, dict) and isinstance(one.get("locale"), str)]
    return {f"{name}/{one['locale']}": one.get("text") for one in found}


def joined(name: str, values: list[Any]) -> dict[str, Any]:
    """The names of several things, in each language one text."""
    by_column: dict[str, list[str]] = {}
    for value in values:
        for column, text in texts(f"{name}/name", value.get("name") if isinstance(value, dict) else None).items():
            by_column.setdefault(column, []).append(str(text))
    return {column: ", ".join(words) for column, words in by_column.items()}
