"""What a council sets for its allocations, read from config/allocation.toml: roles, numbers, strata, weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.errors import nearest
from bot.programme.allocating.parts import AllocationRules, KindRule, Part, Reason, Wish
from bot.programme.allocating.why_not import ALWAYS
from bot.programme.edited_file import EditedFile, Path, edited, shown
from bot.programme.vocabulary import AuditType

STRATA = ("service", "team", "outcome type")
_NUMBERS = {"trained_for": 0, "auditor_days": 1, "moderator_days": 1, "audits_due": 1}
_LISTS = ("strata", "never", "moderators", "chairs")
_PARTS = ("kinds", "weights", "at_most")
_TAKES = ("audits", "moderations")


@dataclass(frozen=True, slots=True)
class AllocationFile:
    """The rules, the working day of month one on which audits are due back, and how many audits and moderations
    somebody takes of whom the register says nothing."""

    rules: AllocationRules
    audits_due: int
    audits_at_most: int
    moderations_at_most: int


def allocation_file(text: str, name: str = "config/allocation.toml") -> AllocationFile:
    """Raises SettingsError with every fault, its line, and the nearest right word."""
    file = edited(text, name)
    known = (*_NUMBERS, *_LISTS, *_PARTS)
    for word in file.given:
        if word not in known:
            file.fault((word,), f"“{word}” is not known here{nearest(word, known)}")
    numbers = {word: _number(file, (word,), file.given.get(word), least) for word, least in _NUMBERS.items()}
    lists = {word: _texts(file, (word,), file.given.get(word)) for word in _LISTS}
    _among(file, ("strata",), lists["strata"], STRATA)
    optional = [reason.value for reason in Reason if reason not in ALWAYS]
    _among(file, ("never",), lists["never"], optional)
    weights = _of_part(file, "weights", list(Wish))
    takes = _of_part(file, "at_most", _TAKES)
    kinds = _kinds(file)
    file.refuse()
    return AllocationFile(
        AllocationRules(
            kinds, lists["moderators"], lists["chairs"], lists["strata"], ALWAYS | set(map(Reason, lists["never"])),
            {wish: weights[wish] for wish in Wish}, numbers["trained_for"], numbers["auditor_days"],
            numbers["moderator_days"],
            at_most={Part.AUDITOR: takes["audits"], Part.MODERATOR: takes["moderations"]},
        ),
        numbers["audits_due"], takes["audits"], takes["moderations"],
    )  # fmt: skip


def _kinds(file: EditedFile) -> Mapping[AuditType, KindRule]:
    given = _table(file, ("kinds",), file.given.get("kinds"))
    found = {}
    for word, each in given.items():
        path: Path = ("kinds", word)
        if word not in list(AuditType):
            file.fault(path, f"“{word}” is no type of audit{nearest(word, list(AuditType))}")
            continue
        own = _table(file, path, each)
        for said in own:
            if said not in ("children", "roles"):
                file.fault((*path, said), f"“{said}” is not known here; “children” and “roles” are")
        roles = _texts(file, (*path, "roles"), own.get("roles"))
        found[AuditType(word)] = KindRule(_number(file, (*path, "children"), own.get("children"), 0), roles)
    return {kind: found[kind] for kind in AuditType if kind in found}  # the draw's order is not the file's


def _of_part(file: EditedFile, part: str, words: Iterable[str]) -> dict[str, int]:
    given, known = _table(file, (part,), file.given.get(part)), list(words)
    for word in given:
        if word not in known:
            file.fault((part, word), f"“{word}” is not known here{nearest(word, known)}")
    return {str(word): _number(file, (part, str(word)), given.get(word), 0) for word in known}


def _table(file: EditedFile, path: Path, given: object) -> Mapping[str, object]:
    if isinstance(given, dict):
        return given
    file.fault(path, f"[{'.'.join(map(str, path))}] with its words is missing")
    return {}


def _number(file: EditedFile, path: Path, given: object, least: int) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and least <= given <= 10**9:
        return given
    said = (
        "is missing" if given is None else f"should be a whole number of {least} or more, not {shown(given)}"
    )
    file.fault(path, f"“{path[-1]}” {said}")
    return least


def _texts(file: EditedFile, path: Path, given: object) -> tuple[str, ...]:
    if isinstance(given, list) and all(isinstance(each, str) and each.strip() for each in given):
        return tuple(" ".join(each.split()) for each in given)
    said = "is missing" if given is None else f"should be a list of texts, not {shown(given)}"
    file.fault(path, f"“{path[-1]}” {said}")
    return ()


def _among(file: EditedFile, path: Path, given: Iterable[str], known: Iterable[str]) -> None:
    for each in given:
        if each not in known:
            file.fault(
                path,
                f"“{each}” is not one of those that can stand in “{path[-1]}”{nearest(each, known)}",
                each,
            )
