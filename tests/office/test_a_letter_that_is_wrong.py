"""Somebody edits a letter and makes a mistake: that letter waits, every other goes, and the Audit Team hears today."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from re import sub

import pytest
from looked_through import looked_at as looked_at
from tenant import ROOT, Door
from test_daily_run import LAUNCH, REF, Council

from bot.papers.letters.letter_press import press_for

EDITED = "07_audit_allocated_auditor"


class Editing(Council):
    """The small council, whose Audit Team edits a folder of letters of its own."""

    def __init__(self, door: Door) -> None:
        super().__init__(door)
        self.letters = door.folder / "letters"
        shutil.copytree(ROOT / "mail_templates", self.letters)
        self.files = door.settings.files.model_copy(update={"letters": self.letters})

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        file = self.letters / name
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    def told(self) -> list[str]:
        """What the Audit Team was written, without the preview."""
        return [
            " ".join(unescape(sub(r"<[^>]+>", " ", d["html"].partition("</h1>")[2] or d["html"])).split())
            for d in self.door.tenant.deliveries(html=True)
            if d["delivered_to"] == [self.door.settings.mailbox]
        ]


@pytest.fixture
def council(door: Door) -> Editing:
    return Editing(door)


def unknown_word(text: str) -> str:
    return text.replace("{{ greeting }}", "{{ greetting }}", 1)


def division(text: str) -> str:
    return f"{text}\n\nThat is {{{{ 100 / days_late }}}} a day.\n"


def latin(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode() + b"\nCaf\xe9\n")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c: c.edit(f"{EDITED}.md", unknown_word), "there is no word “greetting”. Did you mean “greeting”?"),
        (lambda c: c.edit(f"{EDITED}.md", lambda t: f"{t}\n{{% if due %}}\n"), f"mail_templates/{EDITED}.md, line"),
        (lambda c: c.edit(f"{EDITED}.md", division), "division by zero (line"),
        (lambda c: latin(c.letters / f"{EDITED}.md"), "a sign that is not UTF-8"),
        (lambda c: (c.letters / f"{EDITED}.md").unlink(), "There is no letter “07_audit_allocated_auditor”"),
    ],
    ids=["an unknown word", "an unclosed tag", "a division by zero", "another encoding", "a file that is gone"],
)  # fmt: skip
def test_it_alone_waits_and_the_audit_team_hears_of_it_once_at_once_and_in_the_digest(
    council: Editing, spoil: Callable[[Editing], None], said: str
) -> None:
    spoil(council)
    report = council.run("2026-03-02", files=council.files)
    assert report.digest_sent
    assert dict(report.letters) == {name: n for name, n in LAUNCH.items() if name != "audit allocated"}
    at_once, digest = council.told()
    for letter in (at_once, digest):
        assert said in letter
        assert letter.count("The letter cannot be written") == 1, (
            "each fault once, whatever number of audits wait for it"
        )
        assert REF in letter
    council.run("2026-03-02", "11:00", files=council.files)
    assert len(council.told()) == 2, "and it is said once"
    later = council.run("2026-03-02", "12:00", files=council.door.settings.files)
    assert dict(later.letters) == {"audit allocated": 2}, "put right, it goes on the same day"


def test_a_mistake_made_after_the_digest_is_told_on_the_same_day(council: Editing) -> None:
    council.run("2026-03-02", files=council.files)
    before = len(council.told())
    council.edit("07_audit_reminder.md", unknown_word)
    council.run("2026-03-02", "15:00", whole=False, files=council.files)
    (told,) = council.told()[before:]
    assert "mail_templates/07_audit_reminder.md, line" in told
    assert "Did you mean “greeting”?" in told
    council.run("2026-03-02", "16:00", whole=False, files=council.files)
    assert len(council.told()) == before + 1


@pytest.mark.parametrize(
    "spoil", [lambda t: t + "\n{{ todai }}\n", lambda t: t + "\n{{ 1 / let_go }}\n", lambda _: "{% if"]
)
def test_when_the_digest_itself_is_wrong_the_audit_team_hears_in_plain_words(
    council: Editing, spoil: Callable[[str], str]
) -> None:
    council.edit("00_digest.md", spoil)
    report = council.run("2026-03-02", files=council.files)
    assert report.digest_sent
    assert dict(report.letters) == LAUNCH
    for told in council.told():
        assert "plain form of a letter" in told
        assert "mail_templates/00_digest.md" in told


def test_paper_that_is_wrong_stops_nothing(council: Editing) -> None:
    council.edit("_frame.html", lambda t: t.replace("{{ letter }}", "{{ leter }}"))
    report = council.run("2026-03-02", files=council.files)
    assert dict(report.letters) == LAUNCH
    assert any("letters go out on plain paper" in told for told in council.told())


def test_another_process_reads_of_letters_without_a_fault_those_it_needs_and_all_of_them_when_one_was_edited(
    council: Editing, looked_at: list[str]
) -> None:
    every_letter = len([*council.letters.glob("*.md")])
    council.edit(f"{EDITED}.md", lambda text: f"{text}\nThank you.\n")
    for day, change, looked in (
        ("2026-03-02", None, every_letter),
        ("2026-03-03", None, 0),  # what goes on this day
        ("2026-03-04", unknown_word, every_letter),
        ("2026-03-05", None, every_letter),  # while one is wrong
        ("2026-03-06", lambda text: text.replace("greetting", "greeting"), every_letter),
        ("2026-03-09", None, 0),
    ):
        if change:
            council.edit(f"{EDITED}.md", change)
        press_for.cache_clear()  # as in a process of its own
        looked_at.clear()
        council.run(day, files=council.files)
        assert len(looked_at) == looked if looked else 0 < len(looked_at) < 10, day
        council.stood_still = True  # from here on each day is played
