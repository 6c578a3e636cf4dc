"""The buttons of letters: one record for each thing a person can tell the bot by one (§6, §7, §10, §11, §14).

A new button is one record here and the letter that shows it. Its value stands in the subject of the ready message and
in the ledger, so it never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.programme.messages.button import Button, By, Of, Once, Told, Wants
from bot.programme.messages.held_reasons import SAID_SENT, TO_READ
from bot.programme.messages.plain_answers import Says
from bot.programme.vocabulary import Grade, Milestone, Role

_WRITE_THE_DAY = "Please write the date after the colon, for example 7/4/2026, and send."
_WRITE_THE_DATE = f"{_WRITE_THE_DAY} Please leave details of the child out."


class Command(StrEnum):
    """What a person can tell the bot by a button of a letter: the word in the subject of their message, its record."""

    button: Button
    _value_: str

    def __new__(cls, button: Button | str) -> Command:
        assert isinstance(button, Button)  # Command("uopp-held") looks one up and makes none
        member = str.__new__(cls, button.command)
        member._value_ = button.command
        member.button = button
        return member

    @property
    def word(self) -> str:
        """The word a letter's button uses: "uopp_held"."""
        return self.value.replace("-", "_")

    CONFIRM_LIST = Button(
        "confirm-list", guide="§6", label="I confirm the list",
        follows="those audits of the list that are in their charge and have not changed since the letter count as "
        "confirmed",
        subject="I confirm the audit list, {about}",
        sentence="I confirm the children and young people selected, and the auditors.",
        hint="Just send this message. If anything should change, write it here instead: nothing is then confirmed "
        "until we have talked.",
        by=(By(Role.HEAD_OF_SERVICE, Of.LIST),), column="confirmed_on", plainly=Says.CONFIRMED,
    )  # fmt: skip
    ALREADY_SENT = Button(
        "already-sent", guide="§7", label="I have sent it already",
        follows="you are told to look; nobody is chased for it for two working days (the escalation of an Inadequate "
        "goes on)",
        subject="Already sent, audit {about}", sentence="I have sent this already.",
        hint="Please say when and to whom you sent it. Unless the record is restricted, attach it once more.",
        by=(
            By(Role.AUDITOR, until=(Milestone.AUDIT_RETURNED, Milestone.MODERATED)),
            By(Role.MODERATOR, since=Milestone.AUDIT_RETURNED, until=(Milestone.MODERATED,)),
        ),
        wants=Wants.DETAILS, once=Once.LETTER, answers=(Milestone.AUDIT_DUE, Milestone.MODERATION_DUE),
        told=Told(
            SAID_SENT,
            "{who} says that the {part} of {audit} has been sent already. It has not reached us: look for it, and ask "
            "for a copy. Nobody is chased for it for two working days.",
        ),
        plainly=Says.SENT,
    )  # fmt: skip
    CANNOT_DO = Button(
        "cannot-do-audit", guide="§7", label="Ask my Head of Service to exempt me",
        follows="a message to their own Head of Service with a copy to you; nothing changes by it",
        subject="Exemption asked for, audit {about}",
        sentence="I cannot carry out this audit and ask to be exempted.",
        hint="Please say why, without details of the child. Only your Head of Service can agree; the Audit Team has a "
        "copy.",
        by=(By(Role.AUDITOR),), wants=Wants.DETAILS, to=Role.AUDITORS_HEAD_OF_SERVICE, counts=False,
        told=Told(
            TO_READ,
            "{who} asks {head} to be exempted from {audit}. Only the Head of Service can agree; nothing has changed.",
        ),
    )  # fmt: skip
    EXEMPT = Button(
        "exempt-auditor", guide="§7", label="I exempt the auditor",
        follows="that auditor counts as exempted; name another in the row and the exemption is over",
        subject="Exempted, audit {about}", sentence="I exempt {auditor} from this audit.",
        hint="Just send this message. We then find another auditor.", by=(By(Role.AUDITORS_HEAD_OF_SERVICE),),
        once=Once.AUDITOR, column="exempted_on",
    )  # fmt: skip
    URGENT_ISSUES_DONE = Button(
        "urgent-issues-done", guide="§10", label="The urgent issues are done, on …", follows="the date counts",
        subject="Urgent issues dealt with, audit {about}", day_label="Urgent issues done on", hint=_WRITE_THE_DATE,
        by=(By(Role.TEAM_MANAGER),), wants=Wants.DAY, column="urgent_issues_done_on",
        ends=Milestone.URGENT_ISSUES_DONE, answers=(Milestone.URGENT_ISSUES_DUE,),
        after=Milestone.AUDIT_RETURNED,  # "within two working days or sooner"
        for_the_child=True, plainly=Says.DONE, mentions=r"\b(?:urgent|issues?)\b",
    )  # fmt: skip
    UOPP_HELD = Button(
        "uopp-held", guide="§10", label="The UoPP meeting was held, on …",
        follows="the date counts, and the grade if it was raised", subject="UoPP meeting held, audit {about}",
        day_label="UoPP held on", hint=_WRITE_THE_DATE,
        by=(By(Role.AUDIT_MANAGER, Of.INADEQUATE), By(Role.AUDITOR, Of.NOT_INADEQUATE)),  # whoever leads it
        wants=Wants.DAY_AND_GRADE, column="uopp_held_on", ends=Milestone.UOPP_HELD,
        answers=(Milestone.UOPP_DUE, Milestone.CYCLE_COMPLETE),
        after=Milestone.UOPP_NEEDED,  # a grade that became worse needs a meeting of its own
        for_the_child=True, plainly=Says.MET,
        mentions=r"\buopp\b|\bwe (?:have )?met\b|\b(?:our|the) meeting (?:was|took)\b",
    )  # fmt: skip
    REVIEW_UOPP_HELD = Button(
        "review-uopp-held", guide="§10", label="The review UoPP meeting was held, on …", follows="the date counts",
        subject="Review UoPP meeting held, audit {about}", day_label="Review UoPP held on", hint=_WRITE_THE_DATE,
        by=(By(Role.HEAD_OF_SERVICE),), wants=Wants.DAY, column="review_uopp_held_on",
        ends=Milestone.REVIEW_UOPP_HELD, after=Milestone.UOPP_HELD, for_the_child=True, plainly=Says.MET,
        mentions=r"\breview\b",
    )  # fmt: skip
    PROGRESS = Button(
        "progress", guide="§10", label="This week's progress …",
        follows="the weekly report, to you with a copy to the Divisional Director, the Head of the Learning Academy "
        "and the Audit Manager; it counts for its week",
        subject="Progress this week, audit {about}", sentence="Progress with the improvement plan since last week:",
        hint="Please write a few lines, without the child's name, and send.", by=(By(Role.HEAD_OF_SERVICE),),
        wants=Wants.WORDS, once=Once.DAY,
        copied=(Role.DIVISIONAL_DIRECTOR, Role.HEAD_OF_LEARNING_ACADEMY, Role.AUDIT_MANAGER),
        for_the_child=True,
    )  # fmt: skip
    SAFETY_STEPS_ENDED = Button(
        "safety-steps-ended", guide="§10", label="I end the steps for the child",
        follows="the letters about these steps end", subject="Safety steps ended, audit {about}",
        sentence="The steps for the child are in hand, and I end the letters about them.",
        hint="Just send this message. If something is still open, write it here instead.",
        by=(By(Role.AUDIT_MANAGER, Of.WITHDRAWN_INADEQUATE),), column="safety_steps_ended_on", for_the_child=True,
    )  # fmt: skip
    DISAGREE = Button(
        "disagree", guide="§11", label="We still do not agree with the grade",
        follows="you and the moderator are told; every date stands until you enter **Disputed on**",
        subject="Moderation not agreed, audit {about}",
        sentence="I have talked with the moderator, and we do not agree on the grade. I ask for a final decision.",
        hint="Please say in a line or two what you see differently, without the child's name.",
        by=(
            By(Role.HEAD_OF_SERVICE, since=Milestone.MODERATED),
            By(Role.TEAM_MANAGER, since=Milestone.MODERATED),
            By(Role.PRACTITIONER, since=Milestone.MODERATED),
        ),
        wants=Wants.REASON, column="disputed_on",
        told=Told(TO_READ, "{who} does not agree with the moderation of {audit} (section 11)."),
    )  # fmt: skip
    KLOE_MEETING_ON = Button(
        "kloe-meeting-on", guide="§6", label="The meeting is on …",
        follows="the day counts as if it stood in the cycle's row; enter it there",
        subject="Key lines of enquiry meeting, {about}", day_label="The KLOE meeting is on", hint=_WRITE_THE_DAY,
        wants=Wants.DAY_TO_COME, column="kloe_meeting_on", ends=Milestone.KLOE_MEETING_ARRANGED,
        before_the_month=True,
        beside_a_day="kloe kloes key lines enquiry meeting meet meets held found agreed booked arranged fixed set",
    )  # fmt: skip
    DIP_REPORT_SENT = Button(
        "dip-report-sent", guide="§7", label="The report was sent on …",
        follows="the day counts as if it stood in the cycle's row; enter it there",
        subject="Report on the dip samples sent, {about}", day_label="The report was sent on", hint=_WRITE_THE_DAY,
        wants=Wants.DAY, column="dip_report_sent_on", ends=Milestone.DIP_REPORT_SENT,
        beside_a_day="dip sample samples report i i've sent emailed went out off key findings sign-off",
    )  # fmt: skip
    DIP_REPORT_SIGNED_OFF = Button(
        "dip-report-signed-off", guide="§7", label="I sign the report off",
        follows="the report on the dip samples counts as signed off once all who were asked have signed",
        subject="Report on the dip samples signed off, {about}",
        sentence="I sign off the report on the dip samples.",
        hint="Just send this message. If anything should change, write it here instead: nothing is then signed off.",
        once=Once.SENDER, column="dip_report_signed_off_on", ends=Milestone.DIP_REPORT_SIGNED_OFF,
        after=Milestone.DIP_REPORT_SENT,
        beside_a_day="i i've sign signed off report dip sample samples approved agreed happy with",
    )  # fmt: skip
    ACTION_PLAN_AGREED = Button(
        "action-plan-agreed", guide="§14", label="The action plan was agreed on …",
        follows="the day counts as if it stood in the cycle's row; enter it there",
        subject="Audit action plan agreed, {about}", day_label="The action plan was agreed on", hint=_WRITE_THE_DAY,
        wants=Wants.DAY, column="action_plan_agreed_on", ends=Milestone.ACTION_PLAN_AGREED,
        beside_a_day="audit action plan agreed agree signed off",
    )  # fmt: skip
    WORKSHOP_ON = Button(
        "workshop-on", guide="§14", label="The workshop is on …",
        follows="the day counts as if it stood in the cycle's row; enter it there",
        subject="Workshop with the Team Managers, {about}", day_label="The workshop is on", hint=_WRITE_THE_DAY,
        wants=Wants.DAY_TO_COME, column="workshop_held_on", ends=Milestone.WORKSHOP_HELD,
        after=Milestone.ACTION_PLAN_AGREED,
        beside_a_day="workshop team managers with meet held takes took place found booked arranged fixed set",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reported by a button. `on` is the day it is about, `received` the day it came, `by` an address."""

    command: Command
    on: date
    by: str
    received: date
    auditor: str = ""  # who is exempted: a later auditor of the row is not
    grade: Grade | None = None  # after the UoPP meeting
