"""How each server is started, and what a harvest of it should come to."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

from bench.servers.cgi import serving_cgi

HERE = Path(__file__).parent
START_S = 60
CGI_FOLDER = "/usr/lib/cgi-bin"


class NotInstalled(Exception):
    """A server that is not here; says what was looked for."""


class NotStarted(Exception):
    """A server that is here and does not run."""


Start = Callable[[Path, Path], AbstractContextManager[str]]


@dataclass(frozen=True, slots=True)
class Server:
    """One way of one server. `start(folder, data)` runs it and gives the address of what is to be harvested.

    pages_wrongly: its harvest must not be complete.
    """

    name: str
    protocol: str
    start: Start
    options: dict[str, Any]
    pages_wrongly: bool = False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str | Path], port: int, **environment: str) -> Iterator[None]:
    """A server in a process of its own, from when it listens; it dies with us."""
    if not Path(command[0]).exists() and not shutil.which(str(command[0])):
        raise NotInstalled(str(command[0]))
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig=KILL", "--", *command],
        env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield
    finally:
        process.kill()
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise NotStarted(f"it did not listen within {START_S} seconds")


def filled(name: str, folder: Path, **values: str) -> Path:
    """One of our templates with its words in capitals replaced, in the folder of the data."""
    text = (HERE / name).read_text(encoding="utf-8")
    for word, value in values.items():
        text = text.replace(word, value)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def pygeoapi(folder: Path, data: Path) -> Iterator[str]:
    port, tools = free_port(), folder / "pygeoapi" / "bin"
    if not (tools / "pygeoapi").exists():
        raise NotInstalled(str(tools / "pygeoapi"))
    config = filled("pygeoapi.yml", data.parent, THE_PORT=str(port), THE_FILE=str(data))
    document = data.parent / "openapi.json"
    settings = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(document)}
    make: list[str | Path] = [tools / "pygeoapi", "openapi", "generate", config, "--output-file", document]
    subprocess.run([*make, "--format", "json"], env={**os.environ, **settings}, check=True, capture_output=True)
    with running([tools / "gunicorn", "-b", f"127.0.0.1:{port}", "pygeoapi.flask_app:APP"], port, **settings):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def tipg(folder: Path, _: Path) -> Iterator[str]:
    port, at = free_port(), connection.get_connection_params()
    user, host = f"{at['user']}:{at.get('password', '')}", quote(str(at.get("host") or "localhost"), safe="")
    place = f"postgresql://{user}@{host}/{at['dbname']}"
    where = ["--host", "127.0.0.1", "--port", str(port)]
    command: list[str | Path] = [folder / "tipg" / "bin" / "uvicorn", "tipg.main:app", *where]
    settings = {"DATABASE_URL": place, "TIPG_DB_TABLES": '["public.initiatives"]', "TIPG_MAX_FEATURES_PER_QUERY": "700"}
    with running(command, port, **settings):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def koop(folder: Path, data: Path) -> Iterator[str]:
    port = free_port()
    if not (folder / "koop" / "node_modules" / "@koopjs" / "koop-core").exists():
        raise NotInstalled(str(folder / "koop"))
    with running(["node", HERE / "koop.cjs", folder / "koop", data.parent, str(port)], port):
        yield f"http://127.0.0.1:{port}/file-geojson/rest/services/{data.stem}/FeatureServer/0"


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{CGI_FOLDER}")
    if not found:
        raise NotInstalled(name)
    return found


@contextmanager
def mapserver(data: Path) -> Iterator[str]:
    config = data.parent / "mapserver.conf"
    environment = {"MAPSERVER_CONFIG_FILE": str(config), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    with serving_cgi(program("mapserv"), environment) as address:
        map_file = filled("initiatives.map", data.parent, THE_FILE=str(data), THE_ADDRESS=address)
        config.write_text(f'CONFIG\n MAPS\n "initiatives" "{map_file}"\n END\nEND\n', encoding="utf-8")
        yield address


@contextmanager
def mapserver_wfs(_: Path, data: Path) -> Iterator[str]:
    with mapserver(data) as address:
        yield f"{address}/?map=initiatives"


@contextmanager
def mapserver_ogcapi(_: Path, data: Path) -> Iterator[str]:
    with mapserver(data) as address:
        yield f"{address}/initiatives/ogcapi"


def of_geopackage(start: Start) -> Start:
    """The same of a GeoPackage, in which MapServer 8.0 cannot skip records."""
    return lambda folder, data: start(folder, data.with_suffix(".gpkg"))


@contextmanager
def qgis(data: Path) -> Iterator[str]:
    project = filled("initiatives.qgs", data.parent, THE_FILE=str(data))
    environment = {"QGIS_PROJECT_FILE": str(project), "QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"],
                   "HOME": str(data.parent), "LC_ALL": "C.UTF-8", "QGIS_SERVER_LOG_LEVEL": "2"}  # fmt: skip
    with serving_cgi(program("qgis_mapserv.fcgi"), environment) as address:
        yield address


@contextmanager
def qgis_wfs(_: Path, data: Path) -> Iterator[str]:
    with qgis(data) as address:
        yield f"{address}/"


@contextmanager
def qgis_ogcapi(_: Path, data: Path) -> Iterator[str]:
    with qgis(data) as address:
        yield f"{address}/wfs3"


SERVERS = (
    Server("pygeoapi", "ogcapi", pygeoapi, {}),
    Server("tipg", "ogcapi", tipg, {"collection": "public.initiatives"}),
    Server("MapServer", "ogcapi", mapserver_ogcapi, {}),
    Server("MapServer", "wfs", mapserver_wfs, {}),
    Server("MapServer, GeoPackage", "ogcapi", of_geopackage(mapserver_ogcapi), {}, pages_wrongly=True),
    Server("MapServer, GeoPackage", "wfs", of_geopackage(mapserver_wfs), {}),
    Server("QGIS Server", "ogcapi", qgis_ogcapi, {}),
    Server("QGIS Server", "wfs", qgis_wfs, {}),
    Server("Koop", "arcgis", koop, {"id_field": "id"}),
)
