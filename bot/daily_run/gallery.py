"""`audit-bot letters`: every letter as it would really go out, from a made-up season; nothing needs a tenant.

Each is written by the same code, in the same words and on the same paper as in a run, and shown as it looks on a desk
and on a telephone, by day and in the dark, and as plain text.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from bot.daily_run.desk import Desk
from bot.daily_run.do import is_important, written
from bot.daily_run.tell import digest_words, doubt_words, receipt_words
from bot.errors import SettingsError
from bot.office.outbox import LetterOutcome, OutgoingLetter, letter_key
from bot.own_files import SHIPPED, or_shipped
from bot.papers.gallery_page import Shown, index_page, letter_page
from bot.papers.letter_check import NOTHING_KEPT
from bot.papers.letter_language import list_of
from bot.papers.letter_words import AuditTeam, Pages, Surroundings
from bot.papers.letters import Letter, Letters
from bot.programme.actions import SendLetter
from bot.programme.history import History, LetterHistory, LetterState
from bot.programme.matters import Around, Matter, Place, Press, of_letter
from bot.programme.planner import Setting, coming
from bot.programme.receipts import Receipt, ReceivedForm
from bot.programme.rules import Rulebook, called
from bot.programme.sample_season import SampleDay, SampleSeason
from bot.programme.standing import Standing
from bot.programme.status import next_for_people, status_of
from bot.programme.summary import names_of, next_working_days, since_last_digest, summary
from bot.programme.team_words import TeamWord, team_link
from bot.programme.vocabulary import Person, Problem, Status
from bot.programme.working_days import WorkingDays

SEASON = SHIPPED / "config" / "sample_council.toml"
SAMPLE = "Sample, not a real audit: "
"""Stands before the subject of a letter somebody sends to themselves."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter of the season as it would go out. `planned` is None for the digest."""

    name: str
    shown: Shown
    letter: Letter
    planned: SendLetter | None


def samples(letters: Letters, book: Rulebook, given: SampleSettings) -> list[Sample]:
    """Each letter once for each rule that sends it, in the order of the guide. Raises SettingsError, LetterRefused."""
    try:
        text = SEASON.read_text(encoding="utf-8")
    except OSError as fault:
        raise SettingsError([f"{SEASON} cannot be opened: {fault.strerror}."]) from fault
    season = SampleSeason.from_text(text)
    setting = Setting(
        book,
        WorkingDays(),
        lambda parts: letter_key(b"only for samples", parts),
        Person(given.team.name, given.team.address),
    )
    found: dict[str, Sample] = {}
    busiest = 0
    held_back: Sequence[SendLetter] = ()
    for day in season.days(setting):
        around = Surroundings(
            day.today, given.council, given.team, setting.working, setting.keys, Pages(_SITE)
        )
        for planned in _each(day.plan.letters):
            kind = _kind(planned)
            if kind not in found:
                letter = written(planned, day.council, letters, around)
                found[kind] = Sample(kind, _shown(planned, letter, day, setting), letter, planned)
        waiting = [s for s in day.plan.standings if status_of(s, day.today) is Status.WITH_MODERATOR]
        if waiting and "07_form_received" not in found:
            found["07_form_received"] = _receipt(waiting[0], letters, around)
        if len(day.plan.letters) > busiest:
            busiest = len(day.plan.letters)
            held_back = day.plan.letters[:4]
            found["00_digest"] = _digest(day, letters, around, setting)
    found["00_letters_to_decide"] = _to_decide(letters, around, held_back)
    found["10_may_be_inadequate"] = _at_once(
        letters,
        around,
        "10_may_be_inadequate",
        Matter(
            Place.CHILDREN,
            "Audit FSP-2026-03-005",
            "Section 8, Overall grade: two grades stand there, one of them Inadequate.",
            "Open the form, and say which grade it gives.",
            "farzana.rahman@wexcombe.example",
            around.today,
            "new today",
            "",
            tuple(
                Press(
                    says,
                    team_link(
                        TeamWord.TAKE,
                        "A" * 12,
                        "FSP-2026-03-005",
                        setting.keys,
                        around.audit_team.address,
                        str(n),
                    ),
                )
                for n, says in enumerate(
                    (
                        "Take it as the auditor's return, grade Good",
                        "Take it as the auditor's return, grade Inadequate",
                    ),
                    1,
                )
            ),
        ),
        why="a held return may hold an Inadequate",
        about="A return is held that may hold an Inadequate.",
    )
    found["10_row_deleted"] = _at_once(
        letters,
        around,
        "10_row_deleted",
        Problem(
            "Audit FSP-2026-03-005",
            "Its row was deleted while the steps of an Inadequate were open: urgent issues, due Wed 18 Mar 2026.",
        ),
        why="the row of an Inadequate was deleted",
        about="The row of an Inadequate was deleted while its steps were open.",
    )
    found["10_alert_held"] = _at_once(
        letters,
        around,
        "10_alert_held",
        of_letter(
            LetterHistory(
                "A" * 26,
                LetterState.HELD,
                around.today,
                rule="inadequate alert",
                audit="FSP-2026-03-005",
                to=("farzana.rahman@wexcombe.example",),
                reason="Sending it was tried twice without a clear answer. It still lies in the folder of the outbox.",
            ),
            History(),
            Around(around.today, setting.working, setting.keys, around.audit_team.address, {}, lambda _: ""),
        ),
        why="nobody can tell whether the alert of an Inadequate has gone",
        about="The alert of an Inadequate was sent, and Microsoft 365 did not say clearly whether it left.",
    )
    return sorted(found.values(), key=lambda sample: (sample.shown.letter, sample.name))


def _each(letters: Sequence[SendLetter]) -> Iterator[SendLetter]:
    """The letters of a day; and, of those that stand for several, each as it would be had it come alone."""
    yield from letters
    for letter in letters:
        yield from (part for part in letter.together if part.rule.letter != letter.rule.letter)


_SITE = "https://wexcombe.sharepoint.example/sites/audit/Lists/Audit%20allocations"


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """What of a profile shows in the letters."""

    council: str
    marking: str
    team: AuditTeam
    rules: Path
    letters: Path


def settings_of(profile: Path) -> SampleSettings:
    """Whatever the profile says of it, and otherwise the made-up council; a profile need not be complete.

    Raises SettingsError when there is a profile and it is no TOML.
    """
    root = SEASON.parent
    given: dict[str, object] = {}
    if profile.is_file():
        try:
            given = tomllib.loads(profile.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingsError([f"The profile {profile} cannot be read: {fault}."]) from fault
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
    )


def _placed(root: Path, named: object, usual: str) -> Path:
    """The file a profile names; else the usual one beside it, or the one that comes with the bot."""
    return root / str(named) if named else or_shipped(root / usual, f"config/{usual}")


def letters_of(given: SampleSettings) -> Letters:
    """Raises SettingsError with a sentence for each fault of each letter."""
    try:
        texts = {
            path.stem if path.suffix == ".md" else path.name: path.read_text(encoding="utf-8")
            for path in sorted(given.letters.iterdir())
            if path.suffix in (".md", ".html")
        }
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be opened: {fault.strerror}."]) from fault
    return Letters.from_texts(texts, marking=given.marking)


def write_gallery(found: Sequence[Sample], folder: Path, *, pictures: bool = False) -> Path:
    """Write the gallery into a folder and give its first page. Raises SettingsError when it cannot be written."""
    try:
        (folder / "letters").mkdir(parents=True, exist_ok=True)
        for sample in found:
            place = folder / "letters" / sample.name
            place.with_suffix(".html").write_text(sample.letter.html, encoding="utf-8")
            place.with_suffix(".dark.html").write_text(in_the_dark(sample.letter.html), encoding="utf-8")
            place.with_suffix(".txt").write_text(sample.shown.text, encoding="utf-8")
            (folder / f"{sample.name}.html").write_text(letter_page(sample.shown), encoding="utf-8")
        (folder / "index.html").write_text(index_page([sample.shown for sample in found]), encoding="utf-8")
    except OSError as fault:
        raise SettingsError([f"{fault.filename} cannot be written: {fault.strerror}."]) from fault
    if pictures:
        _pictures(found, folder)
    return folder / "index.html"


def sample_to(sample: Sample, address: str, desk: Desk) -> LetterOutcome:
    """Send one sample to one address inside the council, marked as a sample. Nobody is copied; nothing is attached."""
    key = desk.setting.keys(("sample", sample.name, address.strip().lower(), desk.clock().isoformat()))
    (outcome,) = desk.outbox.send(
        [
            OutgoingLetter(
                key=key,
                about="sample",
                letter=sample.shown.letter,
                rule="sample",
                occasion=desk.today.isoformat(),
                subject=SAMPLE + sample.letter.subject,
                html=without_buttons(sample.letter.html),
                to=(Person(address, address),),
                cc=(),
                attachments=(),
                audit="",
                due=desk.today,
                why="asked for by audit-bot letters",
            )
        ]
    )
    return outcome


def without_buttons(html: str) -> str:
    """The letter with its links leading nowhere: a sample's button must never reach anybody."""
    return re.sub(r'href="(?:mailto|https):[^"]*"', 'href="mailto:sample@example.invalid"', html)


def in_the_dark(html: str) -> str:
    """The letter as a reader sees it whose mail program is set to dark."""
    return html.replace("(prefers-color-scheme: dark)", "all")


def _pictures(found: Sequence[Sample], folder: Path) -> None:
    """Pictures by Chromium, where there is one: each letter on a desk and on a telephone, by day and in the dark."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise SettingsError(
            ["There is no Chromium here to take pictures with; the pages themselves are written."]
        )
    shots = folder / "pictures"
    shots.mkdir(exist_ok=True)
    for name, page, width, height in _shots(found, folder):
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--window-size={width},{height}", f"--screenshot={shots / name}", page.resolve().as_uri()],
            check=False, capture_output=True, timeout=120,
        )  # fmt: skip


def _shots(found: Sequence[Sample], folder: Path) -> Iterator[tuple[str, Path, int, int]]:
    for sample in found:
        for light, suffix in (("light", ".html"), ("dark", ".dark.html")):
            page = folder / "letters" / f"{sample.name}{suffix}"
            for place, width, height in (("desktop", 1280, 1600), ("phone", 500, 2600)):
                yield f"{sample.name} {place} {light}.png", page, width, height


def _kind(planned: SendLetter) -> str:
    """The name of a sample: its letter's, and its rule's where several rules send the letter."""
    return planned.rule.letter + "-" + re.sub(r"[^a-z0-9]+", "-", planned.rule.id.lower()).strip("-")


def _shown(planned: SendLetter, letter: Letter, day: SampleDay, setting: Setting) -> Shown:
    return Shown.of(
        _kind(planned),
        planned.rule.letter,
        called(planned.rule),
        letter,
        guide=planned.rule.guide,
        to=[f"{p.name} <{p.email}>" for p in planned.to],
        cc=[f"{p.name} <{p.email}>" for p in planned.cc],
        on=day.today,
        why=planned.day.why,
        about=planned.rule.about,
        attached=[attachment.value for attachment in planned.rule.attach],
        important=is_important(planned, day.today, setting.working),
        draft=planned.rule.draft_only,
    )


def _receipt(standing: Standing, letters: Letters, around: Surroundings) -> Sample:
    auditor = standing.allocation.auditor
    name, address = (auditor.name, auditor.email) if auditor else ("", "")
    step = next_for_people(standing, Status.WITH_MODERATOR)
    form = ReceivedForm(standing, "the auditor's part", ("Section 4, Practitioner's own section",), step)
    letter = letters.letter("07_form_received", receipt_words(Receipt("", address, (form,)), name, around))
    shown = Shown.of(
        "07_form_received", "07_form_received", "Form received", letter, guide="7", to=[f"{name} <{address}>"], cc=[],
        on=around.today, why="a form was taken in", about="Whoever sends a form hears that it came.", attached=[],
        important=False, draft=False,
    )  # fmt: skip
    return Sample("07_form_received", shown, letter, None)


def _at_once(
    letters: Letters, around: Surroundings, name: str, told: Problem | Matter, *, why: str, about: str
) -> Sample:
    """A letter that tells the Audit Team one thing outside the digest."""
    letter = letters.letter(name, doubt_words(told, around))
    shown = Shown.of(
        name, name, name.partition("_")[2].replace("_", " ").capitalize(), letter, guide="10",
        to=[f"{around.audit_team.name} <{around.audit_team.address}>"], cc=[], on=around.today,
        why=why, about=about, attached=[], important=True, draft=False,
    )  # fmt: skip
    return Sample(name, shown, letter, None)


def _to_decide(letters: Letters, around: Surroundings, old: Sequence[SendLetter]) -> Sample:
    """The list of letters that fell due before letters went out to people."""
    name = "00_letters_to_decide"
    offered = tuple(Press(says, f"mailto:{around.audit_team.address}") for says in ("Send it", "Let it go"))
    lines = [
        SimpleNamespace(
            letter=called(letter.rule), audit=letter.reference, to=list_of(p.name for p in letter.to),
            on=letter.day.on, says="", alert=letter.rule.is_alert, presses=offered,
        )
        for letter in old
    ]  # fmt: skip
    every = tuple(Press(says, offered[0].opens) for says in ("Send them all", "Let them all go"))
    words = {"today": around.today, "council": around.council, "audit_team": around.audit_team}
    letter = letters.letter(
        name, {**words, **NOTHING_KEPT, "kept": lines, "since": around.today, "about_all": every}
    )
    shown = Shown.of(
        name, name, "Letters to decide", letter, guide="7",
        to=[f"{around.audit_team.name} <{around.audit_team.address}>"], cc=[], on=around.today,
        why="letters begin to go out", about="What had fallen due before letters went to people goes only when a "
        "person says so.", attached=[], important=False, draft=False,
    )  # fmt: skip
    return Sample(name, shown, letter, None)


def _digest(day: SampleDay, letters: Letters, around: Surroundings, setting: Setting) -> Sample:
    days = next_working_days(day.today, setting.working)
    told = summary(
        day.today, day.council, day.picture, since_last_digest(day.events), day.plan, day.plan.problems,
        coming(days, day.council, day.picture, setting),
        Around(day.today, setting.working, setting.keys, around.audit_team.address, names_of(day.council),
               around.pages.row if around.pages else lambda _: ""),
    )  # fmt: skip
    letter = letters.letter("00_digest", digest_words(told, around))
    shown = Shown.of(
        "00_digest", "00_digest", "Daily digest", letter, guide="7",
        to=[f"{around.audit_team.name} <{around.audit_team.address}>"], cc=[], on=day.today, why="every working day",
        about="What needs a person, what was done, who is waited for.", attached=[], important=False, draft=False,
    )  # fmt: skip
    return Sample("00_digest", shown, letter, None)
