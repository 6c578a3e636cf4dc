"""What the Audit Team says by the buttons of the digest, in earnest: the message goes by Exchange and is obeyed."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import parse_qs

import pytest
from forms import filled
from tenant import Door, email
from test_daily_run import REF
from test_replies_at_the_desk import Buttons

from bot.daily_run.team_words import OBEYED
from bot.office.ledger import Ledger
from bot.office.outbox import letter_key
from bot.programme.history import history
from bot.programme.team_words import TeamWord, matter_code, team_link


class TeamAtWork(Buttons):
    """The small council, whose Audit Team uses the buttons of its digest. Tia Manager is the Audit Manager."""

    def code(self, n: int = -1) -> str:
        """The code of one of the matters that were put to a person."""
        with closing(Ledger(self.door.settings.ledger)) as ledger:
            return matter_code(self.keys, "question", history(ledger.current()).questions[n].key)

    def keys(self, parts: tuple[str, ...]) -> str:
        return letter_key(self.door.settings.letter_key(), parts)

    def word(self, word: TeamWord, matter: str, choice: str = "1") -> str:
        query = team_link(word, matter, REF, self.keys, self.door.settings.mailbox, choice).partition("?")[2]
        return parse_qs(query)["subject"][0]

    def team_says(self, subject: str, sender: str | None = None, on: str = "2026-03-04T09:00") -> None:
        self.ask("POST", "/clock", {"now": f"{on}:00+00:00"})
        mailbox = self.door.settings.mailbox
        self.ask(
            "POST", "/messages",
            {"from": email(sender) if sender else mailbox, "to": [mailbox], "subject": subject,
             "html": "<p>Just send this message.</p>"},
        )  # fmt: skip

    def digest(self) -> str:
        letters = self.door.tenant.deliveries(html=True)
        return next(str(d["html"]) for d in reversed(letters) if "Audits on" in d["subject"])

    def lies_in(self, subject: str) -> list[str]:
        return [m["folder"] for m in self.inbox() if subject in m["subject"]]


@pytest.fixture
def council(door: Door) -> TeamAtWork:
    return TeamAtWork(door)


def asked(council: TeamAtWork) -> str:
    """A message that is put to a person, and the subject of the button that settles it."""
    council.run("2026-03-02")
    council.arrives("Ada Auditor", None, html="<p>May I have a word about this audit?</p>")
    council.run("2026-03-03")
    return council.word(TeamWord.SETTLED, council.code())


@pytest.mark.parametrize("sender", ["Tia Manager", None], ids=["the Audit Manager", "the shared mailbox"])
def test_what_the_audit_team_settles_leaves_and_is_not_asked_again(
    council: TeamAtWork, sender: str | None
) -> None:
    settle = asked(council)
    council.team_says(settle, sender)
    assert council.run("2026-03-04", "10:00", whole=False).questions == 0
    assert council.lies_in(f"RE: Audit {REF}") == ["Audits taken in"]
    assert council.lies_in("Settled") == ["Audits taken in"]
    assert council.run("2026-03-05").questions == 0
    assert "May I have a word" not in council.digest()


def test_anybody_elses_press_is_held_and_named_and_nothing_is_settled(council: TeamAtWork) -> None:
    settle = asked(council)
    council.team_says(f"FW: {settle}", "Ada Auditor")
    assert council.run("2026-03-04", "10:00").questions == 2
    assert f"{email('Ada Auditor')} used “Settled”" in council.digest()
    assert council.lies_in("Settled") == ["Please look at"]


def test_a_word_used_twice_says_so_kindly_and_does_nothing(council: TeamAtWork) -> None:
    settle = asked(council)
    council.team_says(settle, "Tia Manager")
    council.run("2026-03-04", "10:00", whole=False)
    council.team_says(settle, None, on="2026-03-04T11:00")
    council.run("2026-03-05")
    assert "had been used before, by Tia Manager on Wed 4 Mar 2026" in council.digest()
    council.run("2026-03-06")
    assert "had been used before" not in council.digest()


def test_a_word_about_what_has_gone_meanwhile_says_so_kindly(council: TeamAtWork) -> None:
    settle = asked(council)
    council.arrives("Ada Auditor", filled(council.form(), grade="Good"))
    council.run("2026-03-03", "15:00", whole=False)
    council.team_says(settle, "Tia Manager")
    council.run("2026-03-05")
    assert "the matter had already gone" in council.digest()


def test_every_word_is_obeyed() -> None:
    assert set(OBEYED) == set(TeamWord)
