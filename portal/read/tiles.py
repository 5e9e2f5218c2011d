"""Vector tiles, as MVT and as GeoJSON: the cells of the pyramid up to zoom 13, items from 14 on."""

from dataclasses import replace
from typing import Any

from portal.read import clusters, database, view
from portal.read.where import Where

EXTENT, BUFFER = 4096, 64
_TILE = "ST_TileEnvelope(%(z)s::int, %(tx)s::int, %(ty)s::int)"
_KIND = "(CASE WHEN c.k0 = c.n THEN 'initiative' WHEN c.k1 = c.n THEN 'project' WHEN c.k2 = c.n THEN 'mission' END)"


def mvt(where: Where, z: int, x: int, y: int) -> bytes:
    """A Mapbox Vector Tile with one layer, `clusters` (n, by kind, id of a single one) or `items` (id, kind)."""
    sql, params = _rows(where, z, x, y)
    if z <= clusters.ZOOM_MAX:
        place = "ST_SetSRID(ST_MakePoint(c.x_m, c.y_m), 3857)"
        told = (
            f"c.n::int AS n, c.k0::int AS initiatives, c.k1::int AS projects, c.k2::int AS missions, "
            f"({clusters.IDENTIFIED})::text AS id, {_KIND} AS kind"
        )
        name = "clusters"
    else:
        place, told, name = "c.mercator", "c.public_id::text AS id, c.kind", "items"
    shape = f"ST_AsMVTGeom({place}, {_TILE}, {EXTENT}, {BUFFER}, true) AS g"
    made = f"SELECT ST_AsMVT(t, '{name}', {EXTENT}, 'g') FROM (SELECT {shape}, {told} FROM ({sql}) c) t"
    return bytes(database.one(made, params | {"z": z, "tx": x, "ty": y})[0])


def features(where: Where, z: int, x: int, y: int) -> dict[str, Any]:
    """The same as a GeoJSON FeatureCollection, EPSG:4326."""
    sql, params = _rows(where, z, x, y)
    if z <= clusters.ZOOM_MAX:
        rows = database.rows(f"SELECT {clusters.TOLD} FROM ({sql}) c", params)
        found = [clusters.cluster(row) for row in rows]
        return _collection([(one.pop("lon"), one.pop("lat"), one) for one in found])
    place = "ST_Transform(ST_PointOnSurface(c.mercator), 4326)"
    rows = database.rows(f"SELECT ST_X({place}), ST_Y({place}), c.public_id, c.kind FROM ({sql}) c", params)
    return _collection([(lon, lat, {"id": key, "kind": kind.decode(), "n": 1}) for lon, lat, key, kind in rows])


def _rows(where: Where, z: int, x: int, y: int) -> tuple[str, dict[str, Any]]:
    box = view.tile_box(z, x, y)
    inside = Where(replace(where.query, bbox=box, near=None, radius_m=None), where.within)
    if z <= clusters.ZOOM_MAX:
        return clusters.in_tile(inside, z, x, y)
    kind = "(ARRAY['initiative', 'project', 'mission'])[i.kind + 1] AS kind"
    return f"SELECT i.public_id, {kind}, i.mercator FROM read_item i WHERE {inside.located()}", inside.params


def _collection(places: list[tuple[float, float, dict[str, Any]]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [_feature(*place) for place in places]}


def _feature(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "geometry": point, "properties": properties}
