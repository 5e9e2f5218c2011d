"""The tree of categories of a GoGoCarto map: options within categories within options, or a thesaurus in SKOS."""

from typing import Any

ID_FIELDS = ("optionValues", "categoriesFull", "taxonomy", "categories")
LEVELS_MAX = 40


class Tree:
    """Names of categories by their id, as text.

    names: of every option; mains: of the options at the top, in their order.
    """

    def __init__(self, document: Any) -> None:
        self.names: dict[str, str] = {}
        self.mains: dict[str, str] = {}
        self._main_of: dict[str, str] = {}
        graph = document.get("@graph") if isinstance(document, dict) else None
        if isinstance(graph, list):
            self._add_concepts(graph)
        else:
            self._add_groups(document if isinstance(document, list) else [document], None)

    def main(self, number: str) -> str:
        """The name of the branch that a category is in; "" when it is in none."""
        return self._main_of.get(number, "")

    def _add_groups(self, groups: list[Any], main: str | None, level: int = 0) -> None:
        for group in groups:
            options = group.get("options") if isinstance(group, dict) else None
            for option in options if isinstance(options, list) else []:
                if isinstance(option, dict) and "id" in option:
                    self._add_option(option, main, level)

    def _add_option(self, option: dict[str, Any], main: str | None, level: int) -> None:
        number, name = str(option["id"]), str(option.get("name") or option["id"])
        self.names[number] = name
        self._main_of[number] = main or name
        if main is None:
            self.mains[number] = name
        below = option.get("subcategories")
        if isinstance(below, list) and level < LEVELS_MAX:
            self._add_groups(below, main or name, level + 1)

    def _add_concepts(self, graph: list[Any]) -> None:
        """A thesaurus has one concept at its top that stands for all; those right below it are the branches."""
        concepts = {str(concept["@id"]): concept for concept in graph if isinstance(concept, dict) and "@id" in concept}
        self.names = {number: str(concept.get("prefLabel") or number) for number, concept in concepts.items()}
        broader = {number: str(concept.get("broader") or "") for number, concept in concepts.items()}
        for number in concepts:
            chain = [number]
            while broader.get(chain[-1]) in concepts and len(chain) < LEVELS_MAX:
                chain.append(broader[chain[-1]])
            if len(chain) > 1:
                self._main_of[number] = self.names[chain[-2]]
                self.mains[chain[-2]] = self.names[chain[-2]]


def category_ids(element: dict[str, Any]) -> list[str]:
    """The ids of an element's categories, in whatever form they stand there."""
    listed: list[Any] = next((element[name] for name in ID_FIELDS if isinstance(element.get(name), list)), [])
    values = (value.get("id", value.get("@id")) if isinstance(value, dict) else value for value in listed)
    return [str(value) for value in values if isinstance(value, str | int)]
