"""`audit-bot propose` judged from outside: sheets in, a workbook out, and what docs/proposing.md says of the two."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from proposals.best_possible import most_placed, placed_with_fewest_moves
from proposals.by_hand import edited, faults
from proposals.changes import alternatives, changed, changed_together
from proposals.drawn_again import audited_now, drawn_again, hmac_again
from proposals.independent import Independence, May
from proposals.random_councils import Child, Colleague, Council
from proposals.read_again import Row, sheets_in

import bot.cli.propose
from bot.cli import main
from bot.papers.workbook_read import read_workbook
from bot.programme.independence import Independence as ByTheList
from bot.programme.vocabulary import Allocation, AuditType, Person

AFTERWARDS = ("changes", "drop-outs", "order", "by hand")
PARTS = ("auditor", "moderator")
_ADDRESS = re.compile(r"<([^>]+)>\s*$")


@contextlib.contextmanager
def read_at_once() -> Iterator[None]:
    """While many are proposed, workbooks are read in this process: each child that reads one costs half a second."""
    kept: Any = bot.cli.propose.book_of
    bot.cli.propose.book_of = lambda name: read_workbook(Path(name).read_bytes())
    try:
        yield
    finally:
        bot.cli.propose.book_of = kept


@dataclass
class Proposal:
    """What came out: the exit status, what was printed as JSON, and the workbook's sheets."""

    status: int
    said: dict[str, Any]
    sheets: dict[str, list[Row]]
    printed: str


def proposed(council: Council, folder: Path, out: str = "proposal.xlsx", keep: str = "") -> Proposal:
    """What `propose` makes of a council's sheets as they are now."""
    profile = council.write(folder)
    words = ["propose", str(folder / "sheets.xlsx"), "--settings", str(profile), "--json", "--out", str(folder / out),
             "--month-one", council.month.isoformat(), "--today", council.today.isoformat()]  # fmt: skip
    words += ["--keep", str(folder / keep)] if keep else ["--seed", council.seed]
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        status = main(words)
    if status not in (0, 10):
        return Proposal(status, {}, {}, told.getvalue())
    text = told.getvalue()
    return Proposal(status, json.loads(text[text.index("{") :]), sheets_in(folder / out), text)


@dataclass
class Placed:
    """A row of “Allocations”: whose work, what for, and who (places in the register; None is nobody)."""

    child: Child
    kind: str
    auditor: int | None
    moderator: int | None


@dataclass
class Judgement:
    """What was found of one council: each fault as a kind and a sentence, and counts of what was looked at."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def fault(self, kind: str, what: str) -> None:
        self.faults.append((kind, what))


class Judge:
    """Judges one council. `rows` is how its latest proposal reads."""

    def __init__(self, council: Council, folder: Path, most_changes: int = 3) -> None:
        self.council, self.folder, self.most_changes = council, folder, most_changes
        self.found = Judgement()
        self.free = Independence(council)
        self.by_address = {person.address.casefold(): n for n, person in enumerate(council.people)}
        self.by_number = {child.number: child for child in council.children}

    def judge(self, afterwards: Collection[str] = AFTERWARDS) -> Judgement:
        """The proposal and its draw, and then what is named in `afterwards`."""
        first = proposed(self.council, self.folder)
        if first.status not in (0, 10):
            self.found.counts["refused"] += 1
            kind = (
                "crashed" if "does not know" in first.printed or "Traceback" in first.printed else "refused"
            )
            self.found.fault(kind, first.printed.strip()[:400])
            return self.found
        rows = self.rows(first)
        self.rules_kept(rows, "")
        self.list_agrees(rows)
        self.left_out(rows, "")
        self.draw_repeats(first, rows)
        if "changes" in afterwards:
            self.changes_help(first, rows)
        if "drop-outs" in afterwards:
            self.few_move(rows)
        if "order" in afterwards:
            self.order_means_nothing(first)
        if "by hand" in afterwards:
            self.hands_are_kept(first)
        return self.found

    def rows(self, proposal: Proposal) -> list[Placed]:
        found = []
        for row in proposal.sheets["Allocations"]:
            kind = row["Audit type"] + (f", {line}" if (line := row.get("Line of enquiry")) else "")
            child = self.by_number[row["Mosaic number"]]
            found.append(Placed(child, kind, self._who(row["Auditor"]), self._who(row["Moderator"])))
        self.found.counts["audits"] += len(found)
        return found

    def _who(self, cell: str) -> int | None:
        if not cell:
            return None
        address = _ADDRESS.search(cell)
        who = self.by_address.get(address.group(1).casefold() if address else cell.casefold())
        if who is None:
            self.found.fault("unknown person", cell)
        return who

    # ---------------------------------------------------------------------------------------------- what is never done

    def list_agrees(self, rows: list[Placed], when: str = "") -> None:
        """Every pair proposed, entered as rows, passes the list's own look at independence."""
        entered = [self._entered(n, row) for n, row in enumerate(rows)]
        frame = [self._entered(-n, Placed(c, "", None, None)) for n, c in enumerate(self.council.children, 1)]
        drawn = {a.mosaic_number for a in entered}
        of_list = ByTheList([*entered, *(a for a in frame if a.mosaic_number not in drawn)])
        for a in entered:
            self.found.counts["rows the list looked at"] += a.auditor is not None
            for fault in of_list.faults(a):
                self.found.fault("the list would refuse", f"{a.mosaic_number}: {fault}{when}")

    def _entered(self, n: int, row: Placed) -> Allocation:
        """A row as the list would hold it: whom a cell certainly means is entered with their address."""
        people, c = self.council.people, row.child

        def meant(cell: str) -> Person | None:
            found = [m for m, p in enumerate(people) if self.free.is_one(cell, m) == May.YES]
            return _person(people[found[0]]) if len(found) == 1 else None

        def placed(who: int | None) -> Person | None:
            return None if who is None else _person(people[who])

        kind = row.kind.split(",")[0] or "Full – Team Manager"
        return Allocation(
            str(n), "", f"R{n}", "C", AuditType(kind), mosaic_number=c.number, team=c.team,
            practitioner=meant(c.practitioner), team_manager=meant(c.manager),
            group_manager=meant(c.group_manager), head_of_service=meant(c.head),
            iro_or_cp_chair=meant(c.chair), auditor=placed(row.auditor), moderator=placed(row.moderator),
        )  # fmt: skip

    def rules_kept(self, rows: list[Placed], when: str) -> None:
        people, free = self.council.people, self.free
        for child, times in Counter(row.child.number for row in rows).items():
            if times > 1:
                self.found.fault("drawn twice", f"{child}{when}")
        for row in rows:
            if row.child.left_out:
                self.found.fault("left out and drawn", f"{row.child.number}{when}")
            if row.auditor is not None:
                self._may("auditor", free.audits(row.auditor, row.child, row.kind), row, row.auditor, when)
            if row.moderator is not None:
                self._may(
                    "moderator", free.moderates(row.moderator, row.child, row.kind), row, row.moderator, when
                )
                if row.auditor is not None:
                    self._may("pair", free.pair(row.auditor, row.moderator), row, row.moderator, when)
        for part, most in (("auditor", free.audits_at_most), ("moderator", free.moderations_at_most)):
            for who, load in Counter(getattr(row, part) for row in rows).items():
                if who is not None and load > most(who):
                    self.found.fault(
                        "more than at most", f"{people[who].name}: {load} of {most(who)} as {part}{when}"
                    )

    def _may(self, part: str, answer: May, row: Placed, who: int, when: str) -> None:
        self.found.counts[f"{part} {answer.name}"] += 1
        if answer == May.NO:
            audits = "nobody" if row.auditor is None else self.council.people[row.auditor].name
            name = self.council.people[who].name
            self.found.fault(
                f"forbidden {part}", f"{name} for {row.child.number} ({row.kind}, auditor {audits}){when}"
            )

    # ----------------------------------------------------------------------------------------------- what could be done

    def _sure(self, part: str, rows: list[Placed], room: dict[int, int]) -> dict[int, list[int]]:
        may: Callable[[int, Child, str], May] = self.free.audits if part == "auditor" else self.free.moderates
        """Whoever surely may, and whoever it was given to, as far as that is not surely forbidden."""
        everybody = [who for who, places in room.items() if places]
        return {
            n: [
                who
                for who in everybody
                if may(who, row.child, row.kind) >= (May.UNSAID if getattr(row, part) == who else May.YES)
            ]
            for n, row in enumerate(rows)
        }

    def _room(self, part: str) -> dict[int, int]:
        most = self.free.audits_at_most if part == "auditor" else self.free.moderations_at_most
        return {who: most(who) for who in range(len(self.council.people))}

    def _with_their_auditors(self, edges: dict[int, list[int]], rows: list[Placed]) -> dict[int, list[int]]:
        """Who may moderate each audit, given who audits it."""
        found: dict[int, list[int]] = {}
        for n, row in enumerate(rows):
            if row.auditor is not None and _is_moderated(row):
                pair, had = self.free.pair, row.moderator
                found[n] = [
                    m for m in edges[n] if pair(row.auditor, m) >= (May.UNSAID if m == had else May.YES)
                ]
        return found

    def left_out(self, rows: list[Placed], when: str) -> None:
        room = self._room("auditor")
        most = most_placed(self._sure("auditor", rows, room), room)
        placed = sum(row.auditor is not None for row in rows)
        self.found.counts["without an auditor"] += len(rows) - placed
        if most > placed:
            self.found.fault("left out", f"{placed} of {len(rows)} with an auditor, {most} could be{when}")
        room = self._room("moderator")
        wide = self._sure("moderator", rows, room)
        edges = self._with_their_auditors(wide, rows)
        placed = sum(row.auditor is not None and _is_moderated(row) for row in rows)
        moderated = sum(row.moderator is not None for row in rows)
        self.found.counts["without a moderator"] += placed - moderated
        most = most_placed(edges, room)
        if most > moderated:
            self.found.fault(
                "not moderated", f"{moderated} with a moderator, {most} could be with these auditors{when}"
            )
        elif moderated < placed and most_placed({n: wide[n] for n in edges}, room) > moderated:
            self.found.counts["other auditors might let more be moderated"] += 1

    # ------------------------------------------------------------------------------------------------------- the draw

    def draw_repeats(self, proposal: Proposal, rows: list[Placed]) -> None:
        frame, record = (
            proposal.sheets["Frame"],
            {row["What"]: row["Is"] for row in proposal.sheets["The draw"]},
        )
        if {row["Child"] for row in frame} != set(self.by_number):
            self.found.fault("frame", "it does not hold the children of the sheet")
        for row in frame:
            child = self.by_number[row["Child"]]
            if bool(row["Not drawn because"]) != bool(child.left_out) and not row["Chosen for"]:
                self.found.counts["not drawn, and the sheet does not say so"] += 1
        again = drawn_again(record, frame)
        chosen = {row["Child"]: row["Chosen for"] for row in frame}
        for kind, found in again.items():
            as_drawn = {row.child.number for row in rows if row.kind == kind and not chosen[row.child.number]}
            if as_drawn != set(found):
                self.found.fault("another draw", f"{kind}: {sorted(as_drawn)}, drawn again {sorted(found)}")
        self.found.counts["draws repeated"] += 1

    def order_means_nothing(self, first: Proposal) -> None:
        lot = random.Random(self.council.key)
        kept = list(self.council.children), list(self.council.people)
        lot.shuffle(self.council.children)
        lot.shuffle(self.council.people)
        again = proposed(self.council, self.folder, "shuffled.xlsx")
        self.council.children[:], self.council.people[:] = kept
        lines = [
            sorted(tuple(row.items()) for row in each.sheets.get("Allocations", ()))
            for each in (first, again)
        ]
        self.found.counts["shuffled"] += 1
        if lines[0] != lines[1]:
            self.found.fault(
                "order of the sheets", f"{sum(a != b for a, b in zip(*lines, strict=False))} rows are others"
            )

    # -------------------------------------------------------------------------------- what is named as a change

    def changes_help(self, first: Proposal, rows: list[Placed]) -> None:
        """A shortage's change is made in the sheets, what was proposed is proposed anew, and as many audits more have
        somebody as were short."""
        told = list(zip(first.said["shortages"], first.sheets["Shortages"], strict=True))
        for short, row in random.Random(self.council.key).sample(told, min(self.most_changes, len(told))):
            works, part = row["Which"].split(", "), short["part"]
            if short["says"] != row["What is short, and what would meet it"] or len(works) != short["audits"]:
                self.found.fault("shortage told twice", f"{short['says']} / {row}")
            self.found.counts["shortages tried"] += 1
            if not short["change"]:
                self.found.counts["shortages without a change"] += 1
                continue
            try:
                others = alternatives(short["says"])
            except LookupError as fault:
                others = []
                self.found.fault("sentence", str(fault))
            self._met(short, short["change"], works, rows, part)
            for other in others:
                if other["who"] not in {change["who"] for change in short["change"]}:
                    self.found.counts["alternatives tried"] += 1
                    self._met(short, [other], works, rows, part)
            *without, last = short["change"]
            if without and last["who"] and last["who"] not in {each["who"] for each in without}:
                self.found.counts["changes tried without their last step"] += 1
                helped = self._more(without, works, rows, part) >= short["audits"]
                self.found.counts["as many placed without the last step"] += helped

        for part in PARTS:
            self._all_met(
                [each for each in told if each[0]["part"] == part and each[0]["change"]], rows, part
            )

    def _all_met(self, told: list[tuple[dict[str, Any], Row]], rows: list[Placed], part: str) -> None:
        """All that is told is done together, and as many audits more have somebody, unless it says that it is not
        enough. Where a name is two people's, nobody can tell who is meant."""
        names = Counter(person.name for person in self.council.people)
        namesakes = any(names[each["who"]] > 1 for short, _ in told for each in short["change"])
        if len(told) < 2 or namesakes or any("not enough" in short["says"] for short, _ in told):
            return
        every = [(short["change"], row["Which"].split(", ")) for short, row in told]
        again = proposed(
            changed_together(self.council, every, part), self.folder, "together.xlsx", "proposal.xlsx"
        )
        had = sum(getattr(row, part) is not None for row in rows)
        more = sum(bool(row[part.capitalize()]) for row in again.sheets.get("Allocations", ())) - had
        self.found.counts["shortages tried together"] += len(told)
        if more < (wanted := sum(short["audits"] for short, _ in told)):
            self.found.fault(
                f"all changes together do not help ({part})", f"{more} more of {wanted}: {every}"
            )

    def _met(
        self, short: dict[str, Any], change: list[Any], works: list[str], rows: list[Placed], part: str
    ) -> None:
        more = self._more(change, works, rows, part)
        if more < short["audits"]:
            self.found.fault(
                f"change does not help ({part})",
                f"{more} more of {short['audits']} with {change}: {short['says']}",
            )

    def _more(self, change: list[Any], works: list[str], rows: list[Placed], part: str) -> int:
        """How many audits more have somebody for this part once a change is made."""
        had, best = sum(getattr(row, part) is not None for row in rows), -len(rows)
        for other in changed(self.council, change, part, works):
            again = proposed(other, self.folder, "changed.xlsx", keep="proposal.xlsx")
            if again.status not in (0, 10):
                self.found.fault("refused", again.printed.strip()[:300])
                continue
            column = part.capitalize()
            best = max(best, sum(bool(row[column]) for row in again.sheets["Allocations"]) - had)
        return best

    # -------------------------------------------------------------------------------------------------- three drop out

    def hands_are_kept(self, first: Proposal) -> None:
        proposed(self.council, self.folder)
        hands = edited(self.council, self.folder, "proposal.xlsx", "edited.xlsx")
        if hands is None:
            return
        again = proposed(self.council, self.folder, "by hand.xlsx", keep="edited.xlsx")
        self.found.counts["edited by hand"] += 1
        if again.status not in (0, 10):
            self.found.fault("refused", again.printed.strip()[:300])
        else:
            faults(hands, first.sheets, again.sheets, self.found.fault)
            self.record_goes_on(first, again)
            once_more = proposed(self.council, self.folder, "once more.xlsx", keep="by hand.xlsx")
            self.record_goes_on(first, once_more)
            for sheet in ("Allocations", "Since the draw"):
                before, after = (sorted(map(str, each.sheets[sheet])) for each in (again, once_more))
                if before != after:
                    self.found.fault("kept", f"“{sheet}” is another though nothing was changed")

    def record_goes_on(self, first: Proposal, again: Proposal) -> None:
        """The draw is repeated from the record of a later proposal as from the first, and what was changed since leads
        from it to what stands in “Allocations”."""
        then, now = (_record_of(each) for each in (first, again))
        frame = again.sheets["Frame"]
        if drawn_again(*then) != drawn_again(*now):
            self.found.fault(
                "another draw", "the record of the second proposal draws others than that of the first"
            )
        told = now[0].get("HMAC-SHA256 of the frame that was drawn from", now[0]["HMAC-SHA256 of the frame"])
        if hmac_again(*now) != told:
            self.found.fault("another draw", "the HMAC is not that of the frame beside it")
        stand = {}
        for row in again.sheets["Allocations"]:
            line = row.get("Line of enquiry") if row["Audit type"] == "Dip sample" else ""
            stand[row["Mosaic number"]] = row["Audit type"] + (f", {line}" if line else "")
        found = audited_now(now[0], frame, again.sheets["Since the draw"])
        if found != stand:
            self.found.fault(
                "another draw", f"by the record {sorted(found.items() ^ stand.items())} are otherwise"
            )
        self.found.counts["records followed"] += 1

    def few_move(self, rows: list[Placed]) -> None:
        lot = random.Random(self.council.key)
        busy = sorted({row.auditor for row in rows if row.auditor is not None})
        if len(busy) < 4:
            return
        gone = lot.sample(busy, 3)
        kept = {who: self.council.people[who].exempted for who in gone}
        for who in gone:
            self.council.people[who].exempted = "yes"
        self.free = Independence(self.council)
        again = proposed(self.council, self.folder, "again.xlsx", keep="proposal.xlsx")
        if again.status in (0, 10):
            after = self.rows(again)
            self.rules_kept(after, " after three dropped out")
            self.list_agrees(after, " after three dropped out")
            self._few_moved(rows, after)
        else:
            self.found.fault("refused", again.printed.strip()[:300])
        for who, said in kept.items():
            self.council.people[who].exempted = said
        self.free = Independence(self.council)

    def _few_moved(self, rows: list[Placed], after: list[Placed]) -> None:
        """Another way is laid out: of the auditors, the fewest moves, and then of the moderators. Where it places and
        has moderated as many, and more cells stay in it, too much was moved; that none is better it does not prove."""
        now = {row.child.number: row for row in after}
        if {row.child.number for row in rows} != now.keys():
            self.found.fault("moved", "the children are others after three auditors dropped out")
            return
        self.found.counts["three dropped out"] += 1
        lined = [now[row.child.number] for row in rows]
        room = self._room("auditor")
        fewest = placed_with_fewest_moves(
            edges := self._sure("auditor", lined, room), room, _still(rows, "auditor", edges)
        )
        placed = sum(row.auditor is not None for row in lined)
        if placed < len(fewest):
            self.found.fault("left out after drop-outs", f"{placed} with an auditor, {len(fewest)} could be")
        room = self._room("moderator")
        edges = self._sure("moderator", lined, room)
        given = self._with_their_auditors(
            edges, [replace(row, auditor=fewest.get(n)) for n, row in enumerate(lined)]
        )
        beside = placed_with_fewest_moves(given, room, _still(rows, "moderator", given))
        moderated = sum(row.moderator is not None for row in lined)
        kept = sum(
            who is not None and who == getattr(after, part)
            for row, after in zip(rows, lined, strict=True)
            for part in PARTS
            for who in [getattr(row, part)]
        )
        could = sum(row.auditor is not None and row.auditor == fewest.get(n) for n, row in enumerate(rows))
        could += sum(
            row.moderator is not None and row.moderator == beside.get(n) for n, row in enumerate(rows)
        )
        self.found.counts["cells kept after three dropped out"] += kept
        if len(fewest) >= placed and len(beside) >= moderated and could > kept:
            self.found.counts["cells that moved though they need not"] += could - kept
            self.found.fault(
                "moved",
                f"{could - kept} more cells could stay, with {placed} audited and {moderated} moderated",
            )


def _person(colleague: Colleague) -> Person:
    return Person(colleague.name, colleague.address)


def _record_of(proposal: Proposal) -> tuple[dict[str, str], list[Row]]:
    return {row["What"]: row["Is"] for row in proposal.sheets["The draw"]}, proposal.sheets["Frame"]


def _still(rows: list[Placed], part: str, edges: dict[int, list[int]]) -> dict[int, int]:
    """Whoever had a part and may have it still."""
    return {n: who for n, row in enumerate(rows) if (who := getattr(row, part)) in edges.get(n, ())}


def _is_moderated(row: Placed) -> bool:
    """Dip samples are not moderated: of them a report is written (section 7 of the guide)."""
    return not row.kind.startswith("Dip sample")
