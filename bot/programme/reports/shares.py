"""Shares of a whole as they are printed, and what chance explains between two of them."""

from __future__ import annotations

from math import sqrt

from bot.programme.reports.counted import PER_CENT_FROM
from bot.programme.reports.counts import SUPPRESSED, Name, Shown

Z = 1.959964
"""So many standard errors hold 95 % of a normal distribution."""


def interval(n: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, 0 to 1. https://doi.org/10.1080/01621459.1927.10502953

    Raises ValueError for a share of nothing, or of more than all."""
    if not 0 <= n <= of or not of:
        raise ValueError(f"{n} of {of} is no share")
    middle, wide = n / of + Z * Z / (2 * of), Z * sqrt(n * (of - n) / of**3 + Z * Z / (4 * of * of))
    over = 1 + Z * Z / of
    return max(0.0, (middle - wide) / over), min(1.0, (middle + wide) / over)


def share(shown: Shown, part: Name, whole: Name, *, with_interval: bool = False) -> str:
    """“34 of 60 (57 %)”, for board papers with the interval: “34 of 60 (57 %, 44–68)”. See `share_of`."""
    return share_of(shown[part], shown[whole], with_interval=with_interval)


def share_of(n: int | None, of: int | None, *, with_interval: bool = False) -> str:
    """The same of two numbers from `Shown`, None where one is not told: “[c] of 60”. Of fewer than 20 no per cent is
    told, nor where a number is not told."""
    plain = f"{_told(n)} of {_told(of)}"
    if n is None or of is None or of < PER_CENT_FROM:
        return plain
    low, high = interval(n, of)
    between = f", {_per_cent(low)}–{_per_cent(high)}" if with_interval else ""
    return f"{plain} ({_per_cent(n / of)} %{between})"


def together(shown: Shown, *parts: Name) -> int | None:
    """Several numbers added up, such as “Good or better”; None when one of them is not told."""
    told = [number for number in map(shown.__getitem__, parts) if number is not None]
    return sum(told) if len(told) == len(parts) else None


def compared(n: int | None, of: int | None, n_before: int | None, of_before: int | None) -> str:
    """Whether two shares differ by more than chance: a sentence without a judgement. "" when a number is not told.

    By Newcombe's interval of a difference of shares (Statistics in Medicine 17, 1998, pages 873-890, method 10)."""
    if n is None or of is None or n_before is None or of_before is None:
        return ""
    if min(of, of_before) < PER_CENT_FROM:
        return f"Of fewer than {PER_CENT_FROM} it is not said what chance explains."
    now, before = n / of, n_before / of_before
    (low, high), (low_before, high_before) = interval(n, of), interval(n_before, of_before)
    apart = now - before
    least = apart - sqrt((now - low) ** 2 + (high_before - before) ** 2)
    most = apart + sqrt((high - now) ** 2 + (before - low_before) ** 2)
    numbers = f"{n} of {of} ({_per_cent(now)} %) and {n_before} of {of_before} ({_per_cent(before)} %)"
    found = "within what chance explains" if least <= 0 <= most else "more than chance alone explains"
    return f"{numbers} differ: this is {found}." if apart else f"{numbers} are the same share."


def _told(number: int | None) -> str:
    return SUPPRESSED if number is None else str(number)


def _per_cent(part: float) -> str:
    """A per cent as one rounds by hand, halves up."""
    return str(int(part * 100 + 0.5))
