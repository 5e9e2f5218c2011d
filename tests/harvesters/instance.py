"""A whole site of its own, in a process of its own: `python -m tests.harvesters.instance PORT`.

It serves on the loopback. Each line of its standard input is a source's slug, which it harvests; its answer is one
line of JSON: what it publishes afterwards, and what it refused.
"""

import json
import os
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.apps import apps
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def harvest(slug: str) -> dict[str, object]:
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), suppress(SystemExit):
        call_command("harvest", slug, "--json")
    run = apps.get_model("portal", "Run").objects.filter(source__slug=slug).latest()
    published = apps.get_model("portal", "Activity").objects.filter(withdrawn=None)
    return {
        "published": sorted(published.values_list("title", flat=True)),
        "refused": run.rejected_by_code,
        "status": run.status,
        "error": run.error,
    }


def main() -> None:
    django.setup()
    server = make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), Server, Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(harvest(line.strip())) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
