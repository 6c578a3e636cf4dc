"""What was seen in the mailbox, where it lies, what the Audit Team said, and what the runs did."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.programme.events import Event, EventKind
from bot.programme.history.folded import Fold, Folded, day_of, mapping, text, texts
from bot.programme.levels import KINDS
from bot.programme.messages.offers import TAKE, VOUCH, offer_from
from bot.programme.modes import Mode


def _message_seen(known: Folded, event: Event) -> None:
    known.seen[event.key] = event
    if internet_id := text(event.data, "internet_message_id"):
        known.seen_internet_ids.setdefault(internet_id, event.key)


def _message_filed(known: Folded, event: Event) -> None:
    message = event.key.partition("#")[0]
    known.filed.add(message)
    known.filed_in[message] = text(event.data, "folder")


def _message_read_again(known: Folded, event: Event) -> None:
    known.filed.discard(event.about)
    known.again.setdefault(event.about, []).append(event.at)


def _message_tried(known: Folded, event: Event) -> None:
    known.tried[text(event.data, "message")] = text(event.data, "against")


def _message_broke(known: Folded, event: Event) -> None:
    message = text(event.data, "message")
    known.broke[message] = known.broke.get(message, 0) + 1


def _folder_known(known: Folded, event: Event) -> None:
    known.folders[text(event.data, "name")] = text(event.data, "id")


def _reading_begins(known: Folded, event: Event) -> None:
    known.reading_from = day_of(event)


def _mailbox_gone_through(known: Folded, event: Event) -> None:
    since, to = (datetime.fromisoformat(text(event.data, name)) for name in ("since", "to"))
    known.gone_through = (since, to)


def _automatic_reply_seen(known: Folded, event: Event) -> None:
    known.away[text(event.data, "sender")] = (day_of(event), text(event.data, "until"))


def _matter_told(known: Folded, event: Event) -> None:
    code = event.key.partition("#")[0]
    if event.data.get("gone"):
        known.first_told.pop(code, None)
    else:
        known.first_told.setdefault(code, day_of(event))


def _team_said(known: Folded, event: Event) -> None:
    data = event.data
    said = (text(data, "word"), text(data, "matter"), text(data, "choice"))
    known.team_said.setdefault(said, event)
    known.settled.update(texts(data, "settles"))
    if (offer := offer_from(mapping(data, "offer"))).word in (TAKE, VOUCH):
        known.taken_up.setdefault(text(data, "message"), []).append(offer)


def _cursor_moved(known: Folded, event: Event) -> None:
    known.cursor = text(event.data, "cursor")


def _live_began(known: Folded, event: Event) -> None:
    known.live_since = day_of(event)


def _level(known: Folded, event: Event) -> None:
    known.levels.take(event)


def _run_finished(known: Folded, event: Event) -> None:
    known.rules_tried = text(event.data, "rules") or known.rules_tried
    known.settings_told = text(event.data, "settings")
    known.last_mode, known.last_run_on, known.moved = text(event.data, "mode"), day_of(event), False
    if code := text(event.data, "key_code"):
        known.key_code = code
        known.keys_used[known.last_mode or Mode.LIVE.value, code] = day_of(event)
    if known.last_mode in ("", Mode.LIVE):
        known.last_live_on = day_of(event)
    known.lists_read_at = event.at
    if event.data.get("whole"):
        known.daily_run_on = day_of(event)


def _council_moved(known: Folded, _event: Event) -> None:
    known.moved = True


def _dashboard_kept(known: Folded, event: Event) -> None:
    known.dashboards[text(event.data, "service")] = (text(event.data, "code"), text(event.data, "url"))


def _files_offered(known: Folded, event: Event) -> None:
    before = known.team_files
    hashes, code = _files_of(event)
    known.team_files = replace(
        before, offered=hashes, offered_code=code, offer=event.key, offers=before.offers + 1, on=day_of(event),
        decided=code == before.in_force_code,
    )  # fmt: skip


def _files_in_force(known: Folded, event: Event) -> None:
    hashes, code = _files_of(event)
    known.team_files = replace(known.team_files, in_force=hashes, in_force_code=code, decided=True)


def _files_of(event: Event) -> tuple[dict[str, str], str]:
    said = mapping(event.data, "files")
    return {place: str(code) for place, code in said.items()}, text(event.data, "code")


def _nothing(_known: Folded, _event: Event) -> None:
    """What only the next digest tells, what the ledger tells of itself, and what older bots noted."""


FOLDS: dict[EventKind, Fold] = {
    EventKind.MESSAGE_SEEN: _message_seen,
    EventKind.MESSAGE_FILED: _message_filed,
    EventKind.MESSAGE_READ_AGAIN: _message_read_again,
    EventKind.MESSAGE_TRIED: _message_tried,
    EventKind.MESSAGE_BROKE: _message_broke,
    EventKind.FOLDER_KNOWN: _folder_known,
    EventKind.READING_BEGINS: _reading_begins,
    EventKind.MAILBOX_GONE_THROUGH: _mailbox_gone_through,
    EventKind.AUTOMATIC_REPLY_SEEN: _automatic_reply_seen,
    EventKind.MATTER_TOLD: _matter_told,
    EventKind.TEAM_SAID: _team_said,
    EventKind.CURSOR_MOVED: _cursor_moved,
    EventKind.LIVE_BEGAN: _live_began,
    **dict.fromkeys(KINDS, _level),
    EventKind.RUN_FINISHED: _run_finished,
    EventKind.DASHBOARD_KEPT: _dashboard_kept,
    EventKind.TEAM_FILES_OFFERED: _files_offered,
    EventKind.TEAM_FILES_IN_FORCE: _files_in_force,
    EventKind.RUN_STARTED: _nothing,
    EventKind.COUNCIL_MOVED: _council_moved,
    EventKind.TOLD: _nothing,
    EventKind.CHAIN_BEGAN: _nothing,
    EventKind.LEDGER_PUT_BACK: _nothing,
    EventKind.CONTENTS_ERASED: _nothing,
    EventKind.PACK_MADE: _nothing,
}
