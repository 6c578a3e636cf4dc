"""Made-up councils to propose an allocation for, as nasty as sheets come: pools with hardly a place too many, cells
that nobody filled in, names written in every way, leave over bank holidays, teams that were left, managers of
managers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

DOMAIN = "wexcombe.example"
FIRST = (
    "Ada",
    "Uma",
    "Moss",
    "Tia",
    "Hal",
    "Ori",
    "Pru",
    "Wes",
    "Una",
    "Eve",
    "Ivo",
    "Jude",
    "Kit",
    "Lou",
    "Ned",
    "Olga",
)
LAST = (
    "Auditor", "Moderator", "Manager", "Service", "Quality", "Practice", "Learning", "Harbour", "Meadow", "Orchard",
    "Bridge", "Lantern", "Compass", "Thimble", "Walnut", "Copper", "Juniper", "Saddler", "Fletcher", "Glover", "Tanner",
    "Hatter",
)  # fmt: skip
TM, AP, GM, HOS = "Team Manager", "Advanced Practitioner", "Group Manager", "Head of Service"
RULES_THAT_MAY_GO = (
    "training lapsed",
    "line management",
    "auditor's team",
    "auditor's line",
    "same pair as last time",
)
MONTHS = (
    date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1), date(2026, 8, 1), date(2026, 12, 1), date(2027, 1, 1),
    date(2027, 3, 1), date(2027, 5, 1),
)  # fmt: skip
NOBODY = "none"
NOT_KNOWN = ("", "", "", "TBC", "?", "-", "n/a", "unknown", "not allocated", 0)
"""What people leave in a cell of which nothing is known."""
EMPTY = ("", "-", "n/a", 0)
"""Those of them that are an empty cell, and no word."""


@dataclass
class Colleague:
    """A line of the register. An empty text or None is an empty cell; “none” says that there is none."""

    name: str
    address: str
    role: str
    team: str
    trained: date | None
    manager: str
    teams_before: list[str] = field(default_factory=list)
    own_work: list[str] = field(default_factory=list)
    leave: list[tuple[date, date]] = field(default_factory=list)
    left: date | None = None
    exempted: str = ""
    audits: int | None = None
    moderations: int | None = None
    head: str = ""
    audited_before: int = 0
    moderated_before: int = 0
    teams_audited: list[str] = field(default_factory=list)
    paired: str = ""


@dataclass
class Child:
    number: str
    team: str
    practitioner: str
    service: str = ""
    outcome: str = ""
    manager: str = ""
    group_manager: str = ""
    head: str = ""
    chair: str = ""
    lines: list[str] = field(default_factory=list)
    involved: str = ""
    audit_type: str = ""
    earlier_auditor: str = ""
    earlier_audit: str = ""
    left_out: str = ""


@dataclass
class Council:
    key: int
    children: list[Child]
    people: list[Colleague]
    month: date
    today: date
    seed: str
    never: list[str]
    moderators: list[str]
    chairs: list[str]
    kinds: dict[str, tuple[int, list[str]]]
    trained_for: int
    usual_audits: int
    usual_moderations: int
    closures: list[date] = field(default_factory=list)
    headings: int = 0

    def rules(self) -> str:
        """Its `allocation.toml`."""
        kinds = "\n".join(
            f'[kinds."{k}"]\nchildren = {n}\nroles = {_listed(r)}' for k, (n, r) in self.kinds.items()
        )
        return (
            f'strata = ["service", "team", "outcome type"]\nnever = {_listed(self.never)}\n'
            f"moderators = {_listed(self.moderators)}\nchairs = {_listed(self.chairs)}\n"
            f"trained_for = {self.trained_for}\n"
            f"audits_due = 15\nauditor_days = 5\nmoderator_days = 3\n[at_most]\naudits = {self.usual_audits}\n"
            f"moderations = {self.usual_moderations}\n{kinds}\n[weights]\n"
            '"moved from what was proposed" = 1000000\n"load" = 1000\n"team audited before" = 600\n'
            '"teams audit each other" = 400\n'
            '"same pair as last time" = 300\n"same Head of Service" = 50\n'
        )

    def write(self, folder: Path) -> Path:
        """Its two sheets, rules and profile, in a folder; the profile's place."""
        folder.mkdir(parents=True, exist_ok=True)
        closed = ", ".join(day.isoformat() for day in self.closures)
        (folder / "profile.toml").write_text(
            f'council = "Wexcombe"\nclosure_days = [{closed}]\n', encoding="utf-8"
        )
        (folder / "allocation.toml").write_text(self.rules(), encoding="utf-8")
        with xlsxwriter.Workbook(folder / "sheets.xlsx", {"strings_to_numbers": False}) as book:
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            for name, rows in (("Children", self._children()), ("Auditors", self._auditors())):
                sheet = book.add_worksheet(name)
                for r, row in enumerate(rows):
                    for c, cell in enumerate(row):
                        if isinstance(cell, date):
                            sheet.write_datetime(r, c, cell, day)
                        elif cell not in ("", None):
                            sheet.write(r, c, cell)
        return folder / "profile.toml"

    def _children(self) -> list[list[Any]]:
        plain = (
            "Mosaic number",
            "Service",
            "Team",
            "Outcome type",
            "Practitioner",
            "Team Manager",
            "IRO or CP Chair",
        )
        other = (
            "Mosaic No.",
            "Service",
            "Team",
            "Type of outcome",
            "Social worker",
            "Team Manager",
            "IRO / CP Chair",
        )
        more = ("Group Manager", "Head of Service", "Lines of enquiry", "Also involved", "Audit type", "Earlier audit",
                "Earlier auditor", "Leave out because")  # fmt: skip
        return [[*(other if self.headings % 2 else plain), *more]] + [
            [int(c.number) if self.headings % 3 == 2 else c.number, c.service, self.said(c.number, c.team), c.outcome,
             self.said(c.number, c.practitioner), c.manager, self.said(c.number, c.chair), c.group_manager, c.head,
             "\n".join(c.lines), c.involved, c.audit_type, c.earlier_audit, c.earlier_auditor, c.left_out]
            for c in self.children
        ]  # fmt: skip

    def said(self, whose: str, cell: str) -> Any:
        """A cell, or what people leave in one that nobody filled in: the same whenever the council is written."""
        return cell or random.Random(f"{self.key} {whose}").choice(NOT_KNOWN)

    def _auditors(self) -> list[list[Any]]:
        heads = ("Name", "Email" if self.headings % 2 else "Address", "Role", "Team", "Trained on",
                 "Teams in the last 12 months", "Line manager", "Head of Service", "Own work", "Leave from", "Leave to",
                 "Left on", "Exempted", "Audits at most", "Moderations at most", "Audits in the last two cycles",
                 "Moderations in the last two cycles", "Teams audited in the last two cycles",
                 "Paired with last time")  # fmt: skip
        rows: list[list[Any]] = [list(heads)]
        for p in self.people:
            first = p.leave[0] if p.leave else (None, None)
            rows.append([p.name, p.address, p.role, self.said(p.name, p.team), p.trained,
                         "\n".join(p.teams_before), self.said(p.name, p.manager), p.head,
                         ", ".join(p.own_work), *first, p.left, p.exempted, p.audits, p.moderations, p.audited_before,
                         p.moderated_before, "\n".join(p.teams_audited), p.paired])  # fmt: skip
            for begins, ends in p.leave[1:]:
                rows.append([p.name, p.address, "", "", None, "", "", "", "", begins, ends, *[None] * 8])
        return rows


def _listed(words: list[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def council(key: int, audits: int | None = None) -> Council:
    """The council of a number; `audits`, how many full audits it wants (5 to 80 of its own choosing)."""
    lot = random.Random(key)
    wanted = audits or lot.choice((5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60, 80))
    teams = [
        f"FSP Team {n + 1}" for n in range(lot.randint(2, 4) if lot.random() < 0.6 else lot.randint(4, 9))
    ]
    month = lot.choice(MONTHS)
    of_managers = max(1, round(wanted * lot.uniform(0.4, 0.9)))
    lines = lot.sample(("Visits", "Voice of the child", "Supervision"), lot.choice((0, 0, 1, 2)))
    dips = lot.randint(1, 6) if lines else 0
    kinds = {
        "Full – Team Manager": (of_managers, [TM]),
        "Full – Advanced Practitioner": (max(0, wanted - of_managers), [AP]),
        "Dip sample": (dips, ["IRO", "CP Chair", "Audit Officer"]),
        "Re-audit": (0, [TM, AP]),
    }
    moderators = [GM, HOS, "Audit Officer", "Audit Manager", *([TM] if lot.random() < 0.25 else [])]
    people = _people(lot, kinds, lines, moderators, teams, month)
    found = Council(
        key, [], people, month, month - timedelta(lot.randint(3, 25)),
        lot.choice(("seven blue doors", "4 17 23", "é ü £ a")),
        [rule for rule in RULES_THAT_MAY_GO if lot.random() > 0.1], moderators, ["IRO", "CP Chair"], kinds,
        lot.choice((36, 36, 24, 0)), lot.choice((1, 2)), lot.choice((0, 0, 1)), headings=lot.randint(0, 5),
    )  # fmt: skip
    if lot.random() < 0.2:
        found.closures = [month + timedelta(lot.randint(0, 20)) for _ in range(2)]
    found.children = _children(lot, found, teams, lines)
    for person in people:
        if lot.random() < 0.1:
            person.own_work = [c.number for c in lot.sample(found.children, min(3, len(found.children)))]
    lot.shuffle(found.people)
    return found


def _people(lot: random.Random, kinds: dict[str, tuple[int, list[str]]], lines: list[str], moderators: list[str],
            teams: list[str], month: date) -> list[Colleague]:  # fmt: skip
    spare = lot.choice((0.8, 1.0, 1.0, 1.15, 1.5, 3))
    most = lot.choice((1, 2, 3, 4))
    of_full = kinds["Full – Team Manager"][0] + kinds["Full – Advanced Practitioner"][0]
    posts = [TM] * max(1, round(kinds["Full – Team Manager"][0] * spare / most))
    posts += [AP] * max(1, round(kinds["Full – Advanced Practitioner"][0] * spare / most))
    posts += [
        lot.choice(("IRO", "CP Chair", "Audit Officer"))
        for _ in range(round(kinds["Dip sample"][0] * len(lines) / most) + 1)
    ]
    at_once = lot.choice((2, 4, 8))
    posts += [
        lot.choice([role for role in moderators if role != TM])
        for _ in range(max(1, round(of_full * spare / at_once)))
    ]
    names = [f"{a} {b}" for a in FIRST for b in LAST]
    lot.shuffle(names)
    outside = [f"Fern Team {n + 1}" for n in range(3)]
    people: list[Colleague] = []
    own = lot.choice((0.3, 0.8, 1.0))
    for n, post in enumerate(posts):
        name = names[n % len(names)]
        if people and lot.random() < 0.03:
            name = lot.choice(people).name
        team = _spelled(lot, lot.choice(teams if lot.random() < own else outside))
        if post not in (TM, AP):
            team = lot.choice((NOBODY, NOBODY, team))
        person = Colleague(
            name, f"{name.lower().replace(' ', '.')}{n}@{DOMAIN}", post if lot.random() > 0.1 else post.upper(),
            "" if lot.random() < 0.03 else team, _trained(lot, month), NOBODY,
            audits=lot.choice((most, most, most, None, 1)) if post in (TM, AP) or lines else 0,
            moderations=lot.choice((at_once, at_once, 1, None)) if post in moderators else None,
            audited_before=lot.randint(0, 5), moderated_before=lot.randint(0, 5),
        )  # fmt: skip
        people.append(person)
    for person in people:
        _circumstances(lot, person, people, teams, month)
    return people


def _circumstances(
    lot: random.Random, person: Colleague, people: list[Colleague], teams: list[str], month: date
) -> None:
    others = [each for each in people if each is not person]
    if others and lot.random() < 0.6:
        person.manager = _written(lot, lot.choice(others))
    elif lot.random() < 0.06:
        person.manager = ""
    if lot.random() < 0.15:
        person.teams_before = [
            _spelled(lot, team) for team in lot.sample(teams, lot.randint(1, min(2, len(teams))))
        ]
    if lot.random() < 0.25:
        for _ in range(lot.choice((1, 1, 2))):
            begins = month + timedelta(lot.randint(-10, 26))
            person.leave.append((begins, begins + timedelta(lot.randint(0, 30))))
    if lot.random() < 0.04:
        person.left = month + timedelta(lot.randint(-30, 40))
    if lot.random() < 0.05:
        person.exempted = lot.choice(("yes", "Yes", "no"))
    if lot.random() < 0.3:
        person.teams_audited = lot.sample(teams, 1)
    if others and lot.random() < 0.35:
        person.paired = _written(lot, lot.choice(others))
    if others and lot.random() < 0.3:
        person.head = _written(lot, lot.choice(others))


def _trained(lot: random.Random, month: date) -> date | None:
    chance = lot.random()
    if chance < 0.06:
        return None
    if chance < 0.14:
        return month - timedelta(lot.randint(1100, 1500))
    return month - timedelta(lot.randint(40, 700))


def _children(lot: random.Random, of: Council, teams: list[str], lines: list[str]) -> list[Child]:
    full = of.kinds["Full – Team Manager"][0] + of.kinds["Full – Advanced Practitioner"][0]
    count = max(3, round((full + of.kinds["Dip sample"][0] * len(lines)) * lot.choice((0.8, 1, 1.3, 2, 3))))
    found = []
    for n in range(count):
        child = Child(
            str(30_000 + n), "" if lot.random() < 0.02 else _spelled(lot, lot.choice(teams)),
            _somebody(lot, of.people, f"Robin Quill{n % 23}", 0.12, 0.02), lot.choice(("FSP", "FSP", "CWD")),
            lot.choice(("CIN", "CP", "CLA", "")), _somebody(lot, of.people, f"Sandy Yarrow{n % 7}", 0.3, 0.3),
            _somebody(lot, of.people, "Gale Umber", 0.1, 0.5), _somebody(lot, of.people, "Blair Zephyr", 0.1, 0.5),
            _somebody(lot, of.people, f"Drew Icarus{n % 5}", 0.15, 0.12),
        )  # fmt: skip
        if lot.random() < 0.3:
            child.chair = NOBODY
        if lines and lot.random() < 0.7:
            child.lines = lot.sample(lines, lot.randint(1, len(lines)))
        if lot.random() < 0.08:
            child.involved = "; ".join(
                _written(lot, each) for each in lot.sample(of.people, min(2, len(of.people)))
            )
        chance = lot.random()
        if chance < 0.05:
            child.audit_type = lot.choice(("Full – Team Manager", "Full – Advanced Practitioner"))
        elif chance < 0.1:
            child.audit_type, child.earlier_audit = "Re-audit", "FSP-2025-09-001"
            child.earlier_auditor = _somebody(lot, of.people, "Gone Away", 0.6, 0.15)
        elif chance < 0.13:
            child.left_out = "moved to another council"
        found.append(child)
    return found


def _somebody(
    lot: random.Random, people: list[Colleague], outside: str, colleague: float, empty: float
) -> str:
    chance = lot.random()
    if chance < empty:
        return ""
    if chance < empty + colleague:
        return _written(lot, lot.choice(people))
    return outside


def _written(lot: random.Random, person: Colleague) -> str:
    """One of the ways in which people write a colleague."""
    first, last = person.name.split()
    way = lot.random()
    if way < 0.35:
        return person.address
    if way < 0.55:
        return f"{person.name} <{person.address}>"
    if way < 0.85:
        return person.name
    if way < 0.9:
        return person.name.upper()
    if way < 0.95:
        return f"{first[0]}. {last}"
    cut = lot.randrange(1, len(last) - 1)
    return f"{first} {last[:cut]}{last[cut + 1 :]}"


def _spelled(lot: random.Random, team: str) -> str:
    return lot.choice((team, team, team, team.lower(), team.replace(" ", "  "), f" {team} "))
