"""The worker: duties done once and on time, changes found within two seconds."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from essaim.organisations import search as directory
from essaim.organisations.acts import act
from essaim.organisations.models import Organisation
from essaim.organisations.search import Question
from essaim.organisations.tests.factories import TODAY, make_organisation
from essaim.site import duties, serve, worker
from essaim.site.duties import DUTIES, Duty, run_due
from essaim.ui.models import DutyRun, IndexChange

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Counter:
    def __init__(self, problem: Exception | None = None) -> None:
        self.runs, self.problem = 0, problem

    def __call__(self) -> None:
        self.runs += 1
        if self.problem:
            raise self.problem


@pytest.mark.django_db
def test_a_duty_is_done_once_a_period() -> None:
    run = Counter()
    hourly = [Duty("hourly", run, every=timedelta(hours=1))]
    assert run_due(hourly, NOON) == ["hourly"]
    assert run_due(hourly, NOON + timedelta(minutes=59)) == []
    assert run_due(hourly, NOON + timedelta(minutes=60)) == ["hourly"]
    assert run.runs == 2


@pytest.mark.django_db
def test_a_daily_duty_waits_for_its_hour_here_and_is_done_once_a_day() -> None:
    nightly = [Duty("nightly", Counter(), daily_at=clock(3))]
    before, after = datetime(2026, 11, 22, 1, 59, tzinfo=UTC), datetime(2026, 11, 22, 2, 1, tzinfo=UTC)
    assert run_due(nightly, before) == []  # 2.59 in Paris
    assert run_due(nightly, after) == ["nightly"]
    assert run_due(nightly, after + timedelta(hours=20)) == []
    assert run_due(nightly, after + timedelta(hours=24)) == ["nightly"]


@pytest.mark.django_db(transaction=True)  # a failed duty lets go of its connection
def test_a_duty_that_fails_is_told_tried_again_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    bad, good = Counter(ValueError("no disk")), Counter()
    both = [Duty("bad", bad, daily_at=clock(3)), Duty("good", good, every=timedelta(days=1))]
    assert run_due(both, NOON) == ["bad", "good"]
    row = DutyRun.objects.get(name="bad")
    assert row.problem == "ValueError: no disk"
    assert "the duty 'bad' failed" in caplog.text
    assert run_due(both, NOON + timedelta(minutes=14)) == []
    assert run_due(both, NOON + timedelta(minutes=16)) == ["bad"]


@pytest.mark.django_db
def test_a_duty_taken_by_another_worker_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Counter()
    duty = Duty("shared", run, every=timedelta(hours=1))
    is_due = Duty.is_due

    def slow(self: Duty, last: DutyRun, now: datetime) -> bool:
        # Between our reading and our claim, the other worker claims.
        DutyRun.objects.filter(name="shared").update(started_at=NOON)
        return is_due(self, last, now)

    monkeypatch.setattr(Duty, "is_due", slow)
    assert run_due([duty], NOON + timedelta(seconds=1)) == []
    assert run.runs == 0


def test_every_duty_has_a_name_of_its_own_and_a_rhythm() -> None:
    assert len({duty.name for duty in DUTIES}) == len(DUTIES)
    assert all((duty.every is None) != (duty.daily_at is None) for duty in DUTIES)
    assert "purge contacts of meetings" in {duty.name for duty in DUTIES}


@pytest.mark.django_db
def test_once_brings_up_to_date_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "DUTIES", ())
    make_organisation(name="Fanfare du matin")
    directory.rebuild()
    with act("made", by=None, on=TODAY) as deed:
        deed.create(make_unsaved("Fanfare du soir"))
    done = CliRunner().invoke(worker.command, ["--once"], catch_exceptions=False)
    assert done.output.startswith("1 changements suivis")
    assert directory.search(Question(q="soir"), on=TODAY).count == 1


def make_unsaved(name: str) -> Organisation:
    return Organisation(name=name, first_seen_on=TODAY, last_seen_on=TODAY)


SAVED_AND_FOUND = """
import os, subprocess, sys, time
import django

django.setup()
from django.core.management import call_command

call_command("migrate", verbosity=0)
from essaim.organisations import search as directory
from essaim.organisations.acts import act
from essaim.organisations.search import Question
from essaim.organisations.tests.factories import TODAY, make_organisation

organisation = make_organisation(name="Fanfare du matin")
directory.rebuild()
worker = subprocess.Popen([sys.executable, "-m", "essaim.cli", "worker", "--beside", str(os.getpid())])
was = directory.search(Question(), on=TODAY).fresh_at
while directory.search(Question(), on=TODAY).fresh_at == was:
    time.sleep(0.1)  # until the worker follows
waits = []
for number in range(5):
    with act("renamed", by=None, on=TODAY) as deed:
        deed.update(organisation, name=f"Fanfare quasimodesque{number}")
    saved = time.monotonic()
    while directory.search(Question(), on=TODAY).items[0].name != organisation.name:
        time.sleep(0.02)
    waits.append(time.monotonic() - saved)
with act("renamed", by=None, on=TODAY) as deed:
    deed.update(organisation, name="Fanfare du zénith")
directory.bring_up_to_date()
assert directory.search(Question(q="zénith"), on=TODAY).count == 1
worker.terminate()
assert worker.wait(20) == 0
print(max(waits))
"""


def test_a_saved_change_is_found_by_another_process(tmp_path: Path) -> None:
    """A real worker, a database of its own; a command that cannot write the index waits for the worker's next step."""
    environment = os.environ | {
        "ESSAIM_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings",
    }
    environment.pop("ESSAIM_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", SAVED_AND_FOUND], env=environment, timeout=120, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) > 0  # how long is measured in bench/directory.py


@pytest.mark.django_db
def test_serving_without_a_worker_builds_a_missing_index_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings
) -> None:
    settings.HOME = tmp_path
    make_organisation()
    serve.ready_index(with_worker=True)
    serve.ready_index(with_worker=False)
    assert capsys.readouterr().out.splitlines() == [
        "L'index de l'annuaire se construit : la recherche répondra dans un instant.",
        "Index de l'annuaire construit : 1 lieux.",
    ]


def test_the_worker_ends_with_the_process_beside_it_and_on_a_signal(tmp_path: Path) -> None:
    environment = os.environ | {"ESSAIM_HOME": str(tmp_path)}
    environment.pop("ESSAIM_DATABASE_URL", None)
    command = [sys.executable, "-m", "essaim.cli", "worker"]
    gone = subprocess.run([*command, "--beside", "1"], env=environment, timeout=60, capture_output=True)
    assert gone.returncode == 0
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert "suit les changements" in running.stdout.readline().decode()
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0


@pytest.mark.django_db
def test_the_log_is_trimmed_by_a_duty() -> None:
    IndexChange.objects.create(index="organisations", object_id=1)
    IndexChange.objects.update(at=timezone.now() - timedelta(days=8))
    assert run_due([duty for duty in DUTIES if "trim" in duty.name], NOON) == ["trim the search change log"]
    assert IndexChange.objects.count() == 0
