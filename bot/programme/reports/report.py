"""What stands in a report, before it is a Word file or a workbook: words, lists, tables and charts by their names.

A template names each place: a content control's tag for words, lists and tables, the title of a chart's alternative
text for charts. What the template has no place for is not printed; a place of a name nobody knows is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Audience(StrEnum):
    """Who may read a report, and with it which numbers may stand in it."""

    AUDIT_TEAM = "the Audit Team"  # every number, and names where the report is about one audit
    INSIDE = "the Audit Team, with every number"  # nobody's name
    OUTSIDE = "readers beyond the Audit Team"  # small numbers are not told


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table as it is printed. `rows` hold text and numbers; the first column names the row. `note` stands below."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart: each series a name and its values by category, None where a number is not told. `finding` is the
    alternative text: what there is to see, in a sentence."""

    title: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[int | None, ...]], ...]
    finding: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `name` is the name of its template and, with cycle and day, of its file; `words` are single lines,
    `lists` paragraphs of a list each."""

    name: str
    title: str
    cycle: str
    as_at: date
    audience: Audience
    words: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tables: Mapping[str, ReportTable] = field(default_factory=dict)
    charts: Mapping[str, Chart] = field(default_factory=dict)
