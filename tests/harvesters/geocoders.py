"""Géoplateforme, Nominatim and Photon on the loopback, as far as we ask them: each answers out of one small book."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import cast
from urllib.parse import parse_qs, urlsplit


@dataclass
class Book:
    """What is answered to an address that holds a word: longitude, latitude, kind of thing found, score."""

    answers: dict[str, tuple[float, float, str, float]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: bool = False
    url: str = ""

    def look_up(self, query: str) -> tuple[float, float, str, float] | None:
        self.asked.append(query)
        return next((answer for word, answer in self.answers.items() if word in query), None)


@contextmanager
def geocoders(book: Book) -> Iterator[str]:
    """Serve the three while the block runs; gives their address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            (query,) = parse_qs(address.query)["q"]
            reply = nominatim if address.path == "/search" else photon
            self.send(json.dumps(reply(book, query)), "application/json")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            form = BytesParser(policy=HTTP).parsebytes(head + body)
            parts = {
                part.get_param("name", header="content-disposition"): cast(bytes, part.get_payload(decode=True))
                for part in form.iter_parts()
            }
            self.send(geoplateforme(book, parts["data"].decode(), parts["columns"].decode()), "text/csv")

        def send(self, text: str, content_type: str) -> None:
            body = text.encode()
            self.send_response(500 if book.broken else 200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def geoplateforme(book: Book, table: str, column: str) -> str:
    """The same rows with what was found of each, as `/search/csv` gives them."""
    rows = list(csv.DictReader(io.StringIO(table)))
    found = ("longitude", "latitude", "result_label", "result_score", "result_type", "result_status")
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], *found])
    writer.writeheader()
    for row in rows:
        answer = book.look_up(row[column])
        told = dict.fromkeys(found, "") | {"result_status": "not-found"}
        if answer:
            lon, lat, kind, score = answer
            values = (str(lon), str(lat), row[column], str(score), kind, "ok")
            told = dict(zip(found, values, strict=True))
        writer.writerow({**row, **told})
    return out.getvalue()


def nominatim(book: Book, query: str) -> list[dict[str, object]]:
    answer = book.look_up(query)
    if answer is None:
        return []
    lon, lat, kind, score = answer
    return [{"lat": str(lat), "lon": str(lon), "addresstype": kind, "importance": score, "display_name": query}]


def photon(book: Book, query: str) -> dict[str, object]:
    answer = book.look_up(query)
    if answer is None:
        return {"type": "FeatureCollection", "features": []}
    lon, lat, kind, _score = answer
    place = {"type": "Point", "coordinates": [lon, lat]}
    return {"features": [{"type": "Feature", "geometry": place, "properties": {"type": kind, "name": query}}]}
