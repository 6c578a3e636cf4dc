"""What a moderator's answers ask of people: an audit that may be invalid, one that goes back, no conversation (§7)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.papers.forms.questions import plain

_BACK = "back to auditor"
_OUTCOMES = {
    "invalid": "the moderator says that the audit is invalid. Please decide: enter “Declared invalid on”; or, if it "
    "stands, tell the moderator and take this message out of the folder.",
    _BACK: "the moderator sends the audit back to its auditor. A draft to the auditor, copied to their Head of "
    "Service, is in Drafts: please send it, and enter “Return for rectification by”.",
    "refer to audit team": "the moderator refers the audit to you. Please talk with them, then take this message out "
    "of the folder.",
}
_NO = {
    "m_conv_ok": "the moderator says that the auditor did not meet the practitioner: such an audit is likely to be "
    "invalid (section 7, scenario 4). Please look into it with the moderator; if it stands, "
    "take this message out of the folder.",
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


def gives_back(fields: Mapping[str, str]) -> bool:
    """Whether the moderator gives the audit back to its auditor."""
    return plain(fields.get("m_outcome", "")) == _BACK


def for_a_person(fields: Mapping[str, str], no: frozenset[str]) -> str:
    """The sentences for which the message waits in “Please look at”; "" when the moderation goes on by itself."""
    return " ".join(
        what[:1].upper() + what[1:] for tag, what in moderators_questions(fields, no) if tag in _FOR_A_PERSON
    )
