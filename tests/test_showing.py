"""What is printed for people can be read on the narrowest screen."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bot.cli.showing import show_table


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_reference_stands_whole_in_a_table_however_narrow_the_screen(width: int) -> None:
    out = StringIO()
    why = "the first day of the audit month, counted in working days (§7)"
    rows = [("Mon 2 Mar 2026", "FSP-2026-03-001", "practitioner informed", "Ada Auditor", "Tia Manager", why)]
    show_table(
        Console(file=out, width=width), "Letters", ("Day", "Audit", "Letter", "To", "Copy", "Why"), rows
    )
    assert "FSP-2026-03-001" in out.getvalue()
    assert max(len(line) for line in out.getvalue().splitlines()) <= width
