"""`make tables`: what the pages say of the code, written anew from the code. `tests/test_docs.py` holds them together.

In a page such a part stands between `<!-- made: NAME -->` and `<!-- end -->`; config/lists.toml is made as a whole.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import described  # noqa: E402
import licences  # noqa: E402

from bot.programme.messages.held_reasons import REASONS  # noqa: E402
from bot.programme.telling.matters import KINDS  # noqa: E402
from sandbox.tenant import behaviours  # noqa: E402


def held_messages() -> list[str]:
    """Rows: every reason for which a message is held."""
    return [
        "| category | its place | what is wrong | the one next step | more |",
        "|---|---|---|---|---|",
        *(f"| {r} | {r.place.in_words} | {r.wrong} | {r.step} | {r.more} |" for r in REASONS.values()),
    ]


def other_matters() -> list[str]:
    """Rows: everything else that needs a person."""
    return [
        "| what needs you | its place | what is wrong | the one next step |",
        "|---|---|---|---|",
        *(
            f"| {name} | {kind.place.in_words} | {kind.wrong} | {kind.step} |"
            for name, kind in KINDS.items()
            if name not in REASONS
        ),
    ]


MADE: Mapping[str, Mapping[str, Callable[[], str | list[str]]]] = {
    "docs/for_the_audit_team.md": {
        "held messages": held_messages,
        "other matters": other_matters,
        "buttons of letters": described.buttons_of_letters,
        "buttons of the digest": described.buttons_of_the_digest,
    },
    "docs/reports.md": {
        "reports": described.reports_as_markdown,
        "when reports are made": described.reports_made,
        "how we counted": described.how_we_counted,
    },
    "docs/letters.md": {
        "letters of rules": described.letters_of_rules,
        "words": described.words_as_markdown,
        "words for buttons": described.words_for_buttons,
    },
    "docs/licences.md": {"licences": licences.licences_as_markdown},
    "docs/lists.md": {"lists": described.lists_as_markdown},
    "sandbox/README.md": {"behaviours": behaviours.table},
}
"""What is made, by its page and its name there."""


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with what it should say. A part that has no place in its page raises LookupError."""
    yield ROOT / "config/lists.toml", described.lists_as_toml()
    for page, parts in MADE.items():
        text = (ROOT / page).read_text(encoding="utf-8")
        for name, make in parts.items():
            made = make()
            body = (made if isinstance(made, str) else "\n".join(made)).strip()
            place = re.compile(rf"(<!-- made: {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
            text, found = place.subn(lambda match, body=body: f"{match[1]}{body}{match[2]}", text)
            if found != 1:
                raise LookupError(f"{page} has {found} places for “{name}”")
        yield ROOT / page, text


if __name__ == "__main__":
    behind = 0
    for path, text in pages():
        if path.read_text(encoding="utf-8") != text:
            behind += 1
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} is written anew\n")
    if not behind:
        sys.stdout.write("Every table is as the code has it.\n")
