"""Ready messages by which people do what a letter asks: the form goes round as the guide says (§7, §10).

Unlike the buttons of buttons.py they carry no command. What counts is the form that comes with them, or what the person
writes; so they need no signature. A new one is one record of MESSAGES and the letter that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.programme.standing.audit_standing import Standing
from bot.programme.vocabulary import Allocation, AuditType, Milestone, Role

_KEEP_OUT = "(Please leave details of the child out.)"
_ATTACH = "\n(Please attach the form before you send, and leave its reference as it is.)\n"
_DIPS = (AuditType.DIP_SAMPLE, AuditType.DIP_AUDIT)
_OF_ANY = tuple(AuditType)
_OF_FULL_AUDITS = tuple(kind for kind in AuditType if kind not in _DIPS)


@dataclass(frozen=True, slots=True)
class Ready:
    """One ready message: the word of its button in letters, what people read of it, and whom it goes to.

    `whose` and `follows` are for the docs. {about} is the audit or the cycle, {tool} the address of the audit tool, of
    which `by_link` speaks where it is one document in the library. It goes `to` those the row names, with a copy to the
    Audit Team, or to the Audit Team where it names none; `copied` have one too. It stands in letters about audits `of`
    these types, and also about a cycle where it is of any, `until` something has happened. `form`: a form comes with
    it, so there is none of a restricted record, about which nothing goes by mail. `due` is what it answers in a letter
    that asks for several things.
    """

    word: str
    guide: str
    whose: str
    follows: str
    subject: str
    text: str
    by_link: str = ""
    to: tuple[Role, ...] = ()
    copied: tuple[Role, ...] = ()
    of: tuple[AuditType, ...] = _OF_FULL_AUDITS
    until: Milestone | None = None
    form: bool = True
    due: Milestone | None = None

    def stands_in(self, found: Standing | None) -> bool:
        """Whether a letter about this audit (None: a cycle) may show it."""
        if found is None:
            return self.of == _OF_ANY
        right = found.allocation.audit_type in self.of and self.until not in found.reached
        return right and not (self.form and found.allocation.restricted)

    def opens(self, found: Standing | None, about: str, mailbox: str, *, by_link: bool, tool: str) -> str:
        """The link of its button."""
        row = found.allocation if found else None
        to, copied = _emails(row, self.to), _emails(row, self.copied)
        text = self.by_link.format(tool=tool) if by_link and self.by_link else self.text
        subject = self.subject.format(about=about)
        return link(to or [mailbox], [*([mailbox] if to else ()), *copied], subject, text)


def _emails(row: Allocation | None, roles: Sequence[Role]) -> list[str]:
    people = [row.person(role) for role in roles] if row else []
    return list(dict.fromkeys(person.email for person in people if person))


MESSAGES = (
    Ready(
        "return_audit", "§7", "auditor",
        "a message to moderator, practitioner and Team Manager, copied to the Audit Team, to attach the audit to; "
        "never for a restricted record",
        "Audit {about}, completed",
        f"The completed audit is attached.\n{_ATTACH}",
        by_link="I have finished this audit. It is in the library.\n{tool}\n",
        to=(Role.MODERATOR, Role.PRACTITIONER, Role.TEAM_MANAGER),
        due=Milestone.AUDIT_DUE,
    ),
    Ready(
        "return_moderation", "§7", "moderator",
        "the same to auditor, practitioner and Team Manager",
        "Audit {about}, moderated",
        f"The moderated audit is attached.\n{_ATTACH}",
        to=(Role.AUDITOR, Role.PRACTITIONER, Role.TEAM_MANAGER),
        due=Milestone.MODERATION_DUE,
    ),
    Ready(
        "return_dip_sample", "§7", "whoever takes the dip sample",
        "a message to the Audit Team, to attach the form to; never for a restricted record",
        "Dip sample {about}, completed",
        f"The completed form is attached.\n{_ATTACH}",
        of=_DIPS,
        due=Milestone.DIP_DUE,
    ),
    Ready(
        "send_record", "§10", "whoever led the UoPP meeting",
        "a message to Team Manager, practitioner and Head of Service, copied to the Audit Team; never for a restricted "
        "record",
        "UoPP record, audit {about}",
        f"The record of the meeting is attached.\n{_ATTACH}",
        to=(Role.TEAM_MANAGER, Role.PRACTITIONER, Role.HEAD_OF_SERVICE),
        due=Milestone.UOPP_RECORD_DUE,
    ),
    Ready(
        "more_time", "§7", "auditor",
        "on which day the audit can be expected and what is in the way, to the Audit Team, copied to their Head of "
        "Service; it changes nothing by itself",
        "More time for audit {about}",
        f"I can return this audit on: \nWhat is in the way: \n\n{_KEEP_OUT}\n",
        copied=(Role.AUDITORS_HEAD_OF_SERVICE,),
        until=Milestone.AUDIT_RETURNED,
        form=False,
    ),
    Ready(
        "write_to_us", "", "anybody",
        "an empty message to the Audit Team about this audit or cycle",
        "About {about}",
        f"\n\n{_KEEP_OUT}\n",
        of=_OF_ANY,
        form=False,
    ),
)  # fmt: skip
READY = frozenset(message.word for message in MESSAGES)
"""The words behind such buttons."""

LONGEST_LINK = 1_500
"""Characters. Outlook and Windows hand a longer mailto link on cut short."""


def link(to: str | Sequence[str], cc: Sequence[str], subject: str, body: str) -> str:
    """A mailto link (RFC 6068), but with semicolons between addresses: Outlook does not part them at commas.

    A body that would make it longer than LONGEST_LINK is left out.
    https://www.rfc-editor.org/rfc/rfc6068
    """
    people = [to] if isinstance(to, str) else to
    parts = [("cc", ";".join(cc))] if cc else []
    parts += [("subject", subject), ("body", body.replace("\n", "\r\n"))]
    start = f"mailto:{quote(';'.join(people), safe='@')}?"
    found = [f"{name}={quote(text, safe='@' if name == 'cc' else '')}" for name, text in parts if text]
    whole = start + "&".join(found)
    return (
        whole
        if len(whole) <= LONGEST_LINK
        else start + "&".join(part for part in found if part[:5] != "body=")
    )


def finished_subject(reference: str) -> str:
    """The subject under which an auditor says that an audit is finished."""
    return MESSAGES[0].subject.format(about=reference)


def ready_messages(
    found: Standing | None, about: str, mailbox: str, *, by_link: bool = False, tool: str = ""
) -> Mapping[str, str | None]:
    """Word -> the link of its button; None where it has nothing to open. `about` is the audit or the cycle. Where the
    audit tool is a document in the library (`by_link`), nothing is attached; `tool` is its address, where it is known.
    """
    return {
        each.word: each.opens(found, about, mailbox, by_link=by_link, tool=tool)
        if each.stands_in(found)
        else None
        for each in MESSAGES
    }


def without_hints(words: str) -> str:
    """What somebody wrote into such a message, without what was written for them to heed."""
    for hint in (_KEEP_OUT, _ATTACH.strip()):
        words = re.sub(r"\s+".join(map(re.escape, hint.split())), "", words)
    return words
