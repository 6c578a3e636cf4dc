"""What the Audit Team is told of a change of its own files, on plain paper, with the button by which it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bot.office.mail.outgoing import OutgoingLetter
from bot.programme.answers.team_words import TeamWord, matter_code, team_link
from bot.programme.date_words import day_in_words
from bot.programme.events import Event, EventKind
from bot.programme.team_files.in_the_ledger import TeamFiles

if TYPE_CHECKING:
    from bot.daily_run.workplace import Workplace

TEAM_FILES = "team files"
"""The name under which such a letter to the Audit Team stands in the ledger."""
_PAPER = "font-family:'Segoe UI',Arial,sans-serif;font-size:15px;line-height:23px;max-width:616px;margin:24px"
_HEADING = "font-size:17px;line-height:24px;color:#1f4e5f;margin:24px 0 8px 0"
_BUTTON = "margin:24px 0"
_PRESS = (
    "background-color:#17657a;border:10px solid #17657a;border-width:10px 20px;color:#ffffff;font-weight:600;"
    "text-decoration:none"
)
"""The letter about changed letters hangs on none of them, nor on their frame: all it looks like stands here."""
FROM_NOW = "It counts from the next run on."


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells of a change: the files, what in them is another, what follows for the letters to come, and
    letters as they would read (name, HTML). `by_silence`: a day without an answer is a yes."""

    files: Sequence[str]
    changes: Sequence[str]
    follows: Sequence[str]
    samples: Sequence[tuple[str, bytes]] = ()
    also: str = ""
    by_silence: bool = False


def letter_key(workplace: Workplace, offer: str) -> str:
    return workplace.basis.keys((TEAM_FILES, offer))


def letter_about(workplace: Workplace, offer: str, told: Told) -> OutgoingLetter:
    """The letter about one offer."""
    settings, keys = workplace.settings, workplace.basis.keys
    subject = f"Please say whether it is right: {_named(told.files)} changed in “{settings.settings_library}”"
    code = matter_code(keys, TEAM_FILES, offer)
    link = team_link(TeamWord.USE_FILES, code, "the changed files", keys, settings.mailbox)
    when = (
        "It is used from the next working day on, or when one of you says yes before. Until then everything goes "
        "on as before. If it is wrong, put the earlier version back today."
        if told.by_silence
        else "It is used when one of you says yes. Until then everything goes on as before."
    )
    parts = [
        f"<p><strong>{escape(settings.marking)}</strong></p>" if settings.marking else "",
        "<p>Dear colleagues,</p>",
        f"<p>In “{escape(settings.settings_library)}” {_named(told.files)} changed. Nothing follows from it yet.</p>",
        _heading("What has changed"), _list(told.changes),
        _heading("What follows in the next 20 working days"),
        _list(told.follows or ["The same letters go to the same people on the same days."]),
        f"<p>How the changed letters will read is attached.{escape(told.also)}</p>" if told.samples else "",
        f'<p style="{_BUTTON}"><a style="{_PRESS}" href="{escape(link)}">{TeamWord.USE_FILES.wording.says}</a></p>',
        f"<p>{when} To take it back, restore the earlier version in SharePoint (Version history).</p>",
        f"<p>{escape(settings.council)}</p>",
    ]  # fmt: skip
    return OutgoingLetter(
        key=letter_key(workplace, offer),
        about="digest",
        letter="00_digest",
        rule=TEAM_FILES,
        occasion=offer,
        subject=f"{settings.marking} {subject}".strip(),
        html=f'<html lang="en-GB"><body style="{_PAPER}">{"".join(parts)}</body></html>',
        to=(workplace.basis.audit_team,),
        attachments=tuple(told.samples),
        due=workplace.today,
        why="files in the settings library changed",
    )


def _named(files: Sequence[str]) -> str:
    shown = ", ".join(files[:3])
    if len(files) > 3:
        return f"{shown} and {len(files) - 3} more have"
    return f"{shown} {'has' if len(files) == 1 else 'have'}"


def _heading(text: str) -> str:
    return f'<h2 style="{_HEADING}">{text}</h2>'


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def comes_into_force(workplace: Workplace, files: TeamFiles, how: str, word: str = "") -> tuple[Event, ...]:
    """What is remembered when an offer is used, and told in one digest. `word` is the message that said so."""
    assert files.on is not None
    where = workplace.settings.settings_library
    what = f"The change of {day_in_words(files.on)} is used from the next run on: {how}."
    return (
        workplace.event(
            EventKind.TEAM_FILES_IN_FORCE,
            files.offer,
            files=dict(files.offered),
            code=files.offered_code,
            word=word,
        ),
        workplace.event(EventKind.TOLD, f"team files {files.offer}", where=where, what=what),
    )
