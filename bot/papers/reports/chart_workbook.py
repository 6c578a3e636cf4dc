"""The workbook inside a chart, from which Word draws it again when somebody chooses “Edit data”."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from bot.papers.reports.chart_series import SHEET
from bot.papers.word.controls import printable
from bot.programme.reports.report import Chart

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ALWAYS = datetime(2000, 1, 1)  # noqa: DTZ001 - the same chart gives the same bytes


def chart_workbook(chart: Chart) -> bytes:
    """An .xlsx file: categories down the first column, a column for each series, an empty cell for what is not told."""
    import xlsxwriter  # only when there is a chart to fill

    out = BytesIO()
    as_typed = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    book = xlsxwriter.Workbook(out, {"in_memory": True, **as_typed})
    book.set_properties({"created": _ALWAYS})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 0, 40)
    for row, category in enumerate(chart.categories, 1):
        sheet.write_string(row, 0, printable(category))
    for column, (name, values) in enumerate(chart.series, 1):
        sheet.write_string(0, column, printable(name))
        for row, value in enumerate(values, 1):
            if value is not None:
                sheet.write_number(row, column, value)
    book.close()
    return out.getvalue()
