"""The audit tool as one document in the library, where the council prefers a link to an attachment.

Auditor and practitioner work in it together; it lies in the audit's folder under the audit's and the auditor's names,
so nothing has to be remembered about it. The bot gives nobody the right to open it. What a message says is finished is
read from there, like a form that came by mail from the same sender; no other link is ever followed.
"""

from __future__ import annotations

from bot.daily_run.forms import audits_form
from bot.daily_run.kept import audits_folder
from bot.daily_run.workplace import Workplace
from bot.office.library import KeptFile
from bot.papers.mail.attached_messages import own_links
from bot.programme.answers.ready_messages import finished_subject
from bot.programme.history.history import History
from bot.programme.messages.safe_links import same_page
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Allocation, Milestone, Problem, Role

_ITS_PEOPLE = {Role.AUDITOR, Role.MODERATOR, Role.PRACTITIONER, Role.TEAM_MANAGER}


def tool_place(a: Allocation, workplace: Workplace) -> tuple[str, ...] | None:
    """Where an audit's tool lies; None where it goes by attachment or not at all."""
    by_link = workplace.settings.audit_tool_by == "link" and a.audit_type.is_moderated and not a.restricted
    if not by_link or a.auditor is None:
        return None
    return (*audits_folder(workplace.settings.library_folder, a), f"{a.reference} {a.auditor.name}.docx")


def shared_tool(
    letter: SendLetter, lists: Council, history: History, workplace: Workplace, lacking: list[Problem]
) -> KeptFile | None:
    """The tool a letter links to, put into the library when it is not there; what people wrote in it stays. What could
    not be copied into it is told in `lacking`."""
    found, rule = letter.standing, letter.rule
    if found is None or letter.together or not {*rule.to, *rule.cc} <= _ITS_PEOPLE:
        return None
    if rule.when is not Milestone.CONFIRMED and rule.due is not Milestone.AUDIT_DUE:
        return None
    place = tool_place(found.allocation, workplace)
    if place is None:
        return None
    return workplace.library.look(place) or workplace.library.store(
        place, audits_form(found, lists, history, workplace, lacking)
    )


def said_to_be_finished(
    subject: str, body: str, a: Allocation, workplace: Workplace
) -> tuple[str, bytes] | None:
    """Name and content of an audit's tool, where a message says that it is finished: by the button's subject, or by a
    link to that very document in its sender's own words."""
    place = tool_place(a, workplace)
    if place is None:
        return None
    said = subject.strip().casefold() == finished_subject(a.reference).casefold()
    links = own_links(body)
    if not (said or links):
        return None
    kept = workplace.library.look(place)
    if kept is None or not (said or any(same_page(link, kept.url) for link in links)):
        return None
    return kept.name, workplace.library.fetch(kept.id)
