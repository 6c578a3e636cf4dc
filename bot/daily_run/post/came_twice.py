"""The very same message, delivered once more."""

from __future__ import annotations

from bot.daily_run.workplace import Workplace
from bot.programme.history.history import History
from bot.programme.messages.post import Post
from bot.programme.messages.sender import doubt_about_sender


def came_twice(message: Post, history: History, workplace: Workplace) -> bool:
    """Whether it was delivered before under another id, and dealt with. Its Message-ID is its sender's to choose, so
    that of two with the same both must be from whom they say: a forgery takes no honest message's place."""
    first = history.seen_internet_ids.get(message.internet_id)
    if first is None or first == message.id or first not in history.filed:
        return False
    before = workplace.mailbox.messages([first], closed_too=True)
    same = [each for each in before if each.sender == message.sender]
    settings = workplace.settings
    return bool(same) and not any(
        doubt_about_sender(each.marked_by(settings.internal_mail_mark), settings.recipient_domains)
        for each in (message, *same)
    )
