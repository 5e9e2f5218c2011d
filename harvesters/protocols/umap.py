"""uMap: maps that people draw (umap-project/umap, `urls.py`, `models.py`).

`address`: a map's page (`https://umap.openstreetmap.fr/fr/map/jardins-partages_123`), its backup (`.umap`), or a
GeoJSON file of one layer. Options: `layers`, the names of those to read (all when it is missing).

A page's map is read as its backup (`/map/123/download/`); where the server is too old for that, layer by layer as the
page does. One row per feature, its properties; columns of ours: `_id` (where the feature has one), `_layer` (the
layers it is in, `Jardins / Nord`), `_map`. Features may have no id: make one of the columns that tell them apart. A
layer that shows another server's data has none of its own, which is told.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from harvesters.clean.tidy import TooDeepError, tidy
from harvesters.errors import PortalError
from harvesters.formats.features import Features
from harvesters.http import Answer, Client, json_of, shown
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

PAGE = re.compile(
    r"(?P<site>https?://[^?#]+?)(?:/[a-z]{2}(?:-[a-z]{2,4})?)?"
    r"/(?:map/(?:[^/?#]+_(?P<map>\d+)|(?P<number>\d+)/download/?)|m/(?P<short>\d+)/?)(?:[?#].*)?",
    re.IGNORECASE,
)
SETTINGS = re.compile(r'data-settings="([^"]{2,5000000})"')
OLD_SETTINGS = re.compile(r"new\s+U\.Map\(\s*[\"']map[\"']\s*,\s*(?=\{)")
LEVELS_MAX = 10
LAYERS_MAX = 1_000
Layer = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    page = PAGE.fullmatch(address.strip())
    document = tried(lambda: client.get_json(backup_of(page) if page else address))
    if not isinstance(document, dict) or not is_map(document):
        return None
    return Portal("umap", address.strip(), title=title_of(document), evidence="The map's backup is of type umap.")


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The layers of a map."""
    document = document_of(address, client, Reading(lambda _: iter(())))
    for name, layer in layers_of(document):
        count = len(features_of(layer))
        yield Dataset(
            name, name, "umap", address, options={"layers": [name]}, records=count, publisher="", page=address
        )


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    yield from rows_of(document_of(source.address, client, reading), source.options, reading)


def document_of(address: str, client: Client, reading: Reading) -> Any:
    """The backup of a map, or one made of what its page shows. Raises PortalError."""
    page = PAGE.fullmatch(address.strip())
    if not page:
        return json_of(client.get(address))
    try:
        return client.get_json(backup_of(page))
    except PortalError as error:
        if page["number"] or error.code not in ("http-status", "html-instead"):
            raise
        return map_of_page(client.get(address), client, reading)


def backup_of(page: re.Match[str]) -> str:
    return f"{page['site']}/map/{page['map'] or page['number'] or page['short']}/download/"


def map_of_page(answer: Answer, client: Client, reading: Reading) -> dict[str, Any]:
    """The map of a page: its settings name the layers and where their data are. Raises PortalError (portal-error)."""
    properties = settings_of(answer)
    urls = properties.get("urls")
    template = urls.get("datalayer_view") if isinstance(urls, dict) else None
    listed = properties.get("datalayers")
    if not isinstance(template, str) or not isinstance(listed, list):
        raise PortalError("portal-error", f"{shown(answer.url)} does not say where the data of its layers are.")
    layers = []
    for layer in [layer for layer in listed if isinstance(layer, dict)][:LAYERS_MAX]:
        address = template.replace("{map_id}", str(properties.get("id"))).replace("{pk}", str(layer.get("id")))
        named = layer.get("properties") if isinstance(layer.get("properties"), dict) else layer
        try:
            document = client.get_json(urljoin(answer.url, address))
        except PortalError as error:
            reading.stop(f"A layer could not be read: {error.what}")
            continue
        layers.append((document if isinstance(document, dict) else {}) | {"properties": named})
    return {"type": "umap", "properties": properties, "layers": layers}


def settings_of(answer: Answer) -> dict[str, Any]:
    text = answer.body.decode("utf-8", "replace")
    written = SETTINGS.search(text)
    old = OLD_SETTINGS.search(text)
    try:
        if written:
            settings = tidy(json.loads(html.unescape(written[1])))
        else:
            settings = tidy(json.JSONDecoder().raw_decode(text, old.end())[0]) if old else None
    except (ValueError, RecursionError, TooDeepError):
        settings = None
    properties = settings.get("properties") if isinstance(settings, dict) else None
    if not isinstance(properties, dict):
        raise PortalError("portal-error", f"{shown(answer.url)} is not a page of a uMap map.")
    return properties


def is_map(document: Any) -> bool:
    return isinstance(document, dict) and document.get("type") == "umap" and isinstance(document.get("layers"), list)


def title_of(document: dict[str, Any]) -> str:
    properties = document.get("properties")
    return str(properties.get("name") or "") if isinstance(properties, dict) else ""


def rows_of(document: Any, options: dict[str, Any], reading: Reading) -> Iterator[Row]:
    """The features of a map's layers. Raises PortalError (portal-error, bad-option)."""
    layers = list(layers_of(document))
    wanted = options.get("layers")
    if wanted:
        wanted = [wanted] if isinstance(wanted, str) else wanted
        layers = [(name, layer) for name, layer in layers if name in wanted]
    if not layers:
        raise PortalError("bad-option", "The map has no layer of the names that the option `layers` gives.")
    features = Features(None, {}, reading)
    position = 0
    for name, layer in layers:
        tell_remote(name, layer, reading)
        for feature in features_of(layer):
            position += 1
            yield row_of(position, feature, features, {"_layer": name, "_map": title_of(document)})


def layers_of(document: Any, above: str = "", level: int = 0) -> Iterator[tuple[str, Layer]]:
    """Every layer with its name, those within others behind them. Raises PortalError (portal-error)."""
    if level == 0 and isinstance(document, dict) and document.get("type") == "FeatureCollection":
        yield title_of(document), document
        return
    if level == 0 and not is_map(document):
        raise PortalError("portal-error", "What stands there is no map of uMap: it has no layers.")
    for layer in document["layers"][:LAYERS_MAX]:
        if not isinstance(layer, dict):
            continue
        name = " / ".join(filter(None, (above, title_of(layer))))
        yield name, layer
        if isinstance(layer.get("layers"), list) and level < LEVELS_MAX:
            yield from layers_of(layer, name, level + 1)


def features_of(layer: Layer) -> list[Any]:
    features = layer.get("features")
    return features if isinstance(features, list) else []


def tell_remote(name: str, layer: Layer, reading: Reading) -> None:
    properties = layer.get("properties")
    remote = properties.get("remoteData") if isinstance(properties, dict) else None
    if isinstance(remote, dict) and remote.get("url"):
        reading.note(f"The layer “{name}” shows what is at {shown(str(remote['url']))}: that is not read with the map.")


def row_of(position: int, feature: Any, features: Features, ours: dict[str, Any]) -> Row:
    if not isinstance(feature, dict):
        return Row(position, {}, problem="It is not a feature.")
    row = features.row(position, {"type": "Feature"} | feature)
    data = {name: value for name, value in row.data.items() if name not in ("_umap_options", "_storage_options")}
    return Row(position, data | ours, row.geometry)
