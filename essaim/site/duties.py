"""What is done without being asked, and when. One list; the worker (worker.py) goes through it every minute."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone

from essaim.organisations.operations import (
    claims,
    duplicates,
    exporting,
    importing,
    photos,
    requests,
    rulings,
    saving,
)
from essaim.procurement.operations.clauses import people as beneficiaries
from essaim.procurement.operations.meetings import forgetting as meetings
from essaim.ui import drafts
from essaim.ui.models import DutyRun
from essaim.ui.search import follow

logger = logging.getLogger(__name__)
RETRY_AFTER = timedelta(minutes=15)
"""How long after a failure a duty is tried again, when its own rhythm is slower."""


@dataclass(frozen=True)
class Duty:
    """`run` takes nothing. Either every so often, or once a day from an hour on (the installation's local time)."""

    name: str
    run: Callable[[], object]
    every: timedelta | None = None
    daily_at: time | None = None

    def is_due(self, last: DutyRun, now: datetime) -> bool:
        if last.started_at is None:
            return self.daily_at is None or _local(now).time() >= self.daily_at
        if last.problem and now - last.started_at >= min(RETRY_AFTER, self.every or RETRY_AFTER):
            return True
        if self.daily_at is None:
            return self.every is not None and now - last.started_at >= self.every
        is_of_today = _local(last.started_at).date() >= _local(now).date()
        return not is_of_today and _local(now).time() >= self.daily_at


def _today(operation: Callable[..., object]) -> Callable[[], object]:
    """An operation done by the installation itself, on the day it runs."""
    return lambda: operation(by=None, on=timezone.localdate())


DUTIES: tuple[Duty, ...] = (
    Duty("trim the search change log", follow.trim, every=timedelta(hours=1)),
    Duty("expire claims", _today(claims.expire_claims), every=timedelta(hours=1)),
    Duty("refresh ended rulings", _today(rulings.refresh_ended_rulings), daily_at=time(1)),
    Duty("look for duplicates", _today(duplicates.find_duplicates), daily_at=time(2)),
    Duty("forget ended sessions", lambda: call_command("clearsessions"), daily_at=time(3)),
    Duty("write the open data", _today(exporting.export_directory), daily_at=time(3, 15)),
    Duty("purge photos taken away", _today(photos.purge_photos), daily_at=time(4)),
    Duty("purge files of imports", _today(importing.purge_uploads), daily_at=time(4, 10)),
    Duty("forget who made old requests", _today(requests.purge_requests), daily_at=time(4, 20)),
    Duty("purge identities of beneficiaries", _today(beneficiaries.purge_identities), daily_at=time(4, 30)),
    Duty("purge contacts of meetings", _today(meetings.purge_contacts), daily_at=time(4, 40)),
    Duty("purge old drafts", lambda: drafts.purge(timezone.now()), daily_at=time(4)),
    Duty("send alerts", _today(saving.send_due_alerts), daily_at=time(7)),
)


def run_due(duties: Sequence[Duty] | None = None, now: datetime | None = None) -> list[str]:
    """Do what is due, each duty once whatever the number of workers; a failure is kept and told, and stops nothing
    else. Returns the names of the duties done."""
    now = now or timezone.now()
    done = []
    for duty in DUTIES if duties is None else duties:
        row, _ = DutyRun.objects.get_or_create(name=duty.name)
        if not duty.is_due(row, now):
            continue
        # Whoever changes the row first has the duty.
        if not DutyRun.objects.filter(pk=row.pk, started_at=row.started_at).update(
            started_at=now, problem=""
        ):
            continue
        problem = _done(duty)
        DutyRun.objects.filter(pk=row.pk).update(ended_at=timezone.now(), problem=problem)
        done.append(duty.name)
    return done


def _done(duty: Duty) -> str:
    """What went wrong, or ""."""
    try:
        duty.run()
    except Exception as error:  # whatever a duty raises, the others must be done
        logger.exception("the duty %r failed", duty.name)
        close_old_connections()
        return f"{type(error).__name__}: {error}"[:2_000]
    return ""


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment)
