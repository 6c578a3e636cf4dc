"""Checks of the allocation list before anything goes out: people, independence, numbers (§6, §7)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.programme.independence import Independence
from bot.programme.standing.audit_standing import Standing
from bot.programme.standing.vacancies import TO_REPLACE, not_trained
from bot.programme.vocabulary import Allocation, AuditType, Cycle, Problem, RoleHolder, Vacant
from bot.programme.working_days import WorkingDays

MINIMUM_BY_TEAM_MANAGERS = 40
MINIMUM_BY_ADVANCED_PRACTITIONERS = 20
DIP_SAMPLES_PER_KLOE = (10, 15)
LIST = "Audit allocations"


@dataclass(frozen=True, slots=True)
class Checked:
    """`blocked` holds the list item ids of audits for which nothing may go out until a person has acted; `unnamed`
    those of them that lack nothing but a name, so that an Inadequate need not wait (§10)."""

    problems: tuple[Problem, ...]
    blocked: frozenset[str]
    unnamed: frozenset[str] = frozenset()


def checked(
    allocations: Collection[Allocation], cycles: Collection[Cycle], roles: Collection[RoleHolder] = ()
) -> Checked:
    """Every fault of the rows of open cycles, in the order of the list, and which rows it stops.

    `roles` are asked for the training register: rows of Audit roles with the title “Trained auditor”, if there are any.
    """
    independence = Independence(allocations)
    open_cycles = {cycle.name: cycle for cycle in cycles if cycle.open}
    problems: list[Problem] = []
    blocked: set[str] = set()
    unnamed: set[str] = set()
    if not open_cycles:
        problems.append(
            Problem("Audit cycles", "No cycle is open, so there is nothing to do. Add a row for the next.")
        )
    filled = {allocation.cycle for allocation in allocations}
    for cycle in open_cycles.values():
        if cycle.month_one is None:
            problems.append(
                Problem(f"Audit cycles, {cycle.name}", "“Month one” is empty, so no date can be set.")
            )
        if cycle.name not in filled:
            problems.append(
                Problem(LIST, f"There is no audit in the list for {cycle.name} that can be used.")
            )
    by_reference = {allocation.reference.casefold(): allocation for allocation in allocations}
    for allocation in allocations:
        if allocation.cycle not in open_cycles:
            continue
        if not allocation.left_out:
            earlier = by_reference.get(allocation.earlier_audit.strip().casefold())
            faults = row_faults(allocation, independence) + _another_child(allocation, earlier)
            problems += faults
            where = f"{LIST}, {allocation.reference}"
            problems += [Problem(where, question) for question in independence.questions(allocation)]
            if faults or allocation.not_understood:
                blocked.add(allocation.item_id)
                if all(fault.what.endswith(NO_NAME) for fault in faults):
                    unnamed.add(allocation.item_id)
            problems += _not_exempted(allocation)
            problems += _earlier_audit(allocation, earlier)
            problems += _training(allocation, roles)
        else:
            problems += _left_out(allocation)
    return Checked(tuple(problems), frozenset(blocked), frozenset(unnamed))


STOPS = "Nothing goes out for this audit until it is put right, except what an Inadequate calls for."
NO_NAME = f"is empty. {STOPS}"


def _not_exempted(allocation: Allocation) -> list[Problem]:
    """An exemption that nobody but the auditor's own Head of Service can give (§7): it does not count until it is."""
    if allocation.exempted_on is None:
        return []
    by, head = allocation.exempted_by, allocation.auditors_head_of_service
    who = by.name if by else "nobody"
    should = head.name if head else "their Head of Service"
    what = (
        f"“Exempted on” is filled in, but “Exempted by” names {who}. Only the auditor's Head of Service ({should}) can "
        "exempt, so it does not count and the letters go on until it is settled."
    )
    return [Problem(f"{LIST}, {allocation.reference}", what, head.name if head else "the Audit Team")]


def _another_child(allocation: Allocation, earlier: Allocation | None) -> list[Problem]:
    """The form brings what was agreed in the earlier audit, so that must be an audit of the same child (§15)."""
    if earlier is None or earlier.mosaic_number.strip() == allocation.mosaic_number.strip():
        return []
    what = f"“Earlier audit” names {earlier.reference}, which has another Mosaic number. {STOPS}"
    return [Problem(f"{LIST}, {allocation.reference}", what)]


def _earlier_audit(allocation: Allocation, earlier: Allocation | None) -> list[Problem]:
    """Work is audited again by looking back at what was found, and with fresh eyes (§15). Told, nothing is stopped."""
    if allocation.audit_type not in (AuditType.RE_AUDIT, AuditType.DIP_AUDIT):
        return []
    where, without = f"{LIST}, {allocation.reference}", "the form goes out without what was agreed before"
    if not allocation.earlier_audit.strip():
        return [Problem(where, f"“Earlier audit” is empty, so {without}. Enter the reference.")]
    if earlier is None:
        what = f"“Earlier audit” names “{allocation.earlier_audit}”, which is not in the list, so {without}."
        return [Problem(where, what)]
    if allocation.auditor and allocation.auditor == earlier.auditor:
        return [Problem(where, f"{allocation.auditor.name} audited this work before. Name another auditor.")]
    return []


def _training(allocation: Allocation, roles: Collection[RoleHolder]) -> list[Problem]:
    """Auditors have been trained (§6). Told, and nothing is stopped: the register may be behind."""
    auditor = allocation.auditor
    if auditor is None or not not_trained(allocation, roles):
        return []
    what = f"{auditor.name} is not among the trained auditors in Audit roles. Enter the training, or name another."
    return [Problem(f"{LIST}, {allocation.reference}", what, vacant=Vacant.AUDITOR)]


def _left_out(allocation: Allocation) -> list[Problem]:
    """An exemption is the auditor's Head of Service's to give (§7); the audit then needs somebody else, whatever
    its type, and one that was declared invalid another in its place. A dip audit is of this child and no other, so
    there people name who comes."""
    where, kind = f"{LIST}, {allocation.reference}", allocation.audit_type
    if allocation.withdrawn:
        return []
    vacant = Vacant.CHILD if allocation.declared_invalid_on else Vacant.AUDITOR
    if allocation.declared_invalid_on:
        what = "The audit was declared invalid and does not count. Add another in its place, or mark it Withdrawn."
    else:
        other = ", or add {} and mark this one Withdrawn"
        what = "The auditor was exempted. Name another auditor and empty “Exempted on”"
        if kind is not AuditType.DIP_AUDIT:
            again = kind is AuditType.RE_AUDIT
            what += other.format("a re-audit of other work below Good" if again else "another child's audit")
        what += "."
    return [Problem(where, what, kind=TO_REPLACE, vacant=None if kind is AuditType.DIP_AUDIT else vacant)]


def withdrawn_and_short(
    cycles: Collection[Cycle], allocations: Collection[Allocation], today: date
) -> list[Problem]:
    """Full audits and dip samples that were withdrawn while their cycle's month one is not over and has fewer of their
    kind, or for their line of enquiry, than the guide's minimum (§6). Re-audits: still_to_enter.py."""
    found = []
    for cycle in cycles:
        month = cycle.month_one
        if not cycle.open or month is None or (today.year, today.month) > (month.year, month.month):
            continue
        left = counts(cycle, allocations)
        short = {
            AuditType.FULL_TEAM_MANAGER: left.team_manager < MINIMUM_BY_TEAM_MANAGERS,
            AuditType.FULL_ADVANCED_PRACTITIONER: left.advanced_practitioner
            < MINIMUM_BY_ADVANCED_PRACTITIONERS,
        }
        lines = {line for line in cycle.kloes if left.dips_by_line.get(line, 0) < DIP_SAMPLES_PER_KLOE[0]}
        what = "The audit was withdrawn, and its cycle has fewer of its kind than the guide asks for."
        found += [
            Problem(f"{LIST}, {a.reference}", what, kind=TO_REPLACE, vacant=Vacant.CHILD)
            for a in allocations
            if a.cycle == cycle.name
            and a.withdrawn
            and (short.get(a.audit_type) or line_of_enquiry(a, cycle) in lines)
        ]
    return found


def row_faults(allocation: Allocation, independence: Independence) -> list[Problem]:
    """What stops this audit from going out: somebody is missing, or the auditor is not independent (§6)."""
    faults: list[tuple[str, Vacant | None]] = []
    needed = [(allocation.auditor, "Auditor")]
    if allocation.audit_type.is_moderated:
        needed += [
            (allocation.moderator, "Moderator"),
            (allocation.practitioner, "Practitioner"),
            (allocation.team_manager, "Team Manager"),
            (allocation.auditors_head_of_service, "Auditor's Head of Service"),
            (allocation.head_of_service, "Head of Service"),
        ]
    for person, column in needed:
        vacant = {"Auditor": Vacant.AUDITOR, "Moderator": Vacant.MODERATOR}.get(column)
        if person is None:
            faults.append((f"“{column}” is empty", vacant))
        elif "@" not in person.email:
            gone = f"“{column}” names {person.name}, who has no address in Microsoft 365 (left the council?)"
            faults.append((gone, vacant))
    faults += [(fault, None) for fault in independence.faults(allocation)]
    where = f"{LIST}, {allocation.reference}"
    return [Problem(where, f"{fault}. {STOPS}", vacant=vacant) for fault, vacant in faults]


def beyond_published(standings: Iterable[Standing], working: WorkingDays) -> list[Problem]:
    """A warning when a date that is set lies in a year whose bank holidays have not been published yet."""
    last = max((dated.on for found in standings for dated in found.reached.values()), default=date.min)
    if last.year <= working.known_until:
        return []
    return [
        Problem(
            "Bank holidays",
            f"Some dates lie in {last.year}. Its bank holidays were worked out by rule; the published ones are known "
            f"here up to {working.known_until}. Compare them with gov.uk/bank-holidays, enter what is missing under "
            f"closure_days, then set bank_holidays_known_until = {last.year}.",
            "the IT administrator",
        )
    ]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many audits a cycle has against the guide's minimums (§6). A shortage is told, it blocks nothing (X11)."""

    team_manager: int
    advanced_practitioner: int
    dip_samples: int
    kloes: int
    # line of enquiry -> how many; "" is not said
    dips_by_line: Mapping[str, int] = field(default_factory=dict)

    def shortages(self) -> list[str]:
        lines = []
        if self.team_manager < MINIMUM_BY_TEAM_MANAGERS:
            lines.append(
                f"{self.team_manager} full audits by Team Managers; there should be at least "
                f"{MINIMUM_BY_TEAM_MANAGERS}."
            )
        if self.advanced_practitioner < MINIMUM_BY_ADVANCED_PRACTITIONERS:
            lines.append(
                f"{self.advanced_practitioner} full audits by Advanced Practitioners; there should be at least "
                f"{MINIMUM_BY_ADVANCED_PRACTITIONERS}."
            )
        low, high = DIP_SAMPLES_PER_KLOE
        if not any(self.dips_by_line.values()) and self.kloes:
            lines.append(
                f"0 dip samples for {self.kloes} key lines of enquiry; there should be {low} to {high} for each."
            )
            return lines
        lines += [
            f"{count} dip samples for the line of enquiry “{line}”; there should be {low} to {high}."
            for line, count in self.dips_by_line.items()
            if line and not low <= count <= high
        ]
        if unsaid := self.dips_by_line.get("", 0):
            lines.append(f"{unsaid} dip samples do not say under “Line of enquiry” which line they are for.")
        return lines


def counts(cycle: Cycle, allocations: Iterable[Allocation]) -> Counts:
    """Exempted, withdrawn and invalid audits do not count (§7, X30)."""
    counted = [a for a in allocations if a.cycle == cycle.name and not a.left_out]
    kinds = Counter(a.audit_type for a in counted)
    dips = [line_of_enquiry(a, cycle) for a in counted if a.audit_type is AuditType.DIP_SAMPLE]
    return Counts(
        kinds[AuditType.FULL_TEAM_MANAGER],
        kinds[AuditType.FULL_ADVANCED_PRACTITIONER],
        kinds[AuditType.DIP_SAMPLE],
        len(cycle.kloes),
        {line: dips.count(line) for line in dict.fromkeys((*cycle.kloes, *dips))},
    )


def line_of_enquiry(allocation: Allocation, cycle: Cycle) -> str:
    """The cycle's line of enquiry a dip sample is for, as the cycle words it; "" when the row names none of them.

    The row may give its number (“2”, “KLOE 2”) or its words. With one line in all there is nothing to say.
    """
    if allocation.audit_type is not AuditType.DIP_SAMPLE:
        return ""
    said = " ".join(allocation.kloe.casefold().split()).rstrip(".?! ")
    number = re.fullmatch(r"(?:kloe|line(?: of enquiry)?)?\s*(\d+)(?:[.:)].*)?", said)
    if number and 1 <= int(number[1]) <= len(cycle.kloes):
        return cycle.kloes[int(number[1]) - 1]
    if not said:
        return cycle.kloes[0] if len(cycle.kloes) == 1 else ""
    same = [line for line in cycle.kloes if " ".join(line.casefold().split()).rstrip(".?! ") == said]
    return same[0] if same else ""
