"""`audit-bot letters`: every letter as it would really go out, from a made-up season; nothing needs a tenant.

Each is written by the same code, in the same words and on the same paper as in a run, and shown as it looks on a desk
and on a telephone, by day and in the dark, and as plain text.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.daily_run.trying.sample_letters import Sample
from bot.daily_run.workplace import Workplace
from bot.errors import SettingsError
from bot.office.mail.outgoing import LetterOutcome, OutgoingLetter
from bot.papers.letters.gallery_page import index_page, letter_page
from bot.programme.vocabulary import Person

SAMPLE = "Sample, not a real audit: "
"""Stands before the subject of a letter somebody sends to themselves."""


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


def sample_to(sample: Sample, address: str, workplace: Workplace) -> LetterOutcome:
    """Send one sample to one address inside the council, marked as a sample. Nobody is copied; nothing is attached."""
    key = workplace.basis.keys(
        ("sample", sample.name, address.strip().lower(), workplace.clock().isoformat())
    )
    (outcome,) = workplace.outbox.send(
        [
            OutgoingLetter(
                key=key,
                about="sample",
                letter=sample.shown.letter,
                rule="sample",
                occasion=workplace.today.isoformat(),
                subject=SAMPLE + sample.letter.subject,
                html=without_buttons(sample.letter.html),
                to=(Person(address, address),),
                due=workplace.today,
                why="asked for by audit-bot letters",
            )
        ],
        lambda _keys: (),  # of made-up children: nobody has a part in it
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
