"""What we publish of an Activity: the one list of a Feature's properties, for every format."""

OWN = (
    "kind", "title", "summary", "description", "lang", "themes", "themes_source", "organisation", "organisation_id",
    "image", "website", "join_url", "precision", "address", "postal_code",
)  # fmt: skip
AREA = ("area_code", "area_name", "area_level")
MORE = (
    "starts", "ends", "deadline", "opening_hours", "status", "status_source", "edition", "budget", "currency", "votes",
    "stages", "parent_record_id", "places", "rhythm", "schedule", "remote", "open_to_minors", "reduced_mobility",
    "skills", "data_date", "source_modified", "first_seen", "last_seen", "changed",
)  # fmt: skip
ORIGIN = (
    "source", "source_title", "publisher", "source_record_id", "source_url", "licence", "licence_url", "url", "via",
    "also_published_by",
)  # fmt: skip
PROPERTIES = (*OWN, *AREA, *MORE, *ORIGIN)
BRIEF = (
    "kind", "title", "themes", "organisation", "precision", "address", "starts", "ends", "status", "remote",
)  # fmt: skip
"""What a list or a map shows of it: a sixth of the bytes."""

LATE = ("last_seen", "distance_m")
"""What no stored text can hold: it follows from when the source was last read, and from where one asks."""
