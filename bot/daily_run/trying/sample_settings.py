"""What of a profile shows in the letters of the made-up council; a profile need not be complete, or be there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.daily_run.letter_files import letters_in
from bot.daily_run.workplace import team_of
from bot.own_files import SHIPPED, or_shipped, text_of
from bot.papers.letters.letter_words import AuditTeam
from bot.papers.letters.letters import Letters
from bot.programme.edited_file import edited
from bot.settings import Settings

SEASON = SHIPPED / "config" / "sample_council.toml"


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """What of a profile shows in the letters."""

    council: str
    marking: str
    team: AuditTeam
    rules: Path
    letters: Path
    proposes_times: bool = False


def as_in_letters(settings: Settings) -> SampleSettings:
    """Of a whole profile."""
    files = settings.files
    return SampleSettings(
        settings.council,
        settings.marking,
        team_of(settings),
        files.rules,
        files.letters,
        settings.propose_times,
    )


def settings_of(profile: Path) -> SampleSettings:
    """Whatever the profile says of it, and otherwise the made-up council; a profile need not be complete.

    Raises SettingsError when there is a profile and it is no TOML.
    """
    root = SEASON.parent
    given: dict[str, object] = {}
    if profile.is_file():
        given = edited(text_of(profile), str(profile)).given
        root = profile.parent
    team = given.get("audit_team")
    team = team if isinstance(team, dict) else {}
    files = given.get("files")
    files = files if isinstance(files, dict) else {}
    return SampleSettings(
        council=str(given.get("council") or "London Borough of Wexcombe"),
        marking=str(given.get("marking") or ""),
        team=AuditTeam(
            str(team.get("name") or "Audit Team"),
            str(given.get("mailbox") or "audit.team@wexcombe.example"),
            str(team.get("contact") or "Marsha Oyelaran"),
            str(team.get("phone") or ""),
        ),
        rules=_placed(root, files.get("rules"), "rules.toml"),
        letters=_placed(root, files.get("letters"), "../mail_templates"),
        proposes_times=given.get("propose_times") is True,
    )


def _placed(root: Path, named: object, usual: str) -> Path:
    """The file a profile names; else the usual one beside it, or the one that comes with the bot."""
    return root / str(named) if named else or_shipped(root / usual, f"config/{usual}")


def letters_of(given: SampleSettings) -> Letters:
    """Raises SettingsError with a sentence for each fault of each letter."""
    return letters_in(given.letters, marking=given.marking).sound()
