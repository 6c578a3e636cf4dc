"""What a paper prints, read back from its Word file by its headings and its sentences, and which of it makes up what.

Knows nothing of how numbers are counted, named or held back: only what a reader of the page sees, and what the page's
words mean. Numbers that are held back are None. A name is (cycle, word, …).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import report_files

Name = tuple[str, ...]
Printed = dict[Name, int | None]
Sum = tuple[Name, tuple[Name, ...]]

GRADES = ("Outstanding", "Good", "Requires Improvement to be Good", "Inadequate")
N = r"(\[c\]|\d+)"
OF = rf"{N} of {N}(?: \(\d+ %(?:, \d+–\d+)?\))?"
_SENTENCES: tuple[tuple[str, tuple[Name, ...]], ...] = (
    (rf"Audits: {N} full audits? in play, {N} by Team Managers, {N} by Advanced Practitioners",
     (("in play",), ("by", "TM"), ("by", "AP"))),
    (rf"Audits: {N} full audits? came back", (("returned",),)),
    (rf"Returned: {OF}; in time {OF}; overdue {N}",
     (("returned",), ("in play",), ("returned", "in time"), ("returned",), ("return", "overdue"))),
    (rf"Moderated: {OF}; in time {OF}; overdue {N}",
     (("moderated",), ("in play",), ("moderated", "in time"), ("moderated",), ("moderation", "overdue"))),
    (rf"Grades: {OF} Good or better \({N} Outstanding, {N} Good, {N} {GRADES[2]}, {N} Inadequate\); "
     rf"no grade yet {N}",
     (("good or better",), ("graded",), *(("grade", g) for g in GRADES), ("none yet",))),
    (rf"Moderation: the same grade in {OF}; {N} moved down, {N} up",
     (("moved", "unchanged"), ("both",), ("moved", "down"), ("moved", "up"))),
    (rf"Moderation: the same grade in {OF}\.", (("moved", "unchanged"), ("both",))),
    (rf"Views obtained, of the audits returned: families {OF}; practitioners {OF}",
     (("family", "Obtained"), ("returned",), ("practitioner", "Obtained"), ("returned",))),
    (rf"Below Good: {N} audits?; UoPP meeting held for {OF}; six-week check done for {OF}",
     (("below good",), ("held",), ("below good",), ("checked",), ("below good",))),
    (rf"Actions: {N} agreed; done {OF}; overdue {OF}",
     (("actions",), ("actions", "Done"), ("actions",), ("actions", "Overdue and not done"), ("actions",))),
    (rf"Audited by {N} (?:people|person); {N} of the audits had to be completed", (("auditors",), ("sent back",))),
    (rf"Of {N} audits sent out, {N} are in play. Left out: {N} withdrawn, {N} exempted, {N} declared invalid",
     (("released",), ("in play",), ("withdrawn",), ("exempted",), ("invalid",))),
    (rf"Auditor and moderator gave the same grade in {OF} and were at most one grade apart in {OF}",
     (("moved", "unchanged"), ("both",), ("moved", "within one"), ("both",))),
    (rf"Moderation moved (\d+) of {N} grades: {N} down and {N} up",
     (("moved",), ("both",), ("moved", "down"), ("moved", "up"))),
    (rf"Moved by two grades or more: {N} grade", (("moved", "by two"),)),
    (rf"Escalated because the grade was disputed: {N} audits?; decided {N}, with another grade {N}",
     (("disputed",), ("decided",), ("decided", "changed"))),
    (rf"Work that stands Inadequate: UoPP meeting with the Head of Service held for {OF}",
     (("held", "Inadequate"), ("grade", "Inadequate"))),
    (rf"^{OF} pieces of work are Good or better", (("good or better",), ("graded",))),
    (rf"^{N} audits? looked closely", (("returned",),)),
    (rf"^Families told us their views in {OF} audits", (("family", "Obtained"), ("returned",))),
    (rf"^Practitioners told us theirs in {OF}\.", (("practitioner", "Obtained"), ("returned",))),
    (rf"^{OF} of the audits with a standing grade are Good or better", (("good or better",), ("graded",))),
)  # fmt: skip
_STEPS = {
    "Stood below Good": ("below good",),
    "UoPP meeting held": ("funnel", "1"),
    "Actions agreed": ("funnel", "2"),
    "All of them done or no longer needed": ("funnel", "3"),
    "Six-week check done": ("funnel", "4"),
    "Found Good or better at the check": ("funnel", "5"),
    "Found Good or better at a check, whatever went before": ("found good",),
}
_WHO = {"Team Managers’ audits": "TM", "Advanced Practitioners’ audits": "AP"}
_VIEWS = ("Obtained", "Tried, not possible", "Not appropriate", "Not obtained", "Not stated")


class Reader:
    """One file: `numbers` is what it prints. `before` is the cycle of the same service before its own, `domains` those
    of the audit tool, whose names any reader knows. Raises ValueError where one place says otherwise than another."""

    def __init__(self, data: bytes, cycle: str, before: str, domains: Sequence[str]) -> None:
        self.cycle, self.before, self.domains = cycle, before, domains
        self.numbers: Printed = {}
        self.unread: list[str] = []
        page = report_files.page(data)
        for table in page.iter(f"{report_files.W}tbl"):
            self._table(report_files.table(table))
        texts = report_files.paragraphs(page)
        texts += [str(each.get("descr") or "") for each in page.iter(f"{report_files.WP}docPr")]
        for text in texts:
            self._sentence(text.strip())
        for name in report_files.charts(data):
            for drawn in (report_files.drawn(data, name), report_files.workbook_of(data, name)):
                self._chart(name, *drawn)

    def _put(self, name: Name, number: int | None, cycle: str = "") -> None:
        whole = (cycle or self.cycle, *name)
        if self.numbers.setdefault(whole, number) != number:
            raise ValueError(f"{whole} is {self.numbers[whole]} in one place and {number} in another")

    def _each(self, names: Sequence[Name], told: Sequence[str], cycle: str = "") -> None:
        for name, text in zip(names, told, strict=True):
            self._put(name, _number(text), cycle)

    def _share(self, part: Name, whole: Name, text: str, cycle: str = "") -> None:
        if found := re.match(OF, text):
            self._each((part, whole), found.groups(), cycle)
        elif text != "–":
            self._put(part, _number(text), cycle)

    def _sentence(self, text: str) -> None:
        for pattern, names in _SENTENCES:
            if found := re.search(pattern, text):
                self._each(names, found.groups())
        if found := re.match(
            rf"Of (.+): {N} stood below Good; {N} found Good or better after six weeks", text
        ):
            self._each((("below good",), ("found good",)), found.groups()[1:], found[1])
        if found := re.match(rf"(?:Beside (.+): )?{OF} and {OF} (?:differ|are the same)", text):
            name, good, of, good_before, of_before = found.groups()
            self._each((("good or better",), ("graded",)), (good, of))
            self._each((("good or better",), ("graded",)), (good_before, of_before), name or self.before)
        for domain in self.domains:
            if found := re.search(rf"(?:^|[;,] ){re.escape(domain)}: {OF}", text):
                self._each((("domain", domain, "good"), ("domain", domain, "graded")), found.groups())

    def _chart(
        self, title: str, categories: Sequence[str], series: Mapping[str, Sequence[int | None]]
    ) -> None:
        for told, values in series.items():
            for category, number in zip(categories, values, strict=True):
                if number is None:
                    continue  # a bar of which a piece is held back is not drawn at all
                if title == "grades by type":
                    who = _WHO.get(category)
                    self._put(("type", who, told) if who else ("grade", told), number)
                elif title == "grades by cycle":
                    self._put(("grade", told), number, self._of_the_service(category))
                elif title == "domain grades":
                    self._put(("domain", category, told), number)
                elif title == "standing grades":
                    self._put((category.casefold(),), number)

    def _of_the_service(self, name: str) -> str:
        """A cycle of the paper's own service is called by its month alone where all others are of it too."""
        return name if ", " in name else f"{self.cycle.rpartition(', ')[0]}, {name}"

    def _table(self, rows: Sequence[Sequence[str]]) -> None:
        if not rows:
            return
        head = [" ".join(each.split()) for each in rows[0]]
        for row in rows[1:]:
            first, *told = [" ".join(each.split()) for each in row]
            match head:
                case ["Cycle", "Good or better"]:
                    self._share(("good or better",), ("graded",), told[0], first)
                case ["Cycle", *_] if len(told) == 6:
                    cycle = self._of_the_service(first)
                    self._each([("grade", g) for g in GRADES] + [("none yet",)], told[:5], cycle)
                    self._share(("good or better",), ("graded",), told[5], cycle)
                case ["Standing grade", *_, "All"]:
                    who = _WHO.get(first)
                    begun = [("type", who, g) if who else ("grade", g) for g in GRADES]
                    ends = [("type", who, "none"), ("by", who)] if who else [("none yet",), ("in play",)]
                    self._each([*begun, *ends], told)
                case ["Step", "Audits", *_] if first in _STEPS:
                    self._put(_STEPS[first], _number(told[0]), self.before)
                case [_, "Strength", "Concern", *_]:
                    self._each([("line", first, head[n]) for n in range(1, 5)], told)
                case [_, "Chosen", "Seen", *_]:
                    self._each([("dip", first, head[n]) for n in range(1, 8)], told)
                case ["Domain", "Good or better"]:
                    self._share(("domain", first, "good"), ("domain", first, "graded"), told[0])
                case ["Domain", *_, "Good or better"]:
                    self._each([("domain", first, g) for g in (*GRADES, "none")], told[:5])
                    self._share(("domain", first, "good"), ("domain", first, "graded"), told[5])
                case ["Theme", _]:
                    self._share(("theme", first), ("returned",), told[0])
                case ["Whose view", *_]:
                    who = "practitioner" if first == "Practitioners" else "family"
                    for view, text in zip(_VIEWS, told[:5], strict=True):
                        if text != "–":
                            self._put((who, view), _number(text))
                    self._put(("returned",), _number(told[5]))
                case ["Actions", "Number"]:
                    self._share(
                        ("actions",) if first == "Agreed" else ("actions", first), ("actions",), told[0]
                    )
                case ["What", "The guide asks for", "This cycle"]:
                    if first in _WHO:
                        self._put(("by", _WHO[first]), _number(told[1]))
                    else:
                        self._put(("dip chosen", first.rpartition(" ")[2]), _number(told[1]))
                case ["Step", "In time", "Late", "Overdue", "Not due yet", *_]:
                    done, open_ = (
                        ("returned", "return") if first == "Audit returned" else ("moderated", "moderation")
                    )
                    names = [(done, "in time"), (done, "late"), (open_, "overdue"), (open_, "open")]
                    self._each(names, told[:4])
                case ["Group", "Audits in play", "Good or better"]:
                    self._share(("group", first), ("in play",), told[0])
                    if told[1] not in ("–", "[c]"):
                        self._share(("group", first, "good"), ("group", first, "graded"), told[1])
                    elif told[1] == "[c]":
                        self._put(("group", first, "graded"), None)
                case [_, "Needed", "Held in time", *_]:
                    below = first != "All below Good"
                    more = (first,) if below else ()
                    needed = ("grade", first) if below else ("below good",)
                    self._each(
                        [needed, ("held in time", *more), ("held late", *more), ("not held", *more)], told
                    )
                case _ if any(re.fullmatch(N, each) for each in told):
                    self.unread.append(" | ".join(head))


def _number(text: str) -> int | None:
    return None if text == "[c]" else int(text)


def made_of(names: Sequence[Name]) -> Iterator[Sum]:
    """What every reader knows of the numbers of one cycle as at one day: which is made of which. `names`: those that a
    page has a place for, without the cycle; a part that stands on no page is there all the same."""
    rest = (("rest", str(n)) for n in range(10_000))

    def no_more(whole: Name, *parts: Name) -> Sum:
        return whole, (*parts, next(rest))

    yield ("released",), (("in play",), ("withdrawn",), ("exempted",), ("invalid",))
    yield ("in play",), (("by", "TM"), ("by", "AP"))
    yield ("in play",), (("returned",), ("return", "overdue"), ("return", "open"))
    yield ("in play",), (("moderated",), ("moderation", "overdue"), ("moderation", "open"))
    for done in ("returned", "moderated"):
        yield (done,), ((done, "in time"), (done, "late"))
    yield ("returned",), (("moderated",), ("waiting",))
    yield no_more(("waiting",), ("moderation", "overdue"))
    for same in (("graded",), ("both",)):
        yield ("moderated",), (same,)
    yield ("in play",), (("graded",), ("none yet",))
    yield ("graded",), tuple(("grade", g) for g in GRADES)
    yield ("graded",), (("good or better",), ("below good",))
    yield ("good or better",), tuple(("grade", g) for g in GRADES[:2])
    yield ("below good",), tuple(("grade", g) for g in GRADES[2:])
    for who in _WHO.values():
        yield ("by", who), (*(("type", who, g) for g in GRADES), ("type", who, "none"))
    for g, whole in (*((g, ("grade", g)) for g in GRADES), ("none", ("none yet",))):
        yield whole, tuple(("type", who, g) for who in _WHO.values())
    yield ("both",), (("moved", "unchanged"), ("moved", "up"), ("moved", "down"))
    yield ("both",), (("moved", "within one"), ("moved", "by two"))
    yield ("moved",), (("moved", "up"), ("moved", "down"))
    yield no_more(("moderated",), ("disputed",))
    yield no_more(("disputed",), ("decided",))
    yield no_more(("decided",), ("decided", "changed"))
    yield no_more(("returned",), ("auditors",))
    yield no_more(("in play",), ("sent back",))
    for more, whole in (((), ("below good",)), *(((g,), ("grade", g)) for g in GRADES[2:])):
        yield whole, (("held", *more), ("not held", *more))
        yield ("held", *more), (("held in time", *more), ("held late", *more))
    for what in ("held", "not held", "held in time", "held late"):
        yield (what,), tuple((what, g) for g in GRADES[2:])
    yield no_more(("below good",), ("checked",))
    yield no_more(("checked",), ("found good",))
    yield ("held",), (("funnel", "1"),)
    yield no_more(("checked",), ("funnel", "4"))
    yield no_more(("found good",), ("funnel", "5"))
    for n, m in pairwise("12345"):
        yield no_more(("funnel", n), ("funnel", m))
    yield (
        ("actions",),
        tuple(
            ("actions", state)
            for state in ("Done", "Overdue and not done", "Not due yet, or without a clear date")
        ),
    )
    yield no_more(("actions",), ("actions", "With somebody named and a date"))
    yield ("returned",), tuple(("family", view) for view in _VIEWS)
    yield ("returned",), tuple(("practitioner", view) for view in ("Obtained", "Not obtained", "Not stated"))
    yield from _by_word(names, no_more)


def _by_word(names, no_more) -> Iterator[Sum]:  # type: ignore[no-untyped-def]
    """The same of what has the page's own words: domains, lines of enquiry, themes, groups."""

    def called(word: str) -> list[str]:
        return list(dict.fromkeys(name[1] for name in names if name[0] == word))

    for domain in called("domain"):
        yield ("moderated",), (("domain", domain, "graded"), ("domain", domain, "none"))
        yield ("domain", domain, "graded"), tuple(("domain", domain, g) for g in GRADES)
        yield ("domain", domain, "good"), tuple(("domain", domain, g) for g in GRADES[:2])
    for line in called("line"):
        answers = ("Strength", "Concern", "Not applicable", "Not answered")
        yield ("returned",), tuple(("line", line, said) for said in answers)
    for line in called("dip"):
        yield no_more(("dip", line, "Chosen"), ("dip", line, "Seen"))
        answers = ("Yes", "Partly", "No", "Not applicable", "Not answered")
        yield ("dip", line, "Seen"), tuple(("dip", line, said) for said in answers)
        yield ("dip", line, "Chosen"), (("dip chosen", line.partition(" ")[0]),)
    for theme in called("theme"):
        yield no_more(("returned",), ("theme", theme))
    for kind in ("Age", "Ethnicity"):
        groups = [group for group in called("group") if group.startswith(kind)]
        if groups:
            yield ("in play",), tuple(("group", group) for group in groups)
            for whole, part in (
                (("graded",), "graded"),
                (("good or better",), "good"),
                (("below good",), "below"),
            ):
                yield whole, tuple(("group", group, part) for group in groups)
            for group in groups:
                yield no_more(("group", group), ("group", group, "graded"))
                yield ("group", group, "graded"), (("group", group, "good"), ("group", group, "below"))
