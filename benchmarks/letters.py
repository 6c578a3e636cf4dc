"""How long a letter takes, beside plain Jinja2 and beside inlining the styles of every letter.

Each round writes the same letter in every way, in a changed order; the quickest of each are compared. What is
compared comes out the same, spaces aside, which is checked first.

    python benchmarks/letters.py [--rounds N]

Ours is the whole of `Letters.letter`: subject, sandbox, strict words, and the look for a child's name at the end.
premailer is measured where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import thread_time
from types import SimpleNamespace as Words

import css_inline
import jinja2
from figures import Figure, told

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.papers.letters.letter_language import LetterLanguage  # noqa: E402
from bot.papers.letters.letter_press import FRAME  # noqa: E402
from bot.papers.letters.letter_tags import frame_text, hide, restore  # noqa: E402
from bot.papers.letters.letter_text import letter_text, put_in_frame  # noqa: E402
from bot.papers.letters.letters import Letters  # noqa: E402

FIGURES = {
    f"a letter with {rows} rows beside plain Jinja2": Figure(
        1.5, 4, why="Every letter is written in a sandbox and gone through for a child's name at its end."
    )
    for rows in (6, 60)
}
FORBIDDEN = ("Robin Example", "2012-05-14", "14/05/2012", "14/5/2012", "14 May 2012")
LETTER = """Subject: Audits on {{ today | short_day }}: {{ waiting | length | counted("thing") }}

Good morning. Here is what is **waiting**.

| Due | Audit | What comes next | Status |
|---|---|---|---|
{% for line in waiting %}
| {{ line.due | short_day }} | {{ line.ref }} | {{ line.next_step }} | {{ line.status }} |
{% endfor %}

{% if waiting %}
> Please look at the first {{ waiting | length | counted("audit") }}.
{% endif %}
"""


def words(rows: int) -> dict[str, object]:
    return {
        "today": date(2026, 3, 26),
        "council": "Wexcombe Council",
        "audit_team": Words(
            name="Audit Team", address="audit.team@wexcombe.example", contact="Grace Mensah", phone=""
        ),
        "waiting": [
            Words(
                due=date(2026, 3, 31),
                ref=f"FSP-2026-03-{n:03}",
                next_step=f"Moderator no. {n} moderates by Tue 31 Mar 2026.",
                status="With moderator",
            )
            for n in range(rows)
        ],
    }


def ways(rows: int) -> dict[str, Callable[[], str]]:
    """Name -> one letter written that way."""
    frame = (ROOT / "mail_templates" / FRAME).read_text(encoding="utf-8")
    language = LetterLanguage(escaping=True)
    hidden, frame_tags = hide(frame, language)
    page, tags = put_in_frame(letter_text(LETTER, language), frame_text(hidden), frame_tags)
    plain = jinja2.Environment(autoescape=True)
    plain.filters.update(language.filters)
    plain.globals["marking"] = "OFFICIAL-SENSITIVE"
    template = plain.from_string(restore(page, tags))
    subject = plain.from_string(LETTER.split("\n", 1)[0].removeprefix("Subject: "))
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    letters = Letters.from_texts({FRAME: frame, "x": LETTER}, marking="OFFICIAL-SENSITIVE")
    values = words(rows)

    def plain_jinja() -> str:
        subject.render(values)
        return template.render(values)

    found: dict[str, Callable[[], str]] = {
        "ours": lambda: letters.letter("x", values, must_not_carry=FORBIDDEN).html,
        "ours, without the last look": lambda: letters.letter("x", values).html,
        "plain jinja2, cached": plain_jinja,
        "plain jinja2 + css-inline each time": lambda: inliner.inline(plain_jinja()),
    }
    if importlib.util.find_spec("premailer"):
        from premailer import Premailer

        found["plain jinja2 + premailer each time"] = lambda: Premailer(
            plain_jinja(), disable_validation=True, cssutils_logging_level=50
        ).transform()
    return found


def shown(html: str) -> str:
    text = re.sub(r"<style.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def measured(rows: int, rounds: int) -> dict[str, float]:
    """Name -> milliseconds for one letter, the quickest round."""
    different = ways(rows)
    texts = {name: shown(way()) for name, way in different.items()}
    assert len({text for name, text in texts.items() if "premailer" not in name}) == 1, (
        "they say different things"
    )
    taken: dict[str, list[float]] = {name: [] for name in different}
    order = list(different)
    shuffle = random.Random(rows).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            times = 1 if "each time" in name else 10
            start = thread_time()
            for _ in range(times):
                different[name]()
            taken[name].append((thread_time() - start) * 1000 / times)
    return {name: min(times) for name, times in taken.items()}


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=30)
    asked = arguments.parse_args()
    results = {rows: measured(rows, asked.rounds) for rows in (6, 60)}
    for rows, found in results.items():
        print(f"\nA letter with {rows} rows")
        for name, time in found.items():
            print(f"  {name:38} {time:8.3f} ms   {time / found['plain jinja2, cached']:6.2f} x")
    ratios = [found["ours"] / found["plain jinja2, cached"] for found in results.values()]
    return told(dict(zip(FIGURES, ratios, strict=True)), FIGURES)


if __name__ == "__main__":
    raise SystemExit(main())
