"""Opendatasoft's Explore API v2.1 over FOLDER/<portal>/opendatasoft/<dataset id>.json.

catalog/datasets, catalog/datasets/<id>, .../records (limit, offset, order_by, where, refine) and
.../exports/{jsonl,json,csv,geojson}. `where` understands `field = "value"` alone, `refine` `field:value`.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harvesters.loopback.answers import Asked, Reply, json_reply
from harvesters.loopback.files import file_within

Record = dict[str, Any]
PREFIX = "/api/explore/v2.1/catalog/datasets"
ROUTE = re.compile(PREFIX + r"(?:/(?P<dataset>[\w@-]+)(?:/(?P<what>records|exports)(?:/(?P<format>\w+))?)?)?/?")
WHERE = re.compile(r"""\s*(?P<field>\w+)\s*=\s*["'](?P<value>[^"']*)["']\s*""")
WINDOW = 10_000


class ApiError(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error_code": code, "message": message}


def reply(asked: Asked) -> Reply:
    route = ROUTE.fullmatch(asked.path)
    try:
        if route is None:
            raise ApiError(404, "NotFound", "The requested address does not exist.")
        return routed(asked, route)
    except ApiError as problem:
        return json_reply(problem.body, problem.status)


def routed(asked: Asked, route: re.Match[str]) -> Reply:
    if not route["dataset"]:
        return catalogue(asked)
    content = load(asked, route["dataset"])
    if route["what"] == "records":
        return records(asked, content)
    if route["what"] == "exports":
        return export(asked, content, route["format"])
    return json_reply(content["dataset"])


def load(asked: Asked, dataset_id: str) -> dict[str, Any]:
    path = file_within(asked.folder, f"opendatasoft/{dataset_id}.json")
    if path is None:
        raise ApiError(404, "UnknownDataset", f"The requested dataset {dataset_id} does not exist.")
    content: dict[str, Any] | None = _content(path)
    if content is None:
        raise ApiError(404, "UnknownDataset", f"{path.name} is not of the form that this portal serves.")
    return content


def _content(path: Path) -> dict[str, Any] | None:
    """The dataset of a file and its records; None for a file of another form."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return content if isinstance(content, dict) and {"dataset", "records"} <= content.keys() else None


def catalogue(asked: Asked) -> Reply:
    found = sorted((asked.folder / "opendatasoft").glob("*.json"))
    datasets = [content["dataset"] for content in map(_content, found) if content]
    if found and not datasets:
        raise ApiError(404, "NotFound", "No file of this folder is a dataset of the form that this portal serves.")
    offset, limit = window(asked)
    return json_reply({"total_count": len(datasets), "results": datasets[offset : offset + limit]})


def records(asked: Asked, content: dict[str, Any]) -> Reply:
    found = selected(asked, content)
    offset, limit = window(asked)
    return json_reply({"total_count": len(found), "results": found[offset : offset + limit]})


def window(asked: Asked) -> tuple[int, int]:
    offset, limit = whole(asked, "offset", 0), whole(asked, "limit", 10)
    if not -1 <= limit <= 100:
        raise ApiError(400, "InvalidRESTParameterError", "Invalid value for limit API parameter: -1 <= limit <= 100")
    if offset + limit > WINDOW:
        raise ApiError(400, "InvalidRESTParameterError", "Invalid value for offset: offset + limit <= 10000")
    return offset, 100 if limit == -1 else limit


def whole(asked: Asked, name: str, default: int) -> int:
    text = str(asked.parameters.get(name, default))
    if not re.fullmatch(r"-1|[0-9]{1,9}", text):
        raise ApiError(400, "InvalidRESTParameterError", f"Invalid value for {name} API parameter: {text}")
    return int(text)


def selected(asked: Asked, content: dict[str, Any]) -> list[Record]:
    found: list[Record] = content["records"]
    for field, value in conditions(asked):
        found = [record for record in found if str(record.get(field)) == value]
    name, _, direction = str(asked.parameters.get("order_by") or "").partition(" ")
    if name:
        found = sorted(found, key=lambda record: str(record.get(name, "")), reverse=direction.lower() == "desc")
    return found


def conditions(asked: Asked) -> list[tuple[str, str]]:
    found = []
    if refine := asked.parameters.get("refine"):
        field, _, value = str(refine).partition(":")
        found.append((field, value.strip('"')))
    if where := asked.parameters.get("where"):
        match = WHERE.fullmatch(str(where))
        if match is None:
            raise ApiError(400, "ODSQLError", f"ODSQL query is malformed: {where}")
        found.append((match["field"], match["value"]))
    return found


def export(asked: Asked, content: dict[str, Any], name: str | None) -> Reply:
    if name not in EXPORTS:
        raise ApiError(400, "InvalidRESTParameterError", f"Unknown export format: {name}")
    limit = whole(asked, "limit", -1)
    found = selected(asked, content)
    content_type, write = EXPORTS[name]
    return Reply(write(found if limit == -1 else found[:limit], content, asked).encode(), content_type)


def as_jsonl(found: list[Record], _content: dict[str, Any], _asked: Asked) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in found)


def as_json(found: list[Record], _content: dict[str, Any], _asked: Asked) -> str:
    return json.dumps(found, ensure_ascii=False)


def as_csv(found: list[Record], content: dict[str, Any], asked: Asked) -> str:
    fields = content["dataset"]["fields"]
    label = "label" if asked.parameters.get("use_labels") == "true" else "name"
    target = io.StringIO()
    writer = csv.writer(target, delimiter=str(asked.parameters.get("delimiter", ";")))
    writer.writerow([field[label] for field in fields])
    for record in found:
        values = [record.get(field["name"]) for field in fields]
        writer.writerow([json.dumps(value) if isinstance(value, dict | list) else value for value in values])
    return "\ufeff" + target.getvalue()


def as_geojson(found: list[Record], content: dict[str, Any], _asked: Asked) -> str:
    points = [field["name"] for field in content["dataset"]["fields"] if field["type"] == "geo_point_2d"]
    features = [
        {
            "type": "Feature",
            "geometry": point_geometry(record.get(points[0])) if points else None,
            "properties": {name: value for name, value in record.items() if name not in points},
        }
        for record in found
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def point_geometry(point: dict[str, float] | None) -> dict[str, Any] | None:
    return {"type": "Point", "coordinates": [point["lon"], point["lat"]]} if point else None


Writer = Callable[[list[Record], dict[str, Any], Asked], str]
EXPORTS: dict[str, tuple[str, Writer]] = {
    "jsonl": ("application/x-ndjson; charset=utf-8", as_jsonl),
    "json": ("application/json; charset=utf-8", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "geojson": ("application/geo+json; charset=utf-8", as_geojson),
}
