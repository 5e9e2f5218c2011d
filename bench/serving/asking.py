"""How each server is asked the same thing, and how many features an answer holds."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass

from bench.serving.scene import NEAREST, RADIUS_M, SINCE, Box, Near, Tile
from bench.serving.servers import OURS, PLAIN, PYGEOAPI, TABLE, TIPG

# What a list or a map shows: the same few properties of everybody. `BENCH_ALL=1` asks for all, descriptions too.
FEW = "kind,title,themes,organisation,precision,address,starts,ends,status,remote"
BRIEF = "" if os.environ.get("BENCH_ALL") else f"&properties={FEW}"
TIPG_ITEMS = f"/collections/public.{TABLE}/items?f=geojson{BRIEF}"
OURS_BRIEF = "&properties=brief" if BRIEF else ""
PLAIN_BRIEF = "&brief=1" if BRIEF else ""
TIPG_TILES = f"/collections/public.{TABLE}/tiles/WebMercatorQuad"
TIPG_MAP = "properties=public_id,title,kind,status,starts,ends"  # what a map needs: far less than all that it has
PYGEOAPI_ITEMS = f"/collections/activities/items?f=json{BRIEF}"
LAYER, FEATURE = 3, 2  # field numbers in a vector tile


@dataclass(frozen=True)
class Style:
    """Addresses of one kind of server. tile: of those that have them."""

    box: Callable[[Box, int], str]
    near: Callable[[Near], str]
    page: Callable[[int, int], str]  # offset, limit
    tile: Callable[[Tile], str] | None = None


STYLES = {
    OURS: Style(
        lambda box, limit: f"/api/collections/all/items?bbox={box}&limit={limit}{OURS_BRIEF}",
        lambda near: (
            f"/api/collections/all/items?near={near.lat},{near.lon}&radius={RADIUS_M}&kind={near.kind}"
            f"&theme={near.theme}&when={SINCE}/..&limit={NEAREST}{OURS_BRIEF}"
        ),
        lambda offset, limit: f"/api/collections/all/items?limit={limit}&offset={offset}{OURS_BRIEF}",
        lambda tile: f"/api/collections/all/tiles/{tile.z}/{tile.x}/{tile.y}.mvt",
    ),
    TIPG: Style(
        lambda box, limit: f"{TIPG_ITEMS}&bbox={box}&limit={limit}",
        # OGC API Features knows no nearest first: any 50 of the kind since the date, in a box of 10 km each way.
        lambda near: (
            f"{TIPG_ITEMS}&bbox={near.box}&limit={NEAREST}&kind={near.kind}"
            f"&datetime={SINCE}T00:00:00Z/..&datetime-column=starts"
        ),
        lambda offset, limit: f"{TIPG_ITEMS}&limit={limit}&offset={offset}",
        lambda tile: f"{TIPG_TILES}/{tile.z}/{tile.x}/{tile.y}?{TIPG_MAP}",
    ),
    PYGEOAPI: Style(
        lambda box, limit: f"{PYGEOAPI_ITEMS}&bbox={box}&limit={limit}",
        lambda near: f"{PYGEOAPI_ITEMS}&bbox={near.box}&limit={NEAREST}&kind={near.kind}&datetime={SINCE}T00:00:00Z/..",
        lambda offset, limit: f"{PYGEOAPI_ITEMS}&limit={limit}&offset={offset}",
    ),
    PLAIN: Style(
        lambda box, limit: f"/items/?in_bbox={box}&limit={limit}{PLAIN_BRIEF}",
        lambda near: (
            f"/near/?point={near.lon},{near.lat}&dist={RADIUS_M}&limit={NEAREST}&kind={near.kind}"
            f"&theme={near.theme}&since={SINCE}T00:00:00Z{PLAIN_BRIEF}"
        ),
        lambda offset, limit: f"/items/?limit={limit}&offset={offset}{PLAIN_BRIEF}",
    ),
}


def features_in(body: bytes) -> int:
    """Of a FeatureCollection, django-rest-framework's pages of one too."""
    content = json.loads(body)
    return len(content["results"]["features"] if "results" in content else content["features"])


def features_in_tile(body: bytes) -> int:
    """Of all layers of a vector tile."""
    layers = [content for number, content in _fields(body) if number == LAYER]
    return sum(number == FEATURE for layer in layers for number, _ in _fields(layer))


def _fields(body: bytes) -> list[tuple[int, bytes]]:
    """Numbers and contents of the fields of a protocol buffer; whole numbers have no content that we need."""
    found, at = [], 0
    while at < len(body):
        key, at = _varint(body, at)
        content = b""
        if key & 7 == 2:
            size, at = _varint(body, at)
            content, at = body[at : at + size], at + size
        elif key & 7 == 0:
            _, at = _varint(body, at)
        else:
            raise ValueError("This is no vector tile.")
        found.append((key >> 3, content))
    return found


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
