"""What a reader meets in a letter: what is wanted first, its one filled button, and nothing that is not so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from letter_samples import samples, sound, texts
from people import Story, day

from bot.daily_run.trying.sample_letters import Sample
from bot.papers.letters.letter_words import AuditTeam, Surroundings
from bot.papers.letters.words_by_scope import words
from bot.programme.standing.council import Council


@dataclass
class Button:
    boxed: bool
    style: str
    cell: str
    says: str = ""


@dataclass
class _Read(HTMLParser):
    """The letter below its head, as a reader meets it: paragraphs before the first box, and every button."""

    boxes: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _cell: str = ""
    _in_main: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_main = self._in_main or given.get("role") == "main"
        if tag in ("meta", "br"):
            return
        kind = (given.get("class") or "") if tag == "table" else tag
        self._open.append(kind)
        if self._in_main and kind == "note" and self._open.count("note") == 1:
            self.boxes.append("")
        if tag == "td":
            self._cell = given.get("style") or ""
        if tag == "a" and "button" in self._open:
            self.buttons.append(Button("note" in self._open, given.get("style") or "", self._cell))

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "br"):
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._in_main or not data.strip("\xa0 \n"):
            return
        if "note" in self._open:
            self.boxes[-1] += data
        if "button" in self._open:
            self.buttons[-1].says += data


def read(html: str) -> _Read:
    reader = _Read()
    reader.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    return reader


TELLS_ONLY = {"00_digest", "07_form_received", "09_monthly_scorecard"}
"""They ask for nothing."""
CONTEXT_FIRST = {
    "00_taken_over", "07_audit_allocated_auditor", "07_audit_allocated_moderator", "07_dip_report_shared",
    "07_dip_sample_allocated", "07_practitioner_informed", "07_returned_to_auditor", "09_shared_with_chair",
    "09_shared_with_services", "10_inadequate_alert", "10_uopp_record", "11_final_decision",
}  # fmt: skip
"""The first word somebody hears of a matter, thanks, or a decision: who they are in it is said in one breath first."""


def test_what_a_letter_wants_stands_in_its_box_before_everything_else(shown: list[Sample]) -> None:
    for sample in shown:
        found = read(sample.letter.html)
        if sample.shown.letter in TELLS_ONLY:
            continue
        assert found.boxes, sample.name
        paragraphs = len(
            re.findall(r"<p[^>]*>", sample.letter.html.split('class="note"')[0].split('role="main"')[1])
        )
        allowed = 2 if sample.shown.letter in CONTEXT_FIRST else 1  # the greeting is one
        assert paragraphs <= allowed, (sample.name, paragraphs)


ASKS_US = re.compile(r"\b(?:tell us|reply|send|return|confirm|share)\b", re.IGNORECASE)


def test_who_is_asked_to_tell_us_something_has_a_button_in_the_box_that_asks(shown: list[Sample]) -> None:
    for sample in shown:
        if sample.shown.letter in TELLS_ONLY | {"00_several_escalated", "07_dip_report_shared"}:
            continue  # many matters are answered in one reply; a report is only read
        if (planned := sample.planned) and planned.standing and planned.standing.allocation.restricted:
            continue  # nothing about it travels by mail
        asked = read(sample.letter.html)
        if asked.boxes and ASKS_US.search(asked.boxes[0]) and "audit.team@" not in "".join(sample.shown.to):
            assert any(button.boxed for button in asked.buttons), sample.name


def test_what_waits_for_an_answer_never_says_that_nothing_more_is_needed() -> None:
    """While we have not heard, "Nothing more is needed" would send somebody away who is then chased."""
    for name, text in texts().items():
        said = re.search(r"If you have already [^.]*\.[^.]*[Nn]othing more is needed", text)
        assert not said, (name, said)


def test_a_button_for_what_is_asked_is_filled_and_every_other_is_outlined(shown: list[Sample]) -> None:
    found = [button for sample in shown for button in read(sample.letter.html).buttons]
    assert {button.boxed for button in found} == {True, False}
    for button in found:
        assert ("background-color: #17657a" in button.cell) == button.boxed, button
        assert re.search(r"(?<!-)color: (#\w+)", button.style)[1] == (
            "#ffffff" if button.boxed else "#17657a"
        ), button


def test_grades_are_written_as_the_guide_names_them(shown: list[Sample]) -> None:
    for sample in shown:
        if sample.shown.letter != "00_digest":
            assert not re.search(r"Requires Improvement(?! to be Good)", sample.shown.text), sample.name


def test_no_letter_to_the_service_says_what_the_audit_team_enters(shown: list[Sample]) -> None:
    for sample in shown:
        if not any("audit.team@" in person for person in sample.shown.to):
            assert "then enter" not in sample.shown.text, sample.name
            assert "Bot's note" not in sample.shown.text, sample.name


def test_whoever_takes_dip_samples_reads_in_one_letter_what_each_alone_would_say(shown: list[Sample]) -> None:
    alone = next(s for s in shown if s.shown.letter == "07_dip_sample_allocated")
    together = next(s for s in shown if s.shown.letter == "00_several_at_once")
    for sample in (alone, together):
        text = sample.shown.text
        assert "quick look at the record only" in text
        assert "It has no grade." in text
        assert (
            "If it shows anything that cannot wait for the child, please tell the Team Manager at once."
            in text
        )
        assert "Is the child's voice heard" in text
        assert "Mosaic number | 10482" in text


def test_a_reminder_of_a_dip_sample_has_no_mosaic_number() -> None:
    letters = sound()
    assert "Mosaic" not in letters.letter("00_several_at_once", samples()["00_several_at_once"]).html


def test_a_first_letter_does_not_say_that_something_has_not_reached_us(shown: list[Sample]) -> None:
    for sample in shown:
        if sample.planned and re.search("allocated|requested|to arrange|to convene", sample.planned.rule.id):
            assert "has not reached us" not in sample.shown.text, sample.name


def test_the_review_meeting_is_asked_for_today_on_its_day_and_its_reason_is_not_contradicted(
    shown: list[Sample],
) -> None:
    for sample in (s for s in shown if s.shown.letter == "10_review_uopp_due"):
        on_the_day = sample.name.endswith("the-day")
        assert ("review UoPP meeting today, " in sample.shown.text) == on_the_day
        assert not (
            "after moderation" in sample.shown.text
            and "Six weeks after the UoPP meeting" in sample.shown.text
        )


def test_a_receipt_says_what_comes_next_for_what_came(shown: list[Sample]) -> None:
    receipt = next(s for s in shown if s.shown.letter == "07_form_received")
    assert "the auditor's part" in receipt.shown.text
    assert re.search(r"What comes next \| \w+ \w+ moderates by", receipt.shown.text)


def test_the_head_of_service_who_confirms_a_list_can_see_the_children_in_it(shown: list[Sample]) -> None:
    for letter in ("06_list_for_confirmation", "06_additions_for_confirmation"):
        sample = next(s for s in shown if s.shown.letter == letter)
        assert "For the Head of Service: see the children in the list (https://" in sample.shown.text


def test_no_address_of_a_letter_holds_a_letter_mail_programs_stumble_over(shown: list[Sample]) -> None:
    for sample in shown:
        for person in sample.shown.to + sample.shown.cc:
            assert person.isascii() or person.partition("<")[2].isascii(), person


def test_everybody_who_may_disagree_with_a_moderated_inadequate_has_the_button(shown: list[Sample]) -> None:
    """The Team Manager with the urgent issues, the Head of Service with the UoPP letter (§11)."""
    for letter, label in (
        ("10_urgent_issues_due", "We still do not agree"),
        ("10_uopp_arrange_inadequate", "For the Head of Service: we still do not agree"),
    ):
        sample = next(s for s in shown if s.shown.letter == letter and "reminder" not in s.name)
        assert any(b.says.startswith(label) and not b.boxed for b in read(sample.letter.html).buttons), letter


def test_a_practitioner_reads_on_the_first_day_how_a_concern_about_the_audit_is_taken_up(
    shown: list[Sample],
) -> None:
    text = next(s for s in shown if s.shown.letter == "07_practitioner_informed").shown.text
    steps = (
        "your Team Manager is the first person",
        "the three of you",
        "the Audit Manager is told",
        "can offer to",
    )
    assert [text.index(step) for step in steps] == sorted(text.index(step) for step in steps)


def test_a_uopp_letter_names_the_chair_and_the_meetings_a_plan_may_need(shown: list[Sample]) -> None:
    for letter in ("10_uopp_arrange_inadequate", "10_uopp_arrange_requires_improvement"):
        text = next(s for s in shown if s.shown.letter == letter).shown.text
        assert "a core group, a review conference or a statutory review" in text
    given = samples()["10_uopp_arrange_inadequate"]
    given["audit"].iro_or_cp_chair = given["audit"].practitioner  # type: ignore[attr-defined]
    named = sound().letter("10_uopp_arrange_inadequate", given).html
    assert f"The IRO or CP Chair, {given['audit'].practitioner.name}, and" in named  # type: ignore[attr-defined]


def test_who_audits_a_restricted_record_asks_with_a_button_how_to_see_it() -> None:
    given = samples()["07_audit_allocated_auditor"]
    given["audit"].restricted, given["return_audit"] = True, None  # type: ignore[attr-defined]
    buttons = read(sound().letter("07_audit_allocated_auditor", given).html).buttons
    assert [button.says for button in buttons if button.boxed] == ["Please arrange it with me"]


def test_whoever_was_alerted_is_not_told_of_a_moderation_when_no_grade_counts() -> None:
    without = {
        **samples()["10_inadequate_no_longer"],
        "grade": None,
        "moderated_on": None,
        "final_grade": None,
    }
    text = sound().letter("10_inadequate_no_longer", without).html
    assert "When another counts, we write again." in text
    assert "The audit is now moderated" not in text


def test_a_moderator_reads_what_is_missing_and_not_what_was_meant_for_the_audit_team() -> None:
    """A moderator asks the auditor to complete what is missing (§7); who was not copied is the Audit Team's to mend."""
    story = Story()
    gap = "Section 9, Improvement plan: no action is complete."
    story.returned(
        "Tue 10 Mar 2026", "Requires Improvement", problems=[gap, "Pru was not copied in; please pass it on."]
    )
    (asked,) = [x for x in story.letters("Tue 10 Mar 2026") if x.rule.id == "moderation requested"]
    around = Surroundings(
        day("Tue 10 Mar 2026"),
        "Wexcombe",
        AuditTeam("Audit Team", "a@w.example", "Gr"),
        story.basis.working,
    )
    given = words(asked, Council([story.cycle], (), story.audits), around)
    text = sound().letter("07_moderation_requested", given).html
    assert re.search(r"Section 9, Improvement plan</td>\s*<td[^>]*>no action is complete\.</td>", text)
    assert "please ask the auditor to put it right" in text
    assert "not copied" not in text


def test_the_dip_report_is_asked_for_with_how_many_samples_are_still_out(shown: list[Sample]) -> None:
    text = next(s for s in shown if s.shown.letter == "07_dip_report_to_write").shown.text
    assert re.search(
        r"with it the 3 dip samples\. Of these, \d have not come back; please say so in the report\.", text
    )
