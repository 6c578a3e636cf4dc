"""Two cycles of one service written down directly, in seconds: the rows, the forms people sent, the diary of it all.

Nobody writes letters here and no bot runs: each audit's story is drawn, its forms are filled in as the cast fills them,
its row gets what the Audit Team enters. What happens seldom happens for certain, to the audits named in STORIES.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from reports.recount.audits_as_at import Case, Truth, cases

from sandbox.play.cast.diary import Came, Diary, Entered, Written
from sandbox.play.cast.facts import BELOW_GOOD
from sandbox.play.cast.forms import (
    W,
    all_answers_in,
    auditors_answers,
    dip_samplers_answers,
    filled,
    moderators_answers,
    re_auditors_answers,
    record_of_a_meeting,
    six_week_answers,
)
from sandbox.play.cast.variety import (
    auditor_differs,
    check_differs,
    dip_sampler_differs,
    moderator_differs,
    record_differs,
)
from sandbox.play.seed import council
from sandbox.play.working_days import later, of_month, on_or_after

FORMS = Path(__file__).parents[3] / "docx_templates"
FIRST, SECOND = "FSP and CWD, March 2026", "FSP and CWD, September 2026"
LAST_DAY = date(2026, 12, 11)
GRADES = {"Outstanding": 8, "Good": 50, "Requires Improvement": 32, "Inadequate": 10}
STORIES = {
    3: "withdrawn", 4: "declared invalid", 5: "exempted", 6: "exempted, then given to somebody else",
    7: "never returned", 8: "sent back by the Audit Team", 9: "decided otherwise", 10: "decided as it was",
    11: "disputed", 12: "sent back by the moderator", 13: "not moderated", 14: "withdrawn once moderated",
    15: "not released", 16: "Inadequate, decided from Good", 17: "first without a grade",
}  # fmt: skip
"""What happens to the audit of a number, in both cycles."""
GIVEN = {9: "Requires Improvement", 10: "Requires Improvement", 11: "Good", 16: "Good"}
"""The grade their auditors give, whatever is drawn for the others."""
PREFILLED = {
    "audit_ref": "Title", "cycle": "Cycle", "mosaic_id": "Mosaic number", "child_name": "Child's name",
    "sw": "Practitioner", "child_dob": "Date of birth", "ethnicity": "Ethnicity", "outcome_type": "Outcome type",
    "team": "Team", "tm": "Team Manager", "auditor": "Auditor", "moderator": "Moderator",
}  # fmt: skip


@dataclass(slots=True)
class ShortSeason:
    """`truth` as the recount takes it; `cycles` and `rows` of the lists with what people entered; `forms` in the order
    in which they came, with what is known of each."""

    truth: Truth
    cycles: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    people: list[dict[str, Any]]
    forms: list[tuple[Written, bytes]] = field(default_factory=list)

    def latest(self, reference: str, form: str) -> bytes | None:
        """The newest form of a kind about an audit that could be taken as it is."""
        found = [
            data for told, data in self.forms if told.about == reference and told.form == form and told.stands
        ]
        return found[-1] if found else None

    def at(self, day: date) -> dict[str, Case]:
        return {case.reference: case for case in cases(self.truth, day)}


@cache
def short_season(managers: int = 18, practitioners: int = 6, dips: int = 4, seed: int = 2026) -> ShortSeason:
    """The season; the same for the same numbers. `managers`, `practitioners`: full audits of a cycle by Team Managers
    (at least 17, or some stories are not told) and by Advanced Practitioners; `dips` for each line of enquiry."""
    return Writer(
        {"Full – Team Manager": managers, "Full – Advanced Practitioner": practitioners}, dips, seed
    ).season()


class Writer:
    """Writes each audit's story down: forms, entries, letters that came."""

    def __init__(self, full: Mapping[str, int], dips: int, seed: int) -> None:
        made = council(cycles_from="rehearsal")
        lists = {each["name"]: each["items"] for each in made["lists"]}
        to_come = next(each for each in made["to come"] if each["cycle"]["Title"] == SECOND)
        cycles = [next(c for c in lists["Audit cycles"] if c["Title"] == FIRST), to_come["cycle"]]
        self.cycles = {str(each["Title"]): dict(each) for each in cycles}
        chosen: Counter[tuple[str, str, str]] = Counter()
        self.rows: dict[str, dict[str, Any]] = {}
        for row in (
            r for r in [*lists["Audit allocations"], *to_come["allocations"]] if r["Cycle"] in self.cycles
        ):
            kind = row["Cycle"], row["Audit type"], str(row.get("Line of enquiry", ""))
            if chosen[kind] < full.get(kind[1], dips):
                chosen[kind] += 1
                self.rows[row["Title"]] = {**row, "Confirmed on": ""}
        self.people, self.seed = made["people"], seed
        self.diary = Diary(cycles=deepcopy(self.cycles))
        self.forms: list[tuple[Written, bytes]] = []

    def season(self) -> ShortSeason:
        for name in self.cycles:
            self._cycle(name)
        return ShortSeason(
            self.diary.as_json(),
            list(self.cycles.values()),
            list(self.rows.values()),
            self.people,
            self.forms,
        )

    def _cycle(self, name: str) -> None:
        month = of_month(date.fromisoformat(str(self.cycles[name]["Month one"])[:10]))
        if name == SECOND:
            self._choose_again(month[0])
        for reference, row in list(self.rows.items()):
            if row["Cycle"] == name:
                self.diary.begins_with(row)
                self._enters(
                    reference, later(month[0], -5), {"Confirmed on": later(month[0], -5).isoformat()}
                )
                if row["Audit type"] == "Dip sample":
                    self._dip(reference, month)
                else:
                    self._audit(reference, month)

    # ------------------------------------------------------------------------------------------------ what is done

    def _draw(self, reference: str, what: str) -> random.Random:
        return random.Random(f"{self.seed} {reference} {what}")

    def _enters(self, reference: str, on: date, values: Mapping[str, Any]) -> None:
        self.diary.entered.append(Entered(reference, on, dict(values)))
        self.rows[reference] |= values

    def _blank(self, reference: str, form: str) -> bytes:
        row = self.rows[reference]
        lines = str(self.cycles[row["Cycle"]]["KLOEs"]).splitlines()
        if row["Audit type"] == "Dip sample":
            lines = [lines[int(row["Line of enquiry"]) - 1]]
        blank = (FORMS / f"{form.replace(' ', '_').casefold()}.docx").read_bytes()
        known = {tag: str(row.get(column) or "")[:60] for tag, column in PREFILLED.items()}
        return filled(with_rows(blank, "kloe.row", len(lines)), {**known, "kloe.text": lines})

    def _sends(
        self,
        reference: str,
        form: str,
        part: str,
        by: str,
        blank: bytes,
        answers: Any,
        on: date,
        *,
        stands: bool = True,
    ) -> bytes:
        data = filled(blank, answers)
        self.forms.append((Written(reference, form, part, by, on, all_answers_in(data), stands), data))
        self.diary.written.append(self.forms[-1][0])
        return data

    # ----------------------------------------------------------------------------------------------------- stories

    def _audit(self, reference: str, month: list[date]) -> None:
        row, draw, number = self.rows[reference], self._draw(reference, "days"), int(reference[-3:])
        story = STORIES.get(number, "")
        if story == "not released":
            return
        self.diary.came.append(Came(reference, "allocated", row["Auditor"], month[0]))
        if story == "withdrawn":
            self._enters(reference, month[7], {"Withdrawn": True})
        if story.startswith("exempted"):
            self._enters(reference, month[2], {"Exempted by": row["Auditor's Head of Service"],
                                               "Exempted on": month[2].isoformat()})  # fmt: skip
        if story in ("withdrawn", "exempted", "never returned"):
            return
        if "somebody else" in story:
            other = next(
                r
                for r in self.rows.values()
                if r["Cycle"] == row["Cycle"] and r["Auditor"] not in row.values()
            )
            self._enters(
                reference, month[3], {"Exempted by": "", "Exempted on": "", "Auditor": other["Auditor"]}
            )
        returned = (
            month[draw.randint(5, 14)] if draw.random() < 0.85 else later(month[14], draw.randint(1, 8))
        )
        grade = GIVEN.get(number) or draw.choices(list(GRADES), list(GRADES.values()))[0]
        if story == "first without a grade":
            self._returns(reference, grade, later(returned, -2), "first", stands=False)
        form = self._returns(reference, grade, returned)
        if story == "declared invalid":
            invalid = later(returned, 3)
            self._enters(reference, invalid, {"Declared invalid on": invalid.isoformat()})
        elif story != "not moderated":
            self._moderation(reference, story, grade, form, returned)

    def _returns(
        self, reference: str, grade: str, on: date, words: str = "words", *, stands: bool = True
    ) -> bytes:
        again = self.rows[reference]["Audit type"] == "Re-audit"
        kind, day, draw = (
            ("re-audit" if again else "audit tool"),
            on.isoformat(),
            self._draw(reference, words),
        )
        blank = self._blank(reference, kind.replace("-", "_"))
        lines = len(str(self.cycles[self.rows[reference]["Cycle"]]["KLOEs"]).splitlines())
        answers = {
            **auditors_answers(grade, day, draw),
            **auditor_differs(grade, day, lines, draw, again=again),
        }
        if again:
            agreed = self._agreed(str(self.rows[reference]["Earlier audit"]))
            blank = filled(with_rows(blank, "prev.row", max(1, len(agreed))), {"prev.what": agreed})
            answers |= re_auditors_answers(day) | check_differs(len(agreed), draw)
        if not stands:
            answers["grade_auditor"] = ""
        return self._sends(
            reference, kind, "auditor", self.rows[reference]["Auditor"], blank, answers, on, stands=stands
        )

    def _moderation(self, reference: str, story: str, grade: str, form: bytes, returned: date) -> None:
        draw, on = self._draw(reference, "moderation"), returned
        if story == "sent back by the Audit Team":
            by = later(on, 6).isoformat()
            self._enters(reference, later(on, 1), {"Return for rectification by": by})
            grade, on = ("Good" if grade != "Good" else "Requires Improvement"), later(on, 3)
            form = self._returns(reference, grade, on, "corrected")
        if story == "sent back by the moderator":
            self._moderates(reference, grade, grade, form, later(on, 1), "Back to auditor")
            self._enters(reference, later(on, 1), {"Return for rectification by": later(on, 6).isoformat()})
            on = later(on, 3)
            form = self._returns(reference, grade, on, "corrected")
        on = later(on, 1 if grade == "Inadequate" and draw.random() < 0.7 else draw.randint(1, 9))
        moderated = grade if draw.random() < 0.75 else draw.choice([g for g in GRADES if g != grade])
        moderated = GIVEN.get(int(reference[-3:]), moderated)
        self._moderates(reference, grade, moderated, form, on)
        if story == "withdrawn once moderated":
            self._enters(reference, later(on, 4), {"Withdrawn": True})
            return
        standing, since = moderated, on
        if "decided" in story or story == "disputed":
            self._enters(reference, later(on, 2), {"Disputed on": later(on, 2).isoformat()})
        if "decided" in story:
            since = later(on, 7)
            standing = {"decided otherwise": "Good", "decided as it was": moderated}.get(story, "Inadequate")
            self._enters(reference, since, {"Finally decided on": since.isoformat(), "Final grade": standing})
        if standing in BELOW_GOOD and self.rows[reference]["Audit type"] != "Re-audit":
            self._after(reference, standing, since)

    def _moderates(
        self, reference: str, auditors: str, grade: str, form: bytes, on: date, outcome: str = "Moderated"
    ) -> None:
        row = self.rows[reference]
        kind = "re-audit" if row["Audit type"] == "Re-audit" else "audit tool"
        said, draw = all_answers_in(form), self._draw(reference, f"domains {outcome}")
        domains = [said[f"d{n}.grade"][0] for n in range(1, 7)]
        answers = {**moderators_answers(auditors, grade, on.isoformat()),
                   **moderator_differs(auditors, grade, domains, draw)}  # fmt: skip
        self._sends(
            reference, kind, "moderator", row["Moderator"], form, {**answers, "m_outcome": outcome}, on
        )

    def _after(self, reference: str, grade: str, since: date) -> None:
        """A meeting, its record, a look after six weeks; each of them may not come, or come late."""
        draw, row = self._draw(reference, "after"), self.rows[reference]
        if draw.random() < 0.12:
            return
        held = later(since, draw.choice((2, 3, 3, 4, 5, 7, 9)))
        raised = ""
        if draw.random() < 0.3:
            raised = "Good" if grade == "Requires Improvement" else "Requires Improvement"
        entered = {"UoPP held on": held.isoformat()} | ({"Grade after UoPP": raised} if raised else {})
        if draw.random() < 0.6:
            shared = later(held, draw.randint(1, 6))
            answers = {
                **record_of_a_meeting(held.isoformat(), raised),
                **record_differs(held.isoformat(), draw),
            }
            self._sends(reference, "UoPP record", "chair", row["Auditor"], self._blank(reference, "uopp record"),
                        answers, shared)  # fmt: skip
            self._enters(reference, shared, {"UoPP record sent on": shared.isoformat()})
        self._enters(reference, later(held, 1), entered)
        checked = later(on_or_after(held + timedelta(42)), draw.randint(0, 8))
        if draw.random() < 0.15 or checked > LAST_DAY:
            return
        found = draw.choice(("Good", "Good", "Requires Improvement", "Inadequate"))
        drift = draw.choice(("Yes", "No", "No"))
        if draw.random() < 0.6:
            agreed = self._agreed(reference)
            blank = filled(
                with_rows(self._blank(reference, "dip audit"), "prev.row", len(agreed)), {"prev.what": agreed}
            )
            answers = {
                **six_week_answers(found, drift, checked.isoformat()),
                **check_differs(len(agreed), draw),
            }
            self._sends(reference, "dip audit", "Audit Team", "", blank, answers, checked)
        self._enters(reference, checked, {"Six-week check on": checked.isoformat(), "Grade at six weeks": found,
                                          "Drift": drift})  # fmt: skip

    def _agreed(self, reference: str) -> list[str]:
        """What was agreed in the audit and at its meeting, as the forms say."""
        told = [
            w
            for w in self.diary.written
            if w.about == reference and w.stands and w.part in ("auditor", "chair")
        ]
        latest = {w.part: w.answers.get("act.what", ()) for w in told}
        return [what for part in ("auditor", "chair") for what in latest.get(part, ()) if what]

    def _dip(self, reference: str, month: list[date]) -> None:
        row, draw = self.rows[reference], self._draw(reference, "dip")
        self.diary.came.append(Came(reference, "allocated", row["Auditor"], month[0]))
        on = month[draw.randint(4, len(month) - 1)]
        if draw.random() < 0.1:
            return
        if draw.random() < 0.2:
            self._enters(reference, on, {"Dip completed on": on.isoformat()})
            return
        answers = {**dip_samplers_answers(on.isoformat(), draw), **dip_sampler_differs(1, draw)}
        self._sends(
            reference,
            "dip sample",
            "dip sampler",
            row["Auditor"],
            self._blank(reference, "dip sample"),
            answers,
            on,
        )

    def _choose_again(self, today: date) -> None:
        """A tenth of the first cycle's work below Good, and no fewer than two, each with another auditor (§15)."""
        before = [c for c in cases(self.diary.as_json(), today)
                  if c.row["Cycle"] == FIRST and not c.left_out and c.is_below_good]  # fmt: skip
        drawn = self._draw(SECOND, "again").sample(before, min(len(before), max(2, -(-len(before) // 10))))
        for n, case in enumerate(drawn, 201):
            other = next(r for r in self.rows.values() if r["Auditor"] not in case.row.values())
            self.rows[f"FSP-2026-09-{n}"] = {
                **{c: v for c, v in self.diary.rows[case.reference].items() if c != "Confirmed on"},
                "Title": f"FSP-2026-09-{n}", "Cycle": SECOND, "Audit type": "Re-audit", "Earlier audit": case.reference,
                "Auditor": other["Auditor"], "Auditor's Head of Service": other["Auditor's Head of Service"],
            }  # fmt: skip


def with_rows(form: bytes, tag: str, rows: int) -> bytes:
    """The form with so many rows in a table that grows, each like its first."""
    with zipfile.ZipFile(io.BytesIO(form)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    root = etree.fromstring(parts["word/document.xml"])
    for named in root.iter(f"{W}tag"):
        if named.get(f"{W}val") == tag:
            content = named.getparent().getparent().find(f"{W}sdtContent")  # type: ignore[union-attr]
            for _ in range(rows - len(content)):  # type: ignore[arg-type]
                content.append(deepcopy(content[0]))  # type: ignore[index,union-attr]
    parts["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()
