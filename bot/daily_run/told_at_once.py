"""What the Audit Team hears outside the digest, in the look that found it (§10): one letter of each kind.

It names all there is, so somebody who floods the mailbox causes one letter and not as many as they sent; and each
thing is remembered as told by itself, so that none is told twice and none is silenced by the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.daily_run.plain_letter import to_the_team
from bot.daily_run.tell import around_matters
from bot.daily_run.workplace import Workplace
from bot.office.mail.outgoing import OutgoingLetter
from bot.papers.letters.digest_words import DigestWords
from bot.programme.history.history import History
from bot.programme.history.records_of_the_past import LetterHistory, LetterState, Question
from bot.programme.standing.council import Council
from bot.programme.standing.deleted_rows import DeletedRow, deleted_rows
from bot.programme.telling.matters import ALERT, Around, Matter, of_letter, of_question
from bot.programme.vocabulary import Problem

MOST_IN_ONE = 100
"""So many things stand in one letter; what it stands for travels with it, and that may not grow without end."""
MAY_BE_INADEQUATE = "may be inadequate"
"""The name under which the letters about held returns that may be Inadequate stand in the ledger."""
ROW_DELETED = "row of an inadequate deleted"
ALERT_HELD = "alert that may not have gone"
AT_ONCE = {
    MAY_BE_INADEQUATE: ("10_may_be_inadequate", "a held return may hold an Inadequate"),
    ROW_DELETED: ("10_row_deleted", "the row of an Inadequate was deleted"),
    ALERT_HELD: ("10_alert_held", "nobody can tell whether the alert of an Inadequate has gone"),
}
"""What the Audit Team is told outside the digest: its letter, and why."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One thing of such a letter: the key under which it counts as told, the list item it is about, and its day."""

    key: str
    about: str
    on: date
    reference: str
    says: Problem | Matter


def of_doubt(question: Question, names: Mapping[str, str], around: Around) -> Matter:
    """A held return that may hold an Inadequate, as its letter tells it. `names` are references by list item id."""
    told = of_question(question, names, around)
    return replace(
        told, where=_which(names.get(question.about, "")), what=question.reason, who=question.sender
    )


def of_deleted(row: DeletedRow) -> Problem:
    """The deleted row of an Inadequate, as its letter tells it."""
    return replace(row.problem, where=_which(row.seen.reference))


def of_held_alert(alert: LetterHistory, history: History, around: Around) -> Matter:
    """An alert of which nobody can tell whether it went, as the letter about it tells it."""
    return replace(of_letter(alert, history, around), where=_which(alert.audit))


def _which(reference: str) -> str:
    return f"Audit {reference}" if reference else "An audit not yet certain"


def _doubt_key(workplace: Workplace, question: Question) -> str:
    return workplace.basis.keys((MAY_BE_INADEQUATE, question.key))


def doubtful_returns(workplace: Workplace, lists: Council, history: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about the held returns that may hold an Inadequate: at once, and of each once (§10).
    Those of senders in doubt stand last."""
    names = {a.item_id: a.reference for a in lists.allocations}
    around = around_matters(workplace, lists)
    found = []
    known = {q.message for q in history.questions if history.spoken_for(_doubt_key(workplace, q))}
    for question in sorted(history.open_questions(), key=lambda each: bool(each.doubt)):
        key = _doubt_key(workplace, question)
        if not question.may_be_inadequate or history.spoken_for(key):
            continue
        if question.unread and question.message in known:
            continue  # the same message, and still nobody can tell
        known.add(question.message)
        reference, told = names.get(question.about, ""), of_doubt(question, names, around)
        about = (
            question.about if question.theirs else ""
        )  # else the row would tell of it as of a letter of its own
        found.append(_Told(key, about, question.on, reference, told))
    return _at_once(workplace, MAY_BE_INADEQUATE, found, history)


def deleted_inadequates(workplace: Workplace, lists: Council, history: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about the rows of an Inadequate that were deleted: at once, and of each once (§10)."""
    found = []
    for row in deleted_rows(lists, history):
        key = workplace.basis.keys((ROW_DELETED, row.item_id, row.seen.gone_on))
        if row.seen.inadequate and not history.spoken_for(key):
            told = of_deleted(row)
            found.append(_Told(key, row.item_id, workplace.today, row.seen.reference, told))
    return _at_once(workplace, ROW_DELETED, found, history)


def untold_alerts(workplace: Workplace, history: History) -> list[tuple[str, LetterHistory]]:
    """Alerts of an Inadequate, or of what may be one, of which nobody can tell whether they went and the Audit Team has
    not heard: the key of the letter that says so, and the alert."""
    rules = {r.id: r.is_alert for r in workplace.basis.rulebook.rules}
    rules |= dict.fromkeys((MAY_BE_INADEQUATE, ROW_DELETED), True)
    held = [n for n in history.letters.values() if n.state is LetterState.HELD]
    # Of a rule that was taken out of the book only its name still tells.
    held = [n for n in held if rules.get(n.rule, n.rule.startswith(ALERT))]
    keyed = [
        (workplace.basis.keys((ALERT_HELD, n.key, n.on.isoformat())), n) for n in held if not n.carried_by
    ]
    return [(key, letter) for key, letter in keyed if not history.spoken_for(key)]


def held_alerts(workplace: Workplace, lists: Council, history: History) -> list[OutgoingLetter]:
    """A letter to the Audit Team about them: at once, and of each once (§10)."""
    around = around_matters(workplace, lists)
    return _at_once(
        workplace,
        ALERT_HELD,
        [
            _Told(key, alert.about, alert.on, alert.audit, of_held_alert(alert, history, around))
            for key, alert in untold_alerts(workplace, history)
        ],
        history,
    )


def _at_once(
    workplace: Workplace, rule: str, found: Sequence[_Told], history: History
) -> list[OutgoingLetter]:
    """What is told of one kind, as one letter; where there is more than one can hold, as few as there can be. Where
    letters have gone to people before, it is sent in a rehearsal as well."""
    parts = (found[n : n + MOST_IN_ONE] for n in range(0, len(found), MOST_IN_ONE))
    sent = history.live_since is not None
    return [replace(_one_letter(workplace, rule, part), even_in_rehearsal=sent) for part in parts]


def _one_letter(workplace: Workplace, rule: str, parts: Sequence[_Told]) -> OutgoingLetter:
    letter, why = AT_ONCE[rule]
    words = DigestWords(workplace.surroundings(), tuple(part.says for part in parts)).given()
    text = to_the_team(workplace.papers.letters, letter, words)
    (first, *others) = parts
    covers = tuple(
        {
            "key": part.key, "about": part.about, "rule": rule, "letter": letter,
            "occasion": part.on.isoformat(), "audit": part.reference, "why": why,
        }
        for part in parts
    )  # fmt: skip
    return OutgoingLetter(
        key=workplace.basis.keys((rule, "together", *(part.key for part in parts))) if others else first.key,
        about="" if others else first.about,
        letter=letter,
        rule=rule,
        occasion=(workplace.today if others else first.on).isoformat(),
        subject=text.subject,
        html=text.html,
        to=(workplace.basis.audit_team,),
        audit=", ".join(dict.fromkeys(part.reference for part in parts if part.reference)),
        due=workplace.today,
        why=why,
        covers=covers if others else (),
        important=True,
    )
