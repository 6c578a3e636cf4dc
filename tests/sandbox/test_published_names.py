"""What `$select` may name is what Microsoft publishes, no more and no less."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.tenant.properties import PROPERTIES

SCHEMAS = json.loads((Path(__file__).parent / "openapi-slice.json").read_text(encoding="utf-8"))[
    "components"
]["schemas"]


def published(name: str) -> set[str]:
    schema = SCHEMAS[name]
    found: set[str] = set()
    for part in schema.get("allOf", [schema]):
        if "$ref" in part:
            found |= published(part["$ref"].rpartition("/")[2])
        found |= set(part.get("properties", {}))
    return found


@pytest.mark.parametrize("kind", PROPERTIES)
def test_a_selection_may_name_every_published_property(kind: str) -> None:
    assert published(f"microsoft.graph.{kind}") == PROPERTIES[kind]
