import pytest
from django.test import Client

from tests.fuzz.judge import all_complaints, send
from tests.fuzz.known import KNOWN, Known

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "known", [pytest.param(known, marks=pytest.mark.xfail(strict=True, reason=known.why)) for known in KNOWN]
)
def test_what_is_known_to_be_wrong_is_not_yet_mended(known: Known) -> None:
    response = send(Client(enforce_csrf_checks=True, raise_request_exception=False), known.request)
    assert not all_complaints(known.request, response)
