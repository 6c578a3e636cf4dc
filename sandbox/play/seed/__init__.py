"""The fictional council, made from the readable files beside this one with a fixed random seed.

`council()` gives the seed of a tenant as plain data: the same on every machine and every day.
"""

from __future__ import annotations

import random
import tomllib
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TENANT_ID = "8c1f6a0e-51b7-4a55-9c7a-6d2f0f3b7e21"
CLIENT_ID = "b3d2f5c4-7a0e-4c1d-8e65-92f4a1c0d7b8"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works at the council. `team` and `service` where they have one."""

    name: str
    email: str
    job: str
    group: str = ""
    service: str = ""
    team: str = ""
    moderates: bool = False


@dataclass(slots=True)
class Staff:
    domain: str
    members: list[Member] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)

    def of(self, job: str, **wanted: str) -> list[Member]:
        return [
            m for m in self.members if m.job == job and all(getattr(m, k) == v for k, v in wanted.items())
        ]

    def head_of(self, member: Member) -> Member:
        """The Head of Service somebody answers to; the Head of the Learning Academy's people answer to them."""
        for head in self.of("Head of Service"):
            if member.service and member.service in head.service.split(", "):
                return head
        for head in self.of("Head of Service", group=member.group):
            return head
        return self.of("Head of the Learning Academy")[0]


def council(
    *, audits: int | None = None, problems: bool = False, random_seed: int = 2026, cycles_from: str = "cycles",
    empty: bool = False, number: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """The seed. `audits` keeps only so many full audits of each cycle that is not closed; `problems` adds faulty rows;
    `cycles_from` names the file with the cycles ("rehearsal": those of a whole play). A cycle that is still to come
    stands under "to come" with its rows, for the Audit Team to enter. `empty`: people, mailbox and site as an
    administrator finds them on the first day, with no list and no folder, and the bot let in to write. `number`: one
    of the councils of a region, with people, ids and a secret of its own."""
    about, cycles, names, lists = (_file(name) for name in ("council", cycles_from, "names", "lists"))
    tenant_id, client_id, secret = TENANT_ID, CLIENT_ID, about["app"]["secret"]
    if number:
        domain = f"council-{number:03}.example"
        about |= {"name": f"Council {number:03}", "domain": domain}
        tenant_id, client_id, secret = (
            str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{part}.{domain}")) for part in ("tenant", "client", "secret")
        )
        random_seed += number
    draw = random.Random(random_seed)
    staff = _staff(about, names["staff"], draw)
    rows = {
        "Audit cycles": [],
        "Audit roles": staff.roles,
        "Audit allocations": [],
    }
    to_come = []
    children = _children(names["children"], draw)
    for cycle in cycles["cycle"]:
        found = _allocations(cycle, cycles, about, staff, children, draw)
        if cycle["status"] != "Closed":
            if audits is not None:
                full = [r for r in found if r["Audit type"].startswith("Full")][:audits]
                found = full + [r for r in found if not r["Audit type"].startswith("Full")][: audits // 2]
            if problems:
                found += _problem_rows(found, staff)
        if cycle.get("to_come"):
            to_come.append({"cycle": _cycle_row(cycle, staff), "allocations": found})
            continue
        rows["Audit cycles"].append(_cycle_row(cycle, staff))
        rows["Audit allocations"] += found
    return {
        "tenant": {"id": tenant_id, "name": about["name"], "domain": about["domain"]},
        "app": {"client_id": client_id, "secret": secret},
        "people": [
            {
                "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, m.email)),
                "name": m.name,
                "email": m.email,
                "job": m.job,
            }
            for m in staff.members
        ],
        "shared_mailboxes": [
            {
                "name": about["audit_mailbox"]["name"],
                "email": f"{about['audit_mailbox']['email']}@{about['domain']}",
            }
        ],
        "site": about["site"],
        "front_desk": about["front_desk"],
        "lists": [] if empty else [{**each, "items": rows.get(each["name"], [])} for each in lists["list"]],
        "files": [],
        "to come": to_come,
    }


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------------- people


def _staff(about: Mapping[str, Any], names: Mapping[str, Sequence[str]], draw: random.Random) -> Staff:
    staff = Staff(about["domain"])
    pairs = [(first, last) for first in names["first"] for last in names["last"]]
    draw.shuffle(pairs)
    used: set[str] = set()

    def hire(job: str, **more: Any) -> Member:
        while True:
            first, last = pairs.pop()
            if (first not in used and last not in used) or len(used) >= 98:
                break
        used.update((first, last))
        member = Member(f"{first} {last}", f"{_address(first)}.{_address(last)}@{staff.domain}", job, **more)
        staff.members.append(member)
        return member

    for group in about["service_group"]:
        for services in group["heads_of_service"]:
            joined = ", ".join(s["name"] for s in group["service"] if s["name"] in services or (len(services) == 1
                               and services[0] == group["name"]))  # fmt: skip
            hire(
                "Head of Service", group=group["name"], service=joined or ", ".join(services), moderates=True
            )
        for _ in range(group["group_managers"]):
            hire("Group Manager", group=group["name"], moderates=True)
        for service in group["service"]:
            for team in service["teams"]:
                place = {"group": group["name"], "service": service["name"], "team": team}
                hire("Team Manager", **place)
                for _ in range(service["practitioners_in_each"]):
                    hire("Social Worker", **place)
        for n in range(group["advanced_practitioners"]):
            service = group["service"][n % len(group["service"])]
            hire("Advanced Practitioner", group=group["name"], service=service["name"])
    groups = [group["name"] for group in about["service_group"]]
    for post in about["post"]:
        for group in groups if post.get("of_each_service_group") else [""] * post.get("how_many", 1):
            member = hire(post["job"], group=group, moderates=bool(post.get("moderates")))
            if post.get("role"):
                staff.roles.append(
                    {"Title": post["role"], "Service": group, "Person": member.email,
                     "From": post.get("since", ""), "To": post.get("until", "")}
                )  # fmt: skip
    for place in about["function"]:
        email = f"{place['email']}@{staff.domain}"
        staff.members.append(Member(place["name"], email, "Shared place"))
        staff.roles.append({"Title": place.get("role", place["name"]), "Person": email, "From": "", "To": ""})
    return staff


def _address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(str.maketrans("ŁłĐđØø", "LlDdOo")))
    return "".join(c for c in plain.lower() if c.isascii() and (c.isalnum() or c == "-"))


def _children(names: Mapping[str, Any], draw: random.Random) -> Iterable[tuple[str, str]]:
    """Names and ethnicities of children, each name once."""
    pairs = [f"{first} {last}" for first in names["first"] for last in names["last"]]
    draw.shuffle(pairs)
    kinds, weights = zip(*names["ethnicity"].items(), strict=True)
    for name in pairs:
        yield name, draw.choices(kinds, weights)[0]


# ---------------------------------------------------------------------------------------------------------- rows


def _cycle_row(cycle: Mapping[str, Any], staff: Staff) -> Row:
    return {
        "Title": cycle["name"],
        "Service group": cycle["service_group"],
        "Month one": cycle["month_one"].isoformat(),
        "KLOE meeting on": cycle["kloe_meeting_on"].isoformat() if "kloe_meeting_on" in cycle else "",
        "KLOEs": "\n".join(cycle["kloes"]),
        "Heads of Service": [m.email for m in staff.of("Head of Service", group=cycle["service_group"])],
        "Status": cycle["status"],
    }


def _allocations(
    cycle: Mapping[str, Any],
    cycles: Mapping[str, Any],
    about: Mapping[str, Any],
    staff: Staff,
    children: Iterable[tuple[str, str]],
    draw: random.Random,
) -> list[Row]:
    group = next(g for g in about["service_group"] if g["name"] == cycle["service_group"])
    practitioners = list(staff.of("Social Worker", group=group["name"]))
    managers = {m.team: m for m in staff.of("Team Manager", group=group["name"])}
    moderators = [m for m in staff.members if m.moderates]
    chairs = staff.of("CP Chair and IRO")
    queues = {
        "Full – Team Manager": _in_turn(staff.of("Team Manager"), draw),
        "Full – Advanced Practitioner": _in_turn(staff.of("Advanced Practitioner"), draw),
        "Dip sample": _in_turn([*chairs, *staff.of("Quality Assurance Audit Officer")], draw),
    }
    moderating = _in_turn(moderators, draw)
    kinds = (
        ["Full – Team Manager"] * cycle["full_audits"]["team_managers"]
        + ["Full – Advanced Practitioner"] * cycle["full_audits"]["advanced_practitioners"]
        + ["Dip sample"] * (cycle["dip_samples_for_each_kloe"] * len(cycle["kloes"]))
    )
    month = cycle["month_one"]
    outcomes, weights = zip(*cycle["outcomes"].items(), strict=True)
    rows = []
    names = iter(children)
    for n, kind in enumerate(kinds, 1):
        child, ethnicity = next(names)
        worker = practitioners[n % len(practitioners)]
        manager = managers[worker.team]
        chair = draw.choice(chairs)
        auditor = next(m for m in queues[kind] if m.team != worker.team and m != chair)
        in_line = {auditor.email, chair.email, staff.head_of(worker).email, staff.head_of(auditor).email}
        moderator = next(
            m
            for m in moderating
            if m.email not in in_line and not (m.group == group["name"] and m.job == "Group Manager")
        )
        born = month - timedelta(days=draw.randrange(200, 17 * 365))
        row: Row = {
            "Title": f"{group['code']}-{month:%Y-%m}-{n:03}",
            "Cycle": cycle["name"],
            "Audit type": kind,
            "Child's name": child,
            "Mosaic number": str(draw.randrange(1_000_000, 9_999_999)),
            "Date of birth": born.isoformat(),
            "Ethnicity": ethnicity,
            "Outcome type": draw.choices(outcomes, weights)[0],
            "Practitioner": worker.email,
            "Team": worker.team,
            "Team Manager": manager.email,
            "Auditor": auditor.email,
            "Auditor's Head of Service": staff.head_of(auditor).email,
            "Moderator": moderator.email if kind != "Dip sample" else "",
            "Head of Service": staff.head_of(worker).email,
            "Group Manager": draw.choice(staff.of("Group Manager", group=group["name"])).email,
            "Services involved": "\n".join(s for s, share in cycles["services_involved"].items()
                                           if draw.randrange(100) < share),
            "Restricted": n in cycle.get("restricted_rows", ()),
        }  # fmt: skip
        if row["Outcome type"] in ("Child protection plan", "Child looked after"):
            row["IRO or CP Chair"] = chair.email
        if kind == "Dip sample":  # so many for each line of enquiry, one line after the other
            before = kinds.index("Dip sample") + 1
            row["Line of enquiry"] = str((n - before) // cycle["dip_samples_for_each_kloe"] + 1)
        if cycle["status"] == "Closed":
            _finish(row, cycle, cycles["finished"], n, draw)
        rows.append(row)
    return rows


def _in_turn(members: Sequence[Member], draw: random.Random) -> Iterable[Member]:
    """Each in turn, in an order drawn once, for ever: a generator that remembers its place."""
    order = list(members)
    draw.shuffle(order)

    def turns() -> Iterable[Member]:
        while True:
            yield from order

    return iter(turns())


def _finish(
    row: Row, cycle: Mapping[str, Any], finished: Mapping[str, Any], n: int, draw: random.Random
) -> None:
    """What a finished audit looks like in the list."""
    row["Confirmed on"] = cycle["confirmed_on"].isoformat()
    if row["Audit type"] == "Dip sample":
        return
    month: date = cycle["month_one"]
    grade = draw.choices(list(finished["grades"]), list(finished["grades"].values()))[0]
    returned = month + timedelta(days=draw.randrange(7, 19))
    moderated = returned + timedelta(days=draw.randrange(1, 8))
    lowered = n <= finished["lowered_at_moderation"] and grade == "Good"
    final = "Requires Improvement" if lowered else grade
    row |= {
        "Status": "Complete",
        "Audit sent on": month.isoformat(),
        "Audit due": "2026-01-22",
        "Audit returned on": returned.isoformat(),
        "Auditor's grade": grade,
        "Completeness": "Complete",
        "Moderation due": "2026-01-30",
        "Moderated on": moderated.isoformat(),
        "Moderated grade": final,
        "Family feedback": draw.choice(["Yes", "Yes", "No"]),
        "Practitioner feedback": "Yes",
    }
    if final in ("Requires Improvement", "Inadequate"):
        row["UoPP held on"] = (moderated + timedelta(days=3)).isoformat()
        row["UoPP due"] = (moderated + timedelta(days=7)).isoformat()
        if n % 4 == 0:
            row["Grade after UoPP"] = (
                "Good" if final == "Requires Improvement" else "Requires Improvement to be Good"
            )


def _problem_rows(rows: Sequence[Row], staff: Staff) -> list[Row]:
    """Rows as they come when people are in a hurry: each is faulty in a way of its own."""
    usual = {k: v for k, v in rows[0].items() if k not in ("Auditor", "Restricted")}
    code = rows[0]["Title"].rsplit("-", 1)[0]

    def faulty(n: int, **changes: Any) -> Row:
        return {**usual, "Auditor": rows[1]["Auditor"], "Title": f"{code}-{n}", **changes}

    return [
        faulty(901, Auditor=""),
        faulty(902, Auditor=rows[0]["Team Manager"]),
        faulty(903, Title=rows[2]["Title"]),
        faulty(904, Cycle=""),
        faulty(905, Title=""),
        faulty(906, Moderator=""),
        faulty(907, Practitioner=staff.of("Shared place")[0].email, **{"Team Manager": ""}),
    ]
