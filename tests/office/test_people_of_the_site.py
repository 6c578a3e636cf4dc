"""Who is a colleague among all the site knows: no guest, and no group."""

from __future__ import annotations

import pytest

from bot.office.lists.cells import no_people_of, people_of
from bot.programme.vocabulary import Person

COLLEAGUE = {"Title": "Ada Auditor", "EMail": "ada@wexcombe.example", "UserName": "ada@wexcombe.example",
             "Name": "i:0#.f|membership|ada@wexcombe.example"}  # fmt: skip
GUEST = "gus_elsewhere.example#EXT#@wexcombe.example"


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"EMail": GUEST}, "a guest of the council's directory"),
        ({"UserName": GUEST, "EMail": "gus@elsewhere.example"}, "a guest of the council's directory"),
        (
            {
                "Name": f"i:0#.f|membership|{GUEST.casefold()}",
                "UserName": "",
                "EMail": "gus@wexcombe.example",
            },
            "a guest of the council's directory",
        ),
        ({"Name": "c:0t.c|tenant|5a3e0b62-54b1-4a34-9d8e-0e7f3c6b1a11", "UserName": ""}, "a group"),
        ({"Name": "c:0o.c|federateddirectoryclaimprovider|5a3e0b62", "UserName": ""}, "a group"),
        ({"Name": "c:0(.s|true", "UserName": ""}, "a group"),
    ],
)
def test_a_guest_or_a_group_is_nobody_and_is_told_as_what_it_is(fields: dict[str, str], what: str) -> None:
    rows = [{"id": "7", "fields": {**COLLEAGUE, **fields}}, {"id": "8", "fields": COLLEAGUE}]
    assert people_of(rows) == {"8": Person("Ada Auditor", "ada@wexcombe.example")}
    assert no_people_of(rows) == {"7": what}
