"""Ready messages by which people do what a letter asks: the form goes round as the guide says (§7, §10).

Unlike the buttons of replies.py they carry no command. What counts is the form that comes with them, or what the person
writes; so they need no signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bot.programme.standing import Standing
from bot.programme.vocabulary import AuditType, Milestone, Person

READY = frozenset(
    {"return_audit", "return_moderation", "return_dip_sample", "send_record", "more_time", "write_to_us"}
)
"""The words behind such buttons."""

PAGES = frozenset({"row_link", "cycle_link", "form_link", "tool_link"})
"""The words behind links to pages: the audit in the list, its cycle's rows, the latest form that came back, and the
audit tool where it is one document in the library."""

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
    return f"Audit {reference}, completed"


def ready_messages(
    found: Standing | None, about: str, mailbox: str, *, by_link: bool = False, tool: str = ""
) -> Mapping[str, str | None]:
    """Word -> the link of its button; None where it has nothing to open. `about` is the audit or the cycle. Where the
    audit tool is a document in the library (`by_link`), nothing is attached; `tool` is its address, where it is known.

    Nothing about a restricted record goes by mail, so its forms have no button.
    """
    links: dict[str, str | None] = dict.fromkeys(READY)
    links["write_to_us"] = link(mailbox, (), f"About {about}", f"\n\n{_KEEP_OUT}\n")
    if found is None:
        return links
    a = found.allocation
    if a.audit_type in (AuditType.DIP_SAMPLE, AuditType.DIP_AUDIT):
        if not a.restricted:
            links["return_dip_sample"] = link(
                mailbox, (), f"Dip sample {about}, completed", f"The completed form is attached.\n{_ATTACH}"
            )
        return links
    if Milestone.AUDIT_RETURNED not in found.reached:
        links["more_time"] = link(
            mailbox,
            _emails(a.auditors_head_of_service),
            f"More time for audit {about}",
            f"I can return this audit on: \nWhat is in the way: \n\n{_KEEP_OUT}\n",
        )
    if a.restricted:
        return links
    to = _emails(a.moderator, a.practitioner, a.team_manager)
    links["return_audit"] = link(
        to or [mailbox],
        [mailbox] if to else (),
        finished_subject(about),
        f"I have finished this audit. It is in the library.\n{tool}\n"
        if by_link
        else f"The completed audit is attached.\n{_ATTACH}",
    )
    to = _emails(a.auditor, a.practitioner, a.team_manager)
    links["return_moderation"] = link(
        to or [mailbox],
        [mailbox] if to else (),
        f"Audit {about}, moderated",
        f"The moderated audit is attached.\n{_ATTACH}",
    )
    to = _emails(a.team_manager, a.practitioner, a.head_of_service)
    links["send_record"] = link(
        to or [mailbox],
        [mailbox] if to else (),
        f"UoPP record, audit {about}",
        f"The record of the meeting is attached.\n{_ATTACH}",
    )
    return links


_KEEP_OUT = "(Please leave details of the child out.)"
_ATTACH = "\n(Please attach the form before you send, and leave its reference as it is.)\n"


def without_hints(words: str) -> str:
    """What somebody wrote into such a message, without what was written for them to heed."""
    for hint in (_KEEP_OUT, _ATTACH.strip()):
        words = re.sub(r"\s+".join(map(re.escape, hint.split())), "", words)
    return words


def _emails(*people: Person | None) -> list[str]:
    return list(dict.fromkeys(person.email for person in people if person))
