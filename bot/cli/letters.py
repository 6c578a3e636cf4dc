"""`audit-bot letters`: every letter as it would go out, or a sample of one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.cli.at_workplace import workplace_of
from bot.cli.showing import console, print_json, say_faults
from bot.daily_run.trying.gallery import sample_to, write_gallery
from bot.daily_run.trying.sample_letters import Sample, samples
from bot.daily_run.trying.sample_settings import letters_of, settings_of
from bot.errors import SettingsError
from bot.exit_status import DONE, NOT_DONE
from bot.own_files import rules_in
from bot.papers.letters.letter_language import nearest


def perform(given: Namespace) -> int:
    if bool(given.to) != bool(given.letter):
        raise SettingsError(["--to and --letter belong together: which letter goes to whom?"])
    settings = settings_of(Path(given.settings))
    found = samples(letters_of(settings), rules_in(settings.rules), settings)
    if given.to:
        return _send_sample(given, found)
    page = write_gallery(found, Path(given.out), pictures=given.pictures)
    if given.json:
        print_json(
            {
                "page": str(page),
                "letters": [
                    {
                        "name": sample.name,
                        "letter": sample.shown.letter,
                        "subject": sample.shown.subject,
                        "preview": sample.shown.preview,
                        "to": list(sample.shown.to),
                        "cc": list(sample.shown.cc),
                        "on": sample.shown.on.isoformat(),
                        "why": sample.shown.why,
                        "important": sample.shown.important,
                        "reading_ease": sample.shown.ease,
                    }
                    for sample in found
                ],
            }
        )
    else:
        console().print(f"{len(found)} letters. Open {page} in a browser.", highlight=False)
    return DONE


def _send_sample(given: Namespace, found: Sequence[Sample]) -> int:
    names = [sample.name for sample in found]
    chosen = next((s for s in found if given.letter in (s.name, s.shown.letter)), None)
    if chosen is None:
        others = nearest(given.letter, names) or f" They are: {', '.join(names)}."
        raise SettingsError([f"There is no letter “{given.letter}”.{others}"])
    with workplace_of(given) as workplace:
        outcome = sample_to(chosen, given.to, workplace)
    if outcome.state != "sent":
        say_faults(given, [f"The sample did not go: {outcome.state}. {outcome.why}".strip()])
        return NOT_DONE
    console().print(f"Sent to {given.to}: {chosen.shown.title}.", highlight=False)
    return DONE
