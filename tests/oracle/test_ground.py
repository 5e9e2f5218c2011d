"""How far what the oracle borrows is from the truth."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest
import shapely

from tests.oracle.ground import WGS84, Near, boxes, metres_to_shapes, touching
from tests.oracle.lexicon import Lexicon, Words, folded
from tests.oracle.vocabulary import EVERY_WORD
from tests.oracle.world import World

pytestmark = pytest.mark.django_db
STEPS = 64


def true_metres(near: Near, shape: shapely.Geometry) -> float:
    """To the nearest part of a line or polygon, by cutting its edges ever finer."""
    if shape.geom_type == "Polygon" and shapely.contains_xy(shape, near[1], near[0]):
        return 0.0
    corners = shapely.get_coordinates(shape)
    return min(_to_edge(near, *ends) for ends in pairwise(corners))


def _to_edge(near: Near, start: np.ndarray, end: np.ndarray) -> float:
    azimuth, _, length = WGS84.inv(*start, *end)
    first, last, metres = 0.0, float(length), 0.0
    for _ in range(6):
        along = np.linspace(first, last, STEPS)
        from_lons, from_lats, azimuths = (np.full(STEPS, value) for value in (*start, azimuth))
        lons, lats, _ = WGS84.fwd(from_lons, from_lats, azimuths, along)
        _, _, far = WGS84.inv(np.full(STEPS, near[1]), np.full(STEPS, near[0]), lons, lats)
        best = int(np.argmin(far))
        metres = float(far[best])
        first, last = along[max(best - 1, 0)], along[min(best + 1, STEPS - 1)]
    return metres


def test_metres_to_lines_and_polygons_are_true_to_five_millionths() -> None:
    world = World(Random(5), Lexicon(EVERY_WORD))
    made = [record.shape for record in world.make(4_000) if record.shape is not None and not record.points]
    shapes = [shape for shape in made if -175 < shape.centroid.x < 175 and abs(shape.centroid.y) < 85][:60]
    assert {shape.geom_type for shape in shapes} == {"LineString", "Polygon"}
    for shape in shapes:
        near = (shape.centroid.y + world.dice.gauss(0, 0.5), shape.centroid.x + world.dice.gauss(0, 0.5))
        (found,) = metres_to_shapes(near, [shape])
        assert found == pytest.approx(true_metres(near, shape), rel=5e-6, abs=1e-3)


def test_within_a_polygon_there_are_no_metres() -> None:
    assert metres_to_shapes((0.5, 0.5), [shapely.box(0, 0, 1, 1)]) == [0.0]


@pytest.mark.parametrize(
    ("box", "expected"),
    [((170, -10, -170, 10), [True, True, False]), ((170, -10, 190, 10), [True, True, False]),
     ((-190, -10, -170, 10), [True, True, False]), ((-180, -90, 180, 90), [True] * 3),
     ((0, 0, 360, 0), [True] * 3), ((179, 0, 179, 1), [True, False, False]), ((0, 0, 0, 0), [False, False, True])],
)  # fmt: skip
def test_boxes_go_round_the_world(box: tuple[float, float, float, float], expected: list[bool]) -> None:
    assert touching(box, [shapely.Point(x, 0) for x in (179, -179, 0)]) == expected
    assert 1 <= len(boxes(box)) <= 2


def test_words_are_folded_as_the_stemmers_do() -> None:
    lexicon = Lexicon(EVERY_WORD)
    assert all(set(stems) == {folded(word) for word in EVERY_WORD} for stems in lexicon.stems.values())
    plain = lexicon.of_text("", "fr", plain=" ".join(EVERY_WORD))
    assert plain < {folded(word) for word in EVERY_WORD}
    assert not {"des", "het", "with"} & plain
    assert lexicon.of_text("Des Vélos, des FÊTES.", "fr") == {"velos", "fet"}
    assert lexicon.of_text("Des Vélos", "de") == {"velos"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [(Words((("vélos",),)), True), (Words((("de", "FETE"),)), True), (Words((("de",),)), False),
     (Words((("vélos", "zeppelin"),)), False), (Words((("zeppelin",), ("vélos",))), True),
     (Words((("vélos",),), ("fêtes",)), False), (Words((), ("zeppelin",)), True), (Words((("la", "vél"),)), True),
     (Words((("v",),)), False), (Words((("fete", "vel"),)), True), (Words((("vel", "fete"),)), False)],
)  # fmt: skip
def test_what_words_ask_for(words: Words, expected: bool) -> None:
    lexicon = Lexicon(EVERY_WORD)
    assert lexicon.matches(words, lexicon.of_text("Des vélos et la fête", "fr")) is expected
