"""Plain files, with the content type a portal gives them."""

from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote

from harvesters.loopback.answers import Asked, Reply

LISTED_MAX = 1_000
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


def listing(asked: Asked) -> Reply:
    """The addresses of the files of a portal's folder, one a line, for the person who opens it in a browser."""
    files = sorted(path for path in asked.folder.rglob("*") if path.is_file())
    lines = [f"{asked.portal_url}/{quote(path.relative_to(asked.folder).as_posix())}\n" for path in files[:LISTED_MAX]]
    left = [f"and {len(files) - LISTED_MAX} more\n"] if len(files) > LISTED_MAX else []
    return Reply("".join([*lines, *left]).encode(), "text/plain; charset=utf-8")


def reply(asked: Asked) -> Reply:
    if asked.path == "/":
        return listing(asked)
    target = file_within(asked.folder, asked.path)
    if target is None:
        return Reply(b"<!doctype html><title>404 Not Found</title>", "text/html; charset=utf-8", 404)
    content_type = CONTENT_TYPES.get(target.suffix, "application/octet-stream")
    modified = formatdate(target.stat().st_mtime, usegmt=True)
    return Reply(target.read_bytes(), content_type, headers={"Last-Modified": modified})
