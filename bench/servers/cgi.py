"""A program of the old kind, one process per request, behind a small web server on the loopback."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote

SECONDS = 120


@contextmanager
def serving_cgi(program: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Serve `program` while the block runs; gives its address."""
    one_at_a_time = Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            host, port = "127.0.0.1", server.server_address[1]
            asked = {
                "REQUEST_METHOD": "GET", "QUERY_STRING": query, "PATH_INFO": unquote(path), "SCRIPT_NAME": "",
                "REQUEST_URI": self.path, "SERVER_NAME": host, "SERVER_PORT": str(port), "HTTPS": "off",
                "SERVER_PROTOCOL": "HTTP/1.1", "GATEWAY_INTERFACE": "CGI/1.1", "HTTP_HOST": f"{host}:{port}",
                "HTTP_ACCEPT": self.headers.get("Accept") or "*/*",
            }  # fmt: skip
            with one_at_a_time:
                done = subprocess.run(
                    [program], env={**environment, **asked}, capture_output=True, check=False, timeout=SECONDS
                )
            self.pass_on(done.stdout)

        def pass_on(self, output: bytes) -> None:
            head, _, body = output.replace(b"\r\n", b"\n", 50).partition(b"\n\n")
            headers = dict(line.split(": ", 1) for line in head.decode("latin-1").splitlines() if ": " in line)
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
