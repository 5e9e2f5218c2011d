"""GeoPackage, KML, GPX, GML and shapefiles: what GDAL writes is read back, in longitude and latitude."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.formats import layers
from harvesters.parsers import vector
from harvesters.reading import Reading
from tests.harvesters.written_files import data_of, layer, reading_of, rows_of, shapefile, zipped

POINTS = [(3.95, 50.45), (4.35, 50.85)]
COLUMNS: dict[str, list[Any]] = {"nom": ["Éole", "Liège"], "nb": [1, 2]}
PARIS = (652_000.0, 6_862_000.0)


def near(row: Any, digits: int = 4) -> tuple[float, float]:
    lon, lat = row.geometry["coordinates"]
    return round(lon, digits), round(lat, digits)


@pytest.mark.parametrize(
    ("driver", "ending", "more"),
    [
        ("GPKG", "gpkg", {"nb": 1, "_id": 1, "_layer": "lieux"}),
        ("GML", "gml", {"nb": "1", "_id": "lieux.0", "gml_id": "lieux.0", "_layer": "lieux"}),
    ],
)
def test_what_gdal_writes_is_read(tmp_path: Path, driver: str, ending: str, more: dict[str, Any]) -> None:
    rows = rows_of(layer(tmp_path, driver, POINTS, COLUMNS, ending).read_bytes())
    assert [near(row) for row in rows] == POINTS
    assert rows[0].data == {"nom": "Éole"} | more


@pytest.mark.parametrize("wraps", [False, True])
def test_kml_and_kmz(tmp_path: Path, wraps: bool) -> None:
    body = layer(tmp_path, "LIBKML", POINTS, COLUMNS, "kml").read_bytes()
    rows = rows_of(zipped({"doc.kml": body, "files/icon.png": b""}) if wraps else body)
    assert [near(row) for row in rows] == POINTS
    assert rows[0].data == {"id": "lieux.1", "nom": "Éole", "nb": "1", "_layer": "lieux"}


PLACEMARK = (
    '<Placemark id="p1"><name>Café &amp; Co</name><description><![CDATA[<b>ici</b>]]></description>%s</Placemark>'
)
AT = "<Point><coordinates>3.95,50.45,12</coordinates></Point>"
KML = '<?xml version="1.0"?><!-- x --><kml xmlns="http://www.opengis.net/kml/2.2"><Document>%s</Document></kml>'


def test_a_hand_written_kml_with_two_folders() -> None:
    folders = "".join(f"<Folder><name>{name}</name>{PLACEMARK % AT}</Folder>" for name in ("Un", "Deux"))
    rows = rows_of((KML % folders).encode())
    assert [(row.data["Name"], row.data["_layer"]) for row in rows] == [("Café & Co", "Un"), ("Café & Co", "Deux")]
    assert (rows[0].data["description"], rows[0].geometry) == (
        "<b>ici</b>",
        {"type": "Point", "coordinates": [3.95, 50.45]},
    )
    assert len(rows_of((KML % folders).encode(), layer="Deux")) == 1


def test_xml_in_utf_16_is_read() -> None:
    text = (KML % (PLACEMARK % AT)).replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
    assert [row["Name"] for row in data_of(text.encode("utf-16"))] == ["Café & Co"]


GPX = """<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="50.45" lon="3.95"><name>Arbre</name></wpt>
<trk><name>Balade</name><trkseg><trkpt lat="50.4" lon="3.9"/><trkpt lat="50.5" lon="4"/></trkseg></trk></gpx>"""


def test_waypoints_and_tracks_are_records() -> None:
    rows = rows_of(GPX.encode())
    assert [(row.position, row.data) for row in rows] == [
        (1, {"name": "Arbre", "_layer": "waypoints"}),
        (2, {"name": "Balade", "_layer": "tracks"}),
    ]
    assert rows[1].geometry == {"type": "MultiLineString", "coordinates": [[[3.9, 50.4], [4.0, 50.5]]]}


@pytest.mark.parametrize(("driver", "ending"), [("GPKG", "gpkg"), ("GML", "gml"), ("ESRI Shapefile", "shp")])
def test_another_coordinate_system_is_converted_and_told(tmp_path: Path, driver: str, ending: str) -> None:
    path = layer(tmp_path, driver, [PARIS], {"nom": ["Éole"]}, ending, crs="EPSG:2154")
    reading = reading_of(shapefile(tmp_path) if ending == "shp" else path.read_bytes())
    assert [near(row) for row in reading] == [(2.3458, 48.8562)]
    assert "Geometries were converted from EPSG:2154 to longitude and latitude." in reading.notes


def test_a_shapefile_without_its_system_takes_the_source_s(tmp_path: Path) -> None:
    layer(tmp_path, "ESRI Shapefile", [PARIS], {"nom": ["x"]}, "shp", crs="EPSG:2154")
    body = shapefile(tmp_path, without=[".prj"])
    assert [near(row) for row in rows_of(body, crs="EPSG:2154")] == [(2.3458, 48.8562)]


@pytest.mark.parametrize(
    ("encoding", "without"), [("UTF-8", []), ("UTF-8", [".cpg"]), ("ISO-8859-1", []), ("CP1252", [".cpg"])]
)
def test_the_text_of_a_shapefile_is_read_in_its_encoding(tmp_path: Path, encoding: str, without: list[str]) -> None:
    layer(tmp_path, "ESRI Shapefile", POINTS, COLUMNS, "shp", encoding=encoding)
    rows = data_of(shapefile(tmp_path, without))
    assert rows[0] == {"nom": "Éole", "nb": 1, "_layer": "lieux"}


def test_one_of_two_shapefiles(tmp_path: Path) -> None:
    for name in ("arbres", "bancs"):
        layer(tmp_path, "ESRI Shapefile", POINTS, {"nom": [name, name]}, "shp", name=name)
    reading = reading_of(shapefile(tmp_path))
    assert [row.data["nom"] for row in reading] == ["arbres", "arbres"]
    assert reading.notes == ["The layer “arbres” was read; there are also “bancs” (option `layer`)."]
    assert {row["nom"] for row in data_of(shapefile(tmp_path), layer="bancs")} == {"bancs"}


def test_one_of_two_layers(tmp_path: Path) -> None:
    layer(tmp_path, "GPKG", POINTS, {"nom": ["a", "b"]}, "gpkg")
    body = layer(tmp_path, "GPKG", POINTS, {"nom": ["c", "d"]}, "gpkg", name="d'autres; DROP").read_bytes()
    assert [row["nom"] for row in data_of(body)] == ["a", "b"]
    assert [row["nom"] for row in data_of(body, layer="d'autres; DROP")] == ["c", "d"]
    with pytest.raises(PortalError, match="There is no layer “sqlite_master”; there are: lieux, d'autres; DROP"):
        data_of(body, layer="sqlite_master")


def test_a_polygon_and_a_missing_number(tmp_path: Path) -> None:
    square = shapely.box(3, 50, 4, 51)
    path = layer(tmp_path, "GPKG", [square, square], {"nom": ["a", "b"], "prix": [1.5, float("nan")]}, "gpkg")
    rows = rows_of(path.read_bytes())
    assert [row.data["prix"] for row in rows] == [1.5, None]
    corners = [list(pair) for pair in square.exterior.coords]
    assert rows[0].geometry == {"type": "Polygon", "coordinates": [corners]}


def test_a_file_in_a_zip_is_read() -> None:
    reading = reading_of(zipped({"lisez-moi.pdf": b"x", "données.csv": b"a;b\n1;2\n"}))
    assert [row.data for row in reading] == [{"a": "1", "b": "2"}]
    assert reading.notes == ["The file “données.csv” of the ZIP file was read."]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=15).filter(
    lambda text: text.strip() == text
)
PLACES = st.tuples(st.floats(-179, 179), st.floats(-89, 89)).map(lambda pair: (round(pair[0], 6), round(pair[1], 6)))


@pytest.mark.parametrize(("driver", "ending"), [("GPKG", "gpkg"), ("LIBKML", "kml"), ("GML", "gml")])
@given(st.lists(st.tuples(NAMES, PLACES), min_size=1, max_size=5), st.uuids())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(tmp_path: Path, driver: str, ending: str, places: list[Any], folder: Any) -> None:
    """The sandbox left out, for many small files in a short time."""
    home = tmp_path / str(folder)
    home.mkdir(exist_ok=True)
    points, names = [point for _, point in places], {"nom": [name for name, _ in places]}
    for old in home.iterdir():
        old.unlink()
    body = layer(home, driver, points, names, ending).read_bytes()
    stream = vector.features(body, driver, "", "", "")
    found = list(Reading(lambda reading: layers.rows(stream, reading)))
    assert [(row.data["nom"], near(row, digits=6)) for row in found] == places
