"""The page over all councils: HTML that needs nothing else, on a screen, on a phone and on paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape

from bot.clock import LONDON
from bot.councils.health import CouncilHealth, Whole
from bot.programme.date_words import day_in_words, short_day

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --red: #b3261e; --amber: #8a5a00; --green: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --red: #ff8a80; --amber: #ffc766; --green: #7fd8a0; } }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 76rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.sum { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none; }
.sum li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; min-width: 7rem; }
.sum b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.old strong.well { color: inherit; text-decoration: line-through; }
.well { color: var(--green); } .wrong { color: var(--red); } .note { color: var(--amber); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; vertical-align: top; white-space: nowrap; }
td.why { white-space: normal; min-width: 16rem; }
thead th { border-bottom: 2px solid var(--line); font-weight: 600; } tbody tr { border-bottom: 1px solid var(--line); }
td.n { text-align: right; font-variant-numeric: tabular-nums; } tbody th { font-weight: 600; }
@media (max-width: 46rem) {
  thead { display: none; } tbody, tr, th, td { display: block; } tbody tr { padding: .6rem 0; }
  td, td.n { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem .6rem; text-align: right; }
  th, td, td.why { white-space: normal; min-width: 0; }
  td::before { content: attr(data-is); opacity: .7; text-align: left; } td:empty { display: none; }
}
"""


HOLDS_FOR = timedelta(minutes=15)
"""So old the page may be, which is made anew every five; after that it says of itself that it tells nothing."""

_OLD = (
    "This page is old, and tells nothing of how the councils are now. Whoever keeps the workers: see why audit-bot "
    "councils health does not write it."
)
_AGING = """<script>
(function tell() {
  const until = document.getElementById("until");
  if (new Date() < new Date(until.dataset.until)) return setTimeout(tell, 10000);
  document.body.className = "old";
  until.className = "wrong";
  until.textContent = until.dataset.old;
})();
</script>"""


def page(whole: Whole, written: datetime) -> str:
    """The whole page. Councils that need somebody come first. `written` is now, by the wall's clock."""
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta http-equiv="refresh" content="300">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Audit bot: all councils</title>'
        f"<style>{_STYLE}</style></head><body>\n<h1>Audit bot: all councils</h1>\n"
        f'<p>{escape(_moment(whole.moment))}. <strong class="{"wrong" if whole.wrong else "well"}">'
        f"{escape(whole.in_short)}</strong></p>\n{_until(written + HOLDS_FOR)}\n"
        + ("" if whole.lost else _summary(whole))
        + _wrong(whole)
        + ("" if whole.lost else _tables(whole))
        + f"{_AGING}\n</body></html>\n"
    )


def _until(moment: datetime) -> str:
    return (
        f'<p id="until" data-until="{moment.isoformat(timespec="seconds")}" data-old="{escape(_OLD)}">This holds until '
        f"{escape(_moment(moment))}; after that it tells nothing of how they are.</p>"
    )


def _wrong(whole: Whole) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in whole.wrong)
    return f'<h2>Somebody must come</h2>\n<ul class="wrong">{lines}</ul>\n' if lines else ""


def _summary(whole: Whole) -> str:
    alive = sum(worker.state == "alive" for worker in whole.workers)
    numbers = (
        (str(len(whole.councils)), "councils"),
        (str(alive), "workers alive"),
        (str(whole.at_work), "runs at work"),
        (str(whole.depth), "runs waiting"),
        (f"{whole.runs:,}", "runs in the last day"),
        (str(whole.in_vain), "of them failed"),
        (_seconds(whole.p50), "the most that half of them were late"),
        (_seconds(whole.p99), "the most that 99 of 100 were late"),
    )
    items = "".join(f"<li><b>{escape(value)}</b>{escape(what)}</li>" for value, what in numbers)
    return f'<ul class="sum">{items}</ul>\n'


def _tables(whole: Whole) -> str:
    rows = sorted(whole.councils, key=lambda each: (not each.wrong, not each.note, each.name))
    return (
        "<h2>Councils</h2>\n<table><thead><tr>"
        + "".join(f"<th>{escape(each)}</th>" for each in ("Council", *_COLUMNS))
        + "</tr></thead><tbody>\n"
        + "\n".join(_row(each, whole.moment) for each in rows)
        + "\n</tbody></table>\n<h2>Workers</h2>\n<table><thead><tr><th>Machine</th><th>State</th><th>Version</th>"
        "<th>Slots</th><th>At work</th></tr></thead><tbody>\n"
        + "\n".join(
            f'<tr><th>{escape(w.machine)}</th><td data-is="State" class="{"well" if w.state == "alive" else "note"}">'
            f'{escape(w.state)}</td><td data-is="Version">{escape(w.version)}</td><td data-is="Slots">{w.slots}</td>'
            f'<td data-is="At work">{w.at_work}</td></tr>'
            for w in whole.workers
        )
        + "\n</tbody></table>\n"
    )


_COLUMNS = ("State", "Level", "Daily run", "Look", "Late by", "Waiting", "To decide", "Next", "What is wrong")


def _row(each: CouncilHealth, moment: datetime) -> str:
    mark = "wrong" if each.wrong else "note" if each.note else "well"
    coming = f"{each.next_kind}, {_beside(each.next_at, moment)}" if each.next_at else ""
    cells = (
        (f'class="{mark}"', each.state),
        ("", each.level),
        ("", _beside(each.last_daily, moment)),
        ("", _beside(each.last_look, moment)),
        ('class="n"', _seconds(each.late.total_seconds()) if each.late > timedelta(seconds=60) else ""),
        ('class="n"', str(each.waiting)),
        ('class="n"', str(each.held)),
        ("", coming),
        (f'class="why {mark}"', each.wrong or each.note),
    )
    shown = "".join(
        f'<td data-is="{name}" {how}>{escape(text)}</td>'
        for name, (how, text) in zip(_COLUMNS, cells, strict=True)
    )
    return f"<tr><th>{escape(each.name)}</th>{shown}</tr>"


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(LONDON)
    return f"{day_in_words(local)}, {local:%H:%M}"


def _beside(moment: datetime | None, now: datetime) -> str:
    """The same beside the page's own moment, so that a council is a line: without the day where it is that very day,
    without the year where it is a few months away at most."""
    if moment is None or abs(moment - now) > timedelta(days=180):
        return _moment(moment)
    local = moment.astimezone(LONDON)
    day = "" if local.date() == now.astimezone(LONDON).date() else f"{short_day(local)}, "
    return f"{day}{local:%H:%M}"


def _seconds(seconds: float) -> str:
    """A length of time in a word or two."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
