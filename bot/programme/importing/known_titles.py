"""The words by which people head the columns of an allocation spreadsheet: the list's own, the guide's (§6) and theirs.

The names are compared folded, without marks and with shortened words in full: “Mosaic No.” is "mosaic no".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.programme.list_columns import Column, Kind, columns_of
from bot.programme.vocabulary import BOT_COLUMNS, Allocation

PAST = ("audit_sent_on", "audit_returned_on", "auditors_grade", "moderated_on", "moderated_grade")
"""Columns of the bot's that tell what has been done: taken over into its memory, never written."""

COLUMNS: Mapping[str, Column] = {**columns_of(Allocation), **{word: BOT_COLUMNS[word] for word in PAST}}

NOT_ENTERED: Mapping[str, str] = {
    "child_name": "the child's name is not needed",
    "date_of_birth": "the date of birth is not needed",
    "address": "the child's address is not needed",
    "age": "a child's age changes, and nothing here asks for it",
}
"""What is known and left where it is, and why."""

GRADES = frozenset(
    {"auditors_grade", "moderated_grade", "grade_after_uopp", "grade_at_six_weeks", "final_grade"}
)
DAYS = frozenset(word for word, column in COLUMNS.items() if column.kind is Kind.DAY) - NOT_ENTERED.keys()
PEOPLE = frozenset(word for word, column in COLUMNS.items() if column.kind is Kind.PERSON)

_SAID: Mapping[str, str] = {
    "reference": (
        "reference, ref, ref no, reference number, audit reference, audit ref, audit id, unique reference, "
        "title"
    ),
    "cycle": "cycle, audit cycle, cycle name",
    "audit_type": "audit type, type of audit, type, kind of audit",
    "child_name": (
        "childs name, child name, child, name of child, childs details, young person, young persons name, "
        "name of young person, child young person, child young persons name, yp name, surname, forename, "
        "first name, last name, childs initials"
    ),
    "date_of_birth": "date of birth, dob, d o b, birth date, childs dob, born",
    "address": "address, home address, childs address, postcode, post code",
    "age": "age, childs age",
    "mosaic_number": (
        "mosaic number, mosaic no, mosaic id, mosaic, mosaic ref, mosaic person id, person id, case id, case "
        "number"
    ),
    "ethnicity": "ethnicity, ethnic origin, ethnic group, childs ethnicity",
    "outcome_type": (
        "outcome type, type of outcome, type of outcome chosen, type of outcome chosen for audit, outcome, "
        "outcome for audit, outcome chosen"
    ),
    "team": "team, team name, service team, name of team",
    "practitioner": (
        "practitioner, social worker, name of social worker, social workers name, sw, sw name, social worker "
        "practitioner, practitioners name, allocated worker, allocated social worker, case worker, worker, "
        "swp"
    ),
    "team_manager": "team manager, team managers name, tm, tm name, name of team manager",
    "auditor": "auditor, name of auditor, auditors name, auditor name, audited by, allocated auditor",
    "auditors_head_of_service": (
        "auditors head of service, auditors hos, auditor hos, hos of auditor, head of service of auditor"
    ),
    "moderator": (
        "moderator, name of moderator, moderators name, moderator name, moderated by, allocated moderator"
    ),
    "head_of_service": "head of service, hos, service head, name of head of service",
    "group_manager": "group manager, gm, name of group manager",
    "iro_or_cp_chair": (
        "iro or cp chair, iro cp chair, cp chair iro, cp chair or iro, iro, cp chair, iro chair, chair, child "
        "protection chair"
    ),
    "services_involved": "services involved, other services, internal services, services",
    "restricted": "restricted, restricted record, restricted case, locked, locked record, locked case, record locked",
    "confirmed_on": (
        "confirmed on, date confirmed, confirmed, hos confirmed, confirmed by hos, confirmation date, hos "
        "confirmation"
    ),
    "audit_sent_on": (
        "audit sent on, date sent, sent, sent on, date allocated, allocated on, sent to auditor, date sent to "
        "auditor, date audit sent"
    ),
    "audit_returned_on": (
        "audit returned on, returned on, returned, date returned, date received, received, received on, audit "
        "completed, date audit completed, audit completed on, date completed, completed on, audit returned, "
        "date audit returned"
    ),
    "auditors_grade": (
        "auditors grade, auditor grade, grade by auditor, audit grade, auditors grading, audit grading, "
        "grading by auditor, auditor grading"
    ),
    "moderated_on": (
        "moderated on, date moderated, moderated, moderation date, date of moderation, moderation completed"
    ),
    "moderated_grade": (
        "moderated grade, moderators grade, moderator grade, grade by moderator, moderation grade, moderators "
        "grading, grading by moderator, moderated grading, moderator grading"
    ),
    "uopp_held_on": (
        "uopp held on, uopp meeting, uopp, uopp date, date of uopp, date of uopp meeting, uopp meeting held, "
        "uopp meeting held on, uopp held"
    ),
    "uopp_record_sent_on": (
        "uopp record sent on, uopp record, record of uopp, record of uopp meeting, record of uopp meetings, "
        "uopp record sent, uopp record received"
    ),
    "note": "note, notes, comment, comments, remarks",
    "kloe": "line of enquiry, kloe, key line of enquiry",
    "earlier_audit": "earlier audit, previous audit, original audit",
    "return_by": "return by, due, due date, audit due, return date, deadline",
}

SEVERAL: Mapping[str, tuple[str, ...]] = {
    "grade": ("auditors_grade", "moderated_grade"),
    "grading": ("auditors_grade", "moderated_grade"),
    "final grading": ("moderated_grade", "final_grade"),
    "overall grade": ("auditors_grade", "moderated_grade"),
    "manager": ("team_manager", "group_manager"),
    "name": ("practitioner", "child_name"),
    "date": ("audit_sent_on", "audit_returned_on", "moderated_on"),
    "date of audit": ("audit_sent_on", "audit_returned_on"),
    "audit date": ("audit_sent_on", "audit_returned_on"),
    "status": (),
}
"""Headings that may mean more than one thing: who wrote them is asked."""


_IN_FULL: Mapping[str, str] = {
    "mgr": "manager", "hos": "head of service", "confd": "confirmed", "modd": "moderated", "recd": "received",
    "retd": "returned",
}  # fmt: skip
"""Words that people shorten in a heading."""


def folded(title: str) -> str:
    """A heading as it is compared: “Child's D.O.B.” is "childs d o b", “Team mgr” is "team manager"."""
    title = title.casefold().replace("'", "").replace("’", "").replace("‘", "")
    return " ".join(_IN_FULL.get(word, word) for word in re.sub(r"[^\w]+|_", " ", title).split())


def names_of(titles: Mapping[str, str]) -> dict[str, str]:
    """Every name a column may have, folded, and our word for it. `titles` are the names of the list's columns."""
    found = {folded(name): word for word, said in _SAID.items() for name in said.split(",")}
    found |= {folded(column.title): word for word, column in COLUMNS.items() if column.title != "Title"}
    found |= {folded(title): word for word, title in titles.items() if word in COLUMNS and title != "Title"}
    return found
