"""The HTTP side of the loopback portal: routing, ETag, 304, gzip."""

import gzip
import hashlib
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harvesters.loopback import ckan, files, opendatasoft
from harvesters.loopback.answers import Asked, Reply

ROUTES: list[tuple[str, Callable[[Asked], Reply]]] = [
    ("/api/action/", ckan.reply),
    ("/api/3/action/", ckan.reply),
    ("/api/explore/v2.1/", opendatasoft.reply),
    ("/", files.reply),
]
GZIP_FROM_BYTES = 1000
BODY_MAX_BYTES = 1_000_000


class PortalServer(ThreadingHTTPServer):
    """Serves `folder` on 127.0.0.1; port 0 takes a free one. `base_url` is where."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder.")
        self.folder = folder
        super().__init__(("127.0.0.1", port), PortalHandler)
        self.base_url = f"http://127.0.0.1:{self.server_address[1]}"


class PortalHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PortalServer

    def do_GET(self) -> None:
        self.send(self.answer({}))

    def do_HEAD(self) -> None:
        self.send(self.answer({}), with_body=False)

    def do_POST(self) -> None:
        self.send(self.answer(self.body_parameters()))

    def answer(self, body: dict[str, Any]) -> Reply:
        address = urlsplit(self.path)
        portal, _, path = unquote(address.path).lstrip("/").partition("/")
        folder = self.server.folder / portal
        if not portal or portal in (".", "..") or not folder.is_dir():
            return Reply(b"<!doctype html><title>404 Not Found</title>", "text/html; charset=utf-8", 404)
        parameters = dict(parse_qsl(address.query, keep_blank_values=True)) | body
        asked = Asked(folder, f"{self.server.base_url}/{portal}", "/" + path, parameters)
        return next(route(asked) for prefix, route in ROUTES if asked.path.startswith(prefix))

    def body_parameters(self) -> dict[str, Any]:
        length = min(int(self.headers.get("Content-Length") or 0), BODY_MAX_BYTES)
        data = self.rfile.read(length).decode("utf-8", "replace")
        if "json" not in (self.headers.get("Content-Type") or ""):
            return dict(parse_qsl(data))
        try:
            value = json.loads(data or "{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def send(self, reply: Reply, with_body: bool = True) -> None:
        etag = f'"{hashlib.sha256(reply.body).hexdigest()[:24]}"'
        if reply.status == 200 and self.is_unchanged(etag, reply):
            reply = Reply(b"", reply.content_type, 304, reply.headers)
        body, encoding = self.encoded(reply)
        self.send_response(reply.status)
        for name, value in self.headers_of(reply, etag, encoding, body).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def is_unchanged(self, etag: str, reply: Reply) -> bool:
        if match := self.headers.get("If-None-Match"):
            return match == etag
        modified = reply.headers.get("Last-Modified")
        return modified is not None and self.headers.get("If-Modified-Since") == modified

    def encoded(self, reply: Reply) -> tuple[bytes, dict[str, str]]:
        accepts = "gzip" in (self.headers.get("Accept-Encoding") or "")
        if not accepts or len(reply.body) < GZIP_FROM_BYTES or reply.content_type == "application/gzip":
            return reply.body, {}
        return gzip.compress(reply.body, mtime=0), {"Content-Encoding": "gzip"}

    def headers_of(self, reply: Reply, etag: str, encoding: dict[str, str], body: bytes) -> dict[str, str]:
        length = {} if reply.status == 304 else {"Content-Length": str(len(body))}
        validators = {"ETag": etag} if reply.status in (200, 304) else {}
        common = {"Content-Type": reply.content_type, "Vary": "Accept-Encoding"}
        return common | length | validators | encoding | reply.headers

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Stay silent: the harvest's own report tells what was read."""
