"""A native chart beside a table of a workbook, drawn from the table's own cells, so that it can say nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.papers.reports.grade_colours import DARK, GRADE_COLOURS, Colour


@dataclass(frozen=True, slots=True)
class SheetChart:
    """Bars of 100 %, one for each row of the table, named by its first cell, in pieces by `columns`, the titles of
    columns. `finding` is the alternative text. A row that lacks a number has no bar, whose pieces would be too long."""

    title: str
    finding: str
    columns: Sequence[str]
    colours: Mapping[str, Colour] = field(default_factory=lambda: GRADE_COLOURS)


_ROW, _WIDTH, _ABOVE = 34, 720, 110
"""Pixels: the height a bar takes, the width of the chart, and what title and key take."""


def insert_chart(
    book: Any, sheet: Any, chart: SheetChart, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Put the chart below the table, when it has a row to draw. Raises ValueError when the table has no such column."""
    places = [list(columns).index(name) for name in chart.columns]
    whole = [n for n, row in enumerate(rows, 1) if all(_is_number(row[at]) for at in places)]
    if not whole:
        return
    drawn = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for name, at in zip(chart.columns, places, strict=True):
        colour = chart.colours.get(name)
        series = {
            "name": [sheet.get_name(), 0, at],
            "categories": _cells(sheet.get_name(), whole, 0),
            "values": _cells(sheet.get_name(), whole, at),
            "gap": 45,
            "data_labels": {
                "value": True,
                "num_format": "0;;;",
                "font": {"bold": True, "color": f"#{colour.label if colour else DARK}"},
            },
            "border": {"color": "#FFFFFF"},
        }
        if colour:
            series["fill"] = {"color": f"#{colour.fill}"}
        drawn.add_series(series)
    drawn.set_title({"name": chart.title, "name_font": {"size": 12, "bold": True}})
    drawn.set_legend({"position": "top"})
    drawn.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": _WIDTH, "height": _ABOVE + _ROW * len(whole)})
    sheet.insert_chart(len(rows) + 2, 0, drawn, {"description": chart.finding, "object_position": 2})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cells(sheet: str, rows: Sequence[int], column: int) -> list[str | int] | str:
    """A column's cells in these rows: one range, or several where rows between them are left out."""
    if rows[-1] - rows[0] == len(rows) - 1:
        return [sheet, rows[0], column, rows[-1], column]
    from xlsxwriter.utility import (  # there already, in the workbook being made
        quote_sheetname,
        xl_rowcol_to_cell,
    )

    named = quote_sheetname(sheet)
    cells = ",".join(f"{named}!{xl_rowcol_to_cell(row, column, True, True)}" for row in rows)
    return f"=({cells})"
