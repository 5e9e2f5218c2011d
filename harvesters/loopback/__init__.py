"""A small portal on the loopback that speaks each protocol over a folder of files.

It serves the demo and the tests, through the same code as a remote portal. In FOLDER, each sub-folder is a portal:

    FOLDER/paris/opendatasoft/<dataset id>.json   {"dataset": {...}, "records": [...]}
    FOLDER/bruxelles/ckan/datasets.json           a list of datasets as package_show gives them; a resource's `url`
                                                  may be relative to FOLDER/bruxelles
    FOLDER/quebec/anything.geojson                a plain file, at /quebec/anything.geojson

The address of a portal is `base_url + "/paris"`. It listens on 127.0.0.1 alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from harvesters.loopback.server import PortalServer

__all__ = ["PortalServer", "portals"]


@contextmanager
def portals(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve `folder` while the block runs; gives the base address ("http://127.0.0.1:40123")."""
    server = PortalServer(folder, port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.base_url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
