"""`audit-bot serve`: wakes the daily run and the mailbox look. It keeps no list of what is due; the planner does.

A wake-up that was missed, came late or came twice therefore changes nothing: each run does what is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import LONDON, london_date, now
from bot.daily_run.attended import Attended, attended
from bot.daily_run.due_runs import DailyRuns, within_hours
from bot.daily_run.report import Report
from bot.daily_run.team_files.places import closed_on
from bot.errors import Busy
from bot.exit_status import FAILED
from bot.programme.working_days import WorkingDays
from bot.service_lines import note, printed
from bot.settings import Settings

log = logging.getLogger("bot")


def serve(settings: Settings) -> int:
    """Stay awake until stopped. Gives the exit status."""
    printed()
    note("the service begins")
    Service(settings).scheduler.start()
    return 0


class Service:
    """Two jobs, one at a time: the daily run and the mailbox look. `attend` performs a run; `clock` gives UTC."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = now,
        attend: Callable[..., Attended] = attended,
    ) -> None:
        self._settings, self._clock, self._attend = settings, clock, attend
        self._daily_runs = DailyRuns()
        self.scheduler = self._scheduler()

    def _scheduler(self) -> BlockingScheduler:
        """Missed wake-ups are run once, however late; no two at a time."""
        found = BlockingScheduler(
            timezone=LONDON,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            executors={"default": {"type": "threadpool", "max_workers": 1}},
        )
        at = self._settings.daily_run_at
        daily = CronTrigger(
            day_of_week="mon-fri", hour=at.hour, minute=at.minute, second=at.second, timezone=LONDON
        )
        # Once at the start as well: a machine that was off at the hour makes up for it now.
        first = DateTrigger(run_date=self._clock(), timezone=LONDON)
        found.add_job(self.daily, OrTrigger([first, daily]), id="daily run", name="The daily run")
        looks = IntervalTrigger(minutes=self._settings.mailbox_look_minutes, timezone=LONDON)
        found.add_job(self.look, looks, id="mailbox look", name="The mailbox look")
        found.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        return found

    def daily(self) -> None:
        """The daily run, if it is due and has not done its work today."""
        if not self._owed():
            return
        today = london_date(self._clock())
        if self._perform(whole=True):
            self._daily_runs.done_on = today
            return
        self._daily_runs.fell_short(today)
        if (minutes := self._daily_runs.again_after(today)) is not None:
            self.scheduler.add_job(
                self.daily,
                DateTrigger(run_date=self._clock() + timedelta(minutes=minutes), timezone=LONDON),
                id="daily run again",
                name="The daily run, again",
                replace_existing=True,
            )

    def look(self) -> None:
        """The mailbox look; the daily run instead, when it is owed and no try of its own comes: it has failed often
        enough, or its wake-up never came."""
        if not within_hours(self._clock()):
            return
        if self._owed() and not self._daily_runs.again_after(london_date(self._clock())):
            self.daily()
        else:
            self._perform(whole=False)

    def _owed(self) -> bool:
        """By the closure days in force at that moment, which may be the Audit Team's own file and have changed."""
        return self._daily_runs.owed(
            self._clock(),
            self._settings.daily_run_at,
            lambda day: WorkingDays(closed_on(self._settings)).is_working(day),
        )

    def _perform(self, *, whole: bool) -> bool:
        """Whether the run did its work. A run that finds another at work has not, and comes again."""
        run = "daily run" if whole else "mailbox look"
        note("a run begins", run=run)
        try:
            found = self._attend(
                self._settings, clock=self._clock, say=lambda line: log.info("%s", line), whole=whole
            )
        except Busy as fault:
            log.info("%s", fault)
            note("another run is at work", run=run)
            return False
        counts = _counts(found.report) if found.report else {}
        health = found.health
        note(
            "a run has ended", run=run, status=found.status, **counts, waiting=health.waiting, held=health.held,
            what_is_wrong=health.what_is_wrong, remedy=health.remedy,
        )  # fmt: skip
        return found.status not in FAILED


def _counts(report: Report) -> dict[str, int]:
    return {
        "letters": sum(report.letters.values()),
        "messages": report.messages,
        "needs_a_person": len(report.needs_a_person),
    }


def _tell(event: JobExecutionEvent) -> None:
    log.error("%s did not run as it should: %s", event.job_id, event.exception or "it was missed")
    note("a run did not go as it should", run=event.job_id, fault=type(event.exception).__name__)
