"""Tell the Audit Team what happened and what needs a person: the digest, once a working day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.daily_run.desk import Desk
from bot.daily_run.trouble import Trouble
from bot.office.outbox import OutgoingLetter
from bot.papers.overviews import planned_letters
from bot.programme.actions import Plan
from bot.programme.history import History
from bot.programme.planner import Council, coming
from bot.programme.reported import as_reported
from bot.programme.summary import ALARM, DIGEST, Summary, next_working_days, since_last_digest, summary
from bot.programme.vocabulary import Problem


def digest_key(desk: Desk) -> str:
    return desk.setting.keys(("digest", desk.today.isoformat()))


def told_already(desk: Desk, picture: History) -> bool:
    letter = picture.letters.get(digest_key(desk))
    return letter is not None and letter.spoken_for


def todays_summary(
    desk: Desk, lists: Council, picture: History, plan: Plan, problems: Sequence[Problem]
) -> Summary:
    lists = replace(lists, allocations=[as_reported(a, picture) for a in lists.allocations])
    days = next_working_days(desk.today, desk.setting.working)
    return summary(
        desk.today,
        lists,
        picture,
        since_last_digest(desk.ledger.current()),
        plan,
        problems,
        coming(days, lists, picture, desk.setting),
    )


TEN = 10


def next_ten_days(desk: Desk, lists: Council, picture: History) -> bytes | None:
    """The next ten working days as a spreadsheet, on the first working day of a week; None on the others."""
    working = desk.setting.working
    if working.after(desk.today, -1).isocalendar()[:2] == desk.today.isocalendar()[:2]:
        return None
    days = [desk.today, *next_working_days(desk.today, working, TEN)]
    planned = coming(days, lists, picture, desk.setting)
    return planned_letters({day: letters for day, letters in planned.items() if day > desk.today})


MAY_BE_INADEQUATE = "may be inadequate"
"""The name under which the letters about held returns that may be Inadequate stand in the ledger."""


_NOTHING_ELSE: dict[str, object] = {
    "done": (), "not_sent": (), "returned": (), "waiting": (), "coming": (), "counts": {}, "cycles": (),
}  # fmt: skip
"""The words of a digest that tells one thing only."""


def doubtful_returns(desk: Desk, lists: Council, picture: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about each held return that may hold an Inadequate: at once, and once (§10)."""
    names = {a.item_id: a.reference for a in lists.allocations}
    found = []
    for question in picture.open_questions():
        key = desk.setting.keys((MAY_BE_INADEQUATE, question.key))
        letter = picture.letters.get(key)
        if not question.may_be_inadequate or (letter is not None and letter.spoken_for):
            continue
        reference = names.get(question.about, "")
        where = f"Audit {reference}" if reference else "An audit not yet certain"
        around = desk.surroundings()
        text = desk.papers.letters.letter(
            "10_may_be_inadequate",
            {
                **_NOTHING_ELSE,
                "today": desk.today,
                "council": around.council,
                "audit_team": around.audit_team,
                "needs_a_person": (Problem(where, question.reason, question.sender),),
            },
        )
        found.append(
            OutgoingLetter(
                key=key,
                about=question.about,
                letter="10_may_be_inadequate",
                rule=MAY_BE_INADEQUATE,
                occasion=question.on.isoformat(),
                subject=text.subject,
                html=text.html,
                to=(desk.setting.audit_team,),
                cc=(),
                attachments=(),
                audit=reference,
                due=desk.today,
                why="a held return may hold an Inadequate",
            )
        )
    return found


def digest(desk: Desk, told: Summary, ahead: bytes | None = None) -> OutgoingLetter:
    """The digest as a letter to the shared mailbox. `ahead` is the spreadsheet that goes with it once a week."""
    around = desk.surroundings()
    to = desk.setting.audit_team
    text = desk.papers.letters.letter(
        "00_digest",
        {
            "today": told.today,
            "council": around.council,
            "audit_team": around.audit_team,
            "needs_a_person": told.needs_a_person,
            "done": told.done,
            "not_sent": told.not_sent,
            "returned": told.returned,
            "waiting": told.waiting,
            "coming": told.coming,
            "counts": told.counts,
            "cycles": told.cycles,
        },
    )
    return OutgoingLetter(
        key=digest_key(desk),
        about="digest",
        letter="00_digest",
        rule=DIGEST,
        occasion=desk.today.isoformat(),
        subject=text.subject,
        html=text.html,
        to=(to,),
        cc=(),
        attachments=((f"Next ten working days from {desk.today.isoformat()}.xlsx", ahead),) if ahead else (),
        audit="",
        due=desk.today,
        why="every working day",
    )


def alarm(desk: Desk, trouble: Trouble) -> OutgoingLetter:
    """The digest of a day on which the run stopped: nothing in it but why. The day's own digest may still follow."""
    told = Summary(
        today=desk.today,
        needs_a_person=(Problem("The audit bot", str(trouble), "whoever is named there"),),
        done=(),
        not_sent=(),
        returned=(),
        waiting=(),
        coming=(),
        counts={},
        cycles=(),
    )
    key = desk.setting.keys(("alarm", desk.today.isoformat()))
    return replace(digest(desk, told), key=key, rule=ALARM, why="the run stopped")
