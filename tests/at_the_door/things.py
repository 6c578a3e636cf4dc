"""What may come through the door and would do something if it came from the right person: buttons, forms, reports,
automatic replies, recalls, plain words, and the Audit Team's own. Each with the state in which it would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs

from false_senders import DOMAIN, FORMER, PRACTITIONER, TEAM
from forms import filled
from office import Office, Thing, attached
from tenant import ROOT, email
from test_daily_run import REF

ADA, MO, PRU, TIA = "Ada Auditor", "Mo Moderator", "Pru Practitioner", "Tia Manager"
HAL, ORI = "Hal Service", "Ori Otherservice"
POSTMASTER = f"microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@{DOMAIN}"
RI = "Requires Improvement"
SUBJECT = f"RE: Audit {REF}"


@dataclass(frozen=True)
class Case:
    """`things` brings the council to the morning of `on` and gives what is sent then. `later`: the runs that follow.
    `entitled`: who may send it besides, by address, and so is no false sender here."""

    name: str
    things: Callable[[Office], list[Thing]]
    on: str
    later: tuple[str, ...]
    entitled: tuple[str, ...] = ()
    short: bool = False
    works: bool = True  # from the right person something of the world changes


# ------------------------------------------------------------------------------------------------- how far it has come


def unconfirmed(office: Office) -> None:
    for row in (1, 2):
        office.edit(row, Confirmed_on=None)
    office.runs("2026-02-23")


def launched(office: Office) -> None:
    """The first audit went to Fay Former on Monday 2 March, and to Ada Auditor on the 3rd."""
    office.edit(1, Auditor=FORMER)
    office.runs("2026-03-02")
    office.edit(1, Auditor=email(ADA))
    office.runs("2026-03-03")


def returned(office: Office, grade: str) -> None:
    launched(office)
    office.post(_form(office, ADA, grade), "2026-03-04T09:00")
    office.runs("2026-03-04 10:00", "2026-03-05")


def moderated(office: Office, grade: str) -> None:
    returned(office, grade)
    office.post(_form(office, MO, grade, moderated=grade), "2026-03-05T09:00")
    office.runs("2026-03-05 10:00", "2026-03-06")


def _form(office: Office, sender: str, grade: str, moderated: str = "", **answers: str) -> dict[str, object]:
    data = filled(office.form(), grade=grade, moderated=moderated, **answers)
    return {"from": email(sender), "cc": [email(MO), email(ADA)], "subject": SUBJECT, "html": "<p>Here it is.</p>",
            "attachments": attached(f"{REF}.docx", data)}  # fmt: skip


# ------------------------------------------------------------------------------------------------------- people's words


def button(reader: str, letter: str, label: str, words: str = "") -> Callable[[Office], Thing]:
    return lambda office: Thing(label, reader, office.button(reader, letter, label, words))


def form(sender: str, grade: str, moderated: str = "") -> Callable[[Office], Thing]:
    def made(office: Office) -> Thing:
        message = _form(office, sender, grade, moderated)
        del message["from"]
        return Thing("form", sender, message)

    return made


def words(sender: str, letter: str, says: str) -> Callable[[Office], Thing]:
    """A plain answer to a letter."""

    def made(office: Office) -> Thing:
        answered = office.letter(sender, letter)
        headers = [["In-Reply-To", answered["internet_message_id"]]]
        return Thing(
            says,
            sender,
            {"subject": f"RE: {answered['subject']}", "html": f"<p>{says}</p>", "headers": headers},
        )

    return made


def record(office: Office) -> Thing:
    answers = {"audit_ref": REF, "uopp_date": "2026-03-10", "uopp_well": "A good talk.", "uopp_kind": "First",
               "act.what": "See the grandparents", "act.who": "Practitioner", "act.by": "2026-04-30"}  # fmt: skip
    data = filled((ROOT / "docx_templates/uopp_record.docx").read_bytes(), grade="", **answers)
    message = {
        "subject": SUBJECT,
        "html": "<p>The record.</p>",
        "attachments": attached(f"{REF} UoPP record.docx", data),
    }
    return Thing("record", ADA, message)


def automatic_reply(sender: str, letter: str) -> Callable[[Office], Thing]:
    def made(office: Office) -> Thing:
        answered = office.letter(sender, letter)
        return Thing("automatic reply", sender, {
            "subject": f"Automatic reply: {answered['subject']}", "html": "<p>I am away until 30 June 2026.</p>",
            "message_class": "IPM.Note.Rules.OofTemplate.Microsoft",
            "headers": [["Auto-Submitted", "auto-replied"], ["In-Reply-To", answered["internet_message_id"]]],
        })  # fmt: skip

    return made


def recall(office: Office) -> Thing:
    return Thing(
        "recall", ADA, {"subject": f"Recall: {SUBJECT}", "html": "", "message_class": "IPM.Outlook.Recall"}
    )


def report(kind: str, action: str, *lost: str) -> Callable[[Office], list[Thing]]:
    """A report that letters of ours did not reach these people, to each of whom one went."""

    def made(office: Office) -> list[Thing]:
        return [_report(office, kind, action, person) for person in lost]

    return made


def _report(office: Office, kind: str, action: str, person: str) -> Thing:
    ours = office.letter(person, "")
    lost = f"Final-Recipient: rfc822;{email(person)}\r\nAction: {action}\r\nStatus: 5.1.10\r\n"
    original = f"Message-ID: {ours['internet_message_id']}\r\nSubject: {ours['subject']}\r\n\r\n"
    return Thing(f"{action} report", POSTMASTER, {
        "subject": f"Undeliverable: {ours['subject']}", "message_class": f"REPORT.IPM.Note.{kind}",
        "html": f"<p>Delivery has failed to these recipients: {email(person)}</p>",
        "headers": [["Content-Type", "multipart/report; report-type=delivery-status; boundary=b"],
                    ["Return-Path", "<>"], ["Auto-Submitted", "auto-replied"],
                    ["In-Reply-To", ours["internet_message_id"]]],
        "parts": [{"type": "message/delivery-status", "text": f"Reporting-MTA: dns;mail\r\n\r\n{lost}"},
                  {"type": "message/rfc822", "text": original}],
    })  # fmt: skip


# ------------------------------------------------------------------------------------------------ the Audit Team's own


def team_buttons(office: Office) -> Iterator[Thing]:
    """Every ready message of the latest digest, in turn from the shared mailbox and from the Audit Manager."""
    digest = [d["html"] for d in office.door.tenant.deliveries(html=True) if "Audits on" in d["subject"]][-1]
    links = re.findall(r'<a [^>]*href="(mailto:[^"]*)"[^>]*>([^<]*)</a>', digest)
    for n, (link, says) in enumerate(links):
        query = parse_qs(unescape(link).partition("?")[2])
        if "subject" in query:
            body = "".join(f"<div>{line}</div>" for line in query.get("body", [""])[0].splitlines())
            yield Thing(unescape(says), (TEAM, TIA)[n % 2], {"subject": query["subject"][0], "html": body})


def asked_of_the_team(office: Office) -> list[Thing]:
    """A morning on which the team is asked about a form by another hand, and about letters to come."""
    launched(office)
    office.post({**_form(office, HAL, "Inadequate"), "from": email(HAL)}, "2026-03-13T09:00")
    office.post(
        {"from": email(PRU), "subject": SUBJECT, "html": "<p>May I have a word?</p>"}, "2026-03-13T09:05"
    )
    office.runs("2026-03-13 10:00", "2026-03-16")
    return list(team_buttons(office))


def told_to_the_team(office: Office) -> list[Thing]:
    """A morning with letters of unknown fate."""
    office.edit(1, Auditor=FORMER)
    office.door.fault("timeout before", method="POST", path="/send$", times=1_000)
    for hour in ("08:00", "08:20", "08:40", "09:00"):
        office.run("2026-03-02", hour, settle_minutes=2)
    office.ask("DELETE", "/faults")
    office.edit(1, Auditor=email(ADA))
    office.runs("2026-03-03")
    return list(team_buttons(office))


# ----------------------------------------------------------------------------------------------------------------- all


def _case(
    name: str, state: Callable[[Office], None], *things: Callable[[Office], Thing], on: str, later: tuple[str, ...],
    entitled: tuple[str, ...] = (), short: bool = False, works: bool = True,
) -> Case:  # fmt: skip
    def made(office: Office) -> list[Thing]:
        state(office)
        return [thing(office) for thing in things]

    return Case(name, made, on, later, entitled, short, works)


def _at(state: Callable[[Office], None], *days: str) -> Callable[[Office], None]:
    def reached(office: Office) -> None:
        state(office)
        office.runs(*days)

    return reached


def _ri(office: Office) -> None:
    moderated(office, RI)


def _inadequate(office: Office) -> None:
    moderated(office, "Inadequate")


def _alerted(office: Office) -> None:
    returned(office, "Inadequate")


def _withdrawn(office: Office) -> None:
    _inadequate(office)
    office.edit(1, Withdrawn=True)
    office.runs("2026-03-09", "2026-03-10")


def _held(office: Office) -> None:
    """An Inadequate whose meeting was held: reported on week by week."""
    _inadequate(office)
    office.edit(1, UoPP_held_on="2026-03-06")
    office.runs("2026-03-09", "2026-03-13")


def _good(office: Office) -> None:
    returned(office, "Good")


TO_BE_CONFIRMED = "the audit list for you to confirm"
MEETING = f"Audit {REF}: UoPP meeting to arrange"

CASES = [
    _case(
        "I confirm the list",
        unconfirmed,
        button(HAL, TO_BE_CONFIRMED, "I confirm the list"),
        on="2026-02-24",
        later=("2026-02-24", "2026-02-25", "2026-03-02"),
        short=True,
    ),
    _case(
        "“Confirmed”",
        unconfirmed,
        words(HAL, TO_BE_CONFIRMED, "Confirmed"),
        on="2026-02-24",
        later=("2026-02-24", "2026-02-25", "2026-03-02"),
    ),
    _case(
        "the auditor's form",
        launched,
        form(ADA, "Good"),
        on="2026-03-17",
        later=("2026-03-17", "2026-03-23", "2026-03-27"),
        short=True,
    ),
    _case(
        "the auditor's form, Inadequate",
        launched,
        form(ADA, "Inadequate"),
        on="2026-03-17",
        later=("2026-03-17", "2026-03-23", "2026-03-27"),
    ),
    _case(
        "the moderator's form",
        _good,
        form(MO, "Good", "Good"),
        on="2026-03-26",
        later=("2026-03-26", "2026-04-01", "2026-04-07"),
    ),
    _case(
        "the moderator's form, Inadequate",
        _good,
        form(MO, "Good", "Inadequate"),
        on="2026-03-26",
        later=("2026-03-26", "2026-04-01", "2026-04-07"),
    ),
    _case(
        "I have sent it already",
        _at(launched, "2026-03-23"),
        button(ADA, "things for you", "I have sent it already"),
        on="2026-03-24",
        later=("2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27"),
    ),
    _case(
        "“I sent this last week”",
        _at(launched, "2026-03-23"),
        words(ADA, "things for you", "I sent this last week."),
        on="2026-03-24",
        later=("2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27"),
    ),
    _case(
        "a question",
        launched,
        words(ADA, "", "When is this due? May I have another week?"),
        on="2026-03-17",
        later=("2026-03-17", "2026-03-23", "2026-03-27"),
        short=True,
    ),
    _case(
        "The UoPP meeting was held",
        _ri,
        button(ADA, MEETING, "The UoPP meeting was held, on …", "6/3/2026"),
        on="2026-03-09",
        later=("2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"),
    ),
    _case(
        "“We met on Friday 6 March”",
        _ri,
        words(ADA, MEETING, "We met on Friday 6 March."),
        on="2026-03-09",
        later=("2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12"),
    ),
    _case(
        "the record of the UoPP meeting",
        _ri,
        record,
        on="2026-03-11",
        later=("2026-03-11", "2026-03-12", "2026-03-13"),
    ),
    _case(
        "The urgent issues are done",
        _inadequate,
        button(TIA, "", "The urgent issues are done, on …", "5/3/2026"),
        on="2026-03-09",
        later=("2026-03-09", "2026-03-10", "2026-03-11"),
    ),
    _case(
        "We still do not agree",
        _inadequate,
        button(HAL, "", "still do not agree with the grade"),
        on="2026-03-09",
        later=("2026-03-09", "2026-03-10"),
        entitled=(PRACTITIONER, email(TIA)),
    ),
    _case(
        "I end the steps for the child",
        _withdrawn,
        button(TIA, "", "I end the steps for the child"),
        on="2026-03-11",
        later=("2026-03-11", "2026-03-12", "2026-03-16"),
    ),
    _case(
        "the weekly report",
        _held,
        words(HAL, "this week", "Two visits completed, the plan is in place. Next step is the core group."),
        on="2026-03-16",
        later=("2026-03-16", "2026-03-17", "2026-03-20"),
    ),
    Case(
        "a report that a letter failed",
        lambda o: [launched(o), *report("NDR", "failed", ADA, MO, PRU)(o)][1:],
        "2026-03-17",
        ("2026-03-17", "2026-03-23", "2026-03-27"),
        short=True,
    ),
    Case(
        "a report of delay",
        lambda o: [launched(o), *report("Delayed", "delayed", ADA, MO, PRU)(o)][1:],
        "2026-03-17",
        ("2026-03-17", "2026-03-23", "2026-03-27"),
        works=False,
    ),
    _case(
        "the auditor's automatic reply",
        launched,
        automatic_reply(ADA, REF),
        on="2026-03-17",
        later=("2026-03-17", "2026-03-23", "2026-03-27"),
        works=False,
    ),
    _case(
        "the moderator's automatic reply",
        _alerted,
        automatic_reply(MO, REF),
        on="2026-03-06",
        later=("2026-03-06", "2026-03-09", "2026-03-10"),
        short=True,
        works=False,
    ),
    _case("a recall", _good, recall, on="2026-03-06", later=("2026-03-06", "2026-03-09"), works=False),
    Case(
        "the team's words about messages",
        asked_of_the_team,
        "2026-03-17",
        ("2026-03-17", "2026-03-18", "2026-03-23"),
        entitled=(email(TIA),),
        short=True,
    ),
    Case(
        "the team's words about letters",
        told_to_the_team,
        "2026-03-04",
        ("2026-03-04", "2026-03-05"),
        entitled=(email(TIA),),
    ),
]
