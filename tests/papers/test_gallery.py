"""The gallery: every letter of the rule book from a made-up season, by the code that really writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.cli import main
from bot.daily_run.trying.gallery import in_the_dark, without_buttons, write_gallery
from bot.daily_run.trying.sample_letters import Sample
from bot.daily_run.trying.sample_settings import settings_of
from bot.errors import SettingsError
from bot.papers.letters.letter_words import first_name
from bot.papers.letters.reading_ease import reading_ease
from bot.programme.answers.ready_messages import LONGEST_LINK
from bot.programme.proof.sample_season import SampleSeason
from bot.programme.rulebook.rules import Rulebook

ROOT = Path(__file__).parents[2]
PROFILE = ROOT / "config" / "sandbox.toml"


OUTSIDE_THE_RULE_BOOK: set[str] = set()
"""Letters about the post, which a season of planned letters does not bring."""


def test_the_gallery_shows_every_letter_for_every_rule_that_sends_it(
    shown: list[Sample], book: Rulebook
) -> None:
    letters = {path.stem for path in (ROOT / "mail_templates").glob("*.md")}
    assert {sample.shown.letter for sample in shown} == letters - OUTSIDE_THE_RULE_BOOK
    sent = {sample.planned.rule.id for sample in shown if sample.planned}
    sent |= {part.rule.id for sample in shown if sample.planned for part in sample.planned.together}
    assert {rule.id for rule in book.rules} <= sent


def test_the_gallery_is_a_folder_of_pages_that_need_no_tenant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["letters", "--settings", str(tmp_path / "no profile.toml"), "--out", str(tmp_path / "out")])
        == 0
    )
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for link in re.findall(r'href="([^"]+)"', page):
        linked = (tmp_path / "out" / link).read_text(encoding="utf-8")
        for frame in re.findall(r'src="([^"]+)"', linked):
            assert (tmp_path / "out" / frame).is_file()
    assert "Open " in capsys.readouterr().out


def test_a_profile_gives_its_council_marking_and_audit_team(tmp_path: Path) -> None:
    profile = tmp_path / "live.toml"
    profile.write_text(
        'council = "Anywhere Council"\nmarking = "OFFICIAL"\n[audit_team]\ncontact = "Somebody Else"\n'
    )
    given = settings_of(profile)
    assert (given.council, given.marking, given.team.contact) == (
        "Anywhere Council",
        "OFFICIAL",
        "Somebody Else",
    )
    assert given.letters.samefile(ROOT / "mail_templates")
    profile.write_text("council = ")
    with pytest.raises(SettingsError, match="line 1: nothing stands after the = of “council”"):
        settings_of(profile)


def test_a_folder_that_cannot_be_written_is_named(shown: list[Sample], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_gallery(shown[:1], tmp_path / "file")


def test_a_letter_and_an_address_belong_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["letters", "--to", "me@wexcombe.example"]) == 2
    assert "belong together" in capsys.readouterr().err


def test_a_letter_that_does_not_exist_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["letters", "--to", "me@wexcombe.example", "--letter", "07_audit_remind-audit-reminder"]) == 2
    assert "Did you mean “07_audit_reminder-audit-reminder”?" in capsys.readouterr().err


def test_the_buttons_of_a_sample_lead_nowhere(shown: list[Sample]) -> None:
    for sample in shown:
        assert set(re.findall(r'href="([^"]*)"', without_buttons(sample.letter.html))) <= {
            "mailto:sample@example.invalid"
        }


def test_the_dark_of_a_letter_is_its_own(shown: list[Sample]) -> None:
    for sample in shown:
        assert "(prefers-color-scheme: dark)" in sample.letter.html
        assert "(prefers-color-scheme: dark)" not in in_the_dark(sample.letter.html)


def test_a_season_that_cannot_be_used_is_named() -> None:
    with pytest.raises(SettingsError, match="sample_council"):
        SampleSeason.from_text("council = 1")


# -------------------------------------------------------------------------------------------- what the letters are like

TAGS = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "thead", "tbody", "tr", "th", "td",
    "p", "h1", "h2", "h3", "ul", "ol", "li", "a", "strong", "em", "code", "br",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "http-equiv", "content", "name", "class", "style", "role", "width", "cellpadding", "cellspacing",
    "border", "bgcolor", "align", "href", "scope", "data-label", "start", "aria-label",
}  # fmt: skip
PROPERTIES = {
    "background-color", "border", "border-bottom", "border-top", "border-left", "border-collapse", "border-spacing",
    "color", "font-family", "font-size", "font-weight", "letter-spacing", "line-height", "margin", "padding",
    "text-align", "text-decoration", "vertical-align", "white-space", "width", "word-wrap",
    "mso-hide", "mso-line-height-rule", "mso-padding-alt", "mso-table-lspace", "mso-table-rspace",
}  # fmt: skip
HARMLESS = {"max-width", "display", "max-height", "overflow"}
"""Word leaves these out, and the letter is as well without: a button is a cell it colours, the sheet has a width of its
own, and what is hidden is hidden by mso-hide."""


class _Drawn(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.unknown: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unknown |= {tag} - TAGS
        for name, value in attrs:
            self.unknown |= {name} - ATTRIBUTES
            if name == "style":
                given = {part.partition(":")[0].strip() for part in (value or "").split(";")} - {""}
                self.unknown |= given - PROPERTIES - HARMLESS


def test_outlook_for_windows_which_draws_with_word_knows_every_tag_attribute_and_property(
    shown: list[Sample],
) -> None:
    for sample in shown:
        drawn = _Drawn()
        drawn.feed(sample.letter.html)
        assert not drawn.unknown, sample.name


def test_no_link_is_cut_short_on_its_way_into_outlook(shown: list[Sample]) -> None:
    for sample in shown:
        for link in re.findall(r'href="(mailto:[^"]*)"', sample.letter.html):
            assert len(unescape(link)) < LONGEST_LINK, (sample.name, link)


def test_reading_ease_is_fleschs() -> None:
    assert reading_ease("The cat sat on the mat.") > 110
    assert reading_ease("Organisational accountability necessitates comprehensive documentation.") < 0
    assert reading_ease("") == 100


def test_a_letter_names_neither_the_bot_nor_the_guide_and_counts_as_people_do(shown: list[Sample]) -> None:
    for sample in shown:
        said = f"{sample.shown.subject}\n{sample.shown.preview}\n{sample.shown.text}"
        assert not re.search(r"\b(the bot|audit bot|the guide)\b", said, re.IGNORECASE), sample.name
        assert not re.search(r"\bthese 1\b|\b1 \w+s (were|are)\b|\(\)|\bNone\b| ,|\.\.", said), sample.name
        assert sample.shown.preview, sample.name


def test_people_are_greeted_by_their_first_names_and_places_as_colleagues(shown: list[Sample]) -> None:
    for sample in shown:
        if sample.name in ("00_digest", "00_letters_to_decide", "07_returned_to_auditor-returned-to-auditor"):
            continue
        (greeted,) = re.findall(r"^Dear (.*),$", sample.shown.text, re.MULTILINE)
        names = [person.split()[0] for person in sample.shown.to]
        if (
            any("audit.team@" in person for person in sample.shown.to)
            or len(names) > 3
            or names[0] in ("Performance", "Youth")
        ):
            assert greeted == "colleagues", sample.name
        else:
            assert re.split(", | and ", greeted) == names, sample.name


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Leila Haddad", "Leila"), ("Haddad, Leila (FSP)", "Leila"), ("Dr Leila Haddad", "Leila"),
        ("Edge of Care Team", ""), ("audit.team@wexcombe.example", ""), ("", ""), ("Siân", "Siân"),
    ],
)  # fmt: skip
def test_a_first_name_is_found_however_the_directory_writes_it(name: str, first: str) -> None:
    assert first_name(name) == first


def test_neither_subject_nor_preview_tells_a_grade(shown: list[Sample]) -> None:
    for sample in shown:
        seen = f"{sample.shown.subject} {sample.shown.preview}"
        if sample.name not in ("07_weekly_picture-weekly-picture", "10_may_be_inadequate"):
            assert not re.search(r"Inadequate|Requires Improvement", seen), sample.name


DAY = re.compile(
    r"(?P<before>.{0,70}\bby (?:\w+ )?)(?:Mon|Tues|Wednes|Thurs|Fri)day (\d+ \w+ \d{4})", re.DOTALL
)


def test_a_letter_asks_for_nothing_by_a_day_that_is_over(shown: list[Sample]) -> None:
    for sample in shown:
        for found in DAY.finditer(sample.shown.text):
            on = datetime.strptime(found[2], "%d %B %Y").replace(tzinfo=UTC).date()
            over = re.search(r"\bwas\b|\bwere\b|\bhave not\b|\bago\b", found[0])
            late = re.search(rf"{re.escape(found[2])}[^.]*\bago\b", sample.shown.text)
            assert on >= sample.shown.on or over or late, (sample.name, found[0])


def test_every_reminder_says_kindly_what_happens_if_nothing_is_done(shown: list[Sample]) -> None:
    reminded = [s for s in shown if re.search("reminder|overdue|_due-|reminded|escalat", s.name)]
    assert len(reminded) > 20
    said = r"If (we|it|no|this|nothing)\b|Until\b|[Ww]ithout\b|each day|stays? open|Nothing goes"
    for sample in reminded:
        assert re.search(said, sample.shown.text), sample.name


def test_whoever_is_asked_for_something_finds_it_first_and_with_a_button(shown: list[Sample]) -> None:
    """The first thing below the greeting is what is wanted; where a form or a date is wanted, a button sends it."""
    wanted = {
        "07_audit_allocated_auditor": "Return the audit", "07_audit_reminder": "Return the audit",
        "07_audit_overdue": "Return the audit", "07_dip_sample_allocated": "Return the dip sample",
        "07_dip_sample_due": "Return the dip sample", "07_moderation_requested": "Return the moderation",
        "07_moderation_reminder": "Return the moderation", "07_moderation_overdue": "Return the moderation",
        "10_uopp_record": "Send the record", "10_uopp_record_overdue": "Send the record",
        "10_uopp_reminder": "The UoPP meeting was held", "10_uopp_overdue": "The UoPP meeting was held",
        "10_urgent_issues_due": "The urgent issues are done", "10_weekly_report": "This week's progress",
        "06_confirmation_reminder": "I confirm the list", "06_list_for_confirmation": "I confirm the list",
    }  # fmt: skip
    for letter, button in wanted.items():
        sample = next(s for s in shown if s.shown.letter == letter)
        labels = re.findall(r'<a href="mailto:[^"]*\?[^"]*body[^"]*"[^>]*>([^<]*)</a>', sample.letter.html)
        assert unescape(labels[0]).startswith(button), (letter, labels)


def test_only_what_cannot_wait_about_an_inadequate_is_of_high_importance(shown: list[Sample]) -> None:
    important = {sample.shown.letter for sample in shown if sample.shown.important}
    assert important <= {
        "10_inadequate_on_hold", "10_row_deleted", "10_alert_held",
        "07_moderation_requested", "07_moderation_reminder", "07_moderation_overdue", "07_moderation_escalation",
        "10_inadequate_alert", "10_urgent_issues_due", "10_urgent_issues_overdue", "10_urgent_issues_escalation",
        "10_uopp_arrange_inadequate", "10_uopp_reminder", "10_uopp_overdue", "10_uopp_escalation",
        "10_uopp_still_to_hold", "10_may_be_inadequate", "10_what_follows_for_the_auditor",
    }  # fmt: skip
    assert {"10_inadequate_alert", "10_urgent_issues_overdue"} <= important


def test_every_letter_is_in_plain_english(shown: list[Sample]) -> None:
    for sample in shown:
        assert sample.shown.ease >= 55, (sample.name, sample.shown.ease)
