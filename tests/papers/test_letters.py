"""The letters of the folder: what each says, to whom, and what none may carry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from letter_samples import (
    CHILD,
    FOLDER,
    KLOES,
    about_an_audit,
    audit,
    broken,
    digest,
    matter,
    samples,
    sound,
    texts,
)

from bot.errors import LetterRefused
from bot.papers.letters.audit_words import AuditWords
from bot.papers.letters.button_words import BUTTON_KINDS, LINK_KINDS
from bot.papers.letters.cycle_words import CycleWords, MonthWords
from bot.papers.letters.digest_words import NOTHING_KEPT, DigestWords, ReceiptWords
from bot.papers.letters.letter_press import FRAME
from bot.papers.letters.letter_words import EveryLetter
from bot.papers.letters.letters import Letters
from bot.papers.letters.level_words import LevelWords
from bot.papers.letters.replacement_words import ReplacementWords
from bot.papers.letters.several_words import SeveralWords
from bot.papers.letters.words_by_scope import allowed
from bot.programme.messages.matter_kind import Place
from bot.programme.vocabulary import Grade
from bot.programme.working_days import Dated

ROOT = Path(__file__).parents[2]
SAMPLES = samples()
NAMES = sorted(SAMPLES)
ABOUT_AUDITS = sorted(name for name in NAMES if "audit" in SAMPLES[name])
MAY_CARRY_THE_MOSAIC_NUMBER = {
    "07_audit_allocated_auditor",
    "07_audit_allocated_moderator",
    "07_practitioner_informed",
    "07_dip_sample_allocated",
    "10_inadequate_alert",
}
MAY_NAME_A_GRADE = {
    "00_digest",
    "07_moderation_requested",
    "07_moderation_escalation",
    "10_inadequate_alert",
    "10_may_be_inadequate",
    "10_row_deleted",
    "10_alert_held",
    "10_inadequate_no_longer",
    "10_what_follows_for_the_auditor",
    "10_uopp_arrange_inadequate",
    "10_uopp_arrange_requires_improvement",
    "10_uopp_escalation",
    "15_not_improved",
}


@pytest.fixture(scope="module")
def letters() -> Letters:
    return sound()


def shown(html: str) -> str:
    """What a reader sees, on one line."""
    without = re.sub(r"<style.*?</style>|<title.*?</title>|<!--.*?-->", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without)).split())


def test_nothing_is_wrong_with_any_letter() -> None:
    """Whatever is, is told here alone, with its file, line and the nearest right word."""
    if broken():
        pytest.fail("\n".join(broken()), pytrace=False)


def test_there_is_a_sample_of_every_letter(letters: Letters) -> None:
    assert set(letters.names()) == set(SAMPLES)


def test_every_letter_a_rule_sends_is_in_the_folder(letters: Letters) -> None:
    rules = tomllib.loads((ROOT / "config" / "rules.toml").read_text(encoding="utf-8"))["rule"]
    assert {rule["letter"] for rule in rules} <= set(letters.names())


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_filled_in_completely(letters: Letters, name: str) -> None:
    letter = letters.letter(name, SAMPLES[name], must_not_carry=CHILD)
    for text in (letter.subject, letter.html):
        assert not re.search(r"\{[{%#]|[#%}]\}|zq\d|None|Undefined|<!--zq", text)
    assert "**" not in shown(letter.html)
    assert " ()" not in shown(letter.html)


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_fails_clearly_without_each_of_its_words(letters: Letters, name: str) -> None:
    for word in letters.words(name):
        with pytest.raises(LetterRefused, match=f"“{name}” needs “{word}”"):
            letters.letter(name, {w: v for w, v in SAMPLES[name].items() if w != word})


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_uses_a_word_its_occasion_does_not_give(letters: Letters, name: str) -> None:
    assert letters.words(name) <= SAMPLES[name].keys()


@pytest.mark.parametrize("name", ABOUT_AUDITS)
def test_every_letter_about_an_audit_survives_a_row_with_nobody_in_it(letters: Letters, name: str) -> None:
    nobody = audit(
        team="", practitioner=None, team_manager=None, auditor=None, auditors_head_of_service=None,
        moderator=None, head_of_service=None, services_involved=(),
    )  # fmt: skip
    words = {
        **SAMPLES[name],
        "audit": nobody,
        "kloes": (),
        "problems": [],
        "returned_on": None,
        "moderated_on": None,
    }
    assert "FSP-2026-03-014" in shown(letters.letter(name, words).html)


# ------------------------------------------------------------------------------------------------- personal data


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("secret", ["Robin Example", "14 May 2012", "14/05/2012", "2012-05-14"])
def test_no_letter_can_carry_the_childs_name_or_date_of_birth(
    letters: Letters, name: str, secret: str
) -> None:
    words = {**SAMPLES[name], "council": f"Council of {secret}"}
    with pytest.raises(LetterRefused, match="would carry a child's name") as refusal:
        letters.letter(name, words, must_not_carry=CHILD)
    assert secret not in str(refusal.value)


@pytest.mark.parametrize(
    "written",
    [
        "robin  EXAMPLE", "Robin-Example", "Robin\u00a0Example", "Ro\u200bbin Exam\u00adple", "Róbin Éxample",
        "Ｒｏｂｉｎ Example", "Robin_Example", "(Robin, Example)", "Robin\r\nExample",
    ],
)  # fmt: skip
def test_a_name_is_recognised_however_it_is_written(letters: Letters, written: str) -> None:
    with pytest.raises(LetterRefused, match="The text of the letter"):
        letters.letter(
            "07_audit_reminder", {**SAMPLES["07_audit_reminder"], "greeting": written}, must_not_carry=CHILD
        )


def test_a_name_put_together_from_the_letter_and_a_value_is_recognised() -> None:
    only = Letters.from_texts(
        {FRAME: "<html><body>{{ letter }}</body></html>", "x": "Subject: x\n\nRo{{ greeting }}ple, *bye*"}
    )
    with pytest.raises(LetterRefused, match="The text of the letter"):
        only.letter("x", {"greeting": "bin exam"}, must_not_carry=CHILD)
    split = Letters.from_texts(
        {
            FRAME: "<html><body>{{ letter }}</body></html>",
            "x": "Subject: x\n\n{{ greeting }}{{ council }} **Example**",
        }
    )
    with pytest.raises(LetterRefused, match="The text of the letter"):
        split.letter("x", {"greeting": "Ro", "council": "bin"}, must_not_carry=CHILD)


def test_a_name_in_the_subject_is_recognised_too() -> None:
    only = Letters.from_texts(
        {FRAME: "<html><body>{{ letter }}</body></html>", "x": "Subject: {{ greeting }}\n\nHello"}
    )
    with pytest.raises(LetterRefused, match="The subject of the letter “x” would carry"):
        only.letter("x", {"greeting": "Robin Example"}, must_not_carry=CHILD)


def test_a_name_in_the_address_of_a_link_is_recognised_too() -> None:
    text = "Subject: a\n\n[Reply](mailto:a@b.example?subject={{ greeting }})"
    only = Letters.from_texts({FRAME: "<html><body>{{ letter }}</body></html>", "x": text})
    with pytest.raises(LetterRefused, match="would carry"):
        only.letter("x", {"greeting": "Robin Example"}, must_not_carry=CHILD)


@pytest.mark.parametrize(
    "harmless", ["Robinson Example", "Robin Examples", "Example Robin-Smith Robin", "Robin"]
)
def test_a_part_of_a_longer_word_is_not_taken_for_the_name(letters: Letters, harmless: str) -> None:
    words = {**SAMPLES["07_audit_reminder"], "greeting": harmless}
    assert harmless in letters.letter("07_audit_reminder", words, must_not_carry=CHILD).html


def test_a_name_written_without_spaces_is_found_inside_a_sentence(letters: Letters) -> None:
    words = {**SAMPLES["07_audit_reminder"], "greeting": "您好王小明同学"}
    with pytest.raises(LetterRefused):
        letters.letter("07_audit_reminder", words, must_not_carry=["王小明"])


def test_empty_identifiers_stop_nothing(letters: Letters) -> None:
    assert letters.letter("07_audit_reminder", SAMPLES["07_audit_reminder"], must_not_carry=["", " ", "–"])


@pytest.mark.parametrize("name", NAMES)
def test_the_mosaic_number_stands_only_where_it_is_needed(letters: Letters, name: str) -> None:
    letter = letters.letter(name, SAMPLES[name])
    assert "1048213" not in letter.subject
    assert ("1048213" in letter.html) == (name in MAY_CARRY_THE_MOSAIC_NUMBER)


@pytest.mark.parametrize("grade", list(Grade))
@pytest.mark.parametrize("name", ABOUT_AUDITS)
def test_no_subject_carries_a_grade(letters: Letters, name: str, grade: Grade) -> None:
    words = {**SAMPLES[name], "grade": grade, "auditor_grade": grade, "moderated_grade": grade}
    subject = letters.letter(name, words).subject.casefold()
    assert not any(g.value.casefold() in subject for g in Grade)


@pytest.mark.parametrize("name", sorted(set(NAMES) - MAY_NAME_A_GRADE - {"06_list_for_confirmation"}))
def test_reminders_and_the_like_name_no_grade(letters: Letters, name: str) -> None:
    words = {
        **SAMPLES[name],
        "grade": "Grade-Of-This-Audit",
        "auditor_grade": "Grade-Of-This-Audit",
        "moderated_grade": "Grade-Of-This-Audit",
    }
    assert "Grade-Of-This-Audit" not in letters.letter(name, words).html


@pytest.mark.parametrize("name", ABOUT_AUDITS)
def test_no_letter_gives_the_reason_for_involvement_or_the_services_involved(
    letters: Letters, name: str
) -> None:
    html = letters.letter(name, SAMPLES[name]).html
    assert "Child in need" not in html
    assert "Youth Justice" not in html


@pytest.mark.parametrize("name", ABOUT_AUDITS)
def test_a_letter_about_a_restricted_record_asks_for_nothing_by_mail(letters: Letters, name: str) -> None:
    words = {**SAMPLES[name], "audit": audit(restricted=True, mosaic_number="")}
    text = shown(letters.letter(name, words).html)
    assert "Mosaic" not in text
    assert "is attached" not in text
    assert not re.search(r"[Ss]end (it|the (completed )?form)\b", text)


def test_the_list_for_confirmation_says_of_a_restricted_record_only_where_to_look(letters: Letters) -> None:
    html = letters.letter("06_list_for_confirmation", SAMPLES["06_list_for_confirmation"]).html
    row = next(row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if "FSP-2026-03-004" in row)
    assert shown(row) == "FSP-2026-03-004 Restricted: see the list – – –"


# ------------------------------------------------------------------------------------------------- what they say


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_names_a_person_to_ask_and_says_that_it_is_automatic(
    letters: Letters, name: str
) -> None:
    text = shown(letters.letter(name, SAMPLES[name]).html)
    assert "Grace Mensah of the Audit Team will help" in text
    assert "automated message from the Audit Team. Replies reach people." in text
    assert "do not forward it, or anything attached to it, outside the council" in text
    assert "OFFICIAL-SENSITIVE" in text


@pytest.mark.parametrize("name", ABOUT_AUDITS)
def test_every_subject_begins_with_the_marking_and_the_audits_reference(letters: Letters, name: str) -> None:
    assert letters.letter(name, SAMPLES[name]).subject.startswith(
        ("OFFICIAL-SENSITIVE Audit FSP-2026-03-014: ", "OFFICIAL-SENSITIVE Dip sample FSP-2026-03-014: ")
    )


def test_without_a_marking_there_is_no_empty_place_for_one() -> None:
    letter = Letters.from_texts(texts()).letter("07_audit_reminder", SAMPLES["07_audit_reminder"])
    assert letter.subject == "Audit FSP-2026-03-014: due Fri 20 Mar"
    assert 'class="marking"' not in letter.html


@pytest.mark.parametrize(
    "name", sorted(n for n in NAMES if "due" in SAMPLES[n] and SAMPLES[n]["due"] and "due.why" in texts()[n])
)
def test_a_date_is_said_with_its_weekday_and_its_reason(letters: Letters, name: str) -> None:
    due = SAMPLES[name]["due"]
    assert isinstance(due, Dated)
    text = shown(letters.letter(name, SAMPLES[name]).html)
    assert f"{due.on:%A} {due.on.day} {due.on:%B %Y}" in text
    if name not in ("07_practitioner_informed", "10_inadequate_alert"):
        assert due.why in text


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n.endswith(("reminder", "overdue", "_due", "requested"))]
)
def test_whoever_has_already_sent_it_is_thanked_or_asked_to_forgive(letters: Letters, name: str) -> None:
    assert "If you have already" in shown(letters.letter(name, SAMPLES[name]).html)


def test_the_auditor_is_asked_to_comment_on_each_line_of_enquiry(letters: Letters) -> None:
    html = letters.letter("07_audit_allocated_auditor", SAMPLES["07_audit_allocated_auditor"]).html
    assert "comment on each key line of enquiry" in html
    assert [unescape(item) for item in re.findall(r"<li[^>]*>([^<]*\?)</li>", html)] == list(KLOES)


def test_a_re_audit_is_a_review_of_the_record_and_talks_with_practitioner_and_team_manager(
    letters: Letters,
) -> None:
    again = audit(audit_type="Re-audit", earlier_audit="FSP-2025-09-007")
    written = {
        name: shown(letters.letter(name, {**SAMPLES[name], "audit": again}).html)
        for name in (
            "07_audit_allocated_auditor",
            "07_audit_allocated_moderator",
            "07_practitioner_informed",
            "07_audit_reminder",
        )
    }
    auditors, moderators, practitioners, reminder = written.values()
    assert "Meet Priya Nair and Joan Whitlock" in auditors
    assert "whether it has become Good" in auditors
    assert "FSP-2025-09-007" in auditors
    assert "FSP-2025-09-007" in practitioners
    assert "They talk with your Team Manager, too" in practitioners
    for text in written.values():
        assert "own section" not in text
        assert "practitioner's section" not in text
        assert "line of enquiry" not in text
        assert "audit tool" not in text
        assert KLOES[0] not in text, "the form of a re-audit has no lines of enquiry"
    assert "moderated as every audit is" in moderators
    assert "what has become of each action" in reminder


def test_only_their_own_head_of_service_can_exempt_an_auditor(letters: Letters) -> None:
    for name in ("07_audit_allocated_auditor", "07_audit_reminder", "07_audit_overdue"):
        text = shown(letters.letter(name, SAMPLES[name]).html)
        assert "David Osei" in text
        assert "Only they can agree an exemption" in text


def test_the_moderator_is_pointed_to_a_conversation_and_never_to_a_second_audit(letters: Letters) -> None:
    text = shown(letters.letter("07_moderation_requested", SAMPLES["07_moderation_requested"]).html)
    assert "A conversation first" in text
    assert "never expected to audit the file again" in text


def test_an_inadequate_is_moderated_within_one_working_day_and_says_so(letters: Letters) -> None:
    urgent = shown(letters.letter("07_moderation_requested", SAMPLES["07_moderation_requested"]).html)
    assert "due within one working day" in urgent
    good = {**SAMPLES["07_moderation_requested"], "auditor_grade": Grade.GOOD}
    usual = shown(letters.letter("07_moderation_requested", good).html)
    assert "within one working day" not in usual
    assert "graded" not in usual


def test_the_alert_before_and_after_moderation_names_the_right_steps(letters: Letters) -> None:
    before = shown(letters.letter("10_inadequate_alert", SAMPLES["10_inadequate_alert"]).html)
    assert "The audit is moderated Tom Reid Thursday 26 March 2026" in before
    assert "not settled until it has been moderated" in before
    after = shown(
        letters.letter(
            "10_inadequate_alert",
            about_an_audit(
                auditor_grade=Grade.REQUIRES_IMPROVEMENT,
                moderated_grade=Grade.INADEQUATE,
                moderated_on=date(2026, 3, 31),
                urgent_due=Dated(date(2026, 4, 2), "two working days"),
                uopp_due=Dated(date(2026, 4, 7), "three working days"),
            ),
        ).html
    )
    assert "graded Inadequate ; the auditor's own grade was Requires Improvement" in after
    assert "Thursday 2 April 2026" in after
    assert "Tuesday 7 April 2026" in after
    assert "The audit is moderated" not in after


def test_the_moderator_is_invited_to_the_uopp_meeting_only_when_the_grade_changed(letters: Letters) -> None:
    changed = SAMPLES["10_uopp_arrange_requires_improvement"]
    kept = {**changed, "auditor_grade": Grade.REQUIRES_IMPROVEMENT}
    assert "Moderator" in shown(letters.letter("10_uopp_arrange_requires_improvement", changed).html)
    assert "Moderator" not in shown(letters.letter("10_uopp_arrange_requires_improvement", kept).html)


def test_urgent_issues_are_due_today_on_the_day(letters: Letters) -> None:
    words = {**SAMPLES["10_urgent_issues_due"], "today": date(2026, 4, 2)}
    assert letters.letter("10_urgent_issues_due", words).subject.endswith("urgent issues, due today")


def test_an_audit_goes_back_with_a_date_or_with_room_for_one(letters: Letters) -> None:
    words = SAMPLES["07_returned_to_auditor"]
    assert "Put a date in place of the dots" in shown(letters.letter("07_returned_to_auditor", words).html)
    dated = {**words, "due": Dated(date(2026, 3, 27), "the day the Audit Team gave")}
    text = shown(letters.letter("07_returned_to_auditor", dated).html)
    assert "Please return it by Friday 27 March 2026" in text
    assert "in place of the dots" not in text


# ------------------------------------------------------------------------------------------------- the digest


def test_the_digest_begins_with_what_needs_a_person(letters: Letters) -> None:
    letter = letters.letter("00_digest", digest())
    assert letter.subject == "OFFICIAL-SENSITIVE Audits on Thu 26 Mar: 2 things for a person"
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", letter.html)
    assert headings[:2] == ["People wait for this: 2 things", "Where the cycles stand"]


def test_children_come_first_in_the_digest_and_in_its_subject_without_a_grade(letters: Letters) -> None:
    told = (
        matter("FSP-2026-03-071", "The urgent issues of an Inadequate were due.", Place.CHILDREN),
        matter("FSP-2026-03-072", "“Moderator” is empty."),
        matter("FSP-2026-03-073", "Tom Reid was not copied in.", Place.CAN_WAIT),
    )
    letter = letters.letter("00_digest", {**digest(), "needs_a_person": told, "not_sent": (), "waiting": ()})
    assert letter.subject.endswith("3 things for a person, 1 about a child’s safety")
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", letter.html)
    assert headings[:3] == [
        "About a child’s safety: 1 thing, first of all", "People wait for this: 1 thing", "This can wait: 1 thing",
    ]  # fmt: skip
    for each in told:
        assert letter.html.partition("</h1>")[2].count(each.where) == 1
        assert each.age in shown(letter.html)


def test_a_bar_is_drawn_in_cells_that_word_colours_and_says_its_figures(letters: Letters) -> None:
    html = letters.letter("00_digest", digest()).html
    assert re.findall(r'<td width="(\d+)%" bgcolor="(#\w{6})"', html) == [
        ("15", "#46549b"), ("55", "#1f4e5f"), ("30", "#2f6b43"),
    ]  # fmt: skip
    assert "33 With moderators" in shown(html).replace("\xa0", " ")


def test_a_digest_without_anything_to_do_says_so_and_is_short(letters: Letters) -> None:
    nothing: dict[str, object] = {
        **digest(), "needs_a_person": (), "done": (), "not_sent": (), "returned": (), "waiting": (), "coming": (),
        "counts": {}, "cycles": (), "notes": (), "ledger": "", **NOTHING_KEPT,
    }  # fmt: skip
    letter = letters.letter("00_digest", nothing)
    assert letter.subject.endswith("nothing needs anyone")
    assert "Nothing needs anyone today. Nothing was sent and nothing came back." in shown(letter.html)
    assert "<h2" not in letter.html


def test_on_launch_day_the_digest_counts_letters_instead_of_listing_them(letters: Letters) -> None:
    words = digest()
    many = [
        {"letter": kind, "audit": f"FSP-{n:03}", "to": "A B", "why": "launch"}
        for kind in ("Audit allocated", "Moderation allocated", "Practitioner informed")
        for n in range(60)
    ]
    text = shown(letters.letter("00_digest", {**words, "done": many}).html)
    assert "Audit allocated 60 Moderation allocated 60 Practitioner informed 60" in text
    assert "FSP-059" not in text


def test_the_digest_takes_a_waiting_audit_without_a_due_date(letters: Letters) -> None:
    words = digest()
    waiting = words["waiting"]
    assert isinstance(waiting, tuple)
    undated = {"ref": "FSP-1", "status": "With auditor", "next_step": "…", "due": None, "late": False}
    assert letters.letter("00_digest", {**words, "waiting": (*waiting, undated)})


# ------------------------------------------------------------------------------------------------- as Outlook needs it


VOID = {"meta", "br", "hr", "img", "link"}


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.parents: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.parents.append((self.open[-1] if self.open else "", tag))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_well_formed_and_its_rows_stand_in_tables(letters: Letters, name: str) -> None:
    nesting = _Nesting()
    nesting.feed(letters.letter(name, SAMPLES[name]).html)
    assert nesting.open == []
    assert all(parent in ("tbody", "thead", "table") for parent, tag in nesting.parents if tag == "tr")
    assert all(parent in ("ul", "ol") for parent, tag in nesting.parents if tag == "li")


@pytest.mark.parametrize("marking", ["", "OFFICIAL"])
def test_a_letter_is_well_formed_with_and_without_a_marking(marking: str) -> None:
    html = Letters.from_texts(texts(), marking=marking).letter("00_digest", digest()).html
    nesting = _Nesting()
    nesting.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    assert nesting.open == []


@pytest.mark.parametrize("name", NAMES)
def test_styles_are_inlined_and_nothing_is_fetched(letters: Letters, name: str) -> None:
    html = re.sub(r"<!--.*?-->", "", letters.letter(name, SAMPLES[name]).html, flags=re.DOTALL)
    assert "<img" not in html
    assert "src=" not in html
    assert "<link" not in html
    assert all(re.search(r'\bstyle="[^"]', tag) for tag in re.findall(r"<(?:td|th|p|li|h2|h3)\b[^>]*>", html))
    assert set(re.findall(r'href="([a-z]+:)', html)) <= {"mailto:", "https:"}


# ------------------------------------------------------------------------------------------------- the page for editors


def _table(heading: str) -> Mapping[str, list[str]]:
    page = (ROOT / "docs" / "letters.md").read_text(encoding="utf-8")
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.split("\n")
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_the_page_for_editors_names_every_letter(letters: Letters) -> None:
    assert {*_table("Letters of the rules"), *_table("Letters that no rule sends")} == set(letters.names())


def test_the_folder_is_in_the_order_of_the_guide() -> None:
    assert all(re.fullmatch(r"\d\d_[a-z_]+\.md|_frame\.html", path.name) for path in FOLDER.iterdir())


def test_the_page_for_editors_explains_each_word_as_it_is_declared() -> None:
    assert set(_table("Words for buttons")) == BUTTON_KINDS.keys()
    assert set(_table("Words for links")) == LINK_KINDS.keys()


@pytest.mark.parametrize(
    ("occasion", "sort"),
    [
        (about_an_audit(), AuditWords),
        (SAMPLES["06_list_for_confirmation"], CycleWords),
        (SAMPLES["09_monthly_scorecard"], MonthWords),
        (SAMPLES["00_several_at_once"], SeveralWords),
        (SAMPLES["07_form_received"], ReceiptWords),
        (digest(), DigestWords),
        (SAMPLES["00_next_level"], LevelWords),
        (SAMPLES["00_replacement_proposed"], ReplacementWords),
    ],
)
def test_the_samples_hold_exactly_the_words_the_letters_know(
    occasion: Mapping[str, object], sort: type[EveryLetter]
) -> None:
    assert occasion.keys() == allowed(sort).keys()
