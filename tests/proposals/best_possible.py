"""How many can be placed at most, and how few need move: a flow of unit steps, each by the cheapest way there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

Edges = Mapping[int, Sequence[int]]


def most_placed(edges: Edges, room: Mapping[int, int]) -> int:
    """Of rows with the people who may take each, and each person's room, how many find a place at most."""
    return len(placed_with_fewest_moves(edges, room, {}))


def placed_with_fewest_moves(
    edges: Edges, room: Mapping[int, int], before: Mapping[int, int]
) -> dict[int, int]:
    """As many rows placed as can be, and of all such ways one in which the fewest rows are with another person than
    `before`. Each round takes the cheapest way by which one more row comes in (Bellman–Ford with a queue): what moves
    a row from where it was costs 1, what brings it back saves 1."""
    placed = {row: who for row, who in before.items() if who in edges.get(row, ())}
    held: dict[int, set[int]] = {}
    for row, who in list(placed.items()):
        if len(held.setdefault(who, set())) < room.get(who, 0):
            held[who].add(row)
        else:
            del placed[row]
    for row in edges:
        if row not in placed:
            _bring_in(row, edges, room, before, placed, held)
    return placed


def _bring_in(row: int, edges: Edges, room: Mapping[int, int], before: Mapping[int, int], placed: dict[int, int],
              held: dict[int, set[int]]) -> None:  # fmt: skip
    cost, came, todo = {row: 0}, dict[int, tuple[int, int]](), deque([row])
    best: tuple[int, int, int] | None = None
    while todo:
        at = todo.popleft()
        for who in edges.get(at, ()):
            if placed.get(at) == who:
                continue
            here = cost[at] + _moves(before, at, who) - _moves(before, at, placed.get(at))
            if len(held.setdefault(who, set())) < room.get(who, 0):
                if best is None or here < best[0]:
                    best = here, at, who
                continue
            for other in held[who]:
                if here < cost.get(other, 1 << 30):
                    cost[other], came[other] = here, (at, who)
                    todo.append(other)
    if best is None:
        return
    _, at, who = best
    while True:
        left = placed.get(at)
        if left is not None:
            held[left].discard(at)
        placed[at] = who
        held[who].add(at)
        if at == row:
            return
        at, who = came[at]


def _moves(before: Mapping[int, int], row: int, who: int | None) -> int:
    return int(row in before and who is not None and before[row] != who)
