"""What is wrong with the words of a letter before it is ever sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes

from bot.papers.letters.letter_language import nearest
from bot.papers.letters.word_classes import FOLLOWED_NO_FURTHER, Kind
from bot.papers.letters.words_by_scope import SORTS, allowed

_SORTS = tuple(allowed(sort) for sort in SORTS)


def _parts(kind: Kind) -> frozenset[str]:
    inner = frozenset(part for whole in (kind or {}).values() for part in _parts(whole))
    return (inner | (kind or {}).keys()) - {""}


PARTS = frozenset(part for words in _SORTS for kind in words.values() for part in _parts(kind))
"""The names of all parts of all words."""
_IN_LOOPS = frozenset({"first", "last", "index", "index0", "length", "previtem", "nextitem", "revindex"})
_KEEP_ONES = {"sort", "unique", "list", "select", "reject", "selectattr", "rejectattr", "default"}


def faults_of_words(tree: nodes.Template, used: frozenset[str]) -> Iterator[str]:
    """A sentence for each word or part of a word that no letter of this sort has."""
    known = max(_SORTS, key=lambda words: len(used & words.keys()))
    everywhere = {word for words in _SORTS for word in words}
    at = {node.name: node.lineno for node in reversed(list(tree.find_all(nodes.Name)))}
    for word in sorted(used - known.keys()):
        if word in everywhere:
            others = "that letter" if not (used & known.keys()) else "a letter with the other words here"
            yield f"line {at.get(word, 1)}: “{word}” is a word of another sort of letter; {others} has no such word."
        else:
            yield f"line {at.get(word, 1)}: there is no word “{word}”.{nearest(word, sorted(known))}"
    yield from _Parts(known).of(tree)


class _Parts:
    """Follows words through loops, to see whether “a.team” is a part that audits have."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        self.scope: dict[str, Kind] = dict(known)

    def of(self, node: nodes.Node) -> Iterator[str]:
        if isinstance(node, nodes.For):
            yield from self.of(node.iter)
            before = self.scope
            each = _part(self.kind(node.iter), "")
            self.scope = {**before, "loop": dict.fromkeys(_IN_LOOPS)}
            self._name(node.target, each)
            for part in [node.test, *node.body, *node.else_]:
                if part is not None:
                    yield from self.of(part)
            self.scope = before
            return
        if isinstance(node, nodes.Assign):
            self._name(node.target, self.kind(node.node))
        if isinstance(node, nodes.Getattr):
            whole = self.kind(node.node)
            if whole is None or (whole and node.attr not in whole):
                parts = sorted(part for part in whole or () if part)
                name = _written(node.node)
                has = f"“{name}” has only {', '.join(parts)}" if parts else f"“{name}” has no parts"
                if node.attr not in ("items", "values", "keys"):
                    yield f"line {node.lineno}: there is no “{name}.{node.attr}”; {has}.{nearest(node.attr, parts)}"
        for child in node.iter_child_nodes():
            yield from self.of(child)

    def _name(self, target: nodes.Node, kind: Kind) -> None:
        if isinstance(target, nodes.Name):
            self.scope[target.name] = kind
        else:
            for part in target.iter_child_nodes():
                self._name(part, FOLLOWED_NO_FURTHER)

    def kind(self, node: nodes.Node) -> Kind:
        if isinstance(node, nodes.Name):
            return self.scope.get(node.name, FOLLOWED_NO_FURTHER)
        if isinstance(node, nodes.Getattr):
            whole = self.kind(node.node)
            return _part(whole, node.attr)
        if isinstance(node, nodes.Getitem):
            return _part(self.kind(node.node), "")
        if isinstance(node, nodes.Filter) and node.node is not None and node.name in _KEEP_ONES:
            return self.kind(node.node)
        if isinstance(node, nodes.Filter) and node.node is not None and node.name in ("first", "last"):
            return _part(self.kind(node.node), "")
        return FOLLOWED_NO_FURTHER


def _part(whole: Kind, name: str) -> Kind:
    part: Kind = (whole or {}).get(name, FOLLOWED_NO_FURTHER)
    return part


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return "it"
