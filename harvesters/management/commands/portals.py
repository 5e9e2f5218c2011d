"""`./parages portals FOLDER`: a portal on this machine that speaks each protocol over a folder of files."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from harvesters.loopback import PortalServer


class Command(BaseCommand):
    help = "Serves a folder of files as portals (CKAN, Opendatasoft, plain files) on 127.0.0.1, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="each sub-folder is a portal")
        parser.add_argument("--port", type=int, default=0, help="0, the default: a free one")

    def handle(self, *_args: Any, folder: Path, port: int, **_options: Any) -> None:
        try:
            server = PortalServer(folder, port)
        except OSError as error:
            raise CommandError(f"The portals cannot be served: {error}") from error
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        for portal in sorted(path.name for path in folder.iterdir() if path.is_dir()):
            self.stdout.write(f"{server.base_url}/{portal}")
        self.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            server.server_close()
