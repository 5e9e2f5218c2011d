"""Requests that once were answered wrongly."""

import pytest
from django.test import Client

from tests.fuzz.judge import complaints_about, send
from tests.fuzz.requests import Request

pytestmark = pytest.mark.django_db
ITEMS = "/api/collections/all/items"
MANY = "&".join(f"x{number}=1" for number in range(1_001))


@pytest.mark.parametrize(
    "request_",
    [
        Request(ITEMS, method="POST"),
        Request(ITEMS, MANY),
        Request(ITEMS, headers={"HTTP_COOKIE": "sessionid=x"}),
        Request(ITEMS, headers={"HTTP_COOKIE": "csrftoken=x"}),
        Request("/fr/apercu/secteur/%00/"),
        Request("/api/collections/x%0A%0Dy/items"),
        Request(ITEMS, "limit=1&limit=2"),
    ],
)
def test_it_is_answered_well(request_: Request) -> None:
    response = send(Client(enforce_csrf_checks=True, raise_request_exception=False), request_)
    assert not complaints_about(request_, response)
