"""Who must get which letter on which working day, given what people did: the operational guide as a table.

Written from the guide's sections (§) and from the readings the project settled where the guide leaves room; it takes
nothing from the bot and nothing from its rule book. Each module is one part of the guide.
"""

from __future__ import annotations

from sandbox.play.cast.facts import BELOW_GOOD, Fact
from sandbox.play.duties.auditing import auditing, dip_sample
from sandbox.play.duties.cycle import cycle, scorecard
from sandbox.play.duties.grades import (
    Stretch,
    disagreement,
    goes_on_for_the_child,
    may_be_inadequate,
    stretches,
    told_of_the_grade,
)
from sandbox.play.duties.ground import Expected, Ground, JsonObject, Known
from sandbox.play.duties.handed_over import handed_over
from sandbox.play.duties.moderation import moderation
from sandbox.play.duties.sharing import shared
from sandbox.play.duties.six_weeks import four_months, review, six_week_check, weekly_reports
from sandbox.play.duties.uopp import uopp, urgent_issues

__all__ = ["Expected", "Table"]


class Table(Ground):
    """The expected letters of a play from its first to its last day."""

    def expected(self) -> list[Expected]:
        """Every letter that must have come by the last day."""
        self.found = []
        for name in self.cycles:
            cycle(self, name)
        for reference, row in self.rows.items():
            if row["Audit type"] == "Dip sample":
                dip_sample(self, reference, row)
            else:
                self._audit(reference, row)
        scorecard(self)
        return sorted(self.found, key=lambda e: (e.on, e.duty, e.about, e.reader))

    def _audit(self, reference: str, row: JsonObject) -> None:
        known = self.known(reference)
        confirmed, returned, moderated = (
            known.first(what) for what in ("confirmed", "returned", "moderated")
        )
        if confirmed is None:
            return
        auditing(self, reference, row, confirmed)
        may_be_inadequate(self, reference)
        told_of_the_grade(self, reference)
        goes_on_for_the_child(self, reference)
        handed_over(self, reference)
        if returned:
            moderation(self, reference, row, returned)
        if moderated:
            shared(self, reference, row, moderated, known.first("out"))
            disagreement(self, reference, moderated)
            for stretch in stretches(known):
                if stretch.grade in BELOW_GOOD:
                    self._below_good(reference, known, stretch)

    def _below_good(self, reference: str, known: Known, stretch: Stretch) -> None:
        """§10: what goes on for the child does not end with the audit of an Inadequate; the Audit Manager ends it."""
        out = known.first("out")
        audits, childs = _stops(known, stretch, out), _stops(known, stretch, out)
        if stretch.grade == "Inadequate":
            if out and out.known > stretch.since.known:
                childs = _stops(known, stretch, known.first("safety ended"))
            urgent_issues(self, reference, stretch, childs)
            review(self, reference, stretch, childs)
            weekly_reports(self, reference, stretch, childs)
        uopp(self, reference, stretch, childs)
        six_week_check(self, reference, stretch, audits)
        four_months(self, reference, stretch, audits)


def _stops(known: Known, stretch: Stretch, end: Fact | None) -> list[Fact | None]:
    return [end, stretch.until]
