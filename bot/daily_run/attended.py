"""A run that somebody hears of, whatever becomes of it: console, log, health file, ping, and a row on the site."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import LONDON, london_date
from bot.daily_run.ledger_checked import seals_noted
from bot.daily_run.report import PART, Report
from bot.daily_run.run import Run
from bot.daily_run.tell import alarm, stands_still
from bot.daily_run.trouble import Trouble, trouble
from bot.daily_run.workplace import Workplace, open_workplace
from bot.errors import AuditBotError, Busy, LedgerError, SettingsError, StandsStill
from bot.exit_status import DONE, FAILED, NEEDS_A_PERSON, NOT_DONE, WRONG_CONFIGURATION
from bot.office.chain import Chain
from bot.office.health import Health, NoticeBoard, ping, read_health, write_health
from bot.office.pace import Patience
from bot.own_files import is_within
from bot.programme.date_words import day_in_words
from bot.programme.events import EventKind
from bot.settings import HEALTH_FILE, Settings, heard_of

log = logging.getLogger("bot")

PATIENCE = timedelta(minutes=20)
"""What may pass of itself is told by a letter only when it has lasted so long."""


@dataclass(slots=True)
class Attended:
    """What became of a run. `report` is None when it was stopped; `faults` say in words why, for the console, and
    `fault` of which kind it was. `level` is how far letters could go, "" where that was not reached. `told_to_wait` are
    the seconds a busy service asked for that were more than the run would wait."""

    status: int
    health: Health
    report: Report | None = None
    faults: list[str] = field(default_factory=list)
    fault: str = ""
    level: str = ""
    told_to_wait: float = 0.0


def attended(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    whole: bool = True,
    sleep: Callable[[float], None] = time.sleep,
    patience: float = math.inf,
) -> Attended:
    """Perform a run and let it be known how it went. Raises Busy, when another run is at work, and nothing else.

    `patience` are the seconds the run may wait altogether for a service that says it is busy."""
    watch = _Watch(settings, clock, whole)
    whole, waits = watch.whole, Patience(patience, sleep)
    watch.begun()
    try:
        for last in (False, False, True):
            with open_workplace(
                settings, clock=clock, say=say, locked=True, sleep=sleep, patience=waits
            ) as workplace:
                try:
                    report = Run(workplace, watch.untold()).perform(whole=whole)
                except Busy:
                    raise
                except Exception as fault:
                    found = watch.failed(fault)
                    _sound_the_alarm(workplace, fault, found.health)
                else:
                    if report.level_changed and not last:
                        continue
                    found = watch.done(report, _last_letter(workplace), workplace.ledger.standing())
                watch.show(workplace, found)
                found.level = workplace.settings.safety.value
                break
    except Busy:
        raise
    except Exception as fault:  # before there was a workplace, or on leaving it
        found = watch.failed(fault)
        if isinstance(fault, StandsStill):
            # The Audit Team's own files are gone: on plain paper that is told without them.
            plain = settings.model_copy(update={"settings_library": ""})
            try:
                with open_workplace(
                    plain, clock=clock, say=say, locked=True, sleep=sleep, patience=waits
                ) as workplace:
                    _sound_the_alarm(workplace, fault, found.health)
                    watch.show(workplace, found)
            except Exception as second:
                log.warning("The Audit Team could not be told either (%s).", type(second).__name__)
    found.told_to_wait = waits.told_to_wait
    return found


def told_of_wrong_profile(
    path: Path, faults: list[str], clock: Callable[[], datetime], *, only_within: Path | None = None
) -> None:
    """Let it be known that a run could not even begin, because its profile cannot be used. Of many councils each is
    told of `only_within` its own folder: nobody has seen yet whose file it is that its profile names."""
    file, url = heard_of(path)
    if only_within and not is_within(file, only_within):
        file = path.parent / HEALTH_FILE
    before = read_health(file)
    found = trouble(SettingsError(faults))
    health = _after(before, clock(), WRONG_CONFIGURATION, found, daily=True)
    for wrong in (write_health(file, health), ping(url, "/fail", found.what)):
        if wrong:
            log.warning("%s", wrong)


class _Watch:
    """The roads on which one run is heard of."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], whole: bool) -> None:
        self._settings, self._clock = settings, clock
        assert settings.health_file is not None
        self._file = settings.health_file
        self._before = read_health(self._file)
        if self._before.what_is_wrong and not self._before.written:
            log.warning("%s %s", self._before.what_is_wrong, self._before.remedy)
            self._before = Health()
        self.whole = whole or self._daily_run_is_owed()

    def begun(self) -> None:
        if self.whole:
            self._ping("/start", "")

    def _daily_run_is_owed(self) -> bool:
        """Whether the daily run of today could not do its work, as when nothing could be sent: the next look does it,
        so that somebody hears the same day."""
        before, today = self._before, london_date(self._clock())
        bad = before.daily and before.status in FAILED
        return bad and london_date(datetime.fromisoformat(before.written)) == today

    def untold(self) -> Trouble | None:
        """What was wrong with the run before for so long that the Audit Team is to hear of it, and first of all."""
        before = self._before
        known = before.what_is_wrong.startswith(PART)  # letters left, and the Audit Team heard of it
        if known or not (before.daily and before.since and before.what_is_wrong):
            return None
        since = datetime.fromisoformat(before.since)
        if self._clock() - since < PATIENCE:
            return None
        moment = f"{day_in_words(london_date(since))}, {since.astimezone(LONDON):%H:%M}"
        what = f"Since {moment} the audit bot could not do its work. It said: {before.what_is_wrong}"
        return Trouble(what, f"{before.remedy} What was due goes out now as far as it can.")

    def done(self, report: Report, last_letter: str, ledger: Chain) -> Attended:
        found = report.trouble
        carried = self._before.what_is_wrong and not found and self._still_so(report)
        lasts = carried or (
            found and not self.whole
        )  # a look tries again what hangs on a row, and not the digest
        if carried:
            found = Trouble(self._before.what_is_wrong, self._before.remedy)
        needs = bool(report.needs_a_person or report.held or report.questions)
        status = NOT_DONE if found else NEEDS_A_PERSON if needs else DONE
        health = replace(
            _after(self._before, self._clock(), status, found, daily=self.whole or bool(carried)),
            waiting=max(report.waiting, self._before.waiting) if lasts else report.waiting,
            held=report.to_decide,
            last_letter=last_letter or self._before.last_letter,
            seals=seals_noted(self._before.seals, ledger, whole=self.whole),
        )
        return self._tell(Attended(status, health, report, [str(found)] if found else []), found)

    def _still_so(self, report: Report) -> bool:
        """What was wrong before, when this run could not have noticed that it is over."""
        return not self.whole and not report.letters and (self._before.daily or self._before.waiting > 0)

    def failed(self, fault: Exception) -> Attended:
        wrong = isinstance(fault, SettingsError)
        found = trouble(fault)
        status = WRONG_CONFIGURATION if wrong else NOT_DONE
        health = _after(self._before, self._clock(), status, found, daily=self.whole)
        said = str(fault)
        if not isinstance(fault, AuditBotError):
            log.exception("The bot met something it does not know")
            said = (
                f"The bot met something it does not know ({type(fault).__name__}: {fault}). Nothing is lost: it is "
                "tried again. If it comes back, set AUDIT_BOT_DEBUG=1 and show what is printed to whoever maintains it."
            )
        lines = fault.problems if isinstance(fault, SettingsError) else [said]
        return self._tell(
            Attended(status, health, None, [*lines, str(found)], fault=type(fault).__name__), found
        )

    def show(self, workplace: Workplace, found: Attended) -> None:
        """On the site, after a daily run and whenever something has changed for the worse or the better."""
        changed = (self._before.status in FAILED) != (found.status in FAILED)
        if self.whole or changed:
            wrong = NoticeBoard(workplace.graph, workplace.lists.site, self._settings.notice_list).show(
                found.health
            )
            if wrong:
                log.info("%s", wrong)

    def _tell(self, found: Attended, why: Trouble | None) -> Attended:
        for line in found.faults:
            log.error("%s", line)
        if wrong := write_health(self._file, found.health):
            log.error("%s", wrong)
            found.faults.append(wrong)
        line = f"status {found.status}; waiting {found.health.waiting}; held {found.health.held}"
        bad = found.status in FAILED
        if bad:
            self._ping("/fail", f"{line}; {why}")
        elif self.whole or self._before.status in FAILED:
            self._ping("", line)
        else:
            self._ping("/log", line)
        return found

    def _ping(self, ending: str, line: str) -> None:
        if wrong := ping(self._settings.ping_url, ending, line, self._settings.tenant.ca_bundle):
            log.warning("%s", wrong)


def _after(before: Health, now: datetime, status: int, found: Trouble | None, *, daily: bool) -> Health:
    """The health after a run. `since` goes on for as long as something is wrong without a break."""
    moment = now.isoformat(timespec="seconds")
    good = status not in FAILED
    return replace(
        before,
        written=moment,
        status=status,
        last_good_run=moment if good and daily else before.last_good_run,
        last_look=moment if good else before.last_look,
        since="" if good else before.since or moment,
        what_is_wrong=found.what if found else "",
        remedy=found.remedy if found else "",
        daily=daily and not good,
    )


def _last_letter(workplace: Workplace) -> str:
    """When Exchange last took a letter, as the ledger knows it."""
    for event in reversed(workplace.ledger.read()):
        if event.kind is EventKind.LETTER_SUBMITTED:
            return event.at.isoformat(timespec="seconds")
    return ""


def _sound_the_alarm(workplace: Workplace, fault: Exception, health: Health) -> None:
    """Tell the Audit Team by a letter of a run that stopped, once a day, where letters can still leave."""
    found = trouble(fault)
    lasts = datetime.fromisoformat(health.written) - datetime.fromisoformat(health.since)
    if isinstance(fault, LedgerError) or (found.passing and lasts < PATIENCE):
        return
    try:
        still = isinstance(fault, StandsStill)
        workplace.outbox.send([(stands_still if still else alarm)(workplace, found)])
    except Exception as second:
        log.warning("The Audit Team could not be told by a letter either (%s).", type(second).__name__)
