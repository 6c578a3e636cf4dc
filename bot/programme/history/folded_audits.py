"""What came back for each audit, what was told about it, and how its row stood when it was last seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.programme.events import Event, EventKind
from bot.programme.history.folded import Fold, Folded, a_date, day_of, mapping, text, texts, yes_no
from bot.programme.history.records_of_the_past import Alarm, FiledRecord, LastSeen, Question, Returned
from bot.programme.messages.buttons import Command, Report
from bot.programme.messages.held_reasons import CHANGED
from bot.programme.messages.offers import offers_from
from bot.programme.vocabulary import Grade, Record, RecordKind


def _audit_returned(known: Folded, event: Event) -> None:
    known.audit_to_write(event.about).returns.append(_returned(event))
    _file_known(known, event)


def _moderation_returned(known: Folded, event: Event) -> None:
    known.audit_to_write(event.about).moderations.append(_returned(event))
    _file_known(known, event)


def _record_returned(known: Folded, event: Event) -> None:
    data, file = event.data, _returned(event)
    on, drift = date.fromisoformat(text(data, "date")), yes_no(data.get("drift"))
    record = Record(RecordKind(text(data, "record")), on, file.grade, drift)
    filed = FiledRecord(record, text(data, "sender"), file)
    known.audit_to_write(event.about).records.append(filed)
    _file_known(known, event)


def _file_known(known: Folded, event: Event) -> None:
    known.files.setdefault(event.about, set()).add(text(event.data, "sha256"))


def _returned(event: Event) -> Returned:
    data = event.data
    return Returned(
        at=event.at,
        on=day_of(event),
        sha256=text(data, "sha256"),
        grade=_grade(event),
        family_feedback=yes_no(data.get("family_feedback")),
        practitioner_feedback=yes_no(data.get("practitioner_feedback")),
        incomplete=data.get("incomplete") is True,
        problems=texts(data, "problems"),
        url=text(data, "url"),
        name=text(data, "name"),
        file=text(data, "file"),
        content_sha256=text(data, "content_sha256"),
        sent_back=data.get("sent_back") is True,
        came_in=text(data, "came_in"),
        family=text(data, "family"),
    )


def _grade(event: Event) -> Grade | None:
    grade = text(event.data, "grade")
    return Grade(grade) if grade else None


def _document_stored(known: Folded, event: Event) -> None:
    """A file that waited for the document library lies there now."""
    data, audit = event.data, known.audit_to_write(event.about)

    def now(file: Returned) -> Returned:
        if file.sha256 != data.get("sha256") or not file.waits_for_the_library:
            return file
        return replace(file, url=text(data, "url"), name=text(data, "name"), file=text(data, "file"))

    audit.returns = [*map(now, audit.returns)]
    audit.moderations = [*map(now, audit.moderations)]
    audit.records = [replace(filed, file=now(filed.file)) for filed in audit.records]


def _rectification_seen(known: Folded, event: Event) -> None:
    by = date.fromisoformat(text(event.data, "by"))
    known.audit_to_write(event.about).rectification_asked_on.setdefault(by, day_of(event))


def _decision_seen(known: Folded, event: Event) -> None:
    known.audit_to_write(event.about).decisions_seen.append((_grade(event), day_of(event)))


def _disagreement_seen(known: Folded, event: Event) -> None:
    seen = (a_date(event.data, "disputed"), day_of(event))
    known.audit_to_write(event.about).disagreements_seen.append(seen)


def _reported(known: Folded, event: Event) -> None:
    data = event.data
    report = Report(
        command=Command(text(data, "command")),
        on=date.fromisoformat(text(data, "date")),
        by=text(data, "by"),
        received=day_of(event),
        auditor=text(data, "auditor"),
        grade=_grade(event),
    )
    known.audit_to_write(event.about).reports.append(report)


def _needs_a_person(known: Folded, event: Event) -> None:
    data, on = event.data, day_of(event)
    question = Question(
        at=event.at,
        on=on,
        about=event.about,
        reason=text(data, "reason"),
        sender=text(data, "sender"),
        message=event.key.partition("#")[0],
        folder=text(data, "folder"),
        place=text(data, "place"),
        key=event.key,
        category=text(data, "category"),
        form=data.get("form") is True and data.get("theirs") is not False,
        may_be_inadequate=data.get("may_be_inadequate") is True,
        of_moderator=data.get("of_moderator") is True,
        offers=offers_from(data.get("offers")),
        unread=data.get("unread") is True,
        stays=data.get("stays") is True,
        doubt=text(data, "doubt"),
        theirs=data.get("theirs") is not False,
    )
    known.questions.append(question)
    known.asked_about.setdefault(event.about, []).append(question)
    if not event.about or question.doubt:
        return
    if question.category == CHANGED and Grade.INADEQUATE in texts(data, "grades"):
        known.audit_to_write(event.about).alarms.append(Alarm(event.at, on, question.sender))
    if data.get("incomplete"):
        audit = known.audit_to_write(event.about)
        audit.incomplete_on.append(on)
        audit.incomplete_reasons.append(question.reason)


def _row_written(known: Folded, event: Event) -> None:
    written = known.audit_to_write(event.about).ever_written
    for column, value in mapping(event.data, "values").items():
        written.setdefault(column, set()).add(None if value is None else str(value))


def _row_seen(known: Folded, event: Event) -> None:
    data = event.data
    known.last_seen[event.about] = LastSeen(
        reference=text(data, "reference"),
        cycle=text(data, "cycle"),
        child=text(data, "child"),
        status=text(data, "status"),
        runs=data.get("runs") is True,
        inadequate=data.get("inadequate") is True,
        steps=texts(data, "steps"),
        gone_on=text(data, "gone_on"),
    )


def _protection_seen(known: Folded, event: Event) -> None:
    known.protection[event.about] = {
        word: (str(stood[0]), str(stood[1]))
        for word, stood in mapping(event.data, "columns").items()
        if isinstance(stood, Sequence)
    }
    withdrawn, audit = "withdrawn" in known.protection[event.about], known.audit_to_write(event.about)
    if withdrawn != (audit.withdrawn_seen[-1][0] if audit.withdrawn_seen else False):
        audit.withdrawn_seen.append((withdrawn, day_of(event)))


FOLDS: dict[EventKind, Fold] = {
    EventKind.AUDIT_RETURNED: _audit_returned,
    EventKind.MODERATION_RETURNED: _moderation_returned,
    EventKind.RECORD_RETURNED: _record_returned,
    EventKind.DOCUMENT_STORED: _document_stored,
    EventKind.RECTIFICATION_SEEN: _rectification_seen,
    EventKind.DECISION_SEEN: _decision_seen,
    EventKind.DISAGREEMENT_SEEN: _disagreement_seen,
    EventKind.REPORTED: _reported,
    EventKind.NEEDS_A_PERSON: _needs_a_person,
    EventKind.ROW_WRITTEN: _row_written,
    EventKind.ROW_SEEN: _row_seen,
    EventKind.PROTECTION_SEEN: _protection_seen,
}
