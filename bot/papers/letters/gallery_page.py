"""The pages of the gallery of letters: plain, accessible HTML that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from bot.papers.letters.letter_language import day
from bot.papers.letters.letters import Letter
from bot.papers.letters.plain_text import plain_text
from bot.papers.letters.reading_ease import reading_ease
from bot.programme.waits import listed


@dataclass(frozen=True, slots=True)
class Shown:
    """What the gallery says about one letter. `text` is the letter as plain text, `ease` Flesch's reading ease."""

    name: str
    letter: str
    title: str
    subject: str
    preview: str
    text: str
    ease: int
    guide: str
    to: Sequence[str]
    cc: Sequence[str]
    on: date
    why: str
    about: str
    attached: Sequence[str]
    important: bool
    draft: bool

    @classmethod
    def of(
        cls, name: str, letter: str, title: str, written: Letter, *, guide: str, to: Sequence[str], cc: Sequence[str],
        on: date, why: str, about: str, attached: Sequence[str], important: bool, draft: bool,
    ) -> Shown:  # fmt: skip
        text = plain_text(written.html)
        preview = plain_text(written.html, preview=True).strip().split("\n")[0]
        return cls(
            name, letter, title, written.subject, preview, text, round(reading_ease(_own_words(text))), guide, to, cc,
            on, why, about, attached, important, draft,
        )  # fmt: skip


def _own_words(text: str) -> str:
    """What the letter itself says: without its tables of facts, its buttons and the foot that all letters share."""
    lines = text.split("Questions, or something not right?")[0].split("\n")
    return "\n".join(line for line in lines if " | " not in line and "[opens a message" not in line)


_STYLE = """
:root { color-scheme: light dark; --ink: #1f2a30; --soft: #46565e; --line: #d9e1e4; --paper: #ffffff; --desk: #eef2f3;
  --head: #1f4e5f; --link: #17657a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4ecef; --soft: #b4c4ca; --line: #35454c; --paper: #182226;
  --desk: #10171a; --head: #17313b; --link: #8fd0de; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--desk); color: var(--ink); font: 16px/1.5 'Segoe UI', system-ui, Arial, sans-serif; }
header { background: var(--head); color: #fff; padding: 1.2rem 1rem; }
header p { margin: 0; color: #e2eef1; } header h1 { margin: 0; font-size: 1.5rem; }
header a { color: #fff; } .inner { max-width: 90rem; margin: 0 auto; }
main { max-width: 90rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); } h2 { margin: 2rem 0 .6rem; font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; background: var(--paper); }
th, td { text-align: left; vertical-align: top; padding: .5rem .7rem; border-bottom: 1px solid var(--line); }
.index { table-layout: fixed; min-width: 56rem; } .index th { width: 20%; overflow-wrap: anywhere; }
.index th:nth-child(2) { width: 34%; } .index th:nth-child(3) { width: 15%; } .index th:nth-child(n+5) { width: 6%; }
thead th, .soft { color: var(--soft); } tbody th { font-weight: 600; }
.scroll { overflow-x: auto; } .number { text-align: right; white-space: nowrap; }
.frames { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: 0; max-width: 100%; }
figcaption { color: var(--soft); padding: .3rem 0; }
iframe { border: 1px solid var(--line); background: #fff; max-width: 100%; }
.desk iframe { width: 820px; height: 900px; } .phone iframe { width: 390px; height: 900px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); padding: 1rem;
  border: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
"""


def _page(title: str, head: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f'<header><div class="inner">{head}</div></header>\n<main>\n{body}\n</main>\n</body></html>\n'
    )


def index_page(letters: Sequence[Shown]) -> str:
    """All letters by the section of the guide they belong to."""
    rows = "\n".join(
        f'<tr><th scope="row"><a href="{escape(each.name)}.html">{escape(each.title)}</a><br>'
        f'<span class="soft">{escape(each.letter)}</span></th>'
        f"<td>{escape(each.subject)}<br><span class='soft'>{escape(each.preview)}</span></td>"
        f"<td>{escape(listed(_names(each.to)))}{_copied(each)}</td><td>{escape(each.about)}</td>"
        f"<td>§{escape(each.guide)}</td><td class='number'>{each.ease}</td></tr>"
        for each in letters
    )
    ease = sorted(each.ease for each in letters)
    middle = ease[len(ease) // 2] if ease else 0
    body = (
        f"<p>{len(letters)} letters, written for a council that does not exist, by the same code and in the same words "
        f"as the real ones. Reading ease is Flesch's: 60 and more is plain English. Half of them are at {middle} or "
        "above.</p>"
        '<div class="scroll"><table class="index"><thead><tr><th scope="col">Letter</th>'
        '<th scope="col">Subject, and what an inbox shows beside it</th><th scope="col">To</th>'
        '<th scope="col">What for</th><th scope="col">Guide</th><th scope="col" class="number">Reading ease</th>'
        "</tr></thead>"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )
    return _page("The letters", "<h1>The letters</h1><p>Understanding our Practice</p>", body)


def letter_page(each: Shown) -> str:
    """One letter: who gets it, when and why; how it looks; how it reads."""
    facts = [
        ("Subject", each.subject),
        ("Preview", each.preview),
        ("To", listed(each.to)),
        ("Copied to", listed(each.cc) or "nobody"),
        ("Sent on", f"{day(each.on)}: {each.why}"),
        ("What for", f"{each.about} (§{each.guide})"),
        ("Attached", listed(each.attached) or "nothing"),
        ("Importance", "high" if each.important else "usual"),
        ("Reading ease", f"{each.ease} (Flesch; 60 and more is plain English)"),
    ]
    if each.draft:
        facts.append(("Sent by", "the Audit Team: it is only drafted"))
    frames = "".join(
        f'<figure class="{place}"><figcaption>{where}, {light}</figcaption>'
        f'<iframe src="letters/{escape(each.name)}{suffix}" '
        f'title="{escape(each.title)}, {where.lower()}, {light}"></iframe>'
        "</figure>"
        for light, suffix in (("light", ".html"), ("dark", ".dark.html"))
        for place, where in (("desk", "On a desk"), ("phone", "On a telephone"))
    )
    body = (
        "<dl>"
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
        + f'</dl>\n<h2>How it looks</h2><div class="frames">{frames}</div>'
        + f"\n<h2>As plain text</h2><pre tabindex='0'>{escape(each.text)}</pre>"
    )
    head = f'<p><a href="index.html">All letters</a></p><h1>{escape(each.title)}</h1>'
    return _page(each.title, head, body)


def _names(people: Sequence[str]) -> list[str]:
    return [person.partition(" <")[0] for person in people]


def _copied(each: Shown) -> str:
    return f"<br><span class='soft'>copied: {escape(listed(_names(each.cc)))}</span>" if each.cc else ""
