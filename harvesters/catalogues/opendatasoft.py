"""The three APIs that Opendatasoft portals have had, each told in the form of the newest (Explore API v2.1).

What is known of the old ones: v2 wraps each dataset and each record (`{"record": {"fields": …}}`) and is otherwise
v2.1; v1 counts in `nhits`, filters with `q` and `refine.field`, gives points as [latitude, longitude] and a record's
place beside its fields. See https://help.opendatasoft.com/apis/ for each of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from harvesters.catalogues.entry import objects_of, text_of, texts_of
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.http.session import check_address, shown
from harvesters.portals import DATASETS_MAX, Dataset

Record = dict[str, Any]
FILTERS = ("where", "refine", "select", "order_by")
WINDOW = 10_000
PAGE = 100
# Pages of a portal for people, and its APIs; the dataset that an address names.
PLACE = re.compile(
    r"(?P<portal>https?://[^?#]*?)"
    r"(?:/(?:explore(?=[/?#]|$)|pages(?=/)|map(?=/)|api/(?:explore/v2\.[01]|v2|datasets/1\.0|records/1\.0|catalog)(?=/))"
    r"(?P<rest>\S*))?/*(?:[?#]\S*)?"
)
NAMED = re.compile(r"(?:/dataset/|/catalog/datasets/|/datasets/1\.0/|[?&]dataset=)(?!search)(?P<id>[\w@-]+)")
OTHERWISE = {"http-status", "html-instead", "not-json", "portal-error", "empty"}


@dataclass(frozen=True, slots=True)
class Version:
    """How one API is asked, and how its answers are told.

    datasets, dataset, records: paths below the portal; `{id}` is the dataset's. exports: paths and formats of a whole
    dataset, the best first. names: of parameters, where they are not v2.1's.
    """

    name: str
    datasets: str
    dataset: str
    records: str
    exports: tuple[tuple[str, str], ...]
    described: Callable[[Any], Any]
    listed: Callable[[Any], Any]
    record: Callable[[Any], Any]
    total: str = "total_count"
    names: Mapping[str, str] | None = None

    def parameters(self, asked: Mapping[str, Any]) -> Record:
        """Filters and windows in the words of this version."""
        renamed = {(self.names or {}).get(name, name): value for name, value in asked.items()}
        if self.names and (refine := renamed.pop("refine", None)):
            field, _, value = str(refine).partition(":")
            renamed[f"refine.{field}"] = value.strip('"')
        return renamed


def same(value: Any) -> Any:
    return value


def key(name: str) -> Callable[[Any], Any]:
    return lambda value: value.get(name) if isinstance(value, dict) else None


def list_of(*names: str) -> Callable[[Any], Any]:
    return lambda page: next((page[name] for name in names if name in page), None) if isinstance(page, dict) else None


def v2_record(value: Any) -> Any:
    return v1_record(value.get("record")) if isinstance(value, dict) and "record" in value else value


def v1_record(value: Any) -> Any:
    """The fields of a record, with its id and its place, which stand beside them."""
    if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
        return value
    beside = {"recordid": value.get("recordid") or value.get("id"), "_geometry": value.get("geometry")}
    return {name: found for name, found in beside.items() if found} | value["fields"]


def v1_description(value: Any) -> Any:
    if not isinstance(value, dict) or "datasetid" not in value:
        return value
    return value | {"dataset_id": value["datasetid"], "metas": {"default": value.get("metas")}}


CATALOG = "/catalog/datasets"
VERSIONS = (
    Version(
        "2.1", f"/api/explore/v2.1{CATALOG}", f"/api/explore/v2.1{CATALOG}/{{id}}",
        f"/api/explore/v2.1{CATALOG}/{{id}}/records", ((f"/api/explore/v2.1{CATALOG}/{{id}}/exports/jsonl", "jsonl"),),
        same, list_of("results"), same,
    ),
    Version(
        "2", f"/api/v2{CATALOG}", f"/api/v2{CATALOG}/{{id}}", f"/api/v2{CATALOG}/{{id}}/records",
        tuple((f"/api/v2{CATALOG}/{{id}}/exports/{name}", name) for name in ("jsonl", "json")),
        key("dataset"), list_of("records", "datasets"), v2_record,
    ),
    Version(
        "1", "/api/datasets/1.0/search/", "/api/datasets/1.0/{id}/", "/api/records/1.0/search/?dataset={id}",
        (("/api/records/1.0/download/?dataset={id}&format=json", "json"),),
        v1_description, list_of("records", "datasets"), v1_record, "nhits",
        {"where": "q", "select": "fields", "order_by": "sort", "limit": "rows", "offset": "start"},
    ),
)  # fmt: skip


def portal_of(address: str) -> tuple[str, str]:
    """The portal that an address of any of its pages belongs to, and the dataset it names ("" for none).

    Raises PortalError (bad-address).
    """
    check_address(address.strip())
    match = PLACE.fullmatch(address.strip())
    if match is None:
        return address.strip().rstrip("/"), ""
    named = NAMED.search(address.strip()[len(match["portal"]) :])
    return match["portal"].rstrip("/"), named["id"] if named else ""


def versions(options: Mapping[str, Any]) -> tuple[Version, ...]:
    """The versions to try: all of them, or the one that the option `version` names. Raises PortalError (bad-option)."""
    wanted = str(options.get("version") or "")
    found = tuple(version for version in VERSIONS if wanted in ("", version.name))
    if not found:
        raise PortalError("bad-option", f"The option `version` is one of: {', '.join(one.name for one in VERSIONS)}.")
    return found


class Api:
    """One dataset at its portal, in the first version that describes it. Raises PortalError, that of the newest."""

    def __init__(self, client: Client, portal: str, dataset: str, options: Mapping[str, Any]) -> None:
        self.client = client
        self.portal = portal
        self.id = quote(dataset, safe="@")
        self.asked = {"timezone": "UTC"} | {name: options[name] for name in FILTERS if options.get(name)}
        refusal: PortalError | None = None
        for self.version in versions(options):
            self.address = self.url(self.version.dataset)
            try:
                self.description = self._described()
                return
            except PortalError as error:
                if error.code not in OTHERWISE:
                    raise
                refusal = refusal or error
        raise refusal or PortalError("portal-error", f"{shown(portal)} has no API that is known.")

    def url(self, path: str) -> str:
        return self.portal + path.format(id=self.id)

    def _described(self) -> Record:
        found = self.version.described(self.client.get_json(self.address))
        if not isinstance(found, dict) or "fields" not in found:
            raise PortalError("portal-error", f"{self.address} does not describe a dataset as Opendatasoft does.")
        return found

    def page(self, offset: int, limit: int) -> Record:
        """One page of records, as v2.1 gives it: `total_count` and `results`."""
        asked = self.version.parameters(self.asked | {"offset": offset, "limit": limit})
        page = self.client.get_json(self.url(self.version.records), asked)
        listed = self.version.listed(page)
        results = [self.version.record(record) for record in listed] if isinstance(listed, list) else listed
        return {"total_count": page.get(self.version.total) if isinstance(page, dict) else None, "results": results}


def catalogue_pages(client: Client, portal: str, version: Version) -> Iterator[list[Record]]:
    """The datasets of a portal, page by page, as v2.1 describes them. Raises PortalError."""
    offset = 0
    while offset < min(WINDOW, DATASETS_MAX):
        window: Record = {"limit": min(PAGE, WINDOW - offset), "offset": offset}
        if not version.names:
            window["order_by"] = "dataset_id"
        page = client.get_json(portal + version.datasets, version.parameters(window))
        listed = version.listed(page)
        if not isinstance(listed, list):
            raise PortalError("portal-error", f"{shown(portal)} does not list its datasets as Opendatasoft does.")
        if not listed:
            return
        yield [told for told in map(version.described, listed) if isinstance(told, dict)]
        offset += len(listed)
        total = page.get(version.total)
        if isinstance(total, int) and offset >= total:
            return


def dataset_told(told: Record, portal: str) -> Dataset | None:
    """What discovery is told of a dataset; None for one without id."""
    name = text_of(told.get("dataset_id"))
    metas = told.get("metas")
    default = metas.get("default") if isinstance(metas, dict) else None
    default = default if isinstance(default, dict) else {}
    count = default.get("records_count")
    is_placed = "geo" in texts_of(told.get("features")) or any(
        str(field.get("type")).startswith("geo_") for field in objects_of(told.get("fields"))
    )
    return Dataset(
        id=name,
        title=text_of(default.get("title")) or name,
        protocol="opendatasoft",
        address=portal,
        options={"dataset": name},
        description=text_of(default.get("description")),
        keywords=texts_of(default.get("keyword")),
        publisher=text_of(default.get("publisher")),
        licence=text_of(default.get("license")),
        licence_url=text_of(default.get("license_url")),
        page=f"{portal}/explore/dataset/{quote(name)}/",
        records=count if type(count) is int and count >= 0 else None,
        modified=text_of(default.get("modified")),
        formats=("jsonl", "csv", "geojson") if is_placed else ("jsonl", "csv"),
    ) if name else None  # fmt: skip
