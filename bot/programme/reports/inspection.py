"""Under which headings an inspection looks at children's services, from which day on (config/inspection.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.programme.edited_file import EditedFile, edited, shown


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings in force from a day on, until those of a later day."""

    since: date
    headings: tuple[str, ...]


def headings_on(known: tuple[Headings, ...], day: date) -> tuple[str, ...]:
    """The headings in force on a day; none before the first."""
    return max(
        (h for h in known if h.since <= day), key=lambda h: h.since, default=Headings(day, ())
    ).headings


def inspection(text: str, name: str = "config/inspection.toml") -> tuple[Headings, ...]:
    """The headings of a file. Raises SettingsError with every fault and its line."""
    file = edited(text, name)
    for word in file.given:
        if word != "inspection":
            file.fault((word,), f"“{word}” is not a part of ours; [[inspection]] is")
    given = file.given.get("inspection")
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        file.fault(("inspection",), "[[inspection]] with its headings is missing")
        given = []
    found = [h for n, each in enumerate(given) if (h := _read(file, n, each))]
    days = [h.since for h in found]
    for n, day in enumerate(days):
        if day in days[:n]:
            file.fault(("inspection", n, "since"), "the headings of this day stand twice; take one away")
    file.refuse()
    return tuple(found)


def _read(file: EditedFile, n: int, given: dict[str, object]) -> Headings | None:
    path = ("inspection", n)
    for word in given:
        if word not in ("since", "headings"):
            file.fault((*path, word), f"“{word}” is not known here; “since” and “headings” are")
    since, headings = given.get("since"), given.get("headings")
    if type(since) is not date:
        file.fault((*path, "since"), f"“since” should be a day, such as 2026-04-01, not {shown(since)}")
    if (
        not isinstance(headings, list)
        or not headings
        or not all(isinstance(each, str) and each.strip() for each in headings)
    ):
        file.fault((*path, "headings"), f"“headings” should be a list of texts, not {shown(headings)}")
        return None
    return Headings(since, tuple(headings)) if type(since) is date else None
