"""`audit-bot serve`: wakes the daily run and the mailbox look. It keeps no list of what is due; the planner does.

A wake-up that was missed, came late or came twice therefore changes nothing: each run does what is missing.
"""

from __future__ import annotations

import logging

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import LONDON, london_date, now
from bot.daily_run import Run, open_desk
from bot.errors import AuditBotError, Busy
from bot.programme.working_days import WorkingDays
from bot.settings import Settings

log = logging.getLogger("bot")

OFFICE_HOURS = range(6, 22)
"""London hours within which the mailbox look may send anything."""


def serve(settings: Settings) -> int:
    """Stay awake until stopped. Gives the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s  %(message)s")
    scheduler(settings).start()
    return 0


def scheduler(settings: Settings) -> BlockingScheduler:
    """The scheduler with its two jobs. Missed wake-ups are run once, however late; no two at a time."""
    found = BlockingScheduler(
        timezone=LONDON,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        executors={"default": {"type": "threadpool", "max_workers": 1}},
    )
    at = settings.daily_run_at
    daily = CronTrigger(day_of_week="mon-fri", hour=at.hour, minute=at.minute, timezone=LONDON)
    # Once at the start as well: a machine that was off at the hour makes up for it now.
    first = DateTrigger(run_date=now(), timezone=LONDON)
    found.add_job(_daily, OrTrigger([first, daily]), args=(settings,), id="daily run", name="The daily run")
    found.add_job(
        _post,
        IntervalTrigger(minutes=settings.mailbox_look_minutes, timezone=LONDON),
        args=(settings,),
        id="mailbox look",
        name="The mailbox look",
    )
    found.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return found


def _daily(settings: Settings) -> None:
    local = now().astimezone(LONDON)
    if local.time() < settings.daily_run_at or local.hour not in OFFICE_HOURS:
        return
    if WorkingDays(settings.closure_days).is_working(london_date(now())):
        _perform(settings, whole=True)


def _post(settings: Settings) -> None:
    if now().astimezone(LONDON).hour in OFFICE_HOURS:
        _perform(settings, whole=False)


def _perform(settings: Settings, *, whole: bool) -> None:
    try:
        with open_desk(settings, clock=now, say=lambda line: log.info("%s", line), locked=True) as desk:
            report = Run(desk).perform(whole=whole)
    except Busy as fault:
        log.info("%s", fault)
    except AuditBotError as fault:
        log.error("The run stopped: %s", fault)
    else:
        needs = len(report.needs_a_person)
        log.info(
            "%d letters, %d messages, %d things need a person",
            sum(report.letters.values()),
            report.messages,
            needs,
        )


def _tell(event: JobExecutionEvent) -> None:
    log.error("%s did not run as it should: %s", event.job_id, event.exception or "it was missed")
