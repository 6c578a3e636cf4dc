"""`audit-bot propose` before a judge who knows its sheets, its workbook and docs/proposing.md, and nothing of how it is
done: random councils, each proposed and looked at for what is never done, for what was left out though it could be
placed, for the draw, for changes that do not help, and for rows that moved though they need not.

    python benchmarks/proposal_judged.py [FIRST [LAST]] [--proposal-only] [--audits N] [--seconds S] [--into FOLDER]

Without words it judges six. `--proposal-only` leaves out what comes afterwards (changes named, three drop-outs,
another order of the sheets); `--into` keeps the smallest workbook with each kind of fault there. It ends with 1 where
there is one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from proposals.judged import AFTERWARDS, Judge, read_at_once  # noqa: E402
from proposals.random_councils import council  # noqa: E402
from proposals.smaller import smallest  # noqa: E402


def main() -> int:
    given = _parser().parse_args()
    counts, faults = Counter[str](), defaultdict[str, list[tuple[int, str]]](list)
    began, done = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as place, read_at_once():
        for key in range(given.first, given.last):
            if given.seconds and time.perf_counter() - began > given.seconds:
                break
            judge = Judge(council(key, given.audits), Path(place))
            found = judge.judge(() if given.proposal_only else AFTERWARDS)
            counts.update(found.counts)
            for kind, what in found.faults:
                faults[kind].append((key, what))
            done += 1
        took = time.perf_counter() - began
        for kind, found_in in faults.items():
            if given.into:
                _keep(given, kind, found_in, Path(place))
    print(f"{done} councils judged, {took / max(done, 1):.2f} s each:")
    for what, number in sorted(counts.items()):
        print(f"  {number:8,}  {what}")
    for kind, found_in in sorted(faults.items()):
        keys = sorted({key for key, _ in found_in})
        print(f"FAULT {kind}: {len(found_in)} in {len(keys)} councils, {keys[:60]}: {found_in[0][1]}")
    if not faults:
        print("No fault was found.")
    return 1 if faults else 0


def _keep(given: argparse.Namespace, kind: str, found_in: list[tuple[int, str]], place: Path) -> None:
    """The smallest of the first councils with a fault, its two sheets and rules, and what was said of it."""
    keys = sorted({key for key, _ in found_in}, key=lambda key: len(council(key, given.audits).children))[:2]
    best = min((smallest(council(key, given.audits), kind, place) for key in keys),
               key=lambda each: len(each.children) + len(each.people))  # fmt: skip
    folder = Path(given.into) / kind.replace(" ", "-").replace("(", "").replace(")", "")
    shutil.rmtree(folder, ignore_errors=True)
    found = Judge(best, folder).judge(() if given.proposal_only else AFTERWARDS)
    best.write(folder)
    told = {
        "month": best.month.isoformat(), "today": best.today.isoformat(), "seed": best.seed, "council": best.key,
        "faults": found.faults, "found first": found_in[:20],
    }  # fmt: skip
    (folder / "found.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Judge what audit-bot propose makes of random councils.")
    parser.add_argument("first", nargs="?", type=int, default=0)
    parser.add_argument("last", nargs="?", type=int, default=6)
    parser.add_argument("--proposal-only", action="store_true")
    parser.add_argument("--audits", type=int)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--into")
    return parser


if __name__ == "__main__":
    sys.exit(main())
