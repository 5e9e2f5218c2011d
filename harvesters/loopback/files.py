"""Plain files, with the content type a portal gives them."""

from email.utils import formatdate
from pathlib import Path

from harvesters.loopback.answers import Asked, Reply

CONTENT_TYPES = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".jsonl": "application/x-ndjson",
    ".tsv": "text/tab-separated-values",
}


def file_within(folder: Path, path: str) -> Path | None:
    """The file at `path` in `folder`; None when there is none or it would lie outside."""
    target = (folder / path.lstrip("/")).resolve()
    return target if target.is_relative_to(folder.resolve()) and target.is_file() else None


def reply(asked: Asked) -> Reply:
    target = file_within(asked.folder, asked.path)
    if target is None:
        return Reply(b"<!doctype html><title>404 Not Found</title>", "text/html; charset=utf-8", 404)
    content_type = CONTENT_TYPES.get(target.suffix, "application/octet-stream")
    modified = formatdate(target.stat().st_mtime, usegmt=True)
    return Reply(target.read_bytes(), content_type, headers={"Last-Modified": modified})
