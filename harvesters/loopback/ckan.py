"""CKAN's action API over FOLDER/<portal>/ckan/datasets.json.

package_search (q, fq, rows, start, sort), package_show, package_list, status_show; by GET or POST. `q` and `fq` are
words, `field:value`, `field:"a phrase"`, `-field:value`, all joined by AND.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from harvesters.loopback.answers import Asked, Reply, json_reply
from harvesters.loopback.files import file_within

Dataset = dict[str, Any]
ROWS_MAX = 1000
TERM = re.compile(r'(?P<negated>-?)(?:(?P<field>\w+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


class ActionError(Exception):
    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"__type": kind, "message": message}


def reply(asked: Asked) -> Reply:
    action = asked.path.rsplit("/", 1)[-1]
    if action not in ACTIONS:
        return json_reply(f"Bad request: Action name not known: {action}", 400)
    help_url = f"{asked.portal_url}/api/3/action/help_show?name={action}"
    try:
        result = ACTIONS[action](asked)
    except ActionError as problem:
        return json_reply({"help": help_url, "success": False, "error": problem.error}, problem.status)
    return json_reply({"help": help_url, "success": True, "result": result})


def datasets(asked: Asked) -> list[Dataset]:
    path = file_within(asked.folder, "ckan/datasets.json")
    found: list[Dataset] = json.loads(path.read_text(encoding="utf-8")) if path else []
    return [served(dataset, asked.portal_url) for dataset in found]


def served(dataset: Dataset, portal_url: str) -> Dataset:
    resources = [
        resource | {"package_id": dataset["id"], "url": urljoin(portal_url + "/", resource["url"])}
        for resource in dataset.get("resources", [])
    ]
    return dataset | {"resources": resources, "num_resources": len(resources)}


def package_search(asked: Asked) -> dict[str, Any]:
    rows = min(whole(asked, "rows", 10), ROWS_MAX)
    start = whole(asked, "start", 0)
    query = " ".join(str(asked.parameters.get(name) or "") for name in ("q", "fq"))
    found = [dataset for dataset in datasets(asked) if matches(dataset, query)]
    found = ordered(found, str(asked.parameters.get("sort") or "id asc"))
    return {"count": len(found), "results": found[start : start + rows], "facets": {}, "search_facets": {}}


def package_show(asked: Asked) -> Dataset:
    wanted = asked.parameters.get("id")
    if not wanted:
        raise ActionError(409, "Validation Error", "Missing value: id")
    found = [dataset for dataset in datasets(asked) if wanted in (dataset["id"], dataset["name"])]
    if not found:
        raise ActionError(404, "Not Found Error", "Not found")
    return found[0]


def package_list(asked: Asked) -> list[str]:
    return sorted(dataset["name"] for dataset in datasets(asked))


def status_show(asked: Asked) -> dict[str, Any]:
    return {"ckan_version": "2.11.0", "site_url": asked.portal_url, "extensions": []}


def whole(asked: Asked, name: str, default: int) -> int:
    text = str(asked.parameters.get(name, default))
    if not text.isascii() or not text.isdigit():
        raise ActionError(409, "Validation Error", f"{name}: must be a natural number")
    return int(text)


def ordered(found: list[Dataset], sort: str) -> list[Dataset]:
    for part in reversed(sort.split(",")):
        name, _, direction = part.strip().partition(" ")
        found = sorted(found, key=lambda dataset: str(dataset.get(name, "")), reverse=direction.strip() == "desc")
    return found


def matches(dataset: Dataset, query: str) -> bool:
    return all(term_matches(dataset, term) for term in TERM.finditer(query) if term[0] not in ("*:*", "AND"))


def term_matches(dataset: Dataset, term: re.Match[str]) -> bool:
    wanted = (term["phrase"] or term["word"] or "").lower()
    hit = wanted in " ".join(words(dataset, term["field"])).lower()
    return hit != bool(term["negated"])


def words(dataset: Dataset, field: str | None) -> list[str]:
    """The words of one field of the search index, or of those that free text searches."""
    index = {
        "organization": [(dataset.get("organization") or {}).get("name", "")],
        "tags": [tag["name"] for tag in dataset.get("tags", [])],
        "res_format": [resource.get("format", "") for resource in dataset.get("resources", [])],
        "title": [dataset.get("title", "")],
        "name": [dataset["name"]],
        "notes": [dataset.get("notes") or ""],
    }
    if field is None:
        return [text for name in ("title", "name", "notes", "tags", "organization") for text in index[name]]
    return index.get(field, [str(dataset.get(field, ""))])


ACTIONS: dict[str, Callable[[Asked], Any]] = {
    "package_search": package_search,
    "package_show": package_show,
    "package_list": package_list,
    "status_show": status_show,
}
