"""Trials: only the Audit Team has letters, everything goes its course, and nothing is released in a pile after."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from forms import filled
from people_at_work import Buttons
from small_council import LAUNCH, REF
from tenant import Door, email, settings_for
from test_dashboards import words as book_words
from test_dashboards import workbooks

from bot.daily_run.report import Report
from bot.office.ledger import Ledger
from bot.office.mail.letter_search import LetterSearch
from bot.programme.events import Event, EventKind
from bot.programme.modes import Mode

TEAM_ONLY, REHEARSE, LIVE = Mode.TEAM_ONLY, Mode.REHEARSE, Mode.LIVE


class Trying(Buttons):
    """A council that tries the bot, and then lets letters go to people."""

    def try_out(self, day: str, mode: Mode, hour: str = "08:00", **more: Any) -> Report:
        self.new, self.mode = True, mode
        return self.run(day, hour, safety=mode, **more)

    def live(self, day: str, hour: str = "08:00", **more: Any) -> Report:
        self.new = True
        return self.run(day, hour, **more)

    def tried(self, mode: Mode) -> None:
        """The first morning of a trial, where a test is about what comes after it."""
        self.new, self.mode = True, mode
        self.once("tried", lambda: self.run("2026-03-02", safety=mode))

    def began(self) -> None:
        """The first morning on which letters go to people, with no trial before it."""
        self.new = True
        self.launched()

    def to_team(self) -> list[dict[str, Any]]:
        return [d for d in self.door.tenant.deliveries(html=True) if d["subject"].startswith("Would have")]

    def digest(self) -> str:
        found = [d for d in self.door.tenant.deliveries(html=True) if "Audits on" in d["subject"]]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", found[-1]["html"])))

    def rehearsal(self) -> list[str]:
        return [m["subject"] for m in self.inbox() if m["folder"] == "Rehearsal"]


@pytest.fixture
def council(door: Door) -> Trying:
    return Trying(door)


def test_whoever_says_nothing_about_it_sends_nothing(door: Door) -> None:
    given = settings_for(door.tenant, door.folder).model_dump()
    given.pop("safety")
    assert type(door.settings).model_validate(given).safety == "rehearse"


def test_in_team_only_every_letter_comes_to_the_team_with_its_true_readers(council: Trying) -> None:
    report = council.try_out("2026-03-02", TEAM_ONLY)
    assert report.letters == LAUNCH
    assert {tuple(d["delivered_to"]) for d in council.door.tenant.deliveries()} == {
        (council.door.settings.mailbox,)
    }
    letters = council.to_team()
    assert len(letters) == 6
    for letter in letters:
        assert "they have not had it" in letter["html"]
    auditors = [d for d in letters if d["subject"].startswith("Would have gone to Ada Auditor")]
    assert len(auditors) == 2
    assert all(f"Ada Auditor ({email('Ada Auditor')})" in d["html"] for d in auditors)
    assert [a["name"] for a in auditors[0]["attachments"]] == [f"{REF}.docx"]


def test_a_trial_goes_the_whole_way(council: Trying) -> None:
    council.tried(TEAM_ONLY)
    assert "several at once" in council.try_out("2026-03-18", TEAM_ONLY).letters
    assert not council.received("Ada Auditor")


def test_a_trial_goes_the_whole_way_with_the_teams_own_files_too(council: Trying) -> None:
    own = {"settings_library": "Audit bot settings", "health_file": council.door.folder / "health.json"}
    assert council.try_out("2026-03-02", TEAM_ONLY, **own).letters == LAUNCH
    report = council.try_out("2026-03-18", TEAM_ONLY, **own)
    assert "several at once" in report.letters
    assert not LAUNCH.keys() & report.letters.keys()
    assert not any("no copy is in the mailbox" in p.what for p in report.problems)


def test_a_button_of_a_trial_letter_opens_nothing_that_counts_or_reaches_anybody(council: Trying) -> None:
    council.try_out("2026-03-02", TEAM_ONLY)
    people = {
        email("Mo Moderator"),
        email("Pru Practitioner"),
        email("Tia Manager"),
        email("Ori Otherservice"),
    }
    for letter in council.to_team():
        links = [unescape(link) for link in re.findall(r'href="(mailto:[^"]*)"', letter["html"])]
        assert links
        assert not any(person in link for link in links for person in people)
        assert not any("[" in parse_qs(link.partition("?")[2]).get("subject", [""])[0] for link in links)


def test_whoever_tries_a_button_of_a_trial_hears_that_nothing_followed(council: Trying) -> None:
    council.tried(TEAM_ONLY)
    council.says("Tia Manager", "Trial: nothing follows from this button", "I confirm", on="2026-03-03")
    report = council.try_out("2026-03-03", TEAM_ONLY)
    assert report.questions == 0
    assert "Tia Manager tried a button of a trial letter. Nothing followed from it." in council.digest()


def test_an_answer_to_a_trial_letter_is_nobodys_word(council: Trying) -> None:
    council.tried(TEAM_ONLY)
    subject = f"RE: Would have gone to Ada Auditor: Audit {REF}"
    council.says("Ada Auditor", subject, "I have already sent it on 2 March.", on="2026-03-03")
    report = council.try_out("2026-03-03", TEAM_ONLY)
    assert report.questions == 1


def test_a_rehearsal_writes_every_letter_into_a_folder_and_sends_nothing(council: Trying) -> None:
    report = council.try_out("2026-03-02", REHEARSE)
    assert report.letters == LAUNCH
    assert report.trouble is None
    assert not council.door.tenant.deliveries()
    written = council.rehearsal()
    assert sum(subject.startswith("Would have gone to") for subject in written) == 6
    assert sum("Audits on" in subject for subject in written) == 1
    assert council.try_out("2026-03-02", REHEARSE, "09:00").letters == {}


def test_what_went_out_in_a_trial_was_never_sent_when_letters_go_to_people(council: Trying) -> None:
    council.tried(REHEARSE)
    assert council.live("2026-03-03").letters == LAUNCH  # due yesterday: not older than a day
    assert len(council.received("Ada Auditor")) == 2


def test_going_live_releases_no_pile_and_asks_in_one_list(council: Trying) -> None:
    for day in ("2026-03-02", "2026-03-18"):
        council.try_out(day, TEAM_ONLY)
    report = council.live("2026-03-19")
    assert report.letters == {}
    assert not council.received("Ada Auditor")
    assert council.live("2026-03-20").letters == {}


def test_a_new_installation_sends_what_fell_due_since_its_start_and_asks_about_the_rest(
    council: Trying,
) -> None:
    assert not set(LAUNCH) & set(council.live("2026-03-10").letters)
    assert not set(LAUNCH) & set(
        council.live("2026-03-11", start_on=date(2026, 3, 2)).letters
    )  # it has begun


def test_a_new_installation_may_say_from_when_letters_are_its_own(council: Trying) -> None:
    assert LAUNCH.items() <= council.live("2026-03-10", start_on=date(2026, 3, 2)).letters.items()


def test_after_a_standstill_what_fell_due_meanwhile_is_put_to_the_team(council: Trying) -> None:
    council.launched()
    council.stood_still = True
    assert council.run("2026-03-19").letters == {}
    assert council.run("2026-03-20").letters == {}


def test_a_missed_day_is_no_standstill(council: Trying) -> None:
    council.run("2026-03-16")
    council.stood_still = True
    assert council.run("2026-03-18").letters["several at once"] == 1


@pytest.mark.parametrize("mode", [TEAM_ONLY, pytest.param(REHEARSE, marks=pytest.mark.slow)])
def test_a_trial_in_the_midst_of_a_cycle_goes_on_from_what_people_have_had(
    council: Trying, mode: Mode
) -> None:
    council.began()
    before = council.row()
    assert not council.try_out("2026-03-03", mode).letters.keys() & LAUNCH.keys()
    assert not [s for s in (*council.rehearsal(), *(d["subject"] for d in council.to_team()))
                if "yours to carry out" in s]  # fmt: skip
    assert council.row()["Audit sent on"] == before["Audit sent on"] == "2026-03-02"
    assert council.try_out("2026-03-18", mode).letters["several at once"] == 1  # reminders by the true days
    council.live("2026-03-19")
    assert council.row()["Audit sent on"] == "2026-03-02"
    assert sum("yours to carry out" in subject for subject in council.received("Ada Auditor")) == 2


def test_a_trial_before_live_and_one_after_it_show_the_day_on_which_people_had_their_letters(
    council: Trying,
) -> None:
    council.tried(TEAM_ONLY)
    council.live("2026-03-03")
    assert council.row()["Audit sent on"] == "2026-03-03"
    assert not council.try_out("2026-03-04", TEAM_ONLY).letters.keys() & LAUNCH.keys()
    assert council.row()["Audit sent on"] == "2026-03-03"


def test_a_trial_whose_ledger_is_lost_finds_in_the_mailbox_what_people_have_had(council: Trying) -> None:
    council.began()
    council.door.settings = council.door.settings.model_copy(
        update={"ledger": f"sqlite:///{council.door.folder / 'new.sqlite'}"}
    )
    assert not council.try_out("2026-03-03", TEAM_ONLY).letters.keys() & LAUNCH.keys()
    assert council.row()["Audit sent on"] == "2026-03-02"
    council.live("2026-03-04")
    assert sum("yours to carry out" in subject for subject in council.received("Ada Auditor")) == 2


def test_the_digest_of_a_trial_names_no_letter_as_kept_back_that_people_have_had(council: Trying) -> None:
    council.began()
    council.try_out("2026-03-03", TEAM_ONLY)
    assert "Audit allocated FSP-2026-03-001" not in council.digest()


def test_what_was_held_back_while_live_is_held_back_in_a_trial_as_well(council: Trying) -> None:
    council.launched()
    council.run("2026-03-16")
    press(council, "Audits on Mon 16 Mar", "Hold", says="18 March")
    council.run("2026-03-16", "10:00", whole=False)
    report = council.try_out("2026-03-17", TEAM_ONLY)
    assert "Held until Wed 18 Mar 2026: Tia Manager said so on Mon 16 Mar 2026." in council.digest()
    assert report.letters == {"audit reminder": 1}  # that of the other audit


def test_a_letter_nobody_can_find_stays_a_question_in_a_trial_and_its_answer_counts_when_live_again(
    council: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LetterSearch.by_key
    with monkeypatch.context() as nowhere:
        nowhere.setattr(LetterSearch, "in_sent_items", lambda *_, **__: iter(()))
        nowhere.setattr(LetterSearch, "by_key", lambda self, keys: (real(self, keys)[0], [[] for _ in keys]))
        council.live("2026-03-02")
        council.live("2026-03-03", "09:00")
        assert not council.try_out("2026-03-04", TEAM_ONLY).letters.keys() & LAUNCH.keys()
        assert council.row()["Status"] == "Needs a person"
        for nth in range(6):
            press(council, "Audits on Wed 4 Mar", "It has arrived", nth=nth)
        council.try_out("2026-03-05", TEAM_ONLY)
        assert "It has arrived" not in council.digest()
        assert not council.live("2026-03-06").letters.keys() & LAUNCH.keys()
    assert council.row()["Status"] == "With auditor"
    assert sum("yours to carry out" in subject for subject in council.received("Ada Auditor")) == 2


@pytest.mark.parametrize("mode", [TEAM_ONLY, pytest.param(REHEARSE, marks=pytest.mark.slow)])
def test_it_has_arrived_counts_for_the_live_letter_though_a_trial_before_had_written_the_same(
    council: Trying, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    council.try_out("2026-03-02", mode, "07:00")
    real = LetterSearch.by_key
    with monkeypatch.context() as nowhere:
        nowhere.setattr(LetterSearch, "in_sent_items", lambda *_, **__: iter(()))
        nowhere.setattr(LetterSearch, "by_key", lambda self, keys: (real(self, keys)[0], [[] for _ in keys]))
        council.live("2026-03-02")
        council.live("2026-03-03", "09:00")
        council.try_out("2026-03-04", TEAM_ONLY)
        for nth in range(6):
            press(council, "Audits on Wed 4 Mar", "It has arrived", nth=nth)
        council.try_out("2026-03-05", TEAM_ONLY)
        council.live("2026-03-06")
    assert council.row()["Status"] == "With auditor"
    assert council.row()["Audit sent on"] == "2026-03-04"


@pytest.mark.parametrize("mode", [TEAM_ONLY, pytest.param(REHEARSE, marks=pytest.mark.slow)])
def test_a_trial_that_was_cut_short_writes_nothing_again_that_has_gone_live_since(
    council: Trying, mode: Mode
) -> None:
    council.door.fault("request lost", path="/send", times=30)
    council.try_out("2026-03-02", mode)
    council.ask("DELETE", "/faults")
    council.live("2026-03-02", "10:00")
    for day in ("2026-03-03", "2026-03-04"):
        report = council.try_out(day, mode)
        assert not report.letters.keys() & LAUNCH.keys()
        assert not report.held
    assert council.row()["Audit sent on"] == "2026-03-02"


def test_an_alert_that_people_have_had_is_not_told_as_kept_back(council: Trying) -> None:
    council.began()
    council.ask("POST", "/clock", {"now": "2026-03-16T07:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.live("2026-03-16", "10:05")
    assert any("please read today" in subject for subject in council.received("Hal Service"))
    council.try_out("2026-03-17", TEAM_ONLY)
    assert "the trial has kept its alert back" not in council.digest()


def test_what_waits_for_a_word_since_letters_began_waits_in_a_trial(council: Trying) -> None:
    council.live("2026-03-10")
    report = council.try_out("2026-03-11", TEAM_ONLY)
    assert not report.letters.keys() & LAUNCH.keys()
    assert "6 letters wait for your word" in council.digest()


def test_what_was_let_go_together_stays_let_go_in_a_trial(council: Trying) -> None:
    council.live("2026-03-10")
    press(council, "fell due earlier", "Let them all go")
    council.live("2026-03-10", "10:00", whole=False)
    report = council.try_out("2026-03-11", TEAM_ONLY)
    assert not report.letters.keys() & LAUNCH.keys()
    assert "wait for your word" not in council.digest()


@pytest.mark.parametrize("kind", ["request lost", pytest.param("answer lost", marks=pytest.mark.slow)])
def test_a_trial_goes_on_with_no_draft_that_is_addressed_to_people(council: Trying, kind: str) -> None:
    council.door.fault(kind, path="/send", times=200)
    council.live("2026-03-02")
    had = len(council.received("Ada Auditor"))
    council.ask("DELETE", "/faults")
    for hour in ("09:00", "12:00"):
        council.try_out("2026-03-02", TEAM_ONLY, hour)
    council.try_out("2026-03-03", TEAM_ONLY)
    assert len(council.received("Ada Auditor")) == had
    council.live("2026-03-04")
    council.live("2026-03-05")
    assert len(council.received("Ada Auditor")) == had
    assert had == 2 or "letters wait for your word" in council.digest()


def test_a_word_about_a_lost_letter_of_a_trial_says_nothing_of_the_same_letter_live(
    council: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LetterSearch.by_key
    with monkeypatch.context() as nowhere:
        nowhere.setattr(LetterSearch, "in_sent_items", lambda *_, **__: iter(()))
        nowhere.setattr(LetterSearch, "by_key", lambda self, keys: (real(self, keys)[0], [[] for _ in keys]))
        council.try_out("2026-03-02", TEAM_ONLY)
        council.try_out("2026-03-03", TEAM_ONLY, "09:00")
        for nth in range(6):
            press(council, "Audits on Tue 3 Mar", "Do not send it", nth=nth)
        council.try_out("2026-03-03", TEAM_ONLY, "10:00", whole=False)
        council.live("2026-03-03", "11:00")
        council.live("2026-03-04", "12:00")
    assert council.digest().count("It has arrived") == 6
    press(council, "Audits on Wed 4 Mar", "Do not send it")
    council.live("2026-03-05")
    assert council.digest().count("It has arrived") == 5
    assert "had been used before" not in council.digest()


def test_the_workbooks_that_heads_of_service_open_tell_nothing_that_was_only_tried(council: Trying) -> None:
    council.try_out("2026-03-02", TEAM_ONLY)
    assert council.row()["Status"] == "With auditor"
    words = " ".join(book_words(council, path) for path in workbooks(council))
    assert words
    assert ">With auditor<" not in words
    council.live("2026-03-03")
    assert ">With auditor<" in " ".join(book_words(council, path) for path in workbooks(council))


def by_an_older_bot(council: Trying) -> None:
    """Take the word for the mode out of what the runs left, as a bot from before there were modes left it."""
    ledger = Ledger(council.door.settings.ledger)
    events = [e for e in ledger.read() if e.kind is not EventKind.LIVE_BEGAN]
    ledger.close()
    older = f"sqlite:///{council.door.folder / 'older.sqlite'}"
    council.door.settings = council.door.settings.model_copy(update={"ledger": older})
    ledger = Ledger(older)
    ledger.append([
        replace(e, data={k: v for k, v in e.data.items() if k != "mode"})
        if e.kind is EventKind.RUN_FINISHED else e
        for e in events
    ])  # fmt: skip
    ledger.close()


def test_a_trial_of_an_older_bot_was_no_life_and_going_live_after_it_releases_no_pile(
    council: Trying,
) -> None:
    council.tried(TEAM_ONLY)  # its letters are of its mode: an older bot wrote only the digest
    council.try_out("2026-03-18", TEAM_ONLY)
    by_an_older_bot(council)
    older = Ledger(council.door.settings.ledger)
    told = {"rule": "digest", "to": [council.door.settings.mailbox], "on": "2026-03-18", "due": "2026-03-18"}
    at = datetime(2026, 3, 18, 8, tzinfo=UTC)
    older.append([
        Event(at, EventKind.LETTER_INTENDED, "d#0", "digest", told),
        Event(at, EventKind.LETTER_SENT, "d", "digest", {"on": "2026-03-18"}),
    ])  # fmt: skip
    older.close()
    assert not set(LAUNCH) & set(council.live("2026-03-19").letters)
    assert not council.received("Ada Auditor")


def test_a_live_bot_that_is_brought_up_to_date_goes_on_and_sends_nothing_twice(council: Trying) -> None:
    council.live("2026-03-02", start_on=date(2026, 3, 2))
    by_an_older_bot(council)
    assert council.live("2026-03-03").letters == {}
    assert council.live("2026-03-09").letters["weekly picture"] == 1
    assert sum("yours to carry out" in subject for subject in council.received("Ada Auditor")) == 2


@pytest.mark.parametrize("older", [False, True])
def test_a_live_bot_that_begins_to_rehearse_says_so_for_a_week(council: Trying, older: bool) -> None:
    council.live("2026-03-02", start_on=date(2026, 3, 2))
    if older:
        by_an_older_bot(council)
    for day, says in (("2026-03-03", True), ("2026-03-06", True), ("2026-03-16", False)):
        council.new = True
        report = council.run(day, safety=REHEARSE)
        assert any('write safety = "live"' in p.what for p in report.needs_a_person) is says, day


def test_a_form_is_real_in_every_mode(council: Trying) -> None:
    council.began()
    council.ask("POST", "/clock", {"now": "2026-03-16T07:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.try_out("2026-03-16", REHEARSE, "10:05")
    assert council.row()["Auditor's grade"] == "Good"
    assert council.live("2026-03-17").letters["moderation requested"] == 1


def test_the_digest_of_a_trial_names_the_true_readers_of_all_that_is_kept_back(council: Trying) -> None:
    council.try_out("2026-03-02", TEAM_ONLY)
    digest = council.digest()
    assert "Kept back by the trial" in digest
    assert "Audit allocated FSP-2026-03-001, FSP-2026-03-002 Ada Auditor" in digest
    assert "Practitioner informed FSP-2026-03-001, FSP-2026-03-002 Pru Practitioner" in digest
    assert "letters kept back 6" in digest
    assert "letters sent" not in digest


def press(
    council: Trying, letter: str, label: str, *, nth: int = 0, by: str = "Tia Manager", says: str = ""
) -> None:
    """A member of the Audit Team presses a link of the latest letter of the bot with that in its subject."""
    found = [d for d in council.door.tenant.deliveries(html=True) if letter in d["subject"]]
    links = re.findall(rf'href="(mailto:[^"]*)"[^>]*>{label}<', found[-1]["html"])
    query = parse_qs(unescape(links[nth]).partition("?")[2])
    body = query["body"][0] + says
    for asked in ("Until", "Who takes it on"):
        body = re.sub(rf"{asked}: (?=\n)", f"{asked}: {says}", body.replace("\r", ""))
    council.ask("POST", "/messages", {
        "from": email(by), "to": [council.door.settings.mailbox], "subject": query["subject"][0],
        "html": "".join(f"<div>{line or '<br>'}</div>" for line in body.splitlines()),
    })  # fmt: skip


def test_what_fell_due_in_a_trial_is_sent_or_let_go_one_by_one(council: Trying) -> None:
    council.tried(TEAM_ONLY)
    council.live("2026-03-10")
    (asked,) = [d for d in council.door.tenant.deliveries() if "fell due earlier" in d["subject"]]
    assert asked["subject"].endswith("6 letters fell due earlier: please say which of them go")
    assert "6 letters wait for your word" in council.digest()
    press(council, "fell due earlier", "Send it")
    press(council, "fell due earlier", "Let it go", nth=1)
    report = council.live("2026-03-10", "10:00", whole=False)
    assert sum(report.letters.values()) == 1
    council.live("2026-03-11")
    assert "4 letters wait for your word" in council.digest()
    assert "Skipped: Tia Manager said so on Tue 10 Mar 2026." in council.digest()
    assert len([d for d in council.door.tenant.deliveries() if "fell due earlier" in d["subject"]]) == 1


def test_all_of_them_are_sent_by_one_button_and_each_once(council: Trying) -> None:
    council.tried(REHEARSE)
    council.live("2026-03-10")
    press(council, "fell due earlier", "Send them all")
    assert council.live("2026-03-10", "10:00", whole=False).letters == LAUNCH
    assert council.row()["Audit sent on"] == "2026-03-10"
    council.live("2026-03-11")
    assert len(council.received("Ada Auditor")) == 2
    assert "wait for your word" not in council.digest()


def test_all_of_them_are_let_go_and_can_be_sent_after_all(council: Trying) -> None:
    council.tried(REHEARSE)
    council.live("2026-03-10")
    press(council, "fell due earlier", "Let them all go")
    assert council.live("2026-03-11").letters == {}
    assert "6 letters that fell due before Tuesday 10 March 2026 were let go together." in council.digest()
    press(council, "Audits on", "Send them after all")
    assert council.live("2026-03-12").letters == LAUNCH


def test_a_word_about_letters_counts_from_the_team_alone(council: Trying) -> None:
    council.tried(REHEARSE)
    council.live("2026-03-10")
    press(council, "fell due earlier", "Send them all", by="Ada Auditor")
    report = council.live("2026-03-11")
    assert report.letters == {}
    assert report.questions == 1


def test_the_alert_of_an_inadequate_is_not_let_go_with_the_others_nor_without_a_name(council: Trying) -> None:
    council.began()
    council.ask("POST", "/clock", {"now": "2026-03-16T07:00:00+00:00"})
    council.arrives("Ada Auditor", filled(council.form(), grade="Inadequate"))
    council.try_out("2026-03-16", REHEARSE, "10:05")
    council.live("2026-03-19")
    assert "About a child's safety" in unescape(
        next(
            d["html"] for d in council.door.tenant.deliveries(html=True) if "fell due earlier" in d["subject"]
        )
    )
    press(council, "fell due earlier", "Let them all go")
    press(council, "fell due earlier", "Let it go", says="nobody")
    council.live("2026-03-20")
    assert "“Inadequate alert” has not gone." in council.digest()
    assert "nobody was named after “Who takes it on:”" in council.digest()
    press(council, "fell due earlier", "Let it go", says="Tia Manager, by telephone")
    council.live("2026-03-23")
    assert "“Inadequate alert” has not gone." not in council.digest()
    assert "Tia Manager, by telephone takes it on." in council.digest()


def test_a_letter_is_held_until_a_day_by_a_button_of_the_digest(council: Trying) -> None:
    council.launched()
    council.run("2026-03-16")
    press(council, "Audits on Mon 16 Mar", "Hold", says="18 March")
    council.run("2026-03-16", "10:00", whole=False)
    council.run("2026-03-17")
    report = council.run("2026-03-17", "10:00")
    assert "Held until Wed 18 Mar 2026: Tia Manager said so on Mon 16 Mar 2026." in council.digest()
    assert sum(report.letters.values()) == 0
    press(council, "Audits on Tue 17 Mar", "Let it go out")
    assert council.run("2026-03-17", "11:00", whole=False).letters == {"audit reminder": 1}
