"""The words of every letter of the folder, on an ordinary day: what the letters' tests fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace as Words
from typing import Any

import pytest

from bot.errors import LetterRefused
from bot.papers.letters.button_words import LINK_KINDS, MAKE_ANEW
from bot.papers.letters.letters import Letters
from bot.programme.answers.ready_messages import READY, link
from bot.programme.messages.buttons import Command
from bot.programme.messages.matter_kind import Place
from bot.programme.messages.reply_text import body_of
from bot.programme.rulebook.how_long import HowLong
from bot.programme.rulebook.rules import rulebook
from bot.programme.telling.matters import Matter, Press
from bot.programme.telling.summary import Asked, Bar
from bot.programme.vocabulary import Grade, Person, Problem, Scope
from bot.programme.working_days import Dated

FOLDER = Path(__file__).parents[2] / "mail_templates"
BOOK = rulebook((FOLDER.parent / "config/rules.toml").read_text(encoding="utf-8"))


@cache
def _texts() -> Mapping[str, str]:
    return {
        p.stem if p.suffix == ".md" else p.name: p.read_text(encoding="utf-8")
        for p in sorted(FOLDER.iterdir())
    }


def texts() -> dict[str, str]:
    """The folder as the bot reads it: name without ".md" -> text."""
    return dict(_texts())


def person(name: str) -> Person:
    return Person(name, f"{name.lower().replace(' ', '.')}@wexcombe.example")


AMA, TOM, PRIYA = person("Ama Boateng"), person("Tom Reid"), person("Priya Nair")
JOAN, DAVID, LEILA = person("Joan Whitlock"), person("David Osei"), person("Leila Haddad")
KLOES = (
    "Is the child's voice heard, and does it shape the plan?",
    "Does supervision help practitioners to reflect and to move the plan on?",
    "When a child's circumstances change, does the plan change with them without delay?",
)
CHILD = ("Robin Example", "2012-05-14", "14/05/2012", "14/5/2012", "14 May 2012")


def audit(number: int = 14, **changes: object) -> Words:
    usual = {
        "reference": f"FSP-2026-03-{number:03}",
        "audit_type": "Full – Team Manager",
        "mosaic_number": "1048213",
        "team": "Family Support 3",
        "outcome_type": "Child in need",
        "practitioner": PRIYA,
        "team_manager": JOAN,
        "auditor": AMA,
        "auditors_head_of_service": DAVID,
        "moderator": TOM,
        "head_of_service": LEILA,
        "iro_or_cp_chair": None,
        "restricted": False,
        "services_involved": ("Youth Justice Service",),
        "earlier_audit": "",
    }
    return Words(**{**usual, **changes})


COMMON: dict[str, object] = {
    "today": date(2026, 3, 26),
    "council": "Wexcombe Council",
    "audit_team": Words(
        name="Audit Team", address="audit.team@wexcombe.example", contact="Grace Mensah", phone="01632 960123"
    ),
}
_CYCLE = Words(
    name="Family Support and Protection, March 2026",
    service_group="FSP and CWD",
    month_one=date(2026, 3, 2),
    kloe_meeting_on=date(2026, 2, 16),
    kloes=KLOES,
    heads_of_service=(LEILA,),
)
_TO: dict[str, object] = {
    **COMMON,
    "cycle": _CYCLE,
    "kloes": KLOES,
    "to": [AMA],
    "greeting": "Dear Ama",
    "next_working_day": date(2026, 3, 27),
    "within_a_week": date(2026, 4, 2),
    "how_long": HowLong(BOOK),
}


REPLIES: dict[str, object] = {
    command.word: link(
        "audit.team@wexcombe.example",
        (),
        f"Said [FSP-2026-03-014 {command.value} K7Q2M9XA3F5T]",
        body_of(command, "Ama"),
    )
    for command in Command
} | {
    word: link("audit.team@wexcombe.example", (), "About FSP-2026-03-014", "Said")
    for word in sorted({*READY, MAKE_ANEW})
}
LINKS: dict[str, object] = dict.fromkeys(
    sorted(LINK_KINDS), "https://wexcombe.sharepoint.example/sites/audit/Lists/Audits/DispForm.aspx?ID=14"
)


MEETING = Words(
    times=[
        Words(on=date(2026, 3, 27), begins="09:30", ends="10:30"),
        Words(on=date(2026, 3, 30), begins="14:00", ends="15:00"),
    ],
    seen=[AMA, JOAN],
    not_seen=[PRIYA],
)


def about_an_audit(**changes: object) -> dict[str, object]:
    return {
        **_TO,
        "problems": [],
        "audit": audit(),
        "due": Dated(date(2026, 3, 20), "the 15th working day of March 2026"),
        "days_late": 4,
        "meeting": MEETING,
        "line_of_enquiry": "",
        "grade": Grade.INADEQUATE,
        "auditor_grade": Grade.INADEQUATE,
        "moderated_grade": None,
        "returned_on": date(2026, 3, 25),
        "moderated_on": None,
        "uopp_due": None,
        "urgent_due": None,
        **dict.fromkeys(
            (
                "uopp_held_on",
                "grade_after_uopp",
                "review_due",
                "review_held_on",
                "six_week_due",
                "six_week_month",
                "checked_on",
                "drift",
                "grade_at_six_weeks",
                "improvement_due",
                "disagreed",
                "disputed_on",
                "decision_due",
                "final_grade",
                "given_back",
                "moderator_asks",
            )
        ),
        **REPLIES,
        **LINKS,
        **changes,
    }


_MODERATION_DUE = Dated(date(2026, 3, 31), "the last working day of March 2026")
_MODERATED: dict[str, object] = {
    "today": date(2026, 3, 31),
    "moderated_grade": Grade.INADEQUATE,
    "moderated_on": date(2026, 3, 31),
    "uopp_due": Dated(
        date(2026, 4, 7),
        "3 working days after moderation on Tue 31 Mar 2026; Good Friday and Easter Monday skipped",
    ),
    "urgent_due": Dated(date(2026, 4, 2), "2 working days after moderation on Tue 31 Mar 2026"),
}
_REQUIRES_IMPROVEMENT: dict[str, object] = {
    **_MODERATED,
    "grade": Grade.REQUIRES_IMPROVEMENT,
    "auditor_grade": Grade.GOOD,
    "moderated_grade": Grade.REQUIRES_IMPROVEMENT,
    "uopp_due": Dated(
        date(2026, 4, 9),
        "5 working days after moderation on Tue 31 Mar 2026; Good Friday and Easter Monday skipped",
    ),
    "urgent_due": None,
}


_LATER: dict[str, object] = {
    **_MODERATED,
    "today": date(2026, 5, 21),
    "days_late": 1,
    "due": Dated(date(2026, 5, 19), "6 weeks after the UoPP meeting on Tue 7 Apr 2026"),
    "uopp_held_on": date(2026, 4, 7),
    "review_due": Dated(date(2026, 5, 19), "6 weeks after the UoPP meeting on Tue 7 Apr 2026"),
    "review_held_on": date(2026, 5, 19),
    "six_week_due": Dated(date(2026, 5, 19), "6 weeks after the UoPP meeting on Tue 7 Apr 2026"),
    "six_week_month": 2,
    "checked_on": date(2026, 5, 20),
    "drift": True,
    "grade_at_six_weeks": Grade.REQUIRES_IMPROVEMENT,
    "improvement_due": Dated(date(2026, 7, 31), "4 months after moderation on Tue 31 Mar 2026"),
    "disagreed": [JOAN],
    "disputed_on": date(2026, 4, 2),
    "decision_due": Dated(date(2026, 4, 13), "5 working days after the disagreement on Thu 2 Apr 2026"),
    "final_grade": Grade.REQUIRES_IMPROVEMENT,
}


def about_a_month() -> dict[str, object]:
    figures = Words(
        cycle="Family Support and Protection, March 2026", allocated=60, returned="56 of 60 (93 %)",
        moderated="55 of 56 (98 %)", good_or_better="35 of 55 (64 %)", family_feedback="40 of 56 (71 %)",
        practitioner_feedback="51 of 56 (91 %)",
    )  # fmt: skip
    return {**_TO, "today": date(2026, 4, 7), "month": date(2026, 3, 31), "figures": [figures]}


def several() -> dict[str, object]:
    due = Dated(date(2026, 3, 20), "the 15th working day of March 2026")
    asked = [
        Words(
            reference=f"FSP-2026-03-{n:03}",
            ask=ask,
            line_of_enquiry="",
            dip_sample=False,
            mosaic_number="",
            due=due,
            days_late=n % 2,
            restricted=n == 9,
            already_sent="mailto:audit.team@wexcombe.example?subject=x",
            uopp_held=None,
            urgent_issues_done=None,
            review_uopp_held=None,
            exempt_auditor=None,
            return_audit=None,
            return_moderation=None,
            return_dip_sample=None,
            send_record=None,
            row_link=None,
            who="Ama Boateng",
            why=due.why,
            matters=[],
        )
        for n, ask in ((4, "Return the audit"), (7, "Moderate the audit"), (9, "Return the audit"))
    ]
    return {**_TO, "asked": asked}


def received() -> dict[str, object]:
    form = Words(
        reference="FSP-2026-03-014", part="the auditor's part", empty=("Section 8, Overall grade",),
        next_step="Tom Reid moderates by Tue 31 Mar 2026.",
    )  # fmt: skip
    return {**COMMON, "greeting": "Dear Ama", "received": [form], "held": ["FSP-2026-03-015"]}


def taken_over() -> dict[str, object]:
    due = Dated(date(2026, 4, 7), "3 working days after moderation on Tue 31 Mar 2026")
    matters = [
        Words(what="Urgent issues are dealt with", due=due, late=2),
        Words(what="The Head of Service reports to you every week", due=None, late=0),
    ]
    whole = several()
    for each in whole["asked"]:  # type: ignore[attr-defined]
        each.matters = matters
    return whole


def about_a_cycle(**changes: object) -> dict[str, object]:
    people = [AMA, TOM, PRIYA, JOAN, DAVID]
    audits = [
        audit(
            n,
            auditor=people[n % 5],
            moderator=people[(n + 2) % 5],
            practitioner=people[(n + 3) % 5],
            audit_type=kind,
            team=f"Family Support {1 + n % 4}",
            restricted=n == 4,
            mosaic_number="" if n == 4 else str(1048213 + n),
        )
        for n, kind in enumerate(
            ["Full – Team Manager"] * 8 + ["Full – Advanced Practitioner"] * 4 + ["Dip sample"] * 3, 1
        )
    ]
    return {
        **_TO,
        "to": [LEILA],
        "greeting": "Dear Leila",
        "today": date(2026, 2, 23),
        "audits": audits,
        "reports": [
            Words(
                title="Audit Highlight report",
                name="Audit Highlight report, as at 2026-04-10.docx",
                report_link="https://wexcombe.sharepoint.example/sites/audit/Shared%20Documents/Report.docx",
                missing=["The file “FSP-2026-03-004 auditor.docx” is no longer where it was put."],
            )
        ],
        "counts": Words(
            team_manager=38, advanced_practitioner=20, dip_samples=31, dips_by_kloe=[(k, 10) for k in KLOES], dips_out=2
        ),
        **REPLIES,
        **LINKS,
        "problems": [
            Problem(
                "FSP",
                "38 full audits by Team Managers; there should be at least 40.",
                "the Head of Service",
            )
        ],
        "due": Dated(date(2026, 2, 25), "3 working days before the first day of the audit month on Mon 2 Mar 2026"),
        "overview": Words(
            states=[("With auditor", 9), ("With moderator", 33), ("Complete", 18)],
            late=[
                Words(audit=audits[n], status="With auditor", next_step="Ama Boateng returns the audit.",
                      due=Dated(date(2026, 3, 20), "the 15th working day of March 2026"))
                for n in (2, 3)
            ],
        ),
        "below_good": audits[:2],
        "sample": Words(drawn=audits[:3], frame=23, left_out=[Words(reference="FSP-2026-03-050", why="withdrawn")]),
        **changes,
    }  # fmt: skip


_PRESS = Press("Hold", "mailto:audit.team@wexcombe.example?subject=Hold")
_A_LETTER = {
    "letter": "Audit reminder", "audit": "FSP-2026-03-015", "to": "David Osei", "on": date(2026, 3, 27),
    "presses": (_PRESS,),
}  # fmt: skip
KEPT_BACK: dict[str, object] = {
    "kept": (
        Words(**_A_LETTER, says="Held: Marsha Oyelaran said so on Wed 25 Mar 2026.", alert=False),
        Words(
            **{**_A_LETTER, "letter": "Inadequate alert"}, says="It fell due on Mon 2 Mar 2026.", alert=True
        ),
    ),
    "let_go": 1,
    "ahead": (Words(**_A_LETTER),),
    "more_ahead": 2,
    "since": date(2026, 3, 23),
    "trial": "team only: every letter goes to the Audit Team's mailbox, with the names of those it is for",
    "would_have_gone": (
        Words(letter="Audit allocated", audits="FSP-2026-03-014", to="Ama Boateng", cc="Tom Reid"),
    ),
    "about_all": (_PRESS,),
    "stop": (_PRESS,),
}


def matter(where: str, what: str, place: Place = Place.BLOCKS, **more: Any) -> Matter:
    known: dict[str, Any] = {
        "step": "Put it right.", "who": "the Audit Team", "since": date(2026, 3, 24),
        "age": "since Tuesday, 2 working days", "code": "", **more,
    }  # fmt: skip
    return Matter(place, where, what, **known)


def digest() -> dict[str, object]:
    waiting = [
        Words(ref="FSP-2026-03-014", status="With auditor", due=date(2026, 3, 20), late=True,
              next_step="Ama Boateng returns the audit by Fri 20 Mar 2026."),
        Words(ref="FSP-2026-03-022", status="With moderator", due=date(2026, 3, 25), late=True,
              next_step="Tom Reid moderates by Wed 25 Mar 2026."),
        *(
            Words(ref=f"FSP-2026-03-{n:03}", status="With moderator", due=date(2026, 3, 31), late=False,
                  next_step="David Osei moderates by Tue 31 Mar 2026.")
            for n in range(30, 43)
        ),
    ]  # fmt: skip
    return {
        **COMMON,
        **KEPT_BACK,
        "dashboard": (
            Press("See all audits and what is due, in a workbook", "https://wexcombe.example/all.xlsx"),
        ),
        "ledger": "The ledger stands at entry 4211, seal 5f2c0a9be41d7780c3e61b2a94d8f036",
        "needs_a_person": (
            matter(
                "FSP-2026-03-017",
                "From Priya Nair: no grade is chosen in “Overall grade”.",
                step="Ask its sender for it.",
                presses=(Press("Open the row", "https://wexcombe.example/17"),),
            ),
            matter(
                "FSP-2026-03-033",
                "“Moderator” is empty. Nothing goes out for this audit until it is put right.",
            ),
        ),
        "notes": (),
        "done": tuple(
            Words(
                letter=letter,
                audit=f"FSP-2026-03-{n:03}",
                to=to,
                why="1 working day after audit due on Fri 20 Mar 2026",
            )
            for letter, n, to in [
                ("Audit overdue", 14, "Ama Boateng"),
                ("Audit reminder", 15, "David Osei"),
                ("Moderation requested", 40, "Tom Reid"),
            ]
        ),
        "not_sent": (
            Words(
                letter="Moderation overdue",
                audit="FSP-2026-03-022",
                to="Tom Reid",
                why="Exchange did not say whether it went; look in Sent Items",
            ),
        ),
        "returned": (
            Words(ref="FSP-2026-03-040", part="Auditor's part", grade="Good", problems=""),
            Words(
                ref="FSP-2026-03-017",
                part="Auditor's part",
                grade="no grade",
                problems="Section 8, Overall grade: no grade is chosen",
            ),
        ),
        "waiting": tuple(waiting),
        "coming": (
            (
                date(2026, 3, 27),
                (Asked("Audit overdue", "Ama Boateng"), Asked("Moderation reminder", "Tom Reid")),
            ),
            (date(2026, 3, 30), ()),
            (date(2026, 3, 31), (Asked("Moderation reminder", "David Osei, Tom Reid and 2 more"),)),
        ),
        "counts": {"letters sent": 3, "parts that came back": 2, "late": 2},
        "cycles": (
            Words(
                name="Family Support and Protection, March 2026",
                bars=(
                    Bar("With auditors", 9, 15, "#46549b"),
                    Bar("With moderators", 33, 55, "#1f4e5f"),
                    Bar("Complete", 18, 30, "#2f6b43"),
                ),
                counts={"Complete": 18, "With auditor": 9, "With moderator": 33},
                shortages=("38 full audits by Team Managers; there should be at least 40.",),
            ),
        ),
    }


def next_level() -> dict[str, object]:
    return {
        **COMMON,
        "from_level": "team only",
        "to_level": "live",
        "now": "team only: every letter goes to the Audit Team",
        "then": "live: letters go to the people they are for",
        "until": date(2026, 4, 2),
        "counts": {"Audit allocated": 2, "Audit reminder": 1},
        "first": 2,
        "old": 4,
        "grown": True,
        "new": [
            Words(letter="Audit reminder", audit="FSP-2026-03-014", to="Ama", cc="", on=date(2026, 3, 27))
        ],
        "yes": [Press("Yes, go to live", "mailto:audit.team@wexcombe.example")],
    }


def replacement() -> dict[str, object]:
    return {
        **COMMON,
        "reference": "FSP-2026-03-014",
        "vacant": "child",
        "fell_out": "the audit was declared invalid",
        "child": "The next child of the reserve list comes, number 3 by the lot (FSP, FSP Team 2).",
        "proposed": [Words(part="auditor", who="Ama Boateng", why="One audit now.", others="Tom", closed="")],
        "stays": "Tom Ryan as moderator, and every other row.",
        "short": ["A sentence about somebody nobody can tell."],
        "struck": 1,
        "enter": [Press("Enter it in the list", "mailto:audit.team@wexcombe.example")],
        "another": [Press("Another", "mailto:audit.team@wexcombe.example")],
        "workbook": [Press("Open the workbook", "https://wexcombe.sharepoint.com/x")],
    }


_OF_SCOPE: Mapping[Scope, Callable[[], dict[str, object]]] = {
    Scope.AUDIT: lambda: about_an_audit(**_LATER),
    Scope.CYCLE: about_a_cycle,
    Scope.MONTH: about_a_month,
    Scope.NEW_HOLDER: taken_over,
}


def samples() -> dict[str, dict[str, object]]:
    """Letter -> its words, those the occasion gives and no others missing. One that needs no day of its own has those
    of what its rule is gone through for, so a new letter is among them at once."""
    return {
        rule.letter: _OF_SCOPE[rule.scope]() for rule in BOOK.rules if rule.letter in texts()
    } | _on_a_day()


@cache
def broken() -> Sequence[str]:
    """A sentence for each letter that cannot be used, or cannot be filled in."""
    letters = Letters.as_they_are(texts())
    found = [fault for faults in letters.faults.values() for fault in faults]
    for name, words in samples().items():
        try:
            if name not in letters.faults:
                letters.letter(name, words)
        except LetterRefused as fault:
            found.append(str(fault))
    return found


def sound() -> Letters:
    """The letters of the folder. One that is broken is told once, by the first test of test_letters.py: every other
    test that needs letters is skipped until it is put right."""
    if broken():
        pytest.skip("a letter is broken: see tests/papers/test_letters.py", allow_module_level=True)
    return Letters.from_texts(texts(), marking="OFFICIAL-SENSITIVE")


def _on_a_day() -> dict[str, dict[str, object]]:
    return {
        "00_digest": digest(),
        "00_letters_to_decide": digest(),
        "00_next_level": next_level(),
        "00_replacement_proposed": replacement(),
        "10_may_be_inadequate": {
            **digest(),
            "needs_a_person": [matter("Audit FSP-2026-03-001", "It came from outside.", who="a@b.example")],
        },
        "10_row_deleted": {
            **digest(),
            "needs_a_person": [Problem("Audit FSP-2026-03-001", "The row was deleted.")],
        },
        "10_alert_held": {
            **digest(),
            "needs_a_person": [matter("Audit FSP-2026-03-001", "“Inadequate alert” to Priya was not surely sent.")],
        },
        "06_list_for_confirmation": about_a_cycle(),
        "07_audit_allocated_auditor": about_an_audit(),
        "07_audit_allocated_moderator": about_an_audit(due=_MODERATION_DUE, to=[TOM], greeting="Dear Tom"),
        "07_practitioner_informed": about_an_audit(to=[PRIYA], greeting="Dear Priya"),
        "07_practitioner_reminder": about_an_audit(to=[PRIYA], greeting="Dear Priya"),
        "07_audit_reminder": about_an_audit(today=date(2026, 3, 17)),
        "07_audit_overdue": about_an_audit(),
        "07_audit_escalation": about_an_audit(to=[DAVID], greeting="Dear David", days_late=5),
        "07_returned_to_auditor": about_an_audit(
            due=None,
            problems=[
                Problem("Section 5, Key lines of enquiry", "The second line of enquiry has no comment yet."),
                Problem("Section 8, Overall grade", "No grade is chosen."),
            ],
        ),
        "07_moderation_requested": about_an_audit(
            due=Dated(date(2026, 3, 26), "1 working day after the audit came back on Wed 25 Mar 2026"),
            to=[TOM], greeting="Dear Tom",
        ),
        "07_moderation_reminder": about_an_audit(due=_MODERATION_DUE, to=[TOM], greeting="Dear Tom"),
        "07_moderation_overdue": about_an_audit(due=_MODERATION_DUE, to=[TOM], greeting="Dear Tom", days_late=1),
        "07_moderation_escalation": about_an_audit(
            due=_MODERATION_DUE, to=[DAVID, LEILA], greeting="Dear David and Leila", days_late=1
        ),
        "10_inadequate_alert": about_an_audit(
            due=Dated(date(2026, 3, 26), "1 working day after the audit came back on Wed 25 Mar 2026"),
            greeting="Dear colleagues",
        ),
        "10_urgent_issues_due": about_an_audit(
            **{**_MODERATED, "due": _MODERATED["urgent_due"], "to": [JOAN], "greeting": "Dear Joan"}
        ),
        "10_urgent_issues_overdue": about_an_audit(
            **{**_MODERATED, "due": _MODERATED["urgent_due"], "days_late": 1, "to": [JOAN], "greeting": "Dear Joan"}
        ),
        "10_urgent_issues_escalation": about_an_audit(
            **{**_MODERATED, "due": _MODERATED["urgent_due"], "days_late": 2}
        ),
        "10_inadequate_no_longer": about_an_audit(**_REQUIRES_IMPROVEMENT),
        "10_withdrawn_inadequate": about_an_audit(**_MODERATED),
        "10_inadequate_on_hold": about_an_audit(**_MODERATED),
        "10_uopp_reminder": about_an_audit(**{**_MODERATED, "due": _MODERATED["uopp_due"]}),
        "10_uopp_record_escalation": about_an_audit(**_LATER),
        "10_uopp_arrange_inadequate": about_an_audit(
            **{**_MODERATED, "due": _MODERATED["uopp_due"], "to": [DAVID], "greeting": "Dear David"}
        ),
        "10_uopp_arrange_requires_improvement": about_an_audit(
            **{**_REQUIRES_IMPROVEMENT, "due": _REQUIRES_IMPROVEMENT["uopp_due"]}
        ),
        "10_uopp_overdue": about_an_audit(
            **{**_REQUIRES_IMPROVEMENT, "due": _REQUIRES_IMPROVEMENT["uopp_due"], "days_late": 1}
        ),
        "10_uopp_escalation": about_an_audit(
            **{**_MODERATED, "due": _MODERATED["uopp_due"], "days_late": 2, "greeting": "Dear Leila and David"}
        ),
        "00_several_at_once": several(),
        "07_form_received": received(),
        "00_several_escalated": several(),
        "00_taken_over": taken_over(),
        "09_monthly_scorecard": about_a_month(),
        "10_still_below_good": about_an_audit(**{**_LATER, "due": _LATER["improvement_due"], "days_late": 0}),
    }  # fmt: skip
