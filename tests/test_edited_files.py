"""A file that people edit is read whatever it was edited with, or told: its name, the line, the word, what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tenant import ROOT, Door

from bot.daily_run.run import Run
from bot.daily_run.trying.check import checks
from bot.daily_run.trying.checked_files import checked_files, files_of
from bot.daily_run.workplace import open_workplace
from bot.errors import SettingsError
from bot.own_files import laid_out, text_of
from bot.programme.edited_file import decoded, differences, edited
from bot.programme.history.history import history_of
from bot.programme.rulebook.rules import rulebook
from bot.programme.telling.summary import told_once
from bot.programme.waits import wait
from bot.settings import load

RULES = (ROOT / "config/rules.toml").read_text(encoding="utf-8")


def faults(text: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        edited(text, "f.toml")
    return refused.value.problems


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_saved_as_unicode_is_told_with_the_way_to_save_it(codec: str) -> None:
    with pytest.raises(SettingsError, match=r"^f.toml: the file is saved as UTF-16 .* Encoding UTF-8\)\.$"):
        decoded(RULES.encode(codec), "f.toml")


def test_a_sign_of_windows_is_told_with_its_line_and_its_words() -> None:
    with pytest.raises(
        SettingsError, match=r"^f.toml, line 2: a sign that is not UTF-8, in “b = \"Full – Team\"”"
    ):
        decoded('a = 1\nb = "Full – Team"\n'.encode("cp1252"), "f.toml")


def test_a_file_that_was_opened_as_something_else_and_saved_is_told() -> None:
    spoilt = 'a = 1\nb = "Full – Team"\n'.encode().decode("cp1252").encode()
    with pytest.raises(SettingsError, match=r"^f.toml, line 2: signs were spoilt in “b = "):
        decoded(spoilt, "f.toml")


def test_a_mark_at_the_beginning_and_the_line_ends_of_windows_are_nothing() -> None:
    assert decoded(b"\xef\xbb\xbfa = 1\r\nb = 2\r", "f.toml") == "a = 1\nb = 2\n"


def test_every_line_that_cannot_be_read_is_told_at_once() -> None:
    text = """a = 1
a = 2
b = "x
c = 2026-02-30
d = Yes
e = “x”
f = 12/3/2026
g = "C:\\q"
h =
i = word
[x]
[x]
j = [ "1",
  "2"
k = ["1" "2"]
"""
    said = [fault.removeprefix("f.toml, line ") for fault in faults(text)]
    assert [int(fault.partition(":")[0]) for fault in said] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15]
    for fault, what in zip(said, (
        "“a” stands twice", "a quotation mark is missing", "2026-02-30 is not a day", "write true or false", "curly",
        "like 2026-12-29", "write /", "nothing stands after", "“word” must stand in quotation marks", "is there twice",
        "a ] is missing", "a comma is missing",
    ), strict=True):  # fmt: skip
        assert what in fault


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('shut = { "Christmas" = [30/2/2026] }', "30/2/2026 is not a day of the calendar, or not written as one"),
        ("shut = [2026-29-12]", "2026-29-12 is not a day of the calendar, or not written as one; write year, month"),
        ("at = 25:00:00", "25:00:00 is not a time of day, or not written as one; write it like 07:30:00"),
        ("at = 7:30  # in the morning", "7:30 is not a time of day"),
        ("at = 07.30  # in the morning", "07.30 is not a time of day"),
        ("phone = 02079460100", "“02079460100” is no number, and must stand in quotation marks"),
        ("letters = 25,5  # a minute", "“25,5” is no number; write it with a point, or as a whole number"),
        ("minutes = five", "“five” must stand in quotation marks (a number in figures, without)"),
        ("receipts = yes  # please", "“receipts” says yes; write true or false, in small letters"),
        ("on = 2026-03-02 the first day", "“the first day” stands behind the value of “on”; a note"),
        ("Nothing secret belongs here.", "“Nothing secret belongs here.” has no =; a note for people begins with #"),
        ("council\u00a0= 1", "a sign nobody sees (U+00A0) stands in “council = 1”; type it anew"),
        ("name = “Child's name”", "are curly ones; write straight ones"),
        ('to = ["auditor”]', "are curly ones; write straight ones"),
        ('about = "The "friendly" reminder"', "inside, write “ and ”"),
        ('to = ["auditor"], # and more', "a comma stands at the end of “to = [\"auditor\"], # and more”; take it away"),
        ("to = [auditor]", "each word of the list “[auditor]” must stand in quotation marks"),
        ("[audit team]", "“[audit team]” is no head of a part; write [audit_team] if that is meant"),
        ("h = # later", "nothing stands after the = of “h”"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told_in_words_that_say_how_it_is_written(row: str, said: str) -> None:
    (fault,) = faults(f"a = 1\n{row}\nb = 2\n")
    assert fault.startswith("f.toml, line 2: ")
    assert said in fault


def test_a_part_that_has_lost_its_head_is_told_once() -> None:
    at = RULES.index('id     = "audit reminder"')
    (fault,) = faults(RULES[: at - len("[[rule]]\n")] + RULES[at:])
    assert fault.endswith(
        "words from here on stand twice in this part; [[rule]] above them seems to be missing."
    )


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000 + "]" * 5000])
def test_what_is_beyond_all_measure_is_told_too(value: str) -> None:
    assert faults(f"a = {value}") == [
        "f.toml, line 1: a number of thousands of digits, or brackets in brackets a thousand deep."
    ]


def test_the_line_of_a_word_is_found_in_any_part_of_a_file() -> None:
    file = edited(
        '# head\n[a]\n"b c" = [ # ]\n  "one",\n  "[x]",\n]\n[[d]]\ne = 1\n\n[[d]]\ne = """\nf = 2\n"""\n', "f"
    )
    assert [file.line(path) for path in [("a",), ("a", "b c"), ("d", 0, "e"), ("d", 1), ("d", 1, "e"), ("z",)]] == [
        2, 3, 8, 10, 11, 0,
    ]  # fmt: skip
    assert file.place(("a", "b c"), "[x]") == "f, line 5"
    assert file.place(("d", 1, "missing")) == "f, line 10", "where it would have to stand"


def test_what_a_file_says_otherwise_is_named_word_by_word() -> None:
    mine = {"a": 1, "b": ["x"], "c": {"d": "e"}, "f": 1}
    assert [*differences(mine, {"a": 1, "b": ["x", "y"], "c": {"d": "g"}, "h": 1})] == [
        (("b",), "without “y”"), (("c", "d"), "“e” instead of “g”"), (("f",), "is new: 1"), (("h",), "is left out"),
    ]  # fmt: skip


def council(folder: Path) -> Path:
    """What `audit-bot init` lays out, with a profile that has slips."""
    list(laid_out(folder))
    profile = folder / "config/live.toml"
    text = text_of(folder / "config/example_tenant.toml")
    profile.write_text(
        text.replace("council =", "counsil =").replace("receipts = true", "receipts = 7"), encoding="utf-8"
    )
    return profile


def test_a_check_tells_all_that_is_wrong_in_all_the_files_at_once(tmp_path: Path) -> None:
    profile = council(tmp_path)
    config = profile.parent
    (config / "rules.toml").write_text(RULES.replace("wait   =", "wayt   =", 1), encoding="utf-8")
    (config / "lists.toml").write_text('[audit_roles.columns]\nrol = "Title"\n', encoding="utf-8")
    (config / "audit_tool.toml").write_bytes(text_of(config / "audit_tool.toml").encode("utf-16"))
    found = {check.what: " ".join(check.problems) for check in checks(profile)[0]}
    assert (
        f"{profile}, line 4: “counsil” is not a setting (did you mean “council”?)." in found["The settings"]
    )
    assert "receipts should be true or false, not 7" in found["The settings"]
    assert f"{config}/rules.toml, line" in found["The rule book"]
    assert "“wayt” is not a word of ours (did you mean “wait”?)" in found["The rule book"]
    assert "lists.toml, line 2" in found["The names of the lists and their columns"]
    assert "saved as UTF-16" in found["The questions of the forms"]
    assert "lists.toml" in found["The letters and the forms"], "which needs the names of the columns"


def test_a_check_without_a_profile_says_which_files_it_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = council(tmp_path)
    monkeypatch.chdir(tmp_path)
    rules = tmp_path / "config/rules.toml"
    rules.write_text(
        text_of(rules).replace('wait   = "3 working days before"', 'wait = "1 working day before"')
    )
    settings, book, *_ = checks(Path("config/sandbox.toml"))[0]
    assert "No sandbox seems to be running" in settings.problems[0]
    assert settings.notes == (
        "config/sandbox.toml", "Other profiles beside it: config/live.toml. Name one with --settings.",
    )  # fmt: skip
    assert book.problems == ()
    assert book.notes[0] == "config/rules.toml"
    assert any("rule “audit reminder” differs from the guide as shipped: wait" in note for note in book.notes)
    assert profile.exists()


def test_what_was_changed_in_the_rules_is_told_in_one_digest_and_in_no_later_one(door: Door) -> None:
    mine = door.folder / "rules.toml"
    mine.write_text(RULES.replace('id     = "audit overdue"', 'id     = "audit late"'), encoding="utf-8")
    files = door.settings.files.model_copy(update={"rules": mine})
    settings = door.settings.model_copy(update={"files": files})
    told = []
    for morning in (2, 3):
        with open_workplace(
            settings,
            clock=lambda day=morning: datetime(2026, 3, day, 8, tzinfo=UTC),
            say=lambda _: None,
            sleep=door.naps,
        ) as workplace:
            before = len(workplace.ledger.read())
            Run(workplace).perform()
            told.append(" ".join(p.what for p in told_once(workplace.ledger.read()[before:])))
            assert history_of(workplace.ledger.read()).letters
    assert (
        "“audit overdue”, with which the bot comes, is not in the book, so its letters never go." in told[0]
    )
    assert "rule “audit late” is not in the book the bot comes with" in told[0]
    assert "audit overdue" not in told[1]


@pytest.mark.parametrize(("line", "instead", "what"), [
    ("daily_run_at", "daily_run_at = 7", "daily_run_at: 7 is a number; write a day like 2026-03-02, or a time like"),
    ("closure_days", "closure_days = { X = [2266-12-29] }", "closure_days says 2266-12-29, which is hardly a year"),
    ("closure_days", f"closure_days = [{', '.join(f'2026-03-{n:02}' for n in range(1, 32))}]",
     "closure_days: no working day is left in March 2026"),
    ("mailbox", 'mailbox = "audit@elsewhere.example"', "recipient_domains lacks elsewhere.example, so not even"),
    ("mailbox", 'mailbox = ["a@b.example"]', "line 5: mailbox should be text in quotation marks"),
    ("ping_url", 'outbox_folder = "audits taken in"', "is the folder of something else too"),
    ("ping_url", 'drafts_folder = "Drafts"', "“Drafts” is the folder of something else too"),
    ("safety", 'safety = "alive"', "safety says “alive” (did you mean “live”?)"),
    ("team_only", 'team_only = ["a@b.example", "nobody"]', "team_only: “nobody” is not the address of a mailbox"),
    ("ledger", 'ledger = "ledger.sqlite"', "is no ledger; write sqlite:///"),
    ("receipts", "reciepts = true", "“reciepts” is not a setting (did you mean “receipts”?)"),
])  # fmt: skip
def test_a_setting_that_cannot_be_meant_is_refused_in_a_sentence(
    tmp_path: Path, line: str, instead: str, what: str
) -> None:
    rows = text_of(ROOT / "config/example_tenant.toml").split("\n")
    at = next(n for n, row in enumerate(rows) if row.startswith(line))
    rows[at] = instead
    (tmp_path / "live.toml").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load(tmp_path / "live.toml")
    assert what in str(refused.value)
    assert "live.toml" in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("conv_held", "conv_heldd", "no form has a question “conv_heldd” (did you mean “conv_held”?)"),
        ('"grade_auditor"', '"grade_auditr"', "no form has a question “grade_auditr” (did you mean “grade_auditor”?)"),
        ('auditor_grade = "grade_auditor"\nmoderated_grade = "grade_moderated"',
         'auditor_grade = "grade_moderated"\nmoderated_grade = "grade_auditor"',
         "auditor_grade stands for “grade_moderated”, which is the question of moderated_grade"),
        ("ethnicity =", "ethnicty =", "no form has a question “ethnicty” (did you mean “ethnicity”?)"),
        ('a_date = "Sec', 'a_dat = "Sec', "no form has a question “a_dat” (did you mean “a_date”?)"),
        ('"Planning" = "d4"', '"Planning" = "d7"', "no form has a question “d7”"),
        ("\nimpact =", "\nimpct =", "no form has a question “impct” (did you mean “impact”?)"),
        ('["Good", "G"]', '["Good", "G", "inadequate"]', "“inadequate” is another grade than “Good”"),
        ('prompts = [', 'prompts = ["Inad",', "“Inad” is a grade, and no prompt of an empty box"),
    ],
)  # fmt: skip
def test_a_word_of_the_questions_that_no_form_has_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    profile = council(tmp_path)
    file = profile.parent / "audit_tool.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    found = {check.what: check.problems for check in checked_files(files_of(profile))}
    assert any(said in problem for problem in found["The questions of the forms"]), found


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("five days", "5 days"), ("3 workdays", "3 working days"), ("3 working days befor", "3 working days before"),
        ("5 business days", "5 working days"), ("15th working day of month", "15th working day of the month"),
        ("same dya", "same day"), ("soon", ""), ("-1 working days", ""),
    ],
)  # fmt: skip
def test_a_length_of_time_that_is_not_understood_is_told_with_the_nearest(written: str, meant: str) -> None:
    with pytest.raises(ValueError, match="is not a length of time") as refused:
        wait(written)
    assert (f"(did you mean “{meant}”?)" if meant else "of time. Write") in str(refused.value)


def test_a_rule_that_was_copied_and_given_only_another_name_is_refused() -> None:
    at = RULES.index('id     = "audit reminder"')
    rule = RULES[RULES.rindex("[[rule]]", 0, at) : RULES.index("\n\n", at)]
    with pytest.raises(SettingsError, match="“audit reminder 2” differ in nothing but their names"):
        rulebook(f"{RULES}\n{rule.replace('audit reminder', 'audit reminder 2')}\n")


def test_a_word_of_a_rule_without_a_value_is_refused() -> None:
    with pytest.raises(SettingsError, match="wait is empty: write what is meant, or take the line out"):
        rulebook(RULES.replace('wait   = "10 working days before"', 'wait   = ""', 1))


def test_an_empty_file_is_told_as_one_and_not_as_a_hundred_missing_rules(tmp_path: Path) -> None:
    profile = council(tmp_path)
    rules = profile.parent / "rules.toml"
    rules.write_text("\n", encoding="utf-8")
    found = {check.what: (check.problems, check.notes) for check in checked_files(files_of(profile))}
    problems, notes = found["The rule book"]
    assert len(problems) == len(notes) == 1
    assert problems[0].startswith(f"{rules}: nothing stands in the file; put a copy of it back")
