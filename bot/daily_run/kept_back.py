"""What does not go to the people it is for, told to the Audit Team: in the digest, and in a list when letters begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.daily_run.plain_letter import to_the_team
from bot.daily_run.workplace import Workplace
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.digest_words import NOTHING_KEPT, KeptLine, WouldHaveGone
from bot.programme.answers.team_words import TeamWord
from bot.programme.events import OF_ONE_MODE, Event
from bot.programme.history.as_seen import went_live
from bot.programme.history.history import History
from bot.programme.planning.words_on_letters import letter_links, links_about_all
from bot.programme.rulebook.rules import called
from bot.programme.standing.actions import Kept, SendLetter, Why
from bot.programme.telling.matters import Matter, Press
from bot.programme.telling.summary import Summary
from bot.programme.waits import listed

TO_DECIDE = "letters to decide"
"""The name under which the list of letters that fell due before letters went out stands in the ledger."""
MOST_LINES = 40
"""So many letters of the days ahead have their buttons in a digest; the column “Hold letters” has no end."""
_IN_ORDER = (Why.OLD, Why.HELD, Why.SKIPPED)


def kept_words(
    workplace: Workplace,
    history: History,
    kept: Sequence[Kept],
    *,
    ahead: Mapping[date, Sequence[SendLetter]] | None = None,
    trial: Sequence[object] = (),
) -> dict[str, object]:
    """The words of a letter about what is kept back. `ahead` are letters to come, `trial` is `would_have_gone`."""
    mode = workplace.ledger.mode
    coming = [(day, letter) for day, letters in (ahead or {}).items() for letter in letters]
    lines = [
        _line(each.letter, each.letter.day.on, workplace, history, each)
        for each in sorted(
            (k for k in kept if not k.with_all),
            key=lambda k: (
                _IN_ORDER.index(k.why),
                not k.letter.rule.is_alert,
                k.letter.day.on,
                k.letter.reference,
            ),
        )
    ]
    return {
        **NOTHING_KEPT,
        "kept": lines,
        "let_go": sum(each.with_all for each in kept),
        "ahead": [_line(letter, day, workplace, history) for day, letter in coming[:MOST_LINES]],
        "more_ahead": max(0, len(coming) - MOST_LINES),
        "since": history.live_since,
        "trial": mode.in_words if mode.trial else "",
        "would_have_gone": trial,
        "about_all": _about_all(workplace, history, let_go=any(each.with_all for each in kept)),
    }


def with_their_buttons(told: Summary, kept: Mapping[str, Any]) -> Summary:
    """The matters about letters that wait for a word, each with the buttons that say it."""
    alerts = {(line.audit, line.letter): line.presses for line in kept["kept"] if line.alert}

    def pressed(matter: Matter) -> Matter:
        if matter.where == "Letters" and "wait" in matter.what:
            return replace(matter, presses=(*kept["about_all"], *matter.presses))
        found = next((p for (audit, letter), p in alerts.items()
                      if audit == matter.where and matter.what.startswith(f"“{letter}” has not gone")), ())  # fmt: skip
        return replace(matter, presses=(*found, *matter.presses))

    return replace(told, needs_a_person=tuple(map(pressed, told.needs_a_person)))


def _about_all(workplace: Workplace, history: History, *, let_go: bool) -> tuple[Press, ...]:
    links = links_about_all(history, workplace.basis.keys, workplace.settings.mailbox, workplace.ledger.mode)
    if not links:
        return ()
    send, skip = links[TeamWord.SEND_ALL_LETTERS], links[TeamWord.SKIP_ALL_LETTERS]
    if let_go:
        return (Press("Send them after all", send),)
    return Press("Send them all", send), Press("Let them all go", skip)


def _line(
    letter: SendLetter, on: date, workplace: Workplace, history: History, kept: Kept | None = None
) -> KeptLine:
    links = letter_links(
        letter, history, workplace.basis.keys, workplace.settings.mailbox, workplace.ledger.mode
    )
    if kept is None:
        offered = {"Hold": TeamWord.HOLD_LETTER, "Skip": TeamWord.SKIP_LETTER}
    elif kept.by_row:
        offered = {}
    elif kept.why is Why.OLD:
        offered = {"Send it": TeamWord.SEND_LETTER, "Let it go": TeamWord.SKIP_LETTER}
    else:
        offered = {"Let it go out": TeamWord.SEND_LETTER}
    return KeptLine(
        letter=called(letter.rule),
        audit=letter.reference,
        to=listed(person.name for person in letter.to),
        on=on,
        says=kept.says if kept else "",
        alert=letter.rule.is_alert,
        presses=tuple(Press(says, links[word]) for says, word in offered.items()),
    )


def would_have_gone(
    recent: Sequence[Event], history: History, names: Mapping[str, str]
) -> list[WouldHaveGone]:
    """The letters of a trial since the last digest, with their true readers; those to the same people together."""
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    steps = (e.key.partition("#")[0] for e in recent if e.kind in OF_ONE_MODE and not went_live(e))
    for key in dict.fromkeys(steps):
        letter = history.letters.get(key)
        if letter and letter.gone and letter.rule and not letter.carried_by and letter.about != "digest":
            found.setdefault((letter.rule, letter.to, letter.cc), []).append(letter.audit)

    def named(addresses: Iterable[str]) -> str:
        return listed(names.get(address, address) for address in addresses)

    return [
        WouldHaveGone(
            letter=called(rule), audits=", ".join(dict.fromkeys(audits)), to=named(to), cc=named(cc)
        )
        for (rule, to, cc), audits in found.items()
    ]


def letters_to_decide(workplace: Workplace, history: History, kept: Sequence[Kept]) -> list[OutgoingLetter]:
    """One list of the letters that fell due before letters went out: at once, and once for each beginning."""
    old = [each for each in kept if each.why is Why.OLD]
    since = history.live_since
    if not old or since is None:
        return []
    key = workplace.basis.keys((TO_DECIDE, since.isoformat()))
    if history.spoken_for(key):
        return []
    around = workplace.surroundings()
    words = {"today": around.today, "council": around.council, "audit_team": around.audit_team}
    text = to_the_team(
        workplace.papers.letters, "00_letters_to_decide", {**words, **kept_words(workplace, history, old)}
    )
    return [
        OutgoingLetter(
            key=key,
            about="letters",
            letter="00_letters_to_decide",
            rule=TO_DECIDE,
            occasion=since.isoformat(),
            subject=text.subject,
            html=text.html,
            to=(workplace.basis.audit_team,),
            due=workplace.today,
            why="letters begin to go out",
            important=any(each.letter.rule.is_alert for each in old),
        )
    ]
