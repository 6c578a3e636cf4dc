"""Which styles hide or strike out their text. Most forms have none, and then nothing is looked up at all."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from bot.papers.word.xml import on, parsed, value, w

_HIDES, _STRIKES = "vanish", "strike"


@dataclass(frozen=True, slots=True)
class Styles:
    """Style ids whose text is hidden or struck out, counting what they are based on."""

    hidden: frozenset[str] = field(default_factory=frozenset)
    struck: frozenset[str] = field(default_factory=frozenset)
    all_hidden: bool = False

    @property
    def plain(self) -> bool:
        return not (self.hidden or self.struck or self.all_hidden)


PLAIN = Styles()


def styles(part: bytes) -> Styles:
    """The styles of word/styles.xml that matter. Raises etree.XMLSyntaxError."""
    if b"vanish" not in part and b"trike" not in part:
        return PLAIN
    root = parsed(part)
    own: dict[str, tuple[str, bool | None, bool | None]] = {}
    for style in root.iter(w("style")):
        properties = style.find(w("rPr"))
        own[style.get(w("styleId")) or ""] = (
            value(style, "basedOn"),
            switch(properties, _HIDES),
            switch(properties, _STRIKES, "dstrike"),
        )
    everywhere = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
    return Styles(
        hidden=frozenset(name for name in own if _inherited(name, own, 1)),
        struck=frozenset(name for name in own if _inherited(name, own, 2)),
        all_hidden=bool(switch(everywhere, _HIDES)),
    )


def switch(properties: etree._Element | None, *names: str) -> bool | None:
    """Whether any of these is switched on in run properties; None when none of them is mentioned."""
    if properties is None:
        return None
    found = [element for name in names if (element := properties.find(w(name))) is not None]
    return any(on(element) for element in found) if found else None


def _inherited(name: str, own: dict[str, tuple[str, bool | None, bool | None]], place: int) -> bool:
    for _ in range(20):  # styles based on each other in a ring end here
        if name not in own:
            return False
        given = own[name][place]
        if given is not None:
            return bool(given)
        name = own[name][0]
    return False
