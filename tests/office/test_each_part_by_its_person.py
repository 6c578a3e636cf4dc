"""The auditor's part comes from the auditor, the moderator's from the moderator; a form says whose child it is (§7).

The law is a table: who sends, what the form carries, what had come before, what differs in it; and what becomes of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from forms import filled
from small_council import LOOK, TO_THE_TEAM, Council, digest, went
from tenant import Door, Naps, email, settings_for, small_seed
from word_files import docx, p, pairs, t

import sandbox
from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.sign_in import signed_in
from bot.programme.events import Event

AUDITOR, MODERATOR = "Ada Auditor", "Mo Moderator"
IN = ""
OTHERS = "Sent by someone else"
DIFFERS = "Differs from an earlier return"
MISSING = "Incomplete"
CHILD, OTHER_CHILD = "Child in doubt", "Possible wrong child"


@dataclass(frozen=True)
class Case:
    """`before` is what had come: "a" the auditor's return, "m" the moderation. A form has `grade` and `moderated`, and
    says `differs` where the forms before it did not. `held` is the category it is held under, IN when it is taken in;
    `told` is among what is told of it."""

    sender: str
    before: str
    held: str
    grade: str = "Good"
    moderated: str = ""
    differs: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    home_made: bool = False


SECRET = "Grandmother Wilhelmina keeps the child on Fridays"

STANDS_IN = "a colleague who stands in, and is named in the row, sends the auditor's part"

CASES = {
    # before anything was returned
    "the auditor sends the auditor's part": Case(AUDITOR, "", IN),
    "the moderator sends the auditor's part": Case(MODERATOR, "", MISSING),
    "the moderator sends both parts": Case(
        MODERATOR, "", OTHERS, moderated="Good", told="has not come from its auditor"
    ),
    "the auditor sends both parts": Case(AUDITOR, "", OTHERS, moderated="Good"),
    "the auditor sends the moderator's answers without a grade": Case(
        AUDITOR, "", IN, differs={"m_disc": "Yes", "m_agree": "Yes"}, told="Agree with the auditor?"
    ),
    "the practitioner sends the auditor's part": Case("Pru Practitioner", "", OTHERS),
    "the Team Manager sends the auditor's part": Case("Tia Manager", "", OTHERS),
    "the moderator alone sends an Inadequate": Case(MODERATOR, "", OTHERS, grade="Inadequate", moderated="Inadequate"),
    STANDS_IN: Case("Ori Otherservice", "", IN),
    # after the auditor's return
    "the moderator moderates": Case(MODERATOR, "a", IN, moderated="Good"),
    "the moderator disagrees in the moderator's part": Case(MODERATOR, "a", IN, moderated="Inadequate"),
    "the practitioner sends the moderator's part": Case("Pru Practitioner", "a", OTHERS, moderated="Good"),
    "the moderator changed the auditor's grade": Case(
        MODERATOR, "a", DIFFERS, grade="Outstanding", moderated="Outstanding"
    ),
    "the moderator changed the grade of a domain": Case(
        MODERATOR, "a", DIFFERS, moderated="Good", differs={"d4.grade": "Inadequate"},
        told="Planning, grade (it was Good and is now Inadequate)",
    ),
    "the moderator changed an action": Case(
        MODERATOR, "a", DIFFERS, moderated="Good", differs={"act.what": SECRET}, told="Improvement plan"
    ),
    "the moderator changed by when": Case(
        MODERATOR, "a", DIFFERS, moderated="Good", differs={"act.by": "2026-06-30"}, told="Improvement plan"
    ),
    "the moderator changed whether the practitioner was met": Case(
        MODERATOR, "a", DIFFERS, moderated="Good", differs={"conv_held": "No"},
        told="Conversation with the practitioner",
    ),
    "the moderator reworded a finding": Case(
        MODERATOR, "a", IN, moderated="Good", differs={"kloe.finding": SECRET}, told="Key lines of enquiry"
    ),
    "the moderator reworded the feedback": Case(
        MODERATOR, "a", IN, moderated="Good", differs={"fb_family": SECRET},
        told="What parents or carers said",
    ),
    "the moderator reworded the reason": Case(
        MODERATOR, "a", IN, moderated="Good", differs={"grade_reason": f"{SECRET}. " * 4}, told="Why this grade"
    ),
    "the auditor words it better": Case(AUDITOR, "a", IN, differs={"kloe.finding": SECRET}),
    "the auditor gives another grade that nobody asked for": Case(AUDITOR, "a", DIFFERS, grade="Outstanding"),
    # after the moderation
    "the auditor sends the moderated form on": Case(AUDITOR, "am", IN, moderated="Good", differs={"p_c1": "x"}),
    "the auditor changed the moderated grade": Case(AUDITOR, "am", OTHERS, moderated="Outstanding"),
    "the auditor changed the moderator's words": Case(
        AUDITOR, "am", OTHERS, moderated="Good", differs={"m_rationale": SECRET}, told="Rationale"
    ),
    "the auditor changed what the moderator decided": Case(
        AUDITOR, "am", OTHERS, moderated="Good", differs={"m_outcome": "Invalid"}, told="Outcome"
    ),
    "the moderator moderates anew": Case(MODERATOR, "am", DIFFERS, moderated="Outstanding"),
    # whose child
    "the form says nothing of the number": Case(
        AUDITOR, "", CHILD, differs={"mosaic_id": " "}, told="the Mosaic number"
    ),
    "the form says nothing of the name": Case(AUDITOR, "", CHILD, differs={"child_name": " "}, told="the name"),
    "the form says nothing of the birthday": Case(
        AUDITOR, "", CHILD, differs={"child_dob": " "}, told="the date of birth"
    ),
    "another birthday": Case(
        AUDITOR, "", CHILD, differs={"child_dob": "1999-01-01"}, told="the date of birth is not the one"
    ),
    "one digit of the number is another": Case(AUDITOR, "", OTHER_CHILD, differs={"mosaic_id": "one more"}),
    "initials beside the right number": Case(AUDITOR, "", IN, differs={"child_name": "initials"}),
    "the last name first": Case(AUDITOR, "", IN, differs={"child_name": "turned"}),
    "other initials": Case(AUDITOR, "", OTHER_CHILD, differs={"child_name": "Q.X."}),
    "initials and another number": Case(
        AUDITOR, "", OTHER_CHILD, differs={"child_name": "initials", "mosaic_id": "one more"}
    ),
    "the moderator took the number out": Case(MODERATOR, "a", CHILD, moderated="Good", differs={"mosaic_id": " "}),
    # almost nothing
    "a home-made file with a reference and a grade": Case(
        AUDITOR, "", CHILD, home_made=True, differs={"Overall grade": "Good"}
    ),
    "a home-made file that names the child": Case(
        AUDITOR, "", MISSING, home_made=True, told="almost nothing answered",
        differs={"Overall grade": "Good", "Mosaic number": "", "Child's name": "", "Date of birth": ""},
    ),
    "a home-made file with one line": Case(
        AUDITOR, "", MISSING, home_made=True,
        differs={
            "Overall grade": "Good", "Mosaic number": "", "Child's name": "", "Date of birth": "",
            "Why this grade": "All fine.", "Completed on": "03/03/2026",
        },
    ),
    "a scant audit is for its moderator to talk about": Case(
        AUDITOR, "", IN, home_made=True,
        differs={
            "Overall grade": "Good", "Mosaic number": "", "Child's name": "", "Date of birth": "",
            "Why this grade": "All fine.", "Completed on": "03/03/2026", "Conversation held?": "Yes",
            "Records reviewed?": "Yes",
        },
    ),
}  # fmt: skip


class Play:
    """All cases at once, each on a row of its own: the returns before, the form in question, and what became of it."""

    def __init__(self, council: Council) -> None:
        self.council = council
        self.names = {what: f"FSP-2026-03-{n:03}" for n, what in enumerate(CASES, 1)}
        forms = self._forms()
        self._rows = self._read()
        for n, part in enumerate("am"):
            for what, case in CASES.items():
                if part in case.before:
                    earlier = filled(
                        forms[self.names[what]], grade="Good", moderated="Good" if part == "m" else ""
                    )
                    self._arrives(AUDITOR if part == "a" else MODERATOR, what, earlier)
            council.run(f"2026-03-0{n + 3}", "11:00", whole=False)
        row = self._rows[STANDS_IN]
        council.ask("PATCH", f"/lists/Audit allocations/{row['id']}", {"Auditor": email("Ori Otherservice")})
        self.before = self._rows = self._read()
        self.early = self.kept()
        for what, case in CASES.items():
            self._arrives(case.sender, what, self._form(what, case, forms[self.names[what]]))
        council.run("2026-03-05", "11:00", whole=False)
        self.urgent = went(council, "Audit Team", TO_THE_TEAM)
        self.now = self._read()
        council.run("2026-03-06")
        ledger = Ledger(council.door.settings.ledger)
        self.events: list[Event] = ledger.read()
        ledger.close()

    def _read(self) -> dict[str, dict[str, Any]]:
        rows = {row["Title"]: row for row in self.council.ask("GET", "/lists/Audit allocations")["rows"]}
        return {what: rows[name] for what, name in self.names.items()}

    def _forms(self) -> dict[str, bytes]:
        box = f"/mailboxes/{email(AUDITOR)}"
        found = {}
        for message in self.council.ask("GET", box)["messages"]:
            for each in self.council.ask("GET", f"{box}/{message['id']}")["attachments"]:
                if each["name"].endswith(".docx"):
                    found[each["name"].removesuffix(".docx")] = self.council._bytes(
                        f"{box}/{message['id']}/{each['id']}"
                    )
        return found

    def _arrives(self, sender: str, what: str, data: bytes) -> None:
        name = self.names[what]
        self.council.arrives(sender, data, f"{name}.docx", subject=f"RE: Audit {name}")

    def _form(self, what: str, case: Case, blank: bytes) -> bytes:
        row = self._rows[what]
        first, last = str(row["Child's name"]).split()
        number = str(row["Mosaic number"])
        if case.home_made:
            child = {
                "Mosaic number": number,
                "Child's name": f"{first} {last}",
                "Date of birth": "01/06/2015",
            }
            said = {asked: answer or child[asked] for asked, answer in case.differs.items()}
            return docx(
                pairs(
                    *(
                        (words, p(t(answer)))
                        for words, answer in {"Audit reference": self.names[what], **said}.items()
                    )
                )
            )
        meant = {
            "initials": f"{first[0]}.{last[0]}.",
            "turned": f"{last.upper()}, {first}",
            "one more": number[:-1] + str((int(number[-1]) + 1) % 10),
        }
        differs = {tag: meant.get(said, said) for tag, said in case.differs.items()}
        return filled(blank, grade=case.grade, moderated=case.moderated, **differs)

    def kept(self) -> dict[str, list[str]]:
        """The categories of what lies in “Please look at”, by reference."""
        return {
            m["subject"].split()[-1]: m["categories"] for m in self.council.inbox() if m["folder"] == LOOK
        }

    def told(self, what: str) -> str:
        item = str(self.now[what]["id"])
        return " ".join(
            json.dumps([event.data.get("reason"), event.data.get("problems")], ensure_ascii=False)
            for event in self.events
            if event.about == item
        )


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    folder = tmp_path_factory.mktemp("each")
    with sandbox.run(small_seed(len(CASES))) as tenant:
        tenant.ask("POST", "/clock", {"now": "2026-03-02T08:00:00+00:00"})
        tenant.ask("POST", "/behaviours", {"sending rate": False})
        settings = settings_for(tenant, folder)
        account = signed_in(settings.tenant)
        graph = Graph(account.connection, account.protocol.service_url)
        council = Council(Door(tenant, settings, graph, Naps(), folder))
        council.run("2026-03-02")
        yield Play(council)
        account.connection.close()


@pytest.mark.parametrize("what", CASES)
def test_each_part_counts_from_its_own_person_and_what_another_changed_is_shown(
    play: Play, what: str
) -> None:
    case, name = CASES[what], play.names[what]
    assert name not in play.early, "what came before was taken in"
    assert play.kept().get(name) == ([case.held] if case.held else None), play.told(what)
    before, now = play.before[what], play.now[what]
    if case.held:
        for column in ("Auditor's grade", "Moderated grade", "Document link"):
            assert now.get(column) == before.get(column), f"{column}: what was filed goes on counting"
    else:
        assert now["Auditor's grade"] == "Good"
        assert case.sender != MODERATOR or now["Moderated grade"] == case.moderated
    assert case.told in play.told(what)


def test_what_was_written_is_told_nowhere(play: Play) -> None:
    said = digest(play.council) + "\n".join(
        json.dumps(dict(event.data), default=str) for event in play.events
    )
    assert "Wilhelmina" not in said
    for row in play.now.values():
        assert str(row["Mosaic number"]) not in said
        assert str(row["Child's name"]) not in said


def test_an_inadequate_that_only_its_moderator_sent_is_told_to_the_audit_team_at_once(play: Play) -> None:
    assert play.urgent


def test_a_moderation_written_on_an_earlier_return_is_held_and_it_is_said_on_which(council: Council) -> None:
    """Nobody changed anything: the moderator had an older copy before them, and what it says is a person's to settle."""
    first = filled(council.form(), grade="Good")
    council.arrives(AUDITOR, first)
    council.run("2026-03-02", "11:00", whole=False)
    row = council.row()
    council.ask(
        "PATCH", f"/lists/Audit allocations/{row['id']}", {"Return for rectification by": "2026-03-09"}
    )
    council.run("2026-03-03")
    council.arrives(AUDITOR, filled(first, grade="Good", **{"d4.grade": "Requires Improvement"}))
    council.run("2026-03-03", "11:00", whole=False)
    council.arrives(MODERATOR, filled(first, grade="Good", moderated="Good"))
    council.run("2026-03-04", "11:00", whole=False)
    (held,) = (m for m in council.inbox() if m["folder"] == LOOK)
    assert held["categories"] == [DIFFERS]
    council.run("2026-03-05")
    said = digest(council)
    assert "the auditor's part in it is that of Monday 2 March 2026" in said
    assert "A later one was returned on Tuesday 3 March 2026" in said
