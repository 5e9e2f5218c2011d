"""When sources are due, who is asked, and that a queue never grows."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from harvesters import tasks
from harvesters.runs import schedule
from portal.models import Frequency, Lease, Run
from tests.factories import make_source

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_on_demand_is_never_due_and_neither_is_the_demo() -> None:
    sources = [make_source(frequency=Frequency.MANUAL), make_source(demo=True)]
    assert [schedule.period(source) for source in sources] == [None, None]
    assert not schedule.due(NOON)


def test_due_are_the_enabled_whose_time_has_come_and_whom_nobody_harvests() -> None:
    late, new = make_source(slug="late", due=NOON - HOUR), make_source(slug="new")
    make_source(slug="not-yet", due=NOON + HOUR)
    make_source(slug="suspended", enabled=False)
    for slug, beat in (("under-way", NOON), ("left-by-a-dead-one", NOON - HOUR)):
        source = make_source(slug=slug, due=NOON)
        Lease.objects.create(source=source, token=uuid4(), holder="here", taken=beat, beat=beat)
    assert [source.slug for source in schedule.due(NOON)] == [late.slug, "left-by-a-dead-one", new.slug]


def test_however_often_it_is_asked_for_a_source_waits_once() -> None:
    one, other = make_source(), make_source()
    asked = [tasks.ask_for([one], Run.Trigger.SCHEDULE), tasks.ask_for([one, other], Run.Trigger.ADMIN)]
    assert asked == [[one], [other]]
    assert ProcrastinateJob.objects.filter(task_name="harvest", status="todo").count() == 2


def test_an_operator_asks_for_a_harvest_now(client: Client) -> None:
    client.force_login(User.objects.create_superuser("op", password="only for this test"))
    source = make_source()
    answers = [
        client.post("/admin/portal/source/", {"action": "harvest_now", "_selected_action": [source.pk]}, follow=True)
        for _twice in range(2)
    ]
    job = ProcrastinateJob.objects.get(task_name="harvest")
    assert job.args == {"source_id": source.pk, "trigger": "admin"}
    assert "1 moisson demandée" in answers[0].content.decode()
    assert "attend déjà" in answers[1].content.decode()


def test_at_night_old_attempts_to_enter_are_forgotten() -> None:
    for days in (0.5, 2):
        attempt = AccessAttempt.objects.create(ip_address="203.0.113.7", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=timezone.now() - timedelta(days=days))
    tasks.tidy(0)
    assert AccessAttempt.objects.count() == 1
