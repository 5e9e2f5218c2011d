"""A Source as a TOML file: what seeds the database, and what `source export` writes back.

The file's name is the Source's slug. Keys are the model's field names; `[options]`, `[filter]`
and `[mapping]` are tables. `docs/sources.md` explains them with examples.
"""

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tomli_w
from django.core.exceptions import ValidationError

from harvesters import protocols
from harvesters.geocoding import check_geocoder
from harvesters.mapping.checks import check_filter, check_mapping
from portal.models import Source
from portal.vocabularies import Kind

FOLDER = Path(__file__).parent / "sources"
LIVE = FOLDER / "live"
"""Definitions of live portals that nobody tried yet: stored only when they are named."""

TEXTS = (
    "uid", "title", "protocol", "address", "page", "publisher", "publisher_url",
    "licence", "licence_url", "kind", "lang", "timezone", "frequency",
)  # fmt: skip
FIELDS = (*TEXTS, "territory", "removal_percent", "tried", "demo", "enabled", "options", "filter", "mapping")
REQUIRED = ("uid", "title", "protocol", "address", "publisher", "licence", "kind", "mapping")


class BadDefinition(ValueError):
    """A definition that cannot be used; its text names the key and what would do."""


def load(path: Path) -> Source:
    """An unsaved Source out of a TOML file.

    Raises BadDefinition when the file is not TOML or a key is missing, unknown or wrong.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadDefinition(f"{path.name}: {error}") from None
    return build(path.stem, data)


def build(slug: str, data: dict[str, Any]) -> Source:
    """An unsaved, checked Source. Raises BadDefinition."""
    unknown = sorted(set(data) - set(FIELDS))
    missing = [key for key in REQUIRED if not data.get(key)]
    if unknown:
        raise BadDefinition(f"{slug}: unknown key «{unknown[0]}»; known are {', '.join(FIELDS)}")
    if missing:
        raise BadDefinition(f"{slug}: «{missing[0]}» is missing")
    source = Source(slug=slug, **data)
    check(source)
    return source


def check(source: Source) -> None:
    """Whether the Source can be harvested at all. Raises BadDefinition with the first thing that is wrong."""
    try:
        source.clean_fields(exclude=["address"])
        check_mapping(source.mapping, Kind(source.kind))
        check_filter(source.filter)
        check_options(source.options)
        ZoneInfo(source.timezone)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise BadDefinition(f"{source.slug}: «{field}»: {messages[0]}") from None
    except ZoneInfoNotFoundError:
        raise BadDefinition(f"{source.slug}: no time zone is called «{source.timezone}»") from None
    except ValueError as error:
        raise BadDefinition(f"{source.slug}: {error}") from None
    if source.protocol not in protocols.names():
        raise BadDefinition(f"{source.slug}: no protocol «{source.protocol}»; there are {', '.join(protocols.names())}")


def check_options(options: object) -> None:
    """Raises ValueError for options that are no table, or whose `shared_limit` is no number."""
    if not isinstance(options, dict):
        raise ValueError("«options» must be a table")
    check_geocoder(options)
    if not isinstance(options.get("shared_limit", 0), int):
        raise ValueError("«shared_limit» must be a whole number")


def bundled(folder: Path = FOLDER) -> list[Source]:
    """The Sources that come with the project, by slug."""
    return [load(path) for path in sorted(folder.glob("*.toml"))]


def dump(source: Source) -> str:
    """The Source as TOML, in the order of FIELDS; `load` gives the same Source back."""
    default = Source()
    keys = (key for key in FIELDS if key in REQUIRED or getattr(source, key) != getattr(default, key))
    return tomli_w.dumps({key: getattr(source, key) for key in keys})
