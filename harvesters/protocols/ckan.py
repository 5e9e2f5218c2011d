"""CKAN, and portals that answer like it (DKAN): datasets are found by search, their files are read.

`address`: the portal's (`https://data.example.org`). Options:

- `dataset`: the id or name of one dataset; else
- `query`, `fq`: what to search for, as CKAN's package_search takes it (all datasets when both are missing);
- `formats`: which files to read, the first kind that a dataset has (default: GeoJSON, CSV, JSON lines, JSON);
- `resource`: the id of one file, or a pattern (regular expression) for its name or address;
- `post`: true to ask by POST (GET is taken by default: it passes firewalls and follows redirects);
- those of the file's format: `encoding`, `delimiter`, `header_row`, `records`, `crs`.
"""

import re
from ast import literal_eval
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, ServerIncompatibleError

from harvesters.errors import PortalError
from harvesters.formats import named, read_answer
from harvesters.http import Answer, Client, shown
from harvesters.reading import Reading, Row
from harvesters.session import check_address, words_in
from harvesters.tidy import TooDeepError, tidy
from portal.models import Source

FORMATS = ("geojson", "csv", "jsonl", "json")
ROWS = 1000
PAGES_MAX = 5000
ANSWER_MAX = 20_000
COUNT = re.compile(r"[0-9]{1,9}")
Dataset = dict[str, Any]
Resource = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    files = [
        (dataset, resource)
        for dataset in found_datasets(Portal(source, client), reading)
        for resource in wanted_resources(dataset, source.options, reading)
    ]
    if not files:
        raise PortalError("no-dataset", f"{source.address}: no dataset found has a file that can be read.")
    position = 0
    for dataset, resource in files:
        for row in file_rows(source, client, resource, reading, is_only=len(files) == 1):
            position += 1
            yield Row(position, row.data | provenance(source, dataset, resource), row.geometry, row.problem)


def file_rows(source: Source, client: Client, resource: Resource, reading: Reading, is_only: bool) -> Iterator[Row]:
    """The rows of one file; a file that fails stops only itself, unless it is the only one."""
    # "Nothing changed" can be said of one file alone: of several, some might have.
    validators = source.validators if is_only else {}
    try:
        answer = client.get(file_address(source, resource), validators=validators, keep_broken=True)
        reading.validators = answer.validators if is_only else {}
        reading.unchanged = answer.unchanged
        if not answer.unchanged:
            yield from read_answer(answer, {"format": known_format(resource, answer)} | source.options, reading)
    except PortalError as error:
        if is_only:
            raise
        reading.note(error.what)
        reading.stop(str(error))


def file_address(source: Source, resource: Resource) -> str:
    """The address of a file, which the catalogue may give from where it stands. Raises PortalError (bad-address)."""
    try:
        return urljoin(source.address.rstrip("/") + "/", str(resource["url"]))
    except ValueError as error:
        words = f"“{shown(str(resource['url']))}” is not an address that can be read."
        raise PortalError("bad-address", words) from error


def known_format(resource: Resource, answer: Answer) -> str:
    """CSV is told apart from the rest by the text itself; the catalogue only helps when the text may be either."""
    starts_json = answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")
    return "" if starts_json else named(str(resource.get("format") or "")) or ""


class Portal:
    """The actions of one portal, their errors in words."""

    def __init__(self, source: Source, client: Client) -> None:
        self.options = source.options
        self.address = re.sub(r"/api(/3)?(/action)?/?$", "", source.address.strip())
        check_address(self.address)
        agent = str(client.session.headers["User-Agent"])
        by_get = not self.options.get("post")
        self.remote = RemoteCKAN(self.address, user_agent=agent, session=client.session, get_only=by_get)

    def call(self, action: str, **parameters: Any) -> Any:
        try:
            return tidy(self.remote.call_action(action, parameters))
        except (CKANAPIError, ServerIncompatibleError, LookupError, RecursionError, TooDeepError) as error:
            raise self._named(action, error) from error

    def _named(self, action: str, error: Exception) -> PortalError:
        said = " ".join(str(part) for part in error.args) or type(error).__name__
        if "<html" in said.lower() or "<!doctype" in said.lower():
            return PortalError("html-instead", f"{self.address} answered {action} with a web page.")
        if type(error) in (CKANAPIError, ServerIncompatibleError):
            said = own_words(said)
        if not said or isinstance(error, LookupError | RecursionError | TooDeepError):
            return PortalError("portal-error", f"{self.address} answers {action} in a form that is not CKAN's.")
        return PortalError("portal-error", f"{self.address} refused {action}: {shown(said)}.")


def own_words(represented: str) -> str:
    """The portal's own words in an answer of unknown form: the library gives `[address, status, answer]` as text."""
    try:
        answer = literal_eval(represented[:ANSWER_MAX])[2]
    except (ValueError, SyntaxError, LookupError, TypeError, RecursionError, MemoryError):
        return ""
    return words_in(answer) if isinstance(answer, str) else ""


def found_datasets(portal: Portal, reading: Reading) -> Iterator[Dataset]:
    """The datasets of the source, each once, in the order of their ids. Raises PortalError."""
    if wanted := portal.options.get("dataset"):
        yield one_dataset(portal.call("package_show", id=wanted), portal.address)
        return
    seen: set[str] = set()
    start, count = 0, 1
    for _ in range(PAGES_MAX):
        page, count = search_page(portal, start)
        fresh = [dataset for dataset in page if dataset["id"] not in seen]
        if page and not fresh:
            raise PortalError("repeated-page", f"{portal.address} gave the same page of datasets twice.")
        seen.update(dataset["id"] for dataset in fresh)
        yield from fresh
        start += len(page)
        if not page or start >= count:
            break
    if len(seen) < count:
        reading.stop(f"The portal announced {count} datasets and {len(seen)} came.")


def search_page(portal: Portal, start: int) -> tuple[list[Dataset], int]:
    """One page of the search and the count it announces; servers give fewer than asked for without saying so."""
    parameters = {"q": portal.options.get("query"), "fq": portal.options.get("fq")}
    asked = {name: value for name, value in parameters.items() if value}
    result = portal.call("package_search", **asked, rows=ROWS, start=start, sort="id asc")
    if not isinstance(result, dict) or not isinstance(result.get("results"), list):
        raise PortalError("portal-error", f"{portal.address} answers package_search in a form that is not CKAN's.")
    page = [dataset for dataset in result["results"] if is_dataset(dataset)]
    count = str(result.get("count") or len(page))
    if not COUNT.fullmatch(count):
        raise PortalError(
            "portal-error", f"{portal.address} does not say how many datasets it has but “{shown(count)}”."
        )
    return page, int(count)


def is_dataset(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str | int) and bool(value["id"])


def one_dataset(result: Any, address: str) -> Dataset:
    """The dataset of a package_show; DKAN answers with a list of one."""
    found = result[0] if isinstance(result, list) and result else result
    if not is_dataset(found):
        raise PortalError("portal-error", f"{address} answers package_show in a form that is not CKAN's.")
    dataset: Dataset = found
    return dataset


def wanted_resources(dataset: Dataset, options: dict[str, Any], reading: Reading) -> list[Resource]:
    """The files of a dataset to read: those of the first format it has, so that no record is read twice."""
    listed = dataset.get("resources")
    resources = [resource for resource in listed if isinstance(resource, dict)] if isinstance(listed, list) else []
    matches = resource_test(str(options.get("resource") or ""))
    resources = [resource for resource in resources if resource.get("url") and matches(resource)]
    formats = options.get("formats") or FORMATS
    for wanted in [formats] if isinstance(formats, str) else formats:
        chosen = [resource for resource in resources if has_format(resource, str(wanted))]
        if chosen:
            return chosen
    reading.note(f"The dataset “{shown(str(dataset.get('title') or dataset['id']))}” has no file that can be read.")
    return []


def resource_test(pattern: str) -> Callable[[Resource], bool]:
    try:
        wanted = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise PortalError("bad-option", f"The option `resource` is not a pattern ({error}).") from error
    return lambda resource: any(wanted.search(str(resource.get(key) or "")) for key in ("id", "name", "url"))


def has_format(resource: Resource, wanted: str) -> bool:
    """Whether the catalogue gives a file this format, in whatever words (“.CSV”, “text/csv”), or its address does."""
    ending = str(resource["url"]).partition("?")[0].rsplit("/", 1)[-1].lower().removesuffix(".gz").rpartition(".")[2]
    words = {
        str(resource.get(key) or "").partition(";")[0].strip().lower().lstrip(".") for key in ("format", "mimetype")
    }
    words = (words - {""}) or {ending}
    alias = {"geojson": {"geojson", "application/geo+json", "application/vnd.geo+json"}}.get(wanted.lower())
    return bool(words & alias) if alias else any(named(word) == named(wanted) for word in words)


def provenance(source: Source, dataset: Dataset, resource: Resource) -> dict[str, Any]:
    return {
        "_dataset_id": dataset["id"],
        "_dataset_name": dataset.get("name"),
        "_dataset_title": dataset.get("title"),
        "_dataset_url": f"{source.address.rstrip('/')}/dataset/{dataset.get('name') or dataset['id']}",
        "_dataset_licence": dataset.get("license_title") or dataset.get("license_id"),
        "_dataset_modified": dataset.get("metadata_modified"),
        "_resource_id": resource.get("id"),
        "_resource_url": file_address(source, resource),
    }
