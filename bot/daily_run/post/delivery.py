"""Reports of delivery. Only what failed for good, of a letter of ours, for the readers it names, counts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.daily_run.post.known import Known
from bot.daily_run.post.letter import letter as taken_in_as_letter
from bot.daily_run.post.reading import AUTOMATIC, Reading
from bot.errors import RequestRefused
from bot.papers.mail.delivery_report import FAILED, DeliveryReport, delivery_report, names_in
from bot.programme.events import EventKind
from bot.programme.history.records_of_the_past import LetterHistory
from bot.programme.messages.held_reasons import SENDER_IN_DOUBT, UNDELIVERED


def report(reading: Reading) -> None:
    """Remember whom a letter did not reach, and put it to the Audit Team."""
    said = _said(reading)
    letter = _letter(reading, said)
    if letter is None or (said.action != FAILED and not reading.doubt):
        # What a colleague sent from this mailbox is theirs; what is delayed or delivered asks for nothing.
        if any(a.may_be_a_form for a in reading.post.attachments):
            taken_in_as_letter(reading, doubt="it came with a report of delivery")
        else:
            reading.file(AUTOMATIC if letter else "")
        return
    failed = _readers_missed(letter, said, reading.known)
    about = "" if letter.covers else letter.about
    if said.action != FAILED:
        what = f"{letter.audit or 'A letter'}: a report that it is on its way came from {reading.post.sender}"
        reading.put_to_a_person(SENDER_IN_DOUBT, f"{what}, but {reading.doubt}.", about=about)
        return
    # Anybody can write such a report: one that Exchange did not write is told, and keeps no letter back.
    for n, address in enumerate(() if reading.doubt else failed):
        row = _row_of(letter, address, reading.known)
        key = f"{reading.post.id}#{n}" if n else reading.post.id
        reading.record(EventKind.LETTER_BOUNCED, key, row, address=address, letter_key=letter.key)
    reading.put_to_a_person(UNDELIVERED, _told(letter, said, failed, reading), about=about)


def _said(reading: Reading) -> DeliveryReport:
    """What it says by its fields; by its words where its source cannot be had."""
    post, mailbox = reading.post, reading.workplace.mailbox
    try:
        mime = mailbox.mime(post.id)
    except RequestRefused:
        mime = b""
    if not mime:
        headers = "".join(
            f"{name}: {value}\n" for name, value in post.headers.items() if name != "content-type"
        )
        mime = f"Subject: {post.subject}\n{headers}\n{mailbox.text(post.id)}".encode()
    return delivery_report(mime, post.message_class)


def _letter(reading: Reading, said: DeliveryReport) -> LetterHistory | None:
    """Our letter it is about."""
    letters, sent = reading.history.letters, reading.history.sent_ids
    ids = [sent[found] for found in said.ids if found in sent]
    keys = (said.key, reading.post.own_key, *ids, *reading.about.answered)
    return next((letters[key] for key in keys if key in letters), None)


def _readers_missed(letter: LetterHistory, said: DeliveryReport, known: Known) -> Sequence[str]:
    """The addresses of those of its readers whom the letter did not reach."""
    readers = (*letter.to, *letter.cc)
    if said.failed:
        return [address for address in said.failed if address in readers]
    named = {address: name for address, name in known.names.items() if address in readers}
    return names_in(said.words, named) or ([*readers] if len(readers) == 1 else [])


def _told(letter: LetterHistory, said: DeliveryReport, failed: Sequence[str], reading: Reading) -> str:
    what = f"A letter about {letter.audit}" if letter.audit else "A letter"
    names = ", ".join(failed or said.failed) or f"one of its readers ({', '.join((*letter.to, *letter.cc))})"
    then = "Find out whom it did not reach, and tell them. Nothing further waits because of it."
    if failed:
        then = "Has this person left? Put the row right, or the address."
    if reading.doubt:
        sender = reading.post.sender or "nobody"
        then = f"So says {sender}, but {reading.doubt}: nothing waits because of it. Ask who has it."
    return f"{what} could not be delivered to {names}. {then}"


def _row_of(letter: LetterHistory, address: str, known: Known) -> str:
    """The row because of which a letter went to this address: of several in one letter, the first that names it."""
    members = [known.history.letters[key].about for key in letter.covers] or [letter.about]
    for about in members:
        row = known.row(about)
        if row and address in {person.email for person in row.people}:
            return about
    return members[0]
