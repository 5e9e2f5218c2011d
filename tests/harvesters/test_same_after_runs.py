"""After a run, what another source publishes too is known to be one thing."""

from pathlib import Path

import pytest
from django.test import Client as Visitor

from portal.models import Activity, Membership
from tests.harvesters.city import open_city, row

pytestmark = pytest.mark.django_db
VOISINS = {"titre": "Atelier vélo des Voisins", "lat": 50.45, "lon": 3.95}


def test_two_portals_one_thing(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with open_city(tmp_path / "one") as one, open_city(tmp_path / "other") as other:
        one.publish_rows(row(1, **VOISINS), row(2))
        other.publish_rows(row(7, **{**VOISINS, "titre": "ATELIER VELO DES VOISINS", "lat": 50.4507}))
        one.harvest()
        other.harvest()
        assert Membership.objects.count() == 2
        shown = Visitor().get("/api/collections/all/items").json()
        assert (shown["numberMatched"], Activity.objects.count()) == (2, 3)
        other.publish_rows(row(7, **{**VOISINS, "titre": "Repas de quartier"}))
        other.harvest()
        assert Membership.objects.count() == 0
