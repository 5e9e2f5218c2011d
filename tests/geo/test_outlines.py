import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from pyproj import Transformer

from geo.keys import keys_of
from geo.models import Area, AreaName
from geo.outline_files import BadOutlines
from geo.outlines import Choice, Report, load_outlines
from geo.shapes import circle

pytestmark = pytest.mark.django_db

Ring = list[list[float]]
CHOICE = {"source": "Ville de Mons", "licence": "CC0"}


def area(code: str, name: str, x: float, y: float, **fields: Any) -> Area:
    centre = Point(x, y, srid=4326)
    radius_m = fields.pop("radius_m", 3000)
    values = {"level": "commune", "country": "ZZ", "source": "test", "licence": "CC0"} | fields
    shape = circle(centre, radius_m)
    made = Area.objects.create(code=code, name=name, centre=centre, radius_m=radius_m, shape=shape, **values)
    for key, kind, weight in keys_of((name,), (), (), made.level, made.country, None):
        AreaName.objects.create(area=made, key=key, kind=kind, weight=weight)
    return made


@pytest.fixture
def zedland() -> Area:
    """A country of our own, beside the real ones that other tests may have loaded."""
    country = area("zz", "Zedland", 4.6, 50.8, level="country", radius_m=100_000)
    area("zz-53053", "Mons", 3.95, 50.45, parent=country)
    area("zz-53065", "Quaregnon", 3.86, 50.44, parent=country)
    return country


def square(x: float, y: float, half: float = 0.03) -> Ring:
    return [
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
        [x - half, y - half],
    ]


def feature(ring: Ring, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write(folder: Path, *features: dict[str, Any], **members: Any) -> Path:
    path = folder / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **members}))
    return path


MONS = feature(square(3.95, 50.45), nis="53053", nom="Mons")
QUAREGNON = feature(square(3.86, 50.44), nis="53065", nom="Quaregnon")


@pytest.mark.usefixtures("zedland")
def test_outlines_are_matched_by_code(tmp_path: Path) -> None:
    report = load_outlines(write(tmp_path, MONS, QUAREGNON), Choice(**CHOICE, country="ZZ"))
    mons = Area.objects.get(code="zz-53053")
    assert str(report) == "2 outlines read, 2 matched, 0 new, 0 refused"
    assert mons.outline
    assert [round(edge, 6) for edge in mons.shape.extent] == [3.92, 50.42, 3.98, 50.48]
    assert (mons.radius_m, mons.source, mons.licence) == (3009, "test ; Ville de Mons", "CC0")


@pytest.mark.usefixtures("zedland")
def test_loading_twice_is_loading_once(tmp_path: Path) -> None:
    path, choice = write(tmp_path, MONS), Choice(**CHOICE, country="ZZ")
    first, second = load_outlines(path, choice), load_outlines(path, choice)
    assert first == second == Report(read=1, matched=1)
    assert Area.objects.get(code="zz-53053").source == "test ; Ville de Mons"


@pytest.mark.usefixtures("zedland")
def test_with_a_level_outlines_are_matched_by_name_or_created(tmp_path: Path) -> None:
    new = feature(square(3.9, 50.5), name="Nouvelle-Ville")
    path = write(tmp_path, feature(square(3.95, 50.45), name="MONS"), new)
    report = load_outlines(path, Choice(**CHOICE, country="ZZ", level="commune"))
    assert report == Report(read=2, matched=1, created=1)
    made = Area.objects.get(code="zz-nouvelle-ville")
    assert (made.name, made.level, made.country, made.parent and made.parent.code) == (
        "Nouvelle-Ville",
        "commune",
        "ZZ",
        "zz",
    )
    assert AreaName.objects.filter(area=made, key="nouvelle ville").exists()


@pytest.mark.usefixtures("zedland")
def test_districts_are_created_within_their_city(tmp_path: Path) -> None:
    path = write(tmp_path, feature(square(3.95, 50.45, 0.01), naam="Centrum"))
    load_outlines(path, Choice(**CHOICE, within="zz-53053", level="district"))
    made = Area.objects.get(country="ZZ", level="district")
    assert (made.code, made.parent and made.parent.name, made.country) == ("zz-53053-centrum", "Mons", "ZZ")


@pytest.mark.usefixtures("zedland")
def test_an_outline_of_the_same_shape_is_the_same_area_whatever_its_name(tmp_path: Path) -> None:
    choice = Choice(**CHOICE, within="zz-53053", level="district")
    load_outlines(write(tmp_path, feature(square(3.95, 50.45, 0.01), naam="Centrum")), choice)
    report = load_outlines(write(tmp_path, feature(square(3.9505, 50.45, 0.01), nom="Centre-ville")), choice)
    assert report == Report(read=1, matched=1)


@pytest.mark.usefixtures("zedland")
def test_what_does_not_fit_is_refused_in_words(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        MONS,
        feature(square(3.951, 50.45), nis="53053", nom="Mons encore"),
        feature(square(20.0, 50.44), nis="53065", nom="Quaregnon"),
        feature(square(3.9, 50.5), nis="99999", nom="Inconnue"),
        {
            "type": "Feature",
            "properties": {"nis": "53065", "nom": "Point"},
            "geometry": {"type": "Point", "coordinates": [3, 50]},
        },
        {"type": "Feature", "properties": {"nis": "53065", "nom": "Rien"}, "geometry": None},
        feature([[3, 50], [4, 50], [3, 50]], nis="53065", nom="Plate"),
        feature(square(150_000, 170_000, 500), nis="53065", nom="Lambert"),
    )
    report = load_outlines(path, Choice(**CHOICE, country="ZZ"))
    assert (report.read, report.matched, report.created) == (8, 1, 0)
    assert [title for title, _reason in report.refused] == [
        *("Mons encore", "Quaregnon", "Inconnue", "Point", "Rien", "Plate", "Lambert")
    ]
    reasons = [reason for _title, reason in report.refused]
    assert reasons[0] == "the same area as «Mons»"
    assert reasons[3] == "it is no polygon"
    assert "not degrees" in reasons[6]
    assert Area.objects.get(code="zz-53065").outline is None


@pytest.mark.usefixtures("zedland")
def test_projected_coordinates_are_turned_into_degrees(tmp_path: Path) -> None:
    lambert = Transformer.from_crs(4326, 31370, always_xy=True)
    ring = [list(lambert.transform(x, y)) for x, y in square(3.95, 50.45)]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}}
    load_outlines(write(tmp_path, feature(ring, nis="53053"), crs=crs), Choice(**CHOICE, country="ZZ"))
    extent = Area.objects.get(code="zz-53053").shape.extent
    assert [round(edge, 4) for edge in extent] == [3.92, 50.42, 3.98, 50.48]


@pytest.mark.usefixtures("zedland")
def test_gzipped_topojson_is_read(tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [3.9, 50.4]},
        "arcs": [[[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]],
        "objects": {"communes": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0]], "properties": {"nis": "53053"}}
        ]}},
    }  # fmt: skip
    path = tmp_path / "areas.topojson.gz"
    path.write_bytes(gzip.compress(json.dumps(topology).encode()))
    assert load_outlines(path, Choice(**CHOICE, country="ZZ")).matched == 1
    assert [round(edge, 6) for edge in Area.objects.get(code="zz-53053").shape.extent] == [3.9, 50.4, 4.0, 50.5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"<html>404</html>", "is not JSON"),
        (b'{"type": "FeatureCollection", "features": [{"type', "is not JSON"),
        (b"\x1f\x8b\x08half", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[1, 2]", "neither GeoJSON features nor TopoJSON"),
        (b'{"type": "Point", "coordinates": [1, 2]}', "neither GeoJSON features nor TopoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "has no feature"),
        (b'{"type": "FeatureCollection", "features": null}', "has no feature"),
        (b'{"type": "Topology", "arcs": [], "objects": {"a": {"type": "Polygon", "arcs": [[3]]}}}', "is broken"),
        (b'{"type": "Topology"}', "is broken"),
    ],
)
@pytest.mark.usefixtures("zedland")
def test_a_bad_file_is_named_and_changes_nothing(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(BadOutlines, match=words):
        load_outlines(path, Choice(**CHOICE, country="ZZ", level="commune"))
    assert not Area.objects.filter(country="ZZ", outline__isnull=False).exists()


@pytest.mark.usefixtures("zedland")
def test_choices_that_make_no_sense_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, MONS, crs={"type": "name", "properties": {"name": "EPSG:999999"}})
    with pytest.raises(BadOutlines, match="EPSG:999999"):
        load_outlines(path, Choice(**CHOICE, country="ZZ"))
    path = write(tmp_path, feature(square(3.95, 50.45), thing="x"))
    for choice, words in (
        ({"country": "XY"}, "no country"),
        ({"within": "zz-1"}, "no area"),
        ({"country": "ZZ"}, "thing"),
    ):
        with pytest.raises(BadOutlines, match=words):
            load_outlines(path, Choice(**CHOICE, **choice))


@pytest.mark.usefixtures("zedland")
def test_the_command_tells_what_became_of_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, MONS, feature(square(3.9, 50.5), nis="99999", nom="Inconnue"))
    call_command("areas", "load", str(path), "--source", "Mons", "--licence", "CC0", "--country", "zz")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2 outlines read, 1 matched, 0 new, 1 refused"
    assert lines[1].startswith("  Inconnue: no area of that code")


@pytest.mark.usefixtures("zedland")
def test_the_command_wants_to_know_whose_data_it_is(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--source and --licence"):
        call_command("areas", "load", str(write(tmp_path, MONS)))
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("areas", "load", str(tmp_path / "none"), "--source", "Mons", "--licence", "CC0")


@pytest.mark.usefixtures("zedland")
def test_status_shows_each_country(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("areas", "status", "--all")
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["ZZ", "2", "0", "0", "0"] in rows
