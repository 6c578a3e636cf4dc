"""One walk over a part of a Word document: its text as Word shows it, its controls, its cells and paragraphs.

Insertions and moved-to text are kept, deletions and moved-from text, deleted rows and cells are left out; hidden text,
field codes and prompts are not seen; of a drawing that exists twice, the one Word shows is taken. What makes an answer
doubtful is not judged here (see `doubts`), so that the walk stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from bot.papers.word.styles import PLAIN, Styles, switch
from bot.papers.word.xml import MC, VAL, W14, W15, M, is_off, on, value, w

BREAK, TAB = "\n", "\t"
TICKED, UNTICKED = "☒☑✓✔✗✘🗹", "☐□"
BOXES = TICKED + UNTICKED

_SYMBOLS = {  # Wingdings, Wingdings 2 and MS Gothic boxes as people insert them
    "F0FE": "☒", "F0FD": "☒", "F0FC": "✓", "F0FB": "✗", "F0A8": "☐", "F06F": "☐", "F052": "☑", "F053": "☒",
    "F054": "☒", "F050": "✓", "F04F": "✗", "F0A3": "☐", "2612": "☒", "2611": "☑", "2610": "☐",
}  # fmt: skip
MOST_ROWS = 5_000
UNKNOWN_SYMBOL = "\ufffd"

_SKIPPED = (
    "pPr", "rPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sdtPr", "sdtEndPr", "sectPr", "smartTagPr",
    "del", "moveFrom", "delText", "instrText", "delInstrText", "proofErr", "bookmarkStart", "bookmarkEnd", "fldData",
    "footnoteReference", "endnoteReference", "commentReference", "annotationRef", "softHyphen", "lastRenderedPageBreak",
    "rt", "ffData", "customXmlPr",
)  # fmt: skip
_NOTHING: dict[object, Callable[[etree._Element], None] | None] = dict.fromkeys(map(w, _SKIPPED))
_TRACKED = frozenset(map(w, ("del", "moveFrom", "cellDel")))
_RARE = (*_TRACKED, w("vanish"), w("hidden"))
_P, _R, _T, _PPR, _RPR, _SDT, _SDTPR, _SDTCONTENT, _SDTENDPR = map(
    w, ("p", "r", "t", "pPr", "rPr", "sdt", "sdtPr", "sdtContent", "sdtEndPr")
)
_ALTERNATE = f"{{{MC}}}AlternateContent"
_PROPERTIES: dict[object, str] = {
    w("tag"): "tag",
    w("alias"): "alias",
    w("showingPlcHdr"): "prompt",
    w("dropDownList"): "choices",
    w("comboBox"): "choices",
    w("date"): "date",
    f"{{{W14}}}checkbox": "box",
    f"{{{W15}}}repeatingSectionItem": "item",
}
_FULL_DATE, _CHECKED, _CHECKED_VAL = w("fullDate"), f"{{{W14}}}checked", f"{{{W14}}}val"
_SHOWN_BY_WORD = (
    "http://schemas.microsoft.com/office/word/",
    "http://schemas.microsoft.com/office/drawing/",
)


class NotWord(Exception):
    """The bytes are no Word document that can be read; the text says why."""


@dataclass(slots=True, eq=False)
class Control:
    """A content control or a legacy form field.

    `start` and `end` are its place in the part's text; `group` tells the answers of one row together; `place` is the
    cell or paragraph it stands in. `prompt` says that Word marks its text as a prompt, which is then no text.
    """

    tag: str
    title: str
    element: etree._Element
    properties: etree._Element | None
    group: int
    place: int
    start: int
    end: int = 0
    prompt: bool = False
    checked: bool | None = None
    date: str = ""
    text: str = ""
    legacy: bool = False
    choices: etree._Element | None = None
    cells: tuple[int, int] = (0, 0)
    """The places that lie inside the control: from the first to before the second."""


@dataclass(slots=True, eq=False)
class Place:
    """A table cell, or a paragraph outside tables (then `table` is -1). `cell` counts the cells of the row."""

    element: etree._Element
    table: int
    row: int
    cell: int
    start: int
    end: int = 0
    text: str = ""


@dataclass(slots=True)
class Part:
    """What a walk found. `pieces` is the text in document order."""

    pieces: list[str]
    controls: list[Control]
    places: list[Place]
    root: etree._Element
    malformed: list[etree._Element]
    """Controls that hold what no control may hold: two programs may show them differently."""

    embedded: bool = False
    """Whether the document takes in another file (altChunk), which cannot be read."""

    def slice(self, start: int, end: int) -> str:
        return tidy("".join(self.pieces[start:end]))


def tidy(text: str) -> str:
    """Shown text without needless spaces; one line a paragraph."""
    if BREAK not in text:
        return " ".join(text.split())
    lines = [" ".join(line.split()) for line in text.split(BREAK)]
    return BREAK.join(line for line in lines if line)


def walk(root: etree._Element, styles: Styles = PLAIN) -> Part:
    """Walk over a parsed part."""
    return _Walk(root, styles).over(root)


class _Walk:
    def __init__(self, root: etree._Element, styles: Styles) -> None:
        self.pieces: list[str] = []
        self.controls: list[Control] = []
        self.places: list[Place] = []
        self.styles = styles
        # What occurs nowhere is not looked for at every paragraph: one quick search instead.
        rare = {each.tag for each in root.iter(*_RARE)}
        self.can_hide = w("vanish") in rare or not styles.plain
        self.tracked = bool(rare & _TRACKED)
        self.marked = self.tracked or bool(styles.hidden)  # whether a paragraph's own marks matter
        self.rows_can_hide = w("hidden") in rare
        self.embedded = False
        self.malformed: list[etree._Element] = []
        self.fields: list[bool] = []  # of each open field: whether its result has begun
        self.silent = 0  # inside how many prompts and codes of fields
        self.groups = 0
        self.group = -1
        self.items = 0  # inside how many items of repeating sections
        self.place = -1
        self.tables = self.rows = 0
        self.table = self.row = self.cell = -1
        self.paragraph_hidden = False
        self._does: dict[object, Callable[[etree._Element], None] | None] = {
            **_NOTHING,
            _P: self._paragraph,
            _R: self._run_that_may_hide if self.can_hide else self._inside,
            _SDT: self._control,
            w("tbl"): self._table,
            w("tr"): self._row,
            w("tc"): self._cell,
            w("fldChar"): self._field_mark,
            w("tab"): self._tab,
            w("ptab"): self._tab,
            w("br"): self._break,
            w("cr"): self._break,
            w("noBreakHyphen"): self._hyphen,
            w("sym"): self._symbol,
            w("altChunk"): self._embedded,
            _ALTERNATE: self._alternate,
            f"{{{M}}}t": self._text,
        }

    def over(self, root: etree._Element) -> Part:
        self._inside(root)
        self._does.clear()  # it names this walk, which would otherwise keep the whole document in memory
        part = Part(self.pieces, self.controls, self.places, root, self.malformed, self.embedded)
        for control in self.controls:
            if not control.prompt:
                control.text = part.slice(control.start, control.end)
            elif control.checked is None:
                control.date = ""
        return part

    def _inside(self, element: etree._Element) -> None:
        does, further = self._does.get, self._inside
        for child in element:
            tag = child.tag
            if tag == _T:  # the commonest of all: no call for it
                if not self.silent and (text := child.text):
                    self.pieces.append(text)
            elif (action := does(tag, further)) is not None:
                action(child)

    # ------------------------------------------------------------------------------------------------- text

    def _run_that_may_hide(self, run: etree._Element) -> None:
        if not self._hidden(run):
            self._inside(run)
            return
        for mark in run.iter(w("fldChar")):
            self._field_mark(mark)

    def _text(self, text: etree._Element) -> None:
        if not self.silent and text.text:
            self.pieces.append(text.text)

    def _put(self, text: str) -> None:
        if not self.silent:
            self.pieces.append(text)

    def _tab(self, _: etree._Element) -> None:
        self._put(TAB)

    def _break(self, _: etree._Element) -> None:
        self._put(BREAK)

    def _hyphen(self, _: etree._Element) -> None:
        self._put("-")

    def _symbol(self, symbol: etree._Element) -> None:
        self._put(_SYMBOLS.get((symbol.get(w("char")) or "").upper(), UNKNOWN_SYMBOL))

    def _embedded(self, _: etree._Element) -> None:
        self.embedded = True

    def _hidden(self, run: etree._Element) -> bool:
        properties = run.find(w("rPr"))
        own = switch(properties, "vanish")
        if own is not None:
            return own
        style = value(properties, "rStyle")
        # Hiding is a toggle: a character style that hides shows again what the paragraph's style hides (17.7.3).
        return self.styles.all_hidden or (style in self.styles.hidden) != self.paragraph_hidden

    def _alternate(self, alternate: etree._Element) -> None:
        chosen = shown_alternative(alternate)
        if chosen is not None:
            self._inside(chosen)

    # ------------------------------------------------------------------------------------------------- blocks

    def _paragraph(self, paragraph: etree._Element) -> None:
        ends = True
        before = self.paragraph_hidden
        if self.marked:
            properties = paragraph.find(w("pPr"))
            self.paragraph_hidden = value(properties, "pStyle") in self.styles.hidden
            mark = properties.find(w("rPr")) if properties is not None else None
            ends = mark is None or (mark.find(w("del")) is None and mark.find(w("moveFrom")) is None)
        if self.table >= 0:
            self._inside(paragraph)
        else:
            outer, self.place = self.place, len(self.places)
            place = Place(paragraph, -1, -1, -1, len(self.pieces))
            self.places.append(place)
            self._inside(paragraph)
            place.end = len(self.pieces)
            self.place = outer
        self.paragraph_hidden = before
        if ends and not self.silent:
            self.pieces.append(BREAK)

    def _table(self, table: etree._Element) -> None:
        outer = self.table, self.row, self.cell
        self.tables += 1
        self.table, self.row = self.tables, -1
        self._inside(table)
        self.table, self.row, self.cell = outer

    def _row(self, tr: etree._Element) -> None:
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise NotWord(f"it has more than {MOST_ROWS} rows")
        if (self.tracked or self.rows_can_hide) and (row_is(tr, "del") or row_is(tr, "hidden")):
            return
        outer = self.group
        if not self.items:
            self.groups += 1
            self.group = self.groups
        self.row += 1
        self.cell = -1
        self._inside(tr)
        self.group = outer

    def _cell(self, tc: etree._Element) -> None:
        self.cell += 1
        if self.tracked and tc.find(f"{w('tcPr')}/{w('cellDel')}") is not None:
            return
        outer, self.place = self.place, len(self.places)
        place = Place(tc, self.table, self.row, self.cell, len(self.pieces))
        self.places.append(place)
        fields = len(self.fields)
        self._inside(tc)
        while len(self.fields) > fields:  # a field does not reach out of its cell
            self._field_ends()
        place.end = len(self.pieces)
        self.place = outer

    def _control(self, sdt: etree._Element) -> None:
        properties = content = None
        for child in sdt:
            tag = child.tag
            if tag == _SDTCONTENT and content is None:
                content = child
            elif tag == _SDTPR and properties is None:
                properties = child
            elif tag != _SDTENDPR:
                self.malformed.append(sdt)
        if content is None:
            return
        control = Control("", "", sdt, properties, self.group, self.place, len(self.pieces))
        if properties is not None and _described(control, properties, self.malformed):
            self._item(content)
            return
        self.controls.append(control)
        first = len(self.places)
        # A control that holds others is no prompt, whatever it says of itself: what they hold is shown.
        muted = control.prompt and next(content.iter(_SDT), None) is None
        self.silent += muted
        self._inside(content)
        self.silent -= muted
        control.end = len(self.pieces)
        if len(self.places) > first:
            control.cells = (first, len(self.places))
            if control.place < 0:
                control.place = first

    def _item(self, content: etree._Element) -> None:
        """One item of a repeating section: its answers belong together, however many rows it has."""
        outer = self.group
        self.groups += 1
        self.group = self.groups
        self.items += 1
        self._inside(content)
        self.items -= 1
        self.group = outer

    # ------------------------------------------------------------------------------------------------- fields

    def _field_mark(self, mark: etree._Element) -> None:
        kind = mark.get(w("fldCharType"))
        if kind == "begin":
            self.fields.append(False)
            self.silent += 1
            data = mark.find(w("ffData"))
            if data is not None:
                self._form_field(mark, data)
        elif kind == "separate" and self.fields and not self.fields[-1]:
            self.fields[-1] = True
            self.silent -= 1
        elif kind == "end" and self.fields:
            self._field_ends()

    def _field_ends(self) -> None:
        if not self.fields.pop():
            self.silent -= 1

    def _form_field(self, mark: etree._Element, data: etree._Element) -> None:
        """An old form field: a choice and a tick are kept in its data, a text stands in the document after it."""
        control = Control(
            value(data, "name"), "", mark, data, self.group, self.place, len(self.pieces), legacy=True
        )
        drop, box = data.find(w("ddList")), data.find(w("checkBox"))
        text = ""
        if drop is not None:
            control.choices = drop
            text = chosen_entry(drop)
        elif box is not None:
            ticked = box.find(w("checked"))
            control.checked = on(ticked) if ticked is not None else on(box.find(w("default")))
            text = "☒" if control.checked else "☐"
        else:
            return
        self.silent -= 1
        self._put(text)
        self.silent += 1
        control.end = len(self.pieces)
        self.controls.append(control)


def _described(control: Control, properties: etree._Element, malformed: list[etree._Element]) -> bool:
    """Note what a control's properties say of it; whether it is an item of a repeating section, and no answer."""
    kind_of = _PROPERTIES.get
    for each in properties:
        kind = kind_of(each.tag)
        if kind is None:
            continue
        if kind == "tag":
            if control.tag:
                malformed.append(control.element)
            control.tag = each.get(VAL) or ""
        elif kind == "alias":
            control.title = each.get(VAL) or ""
        elif kind == "prompt":
            control.prompt = on(each)
        elif kind == "choices":
            control.choices = each
        elif kind == "date":
            control.date = (each.get(_FULL_DATE) or "")[:10]
        elif kind == "box":
            checked = each.find(_CHECKED)
            control.checked = checked is not None and not is_off(checked.get(_CHECKED_VAL))
        else:
            return True
    return False


def row_is(tr: etree._Element, what: str) -> bool:
    """Whether a row's properties say that it was deleted ("del"), inserted ("ins") or is hidden."""
    properties = tr.find(w("trPr"))
    return properties is not None and on(properties.find(w(what)))


def shown_alternative(alternate: etree._Element) -> etree._Element | None:
    """Of the alternatives of one drawing the one that Word shows: the first choice it understands."""
    for child in alternate:
        if child.tag == f"{{{MC}}}Choice":
            needs = (child.get("Requires") or "").split()
            if needs and all((child.nsmap.get(n) or "").startswith(_SHOWN_BY_WORD) for n in needs):
                return child
        elif child.tag == f"{{{MC}}}Fallback":
            return child
    return None


def chosen_entry(drop: etree._Element) -> str:
    """The entry an old drop-down field shows: its result, else its default, else the first (17.16.9, 17.16.28)."""
    entries = [entry.get(VAL) or "" for entry in drop.findall(w("listEntry"))]
    number = value(drop, "result") or value(drop, "default") or "0"
    return entries[int(number)] if number.isdigit() and len(number) < 6 and int(number) < len(entries) else ""
