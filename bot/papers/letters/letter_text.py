"""From the text file of a letter to HTML with its Jinja tags in place.

Done once for each letter, before any value is known: the tags are hidden from Markdown behind short words, the
Markdown becomes HTML, and the tags come back. A tag that stands alone on a line comes back between paragraphs, list
items or table rows, never inside one, so that a table's rows can be repeated:

    | Audit | Due |
    |---|---|
    {% for line in waiting %}
    | {{ line.ref }} | {{ line.due | short_day }} |
    {% endfor %}

A button, alone in its paragraph, opens a ready message; it is left out where the reader has none to send:

    {{ button("The UoPP meeting was held on …", uopp_held) }}

A link, alone in its paragraph too, opens a page; it is left out where there is none to open:

    {{ link("See the audit in the list", row_link) }}

The line "Preview: …" below the subject is what an inbox shows beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from jinja2 import Environment, TemplateSyntaxError, nodes
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.papers.letters.button_words import BUTTONS, LINK_KINDS
from bot.papers.letters.letter_language import TAGS
from bot.papers.letters.letter_slips import lost_braces
from bot.papers.letters.letter_tags import HIDDEN, Tag, hide, restore

_ONLY_BLOCK_TAGS = re.compile(r"\s*(?:zq\d+bqz\s*)+")
_LIST_ITEM = re.compile(r"( {0,3}(?:[-*+]|\d{1,9}[.)])) +\S")
_SAFE_LINK = re.compile(r"(?:mailto:|https://)", re.IGNORECASE)

_GAP = '<p class="gap">&nbsp;</p>\n'
"""Below a table; Word, which draws the messages in Outlook for Windows, knows no margin of a table."""
_NOTE = '<table class="note" role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"><tr><td>\n'

BUTTON, LINK, PRESSES, BARS = "button", "link", "presses", "bars"
_BUTTON_TAG = re.compile(r"\{\{[-+]?\s*(?:button|link)\b")
_WORDS_OF = {BUTTON: BUTTONS, LINK: {*LINK_KINDS, "report_link"}}
_ONLY_VALUES = re.compile(r"\s*(?:zq\d+vqz\s*)+")

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(slots=True)
class LetterText:
    """`subject` and `html` still hold their tags. `faults` are sentences, without the letter's name."""

    subject: str
    preview: str = ""
    html: str = ""
    tags: list[Tag] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def letter_text(text: str, language: Environment) -> LetterText:
    """A letter's file, compiled. Raises nothing: what is wrong stands in `faults`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    first, _, body = text.partition("\n")
    if not first.startswith("Subject:") or not first[8:].strip():
        return LetterText(
            "", faults=["line 1: the first line must be “Subject:” and what the letter is about."]
        )
    found = LetterText(first[8:].strip())
    first_line = 2
    preview = ""
    if body.startswith("Preview:"):
        preview, _, body = body[8:].partition("\n")
        first_line = 3
    if body.strip() and body.split("\n", 1)[0].strip():
        found.faults.append(f"line {first_line}: leave an empty line between the subject and the letter.")
    if not body.strip():
        found.faults.append("the letter is empty below its subject.")
    if HIDDEN.search(text):
        found.faults.append(
            f"{_at('zq', text)}letters cannot hold words of the form zq1bqz, which stand for their tags."
        )
    try:
        hidden, found.tags = hide(body, language, first_line=first_line)
        hidden_preview, preview_tags = hide(preview.strip(), language, first_line=2)
        hidden_subject, _ = hide(found.subject, language)
    except TemplateSyntaxError as fault:
        found.faults.append(f"line {fault.lineno + first_line - 1}: {fault.message}")
        return found
    for piece in lost_braces("\n".join((hidden_subject, hidden_preview, hidden))):
        said = (
            f"“{restore(piece, found.tags)[:60]}” would be seen as it is; a word has two braces on each side"
        )
        found.faults.append(f"{_at(HIDDEN.split(piece)[0], text)}{said}.")
    for tag in found.tags:
        if tag.word and tag.word not in TAGS:
            found.faults.append(
                f"line {tag.line}: “{tag.word}” is not used in letters, only if, for and set."
            )
    if not found.faults:
        tokens = _markdown.parse(_own_lines(hidden, found.tags))
        _drawn(tokens, found.tags)
        found.faults += _buttons(tokens, found.tags, language)
        _tidy(tokens)
        found.faults += _crossed(tokens, found.tags) + _links(tokens, found.tags, text)
        found.html = _markdown.renderer.render(tokens, _markdown.options, {})
        found.faults += _left_over(tokens, text)
        n = len(found.tags)
        found.preview = HIDDEN.sub(lambda tag: f"zq{n + int(tag[1])}{tag[2]}qz", escape(hidden_preview))
        found.tags += preview_tags
    return found


def _own_lines(text: str, tags: Sequence[Tag]) -> str:
    """Set each line that holds nothing but block tags apart, as what it stands among: rows, list items, paragraphs.

    The tag that opens decides and its `else` and `endfor` follow it.
    """
    lines = text.split("\n")
    out: list[str] = []
    opened: list[str] = []
    for n, line in enumerate(lines):
        if not _ONLY_BLOCK_TAGS.fullmatch(line):
            out.append(line)
            for found in HIDDEN.finditer(line):
                _track(tags[int(found[1])].word, opened, "text")
            continue
        after = next((other for other in lines[n + 1 :] if not _ONLY_BLOCK_TAGS.fullmatch(other)), "")
        first = tags[int(HIDDEN.search(line)[1])]  # type: ignore[index]
        place = opened[-1] if opened and first.word in ("else", "elif", "endif", "endfor") else ""
        if not place:
            place = _place(out[-1] if out else "", after)
        for found in HIDDEN.finditer(line):
            _track(tags[int(found[1])].word, opened, place)
        if place == "row":
            out.append("| " + line.strip() + " |")
        elif place in ("paragraph", "text"):
            out += ["", line.strip(), ""]
        else:
            out.append(f"{place} {line.strip()}")
    return "\n".join(out)


def _place(before: str, after: str) -> str:
    """What a tag alone on its line stands among: table rows, list items (then their mark), or paragraphs."""
    if before.lstrip().startswith("|") and after.lstrip().startswith("|"):
        return "row"
    item = _LIST_ITEM.match(after) or _LIST_ITEM.match(before)
    return item[1] if item else "paragraph"


def _track(word: str, opened: list[str], place: str) -> None:
    if word in ("if", "for"):
        opened.append(place)
    elif word in ("endif", "endfor") and opened:
        opened.pop()


def _tidy(tokens: list[Token]) -> None:
    """Bring the tags that stand alone out of their paragraphs, items and rows; mark fact boxes and notes."""
    for opening, closing in (("paragraph", 1), ("list_item", 3), ("tr", None)):
        n = 0
        while n < len(tokens):
            if tokens[n].type == f"{opening}_open":
                end = _end(tokens, n)
                texts = [token.content for token in tokens[n:end] if token.type == "inline" and token.content]
                blocks = [token for token in tokens[n:end] if token.type == "html_block"]
                if closing is None or end - n - 1 <= closing:
                    alone = "".join(texts + [re.sub(r"<!--|-->", "", b.content) for b in blocks])
                    if alone and _ONLY_BLOCK_TAGS.fullmatch(alone):
                        comment = Token("html_block", "", 0, content=f"<!--{''.join(alone.split())}-->")
                        tokens[n : end + 1] = [comment]
            n += 1
    _facts(tokens)
    for token in tokens:
        if token.type == "blockquote_open":
            token.type, token.tag = "html_block", ""
            token.content = _NOTE
        elif token.type == "blockquote_close":
            token.type, token.tag, token.content = "html_block", "", f"</td></tr></table>\n{_GAP}"


_DRAWN_TAG = re.compile(r"\{\{[-+]?\s*(presses|bars)\(\s*([\w.]+)\s*\)\s*[-+]?\}\}")
_DRAWN = {
    PRESSES: "{%% if %s %%}<br>{%% endif %%}{%% for press in %s %%}"
    '<a style="color: #17657a; text-decoration: underline; font-weight: 600" href="{{ press.opens }}">'
    "{{ press.says }}</a>{%% if not loop.last %%} &nbsp;·&nbsp; {%% endif %%}{%% endfor %%}",
    BARS: '<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"><tr>'
    '{%% for bar in %s %%}<td width="{{ bar.width }}%%" bgcolor="{{ bar.colour }}" style="padding: 5px 2px 5px 8px; '
    "background-color: {{ bar.colour }}; font-size: 13px; line-height: 18px; font-weight: 600; color: #ffffff"
    '">{{ bar.number }}</td>{%% endfor %%}</tr></table>\n'
    '<p style="margin: 4px 0 14px 0; font-size: 13px; line-height: 20px; color: #46565e">{%% for bar in %s %%}'
    '<strong style="background-color: {{ bar.colour }}; color: #ffffff">&nbsp;{{ bar.number }}&nbsp;</strong>'
    "&nbsp;{{ bar.stage }}"
    "{%% if not loop.last %%} &nbsp; {%% endif %%}{%% endfor %%}</p>\n",
}
"""What is drawn from values alone: the links of a matter, and the bar of a cycle in cells that Word colours."""


def _drawn(tokens: list[Token], tags: list[Tag]) -> None:
    """Put the drawing of links and bars in the place of their tags. A bar stands alone in its paragraph."""
    for n, tag in enumerate(tags):
        if found := _DRAWN_TAG.fullmatch(tag.text):
            kind, of = found.groups()
            drawing = _DRAWN[kind]
            tags[n] = Tag(drawing % ((of,) * drawing.count("%s")), tag.line)
            for at, token in enumerate(tokens):
                if kind == BARS and token.type == "inline" and token.content.strip() == f"zq{n}vqz":
                    tokens[at - 1] = Token("html_block", "", 0, content="")
                    tokens[at] = Token("html_block", "", 0, content=f"zq{n}vqz\n")
                    tokens[at + 1] = Token("html_block", "", 0, content="")


def _buttons(tokens: list[Token], tags: list[Tag], language: Environment) -> list[str]:
    """Draw each button that stands alone in its paragraph, as a table cell that Word colours too. What is wrong with
    the others."""
    faults = []
    for n, token in enumerate(tokens):
        if token.type != "inline":
            continue
        inside = [tags[int(found[1])] for found in HIDDEN.finditer(token.content)]
        buttons = [tag for tag in inside if _BUTTON_TAG.match(tag.text)]
        if not buttons:
            continue
        if tokens[n - 1].type != "paragraph_open" or len(buttons) < len(inside):
            faults.append(
                f"line {buttons[0].line}: a button stands on a line of its own, not inside a sentence."
            )
            continue
        if not _ONLY_VALUES.fullmatch(token.content):
            faults.append(
                f"line {buttons[0].line}: a button stands on a line of its own, not inside a sentence."
            )
            continue
        drawn = []
        for tag in buttons:
            parts = _label_and_word(tag, language)
            if parts is None:
                faults.append(
                    f'line {tag.line}: write a button as {{{{ button("what it says", uopp_held) }}}}, with one of the '
                    "words for replies."
                )
                continue
            kind, label, word = parts
            first = len(tags)
            tags += [
                Tag(f"{{% if {word} %}}", tag.line, "if"),
                Tag(f"{{{{ {word} }}}}", tag.line),
                Tag("{% endif %}", tag.line, "endif"),
            ]
            anchor = f'<a href="zq{first + 1}vqz">{escape(label)}</a>'
            drawn.append(
                f'<!--zq{first}bqz--><table class="button" role="presentation" cellpadding="0" cellspacing="0" '
                f'border="0"><tr><td>{anchor}</td></tr></table>\n{_GAP}<!--zq{first + 2}bqz-->\n'
                if kind == BUTTON
                else f"<!--zq{first}bqz--><p>{anchor}</p>\n<!--zq{first + 2}bqz-->\n"
            )
        tokens[n - 1] = Token("html_block", "", 0, content="")
        tokens[n] = Token("html_block", "", 0, content="".join(drawn))
        tokens[n + 1] = Token("html_block", "", 0, content="")
    return faults


def _label_and_word(tag: Tag, language: Environment) -> tuple[str, str, str] | None:
    """Button or link, what it says and the word for what it opens; None when the tag is not written like one."""
    output = language.parse(tag.text).body[0]
    call = output.nodes[0] if isinstance(output, nodes.Output) and len(output.nodes) == 1 else None
    if not isinstance(call, nodes.Call) or call.kwargs or len(call.args) != 2:
        return None
    if not isinstance(call.node, nodes.Name):
        return None
    kind = call.node.name
    label, word = call.args
    if not isinstance(label, nodes.Const) or not str(label.value).strip():
        return None
    if isinstance(word, nodes.Getattr) and isinstance(
        word.node, nodes.Name
    ):  # "a.uopp_held", of one of several
        name, written = word.attr, f"{word.node.name}.{word.attr}"
    elif isinstance(word, nodes.Name):
        name = written = word.name
    else:
        return None
    return (kind, str(label.value), written) if name in _WORDS_OF.get(kind, ()) else None


def _facts(tokens: list[Token]) -> None:
    """A table whose heading row is empty lists facts: it is drawn without one, and the first cell of a row names the
    fact. Every cell of another table knows its heading, so that a narrow screen can show them one below another."""
    n = 0
    while n < len(tokens):
        token = tokens[n]
        if token.type == "table_open":
            token.attrs = {
                "class": "list",
                "cellpadding": "0",
                "cellspacing": "0",
                "border": "0",
                "width": "100%",
            }
            head = n + 1
            end = _end(tokens, head)
            heads = [t.content for t in tokens[head:end] if t.type == "inline"]
            if not any(heads):
                token.attrs["class"] = "facts"
                del tokens[head : end + 1]
                _name_facts(tokens, n)
            else:
                _label_cells(tokens, n, heads)
        elif token.type == "table_close":
            tokens.insert(n + 1, Token("html_block", "", 0, content=_GAP))
        n += 1


def _name_facts(tokens: list[Token], start: int) -> None:
    for n in range(start, _end(tokens, start)):
        if tokens[n].type == "tr_open" and tokens[n + 1].type == "td_open":
            opening, closing = tokens[n + 1], tokens[_end(tokens, n + 1)]
            opening.tag = closing.tag = "th"
            opening.attrs = {"scope": "row"}


_STACKED = 3
"""Columns from which a narrow screen shows the cells of a row one below another."""


def _label_cells(tokens: list[Token], start: int, heads: Sequence[str]) -> None:
    wide = len(heads) >= _STACKED
    if wide:
        tokens[start].attrs["class"] = "list wide"
    column = 0
    for token in tokens[start : _end(tokens, start)]:
        if token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            if wide and column < len(heads) and not HIDDEN.search(heads[column]):
                token.attrs = {"data-label": heads[column]}
            column += 1


def _end(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for n in range(start, len(tokens)):
        depth += tokens[n].nesting
        if depth == 0:
            return n
    return len(tokens) - 1


def _every(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _crossed(tokens: Sequence[Token], tags: Sequence[Tag]) -> list[str]:
    """A tag and its end must stand in the same paragraph, item, row or cell, or the letter would come out broken."""
    faults: list[str] = []
    around: list[int] = []
    opened: list[tuple[Tag, tuple[int, ...]]] = []
    count = 0
    for token in _every(tokens):
        if token.nesting == 1:
            count += 1
            around.append(count)
        elif token.nesting == -1:
            around.pop()
        elif token.type != "inline":
            for found in HIDDEN.finditer(token.content):
                tag = tags[int(found[1])]
                place = tuple(around)
                if tag.word in ("if", "for"):
                    opened.append((tag, place))
                elif tag.word in ("else", "elif", "endif", "endfor") and opened:
                    began, where = opened[-1]
                    if where != place:
                        faults.append(
                            f"line {tag.line}: “{tag.word}” belongs to “{began.word}” in line {began.line} but does "
                            "not stand in the same paragraph, list or table as it. Put each on a line of its own, with "
                            "an empty line around it if it encloses a whole paragraph, list or table."
                        )
                    if tag.word in ("endif", "endfor"):
                        opened.pop()
    return faults


def _left_over(tokens: Sequence[Token], text: str) -> list[str]:
    """Stars that Markdown has not taken for bold, and every reader would see: behind a full stop and before a tag they
    are no end."""
    faults = []
    for inline in (token for token in tokens if token.type == "inline"):
        shown = HIDDEN.sub("", "".join(t.content for t in inline.children or () if t.type == "text"))
        if stars := re.search(r"\*\*\s*[^*]*(?:\*\*)?|\*[^\s*][^*]*\*", shown):
            drawn = "bold" if stars[0].startswith("**") else "italic"
            faults.append(
                f"{_at(stars[0][:9], text)}“{stars[0][:60].strip()}” is not {drawn}. Put the full stop at its end "
                "behind the stars."
            )
    return faults


def _links(tokens: Sequence[Token], tags: Sequence[Tag], text: str) -> list[str]:
    faults = []
    for token in _every(tokens):
        if token.type == "link_open":
            address = str(token.attrs["href"])
            if not _SAFE_LINK.match(address):
                written = restore(address, tags)
                faults.append(
                    f"{_at(written, text)}the link to “{written}” must begin with https:// or mailto:"
                )
            if "bqz" in address:
                faults.append(
                    "an address in a link cannot hold an if or a for; write the link twice instead."
                )
            token.attrs["href"] = re.sub(r"zq(\d+)vqz", r"zq\1lqz", address)
            token.attrs.pop("title", None)
    return faults


def _at(piece: str, text: str) -> str:
    """ "line 3: ", where a piece of the letter stands in its file; "" when it does not stand there as it is."""
    line = next((n for n, each in enumerate(text.split("\n"), 1) if piece in each), 0)
    return f"line {line}: " if line else ""


def put_in_frame(letter: LetterText, frame: str, frame_tags: Sequence[Tag]) -> tuple[str, list[Tag]]:
    """The letter's HTML in the places of the frame's {{ letter }} and {{ preview }}, and the tags of both under one
    numbering."""
    first = len(frame_tags)
    parts = {
        name: HIDDEN.sub(lambda found: f"zq{first + int(found[1])}{found[2]}qz", text)
        for name, text in (("letter", letter.html), ("preview", letter.preview))
    }
    for n, tag in enumerate(frame_tags):
        if (name := tag.text.strip("{}-+ ")) in parts:
            frame = frame.replace(f"zq{n}vqz", parts[name])
    return frame, [*frame_tags, *letter.tags]
