"""The ids of extended properties, in the one spelling Exchange answers with.

https://learn.microsoft.com/graph/api/resources/singlevaluelegacyextendedproperty. `String 0x001A`, `string 0x1a` and
`STRING 0X001a` are one tagged property and come back as `String 0x1a`. A named property is one by type, GUID and name;
the GUID may be written in any case, the name may not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sandbox.tenant.graph_error import GraphError
from sandbox.tenant.odata_filter import Any_, Comparison, FilterError, Junction, Node, Not

MESSAGE_CLASS = "String 0x1a"
MESSAGE_FLAGS = "Integer 0xe07"
PREFIX = "property:"  # how a rewritten filter names an extended property
_TYPES = {
    name.casefold(): name
    for name in ("String", "Integer", "Long", "Short", "Double", "Float", "Boolean", "Binary", "SystemTime",
                 "CLSID", "Currency", "ApplicationTime", "Object", "StringArray", "IntegerArray", "BinaryArray")
}  # fmt: skip
_TAGGED = re.compile(r"\s*(\w+)\s+0x([0-9a-f]{1,4})\s*", re.I)
_NAMED = re.compile(
    r"\s*(\w+)\s+\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}\s+(name|id)\s+(.+?)\s*", re.I
)


@lru_cache(1024)
def canonical(text: str) -> str:
    """An id as Exchange answers it; 400 if it is none."""
    tagged = _TAGGED.fullmatch(text)
    if tagged and tagged[1].casefold() in _TYPES:
        return f"{_TYPES[tagged[1].casefold()]} 0x{int(tagged[2], 16):x}"
    named = _NAMED.fullmatch(text)
    if named and named[1].casefold() in _TYPES:
        kind, guid, word, name = named.groups()
        if word.casefold() == "id":
            name = f"0x{int(name, 0):x}" if re.fullmatch(r"(?i)0x[0-9a-f]+|\d+", name) else name
        return f"{_TYPES[kind.casefold()]} {{{guid.lower()}}} {word.capitalize()} {name}"
    raise GraphError(
        400, "ErrorInvalidProperty", f"The property id '{text}' is not a valid extended property id."
    )


def rewritten(node: Node) -> Node:
    """A filter in which `singleValueExtendedProperties/any(…)` has become a question to the property it names."""
    match node:
        case Any_(path, _, inner) if path.casefold() == "singlevalueextendedproperties":
            return _question(inner)
        case Junction(word, parts):
            return Junction(word, tuple(rewritten(part) for part in parts))
        case Not(inner):
            return Not(rewritten(inner))
        case _:
            return node


def _question(inner: Node) -> Node:
    parts = inner.parts if isinstance(inner, Junction) and inner.word == "and" else (inner,)
    ids = [p for p in parts if isinstance(p, Comparison) and p.path.casefold().endswith("/id")]
    rest = [p for p in parts if p not in ids]
    if len(ids) != 1 or ids[0].operator != "eq" or not all(isinstance(p, Comparison) for p in rest):
        raise FilterError("The query filter contains one or more invalid nodes.")
    name = PREFIX + canonical(str(ids[0].value))
    values = tuple(Comparison(name, p.operator, p.value) for p in rest if isinstance(p, Comparison))
    return Junction("and", (*values, Comparison(name, "ne", None)))
