import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from tests.factories import make_activity

pytestmark = pytest.mark.django_db


def test_any_site_may_frame_the_map_of_a_question_and_nothing_else_of_ours(client: Client) -> None:
    make_activity()
    page = client.get("/fr/carte/?near=50.4542,3.9523&radius=1000&kind=initiative")
    assert page.status_code == 200
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert not page.has_header("X-Frame-Options")
    assert client.get("/fr/explorer/")["X-Frame-Options"] == "DENY"


def test_it_asks_what_the_explorer_asks_and_counts_as_it_does(client: Client) -> None:
    for lon in (3.95, 3.951, 4.5):
        make_activity(geometry=Point(lon, 50.4542, srid=4326))
    text = client.get("/fr/carte/?near=50.4542,3.9523&radius=1000").content.decode()
    assert "2 résultats" in text
    assert 'data-points="near=50.4542,3.9523&amp;radius=1000&amp;when=upcoming"' in text
    assert "/fr/explorer/?near=50.4542,3.9523&amp;radius=1000&amp;when=upcoming" in text


def test_what_is_not_understood_is_dropped(client: Client) -> None:
    assert client.get("/nl/kaart/?near=here").status_code == 400
