"""What a moderator's answers ask of people: an audit that may be invalid, one that goes back, no conversation (§7)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.papers.questions import plain

_OUTCOMES = {
    "invalid": "the moderator says that the audit is invalid. Please decide: enter “Declared invalid on”, or tell the "
    "moderator why it stands.",
    "back to auditor": "the moderator sends the audit back to its auditor. Please write to the auditor, with a copy to "
    "their Head of Service, and enter “Return for rectification by”.",
    "refer to audit team": "the moderator refers the audit to you. Please talk with them.",
}
_NO = {
    "m_conv_ok": "the moderator says that the auditor did not meet the practitioner: such an audit is likely to be "
    "invalid (section 7, scenario 4). Please look into it with the moderator.",
    "m_depth": "the moderator does not find the audit deep enough. A conversation with the auditor comes first.",
    "m_accurate": "the moderator does not find the audit accurate. A conversation with the auditor comes first.",
    "m_recs": "the moderator finds that the actions do not meet what is needed.",
    "m_disc": "the moderator and the auditor have not talked.",
}
_FOR_A_PERSON = ("m_outcome", "m_conv_ok")


def moderators_questions(fields: Mapping[str, str], no: frozenset[str]) -> list[tuple[str, str]]:
    """The tag of each answer that asks something of the Audit Team, and what it asks. `fields` are answers by tag."""
    found = [(tag, what) for tag, what in _NO.items() if plain(fields.get(tag, "")) in no]
    outcome = _OUTCOMES.get(plain(fields.get("m_outcome", "")))
    return [("m_outcome", outcome), *found] if outcome else found


def for_a_person(fields: Mapping[str, str], no: frozenset[str]) -> str:
    """The sentences for which the message waits in “Please look at”; "" when the moderation goes on by itself."""
    return " ".join(
        what[:1].upper() + what[1:] for tag, what in moderators_questions(fields, no) if tag in _FOR_A_PERSON
    )
