"""Words of the Audit Team, by a button of the digest."""

from __future__ import annotations

from bot.daily_run.post.reading import Filing, Reading
from bot.daily_run.team_words import Heard, obey
from bot.programme.answers.team_words import audit_team_on, refusal, team_tag_in


def is_one(reading: Reading) -> bool:
    """Whether its subject carries such a word, and it is none of the bot's own letters."""
    return not reading.post.own_key and team_tag_in(reading.post.subject) is not None


def word_of_the_team(reading: Reading) -> None:
    """What it says is done, whatever else the message carries."""
    post, known, workplace = reading.post, reading.known, reading.workplace
    settings, received, tag = workplace.settings, reading.received, team_tag_in(post.subject)
    assert tag is not None
    team = audit_team_on(known.lists.roles, settings.mailbox, received)
    domains = settings.recipient_domains
    if no := refusal(post, tag, team, settings.mailbox, domains, workplace.basis.keys):
        reading.put_to_a_person(no.category, no.reason)
        return
    events, put_away = obey(Heard(tag, post.sender, received, post, known.lists, known.history, workplace))
    reading.events += events
    put_away = tuple(
        message for message in put_away if message in known.history.seen
    )  # others lie in the library
    for held in workplace.mailbox.messages(put_away, closed_too=True) if put_away else ():
        if held.folder == workplace.mailbox.folder(settings.please_look_folder):  # elsewhere it is a person's
            reading.filings.append(Filing(held, settings.filed_folder))
    reading.file(settings.filed_folder)
