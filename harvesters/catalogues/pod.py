"""Datasets in the form of data.json (Project Open Data, DCAT-US 1.1): ArcGIS Hub, DKAN 2 and others write it.

See https://resources.data.gov/resources/dcat-us/ for its fields.
"""

from collections.abc import Iterator
from typing import Any

from harvesters.catalogues.entry import Entry, Resource, objects_of, text_of, texts_of

Told = dict[str, Any]


def told_datasets(document: Any) -> list[Any] | None:
    """The datasets of a document; None when it is no such catalogue. The first version of the form was a bare list."""
    listed = document.get("dataset") if isinstance(document, dict) else document
    if isinstance(listed, dict):
        listed = [listed]
    if not isinstance(listed, list):
        return None
    if isinstance(document, list) and not any(isinstance(one, dict) and "distribution" in one for one in listed):
        return None
    return listed


def pod_entries(listed: list[Any]) -> Iterator[Entry | None]:
    """An entry for each dataset, None for one that nothing tells apart from the others."""
    return (pod_entry(told) if isinstance(told, dict) else None for told in listed)


def pod_entry(told: Told) -> Entry | None:
    page = text_of(told.get("landingPage"))
    identity = text_of(told.get("identifier")) or text_of(told.get("@id")) or page
    if not identity:
        return None
    licence = text_of(told.get("license"))
    return Entry(
        id=identity,
        title=text_of(told.get("title")),
        description=text_of(told.get("description")),
        keywords=texts_of(told.get("keyword")),
        publisher=text_of(told.get("publisher")),
        licence=licence,
        licence_url=licence if licence.startswith("http") else "",
        page=page or (identity if identity.startswith("http") else ""),
        modified=text_of(told.get("modified")),
        resources=tuple(resources(told)),
    )


def resources(told: Told) -> Iterator[Resource]:
    for one in objects_of(told.get("distribution")):
        urls = [text_of(one.get(name)) for name in ("downloadURL", "accessURL")]
        url = next(filter(None, urls), "")
        if url:
            yield Resource(
                url=url,
                id=text_of(one.get("identifier")),
                title=text_of(one.get("title")),
                format=text_of(one.get("format")),
                media_type=text_of(one.get("mediaType")),
            )
