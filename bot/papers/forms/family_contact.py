"""What an audit says became of asking the child or the family for their view (§7, §9)."""

from __future__ import annotations

from collections.abc import Collection

from bot.papers.forms.answers import ReturnedAudit
from bot.papers.forms.questions import plain
from bot.programme.reports.audit_record import Contact


def family_contact(said: ReturnedAudit, yes: Collection[str]) -> Contact:
    """What was said by them first, then what the auditor answered. `yes`: the words that mean it."""
    if said.family_feedback:
        return Contact.OBTAINED
    answer = plain(said.fields.get("fam_attempted", ""))
    if "not appropriate" in answer:
        return Contact.NOT_APPROPRIATE
    if "not possible" in answer:
        return Contact.NOT_POSSIBLE
    return Contact.CONTACTED if answer in yes else Contact.NOT_STATED
