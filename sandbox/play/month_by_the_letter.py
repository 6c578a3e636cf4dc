"""Plays an audit month in which people answer only as the letters tell them to, and judges what came of each answer:
`python -m sandbox.play.month_by_the_letter`.

From the tenant's history alone: no plain answer may lie in “Please look at”, the list and the digest must say what
people said, and nobody may be asked again for what they did at least one working day before.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lxml import html
from rich.console import Console
from rich.table import Table as Shown

from sandbox.play.cast.by_the_letter import Answer, ByTheLetter
from sandbox.play.cast.person import JsonObject
from sandbox.play.cast.phrases import CHASES
from sandbox.play.cast.stage import ALLOCATIONS
from sandbox.play.delivered import Delivered, delivered
from sandbox.play.demo import add_tenant_options
from sandbox.play.letters import DIGEST, DUTY, kind_of
from sandbox.play.rehearsal import WarmBot, play
from sandbox.play.seed import council
from sandbox.play.working_days import between, later
from sandbox.tenant.run import Running, run

FIRST, LAST = date(2026, 2, 2), date(2026, 7, 24)
CYCLE = "FSP and CWD, March 2026"
LOOK, TAKEN_IN = "Please look at", "Audits taken in"
GRADES = {"return": "Auditor's grade", "correct": "Auditor's grade", "moderate": "Moderated grade"}
TOLD = ("urgent", "uopp", "review")


@dataclass(slots=True)
class Verdict:
    """What came of the answers. Each fault is a sentence with the letter and the words."""

    answers: list[Answer] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    misread: list[str] = field(default_factory=list)
    chased: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)  # what stands in a digest although its button was pressed

    @property
    def kinds_held(self) -> set[tuple[str, str, str]]:
        """The letters whose plain answers were not understood, each with the way and the part of whoever answered."""
        return {(a.duty, a.way, a.part) for a in self.answers if a.plain and a.folder != TAKEN_IN}

    @property
    def faults(self) -> list[str]:
        return [*self.held, *self.misread, *self.chased, *self.again]


def seed_of(audits: int, dips: int, number: int = 0) -> JsonObject:
    """The council, or one of a region, with one cycle alone, its first audits and dip samples."""
    seed = council(audits=audits, cycles_from="rehearsal", number=number)
    for each in seed["lists"]:
        if each["name"] == "Audit cycles":
            each["items"] = [row for row in each["items"] if row["Title"] == CYCLE]
        if each["name"] == ALLOCATIONS:
            rows = [row for row in each["items"] if row["Cycle"] == CYCLE]
            samples = [row for row in rows if row["Audit type"] == "Dip sample"][:dips]
            each["items"] = [row for row in rows if row["Audit type"] != "Dip sample"] + samples
    return seed


def verdict(tenant: Running, cast: ByTheLetter) -> Verdict:
    """The judgement on what was played."""
    history = tenant.deliveries(html=True)
    letters = delivered(history, tenant.mailbox)
    rows = {row["Title"]: row for row in tenant.ask("GET", f"/lists/{ALLOCATIONS}")["rows"]}
    digests = {d["at"][:10]: _text(d["html"]) for d in history if kind_of(d).name == DIGEST}
    found = Verdict(cast.answers, again=cast.doubts)
    for answer in cast.answers:
        about = f"{answer.about}, {answer.duty}, {answer.reader}, {answer.on:%a %d %b}, by {answer.way}: "
        about += _short(answer.said)
        if answer.plain and answer.folder != TAKEN_IN:
            found.held.append(f"{about} → “{answer.folder}” ({answer.why or 'no reason'})")
        found.misread += [f"{about} → {wrong}" for wrong in misread(answer, cast.answers, rows, digests)]
    found.chased = [
        f"{answer.about}, {answer.thing} done by {answer.reader} on {answer.on:%a %d %b} by {answer.way} "
        f"({_short(answer.said)}) → “{letter.subject}” to {letter.reader} on {letter.on:%a %d %b}"
        for answer, letter in chased(cast.answers, cast.reopened, letters)
    ]
    return found


def misread(
    answer: Answer, answers: Sequence[Answer], rows: dict[str, JsonObject], digests: dict[str, str]
) -> Iterator[str]:
    """What the list or the digest says otherwise than it was told."""
    if column := GRADES.get(answer.thing):
        last = [a for a in answers if a.about == answer.about and GRADES.get(a.thing) == column][-1]
        stands = str(rows[answer.about].get(column) or "")
        if answer is last and answer.plain and stands.removesuffix(" to be Good") != answer.value:
            yield f"{column} is “{stands}”"
    if answer.thing in TOLD and answer.folder == TAKEN_IN:
        told = digests.get(later(answer.on, 1).isoformat(), "")
        if not any(_spelt(answer.value, told, answer.about)):
            yield "the next digest does not say that day"


def _spelt(day: str, told: str, about: str) -> Iterator[bool]:
    on = date.fromisoformat(day)
    for words in (f"{on.day} {on:%B}", f"{on.day} {on:%b}", f"{on.day}/{on.month}/{on.year}"):
        start = -1
        while (start := told.find(about, start + 1)) >= 0:
            yield words in told[max(0, start - 300) : start + 300]


def chased(
    answers: Sequence[Answer], reopened: Mapping[tuple[str, str], date], letters: Sequence[Delivered]
) -> Iterator[tuple[Answer, Delivered]]:
    """The letters that ask for what was done at least one working day before, each with what was done."""
    for answer in answers:
        kinds = CHASES.get(answer.thing, ())
        again = reopened.get((answer.thing, answer.about), date.max)
        for letter in letters:
            whose = answer.thing != "confirm" or letter.reader == answer.reader
            late = later(answer.on, 1) <= letter.on < again
            if letter.duty in kinds and letter.about == answer.about and whose and late:
                yield answer, letter


def _text(body: str) -> str:
    return " ".join(" ".join(map(str, html.fromstring(body).itertext())).split())


def _short(said: str) -> str:
    return f"“{' / '.join(line for line in said.splitlines() if line)[:110]}”"


# ------------------------------------------------------------------------------------------------ what it shows


def table(cast: ByTheLetter, found: Verdict) -> Shown:
    """Each kind of letter: how many came, the answers to it, what became of them."""
    shown = Shown(title="Letters and the answers to them", title_justify="left", title_style="bold")
    heads = ("Letter", "Came", "By button", "In words", "Understood", "For a person", "Held", "Misread")
    for name in heads:
        shown.add_column(name, justify="left" if name == "Letter" else "right")
    for duty, came in sorted(cast.kinds.items()):
        given = [a for a in cast.answers if a.duty == duty]
        plain = [a for a in given if a.plain]
        shown.add_row(
            duty, *(str(n or "") for n in (
                came, sum(a.way == "button" for a in given), sum(a.way == "words" for a in given),
                sum(a.folder == TAKEN_IN for a in plain), sum(not a.plain for a in given),
                sum(a.folder != TAKEN_IN for a in plain),
                sum(f", {duty}, " in fault for fault in found.misread),
            )),
        )  # fmt: skip
    return shown


def played(
    folder: Path, *, audits: int, dips: int, first: date, last: date, seed: int, profile: str, zone: str = "",
    console: Console | None = None, only: Sequence[date] = (), digests: int = 0,
) -> tuple[ByTheLetter, Verdict]:  # fmt: skip
    """The month in a tenant of its own. `only`: no other days are played. `digests`: see the cast."""

    def tell(day: date, done: list[str], report: JsonObject, took: float) -> None:
        if console:
            letters = sum(report["letters"].values())
            console.print(
                f"{day:%a %d %b}  {letters:3} letters, {len(done):2} acted, {took:.1f} s", highlight=False
            )

    with run(seed_of(audits, dips), folder=folder / "tenant", profile=profile, site_zone=zone) as tenant:
        bot = WarmBot(tenant, folder)
        try:
            cast = ByTheLetter(tenant, seed=seed, digests=digests)
            for day in only or between(first, last):
                play(tenant, bot, cast, day, day, tell)
        finally:
            bot.close()
        return cast, verdict(tenant, cast)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.play.month_by_the_letter", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("by_the_letter"))
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=FIRST)
    parser.add_argument("--until", type=date.fromisoformat, default=LAST, help="the last day to play")
    parser.add_argument("--audits", type=int, default=12, help="how many full audits")
    parser.add_argument("--dips", type=int, default=5, help="how many dip samples")
    parser.add_argument("--seed", type=int, default=2026, help="even: buttons first; odd: words first")
    parser.add_argument(
        "--digests", type=int, default=0, help="on so many mornings the digest's buttons are pressed"
    )
    add_tenant_options(parser)
    given = parser.parse_args()
    folder: Path = given.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    console, began = Console(width=150), time.monotonic()
    cast, found = played(
        folder, audits=given.audits, dips=given.dips, first=given.first, last=given.until, seed=given.seed,
        profile=given.profile, zone=given.site_zone, console=console, digests=given.digests,
    )  # fmt: skip
    console.print(table(cast, found))
    for name, faults in (
        ("Held", found.held),
        ("Misread", found.misread),
        ("Chased", found.chased),
        ("Again", found.again),
    ):
        for fault in faults:
            console.print(f"{name}: {fault}", highlight=False, markup=False)
    for each in (a for a in found.answers if a.duty == DUTY[DIGEST]):
        pressed = f"{each.on:%a %d %b}: {each.about}, {each.said} → {each.folder} {each.why}"
        console.print(f"Pressed in the digest of {pressed}", highlight=False, markup=False)
    plain = sum(a.plain for a in found.answers)
    console.print(
        f"{len(found.answers)} answers, {plain} of them plain: {len(found.held)} held, {len(found.misread)} misread, "
        f"{len(found.chased)} letters about what was done; {time.monotonic() - began:.0f} seconds."
    )
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
