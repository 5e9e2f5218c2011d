"""Whoever waits at a page does not wait for ever."""

import pytest

from harvesters.adding.patience import PatientClient
from harvesters.errors import PortalError
from harvesters.http import Limits
from tests.harvesters.emulator import emulated, fixed

QUICK = Limits(pause_s=0)


def test_when_the_time_for_a_look_is_over_nothing_more_is_asked() -> None:
    with emulated(fixed({"/a": {"x": 1}})) as portal, PatientClient("x", [portal.host], QUICK) as client:
        assert client.get_json(f"{portal.url}/a") == {"x": 1}
        client.allow(0)
        for ask in (client.get_json, lambda url: client.post_json(url, {})):
            with pytest.raises(PortalError, match="in all") as told:
                ask(f"{portal.url}/a")
            assert told.value.code == "too-slow"
    assert len(portal.asked) == 1
