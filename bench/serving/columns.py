"""The wide table in SQL: what is published of it, as the obvious statements have it."""

PUBLISHED = (
    "public_id", "source_id", "source_record_id", "source_url", "licence", "kind", "title", "summary", "description",
    "lang", "themes", "themes_source", "organisation", "organisation_id", "image", "website", "join_url", "precision",
    "area_id", "address", "postal_code", "starts", "ends", "deadline", "opening_hours", "status", "status_source",
    "edition", "budget", "currency", "votes", "stages", "parent_record_id", "places", "rhythm", "schedule", "remote",
    "open_to_minors", "reduced_mobility", "skills", "via", "data_date", "source_modified", "first_seen", "changed",
)  # fmt: skip
LISTED = ", ".join(PUBLISHED)
IS_POINT = "GeometryType(geometry) = 'POINT'"
CSV = (
    f"COPY (SELECT {LISTED}, CASE WHEN {IS_POINT} THEN ST_Y(geometry) END AS lat, "
    f"CASE WHEN {IS_POINT} THEN ST_X(geometry) END AS lon FROM portal_activity) TO STDOUT (FORMAT csv, HEADER)"
)
INSIDE = "geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"
KINDS = f"SELECT kind, count(*) FROM portal_activity WHERE {INSIDE} GROUP BY kind"
THEMES = f"SELECT theme, count(*) FROM portal_activity, unnest(themes) AS theme WHERE {INSIDE} GROUP BY theme"
FEATURE = f"""json_build_object('type', 'Feature', 'id', public_id, 'geometry', ST_AsGeoJSON(geometry, 6)::json,
    'properties', to_json((SELECT shown FROM (SELECT {LISTED}) AS shown)))"""
COLLECTION = f"SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg({FEATURE}))::text"
BOX = f"{COLLECTION} FROM (SELECT * FROM portal_activity WHERE {INSIDE} LIMIT %(limit)s) AS found"
NEAR = f"""{COLLECTION} FROM (
    SELECT * FROM portal_activity WHERE kind = %(kind)s AND themes @> ARRAY[%(theme)s::varchar]
        AND (ends >= %(since)s OR ends IS NULL AND starts IS NOT NULL) AND {INSIDE}
    ORDER BY geometry <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) LIMIT %(limit)s
) AS found"""
TILE = """
SELECT ST_AsMVT(drawn, 'points', 4096, 'place') FROM (
    SELECT kind, title, ST_AsMVTGeom(ST_Transform(geometry, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS place
    FROM portal_activity WHERE geometry && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)
) AS drawn"""
