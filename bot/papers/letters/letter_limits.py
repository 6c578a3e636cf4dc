"""What a letter may cost: a template is edited by people, so it is stopped when it does not end or grows beyond reason.

Loops are counted while a letter is written, sums and joins are looked at before they are made, and nothing but the
words' own lists can be called. What goes too far raises TemplateRuntimeError, which stops that letter alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from itertools import islice
from time import perf_counter
from typing import Any

from jinja2 import TemplateRuntimeError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Environment
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import pass_environment, pass_eval_context

MOST_ROUNDS = 500_000
"""Rounds of all loops of one letter. A digest of a thousand audits has some ten thousand."""
MOST_SECONDS = 10.0
LONGEST_LETTER = 2_000_000
"""Characters of one letter as HTML; Graph takes four million bytes with everything around it."""
LONGEST_TOGETHER = 20_000
"""Characters or items of what a letter puts together itself."""
LONGEST_FILE = 100_000
"""Characters of a letter's file."""
_FEW = 1_000
"""Rounds and pieces from which it is worth looking at the clock, and at the length so far."""
LOOP, WHOLE = "for every round", "put together"
"""Filters that people cannot write, put around the list of each loop and the value of each set."""


class Budget:
    """What one letter has used."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.rounds, self.characters, self.until = 0, 0, perf_counter() + MOST_SECONDS

    def rounds_of(self, items: int) -> None:
        """A loop over so many items begins."""
        self.rounds += items + 1
        if self.rounds < _FEW:
            return
        if self.rounds > MOST_ROUNDS:
            raise TemplateRuntimeError(f"its loops do not end: more than {MOST_ROUNDS:,} rounds")
        if perf_counter() > self.until:
            raise TemplateRuntimeError(f"it is not written in {MOST_SECONDS:.0f} seconds")

    def gathered(self, pieces: Iterable[str]) -> list[str]:
        """The pieces of a letter while it is written."""
        coming = iter(pieces)
        found = some = list(islice(coming, _FEW))
        while True:
            self.characters += sum(map(len, some))
            if self.characters > LONGEST_LETTER:
                raise TemplateRuntimeError(f"it becomes longer than {LONGEST_LETTER:,} characters")
            if len(some) < _FEW:
                return found
            some = list(islice(coming, _FEW))
            found += some


class _Counting(CodeGenerator):
    """Puts the two filters where they belong, once the file has been read."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        for loop in node.find_all(nodes.For):
            loop.iter = _filtered(loop.iter, LOOP, self.environment)
        for kept in node.find_all(nodes.Assign):
            kept.node = _filtered(kept.node, WHOLE, self.environment)
        super().visit_Template(node, frame)


class _PuttingIn(_Counting):
    """Hands a value to what the language puts in, in one call instead of two: a digest has thousands."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.as_html(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")


def _filtered(node: nodes.Node, name: str, environment: Environment) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=environment)


class LimitedEnvironment(SandboxedEnvironment):
    """Jinja2's sandbox, in which a letter ends."""

    code_generator_class = _PuttingIn
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.budget = Budget()

    @staticmethod
    def as_html(value: Any) -> str:
        """A value as it stands in a letter's HTML."""
        return str(FILTERS["escape"](value))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or (operator in ("*", "%") and not (_a_number(left) and _a_number(right))):
            raise TemplateRuntimeError(
                f"letters add, subtract, and multiply or divide numbers; not “{operator}” here"
            )
        if operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            _within(len(left) + len(right))
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        """The pairs of a table, and a loop's own; no method of a text, which may make it as long as it likes."""
        of = getattr(obj, "__self__", None)
        name = getattr(obj, "__name__", "")
        return (isinstance(of, dict) and name in ("items", "keys", "values")) or (
            isinstance(of, LoopContext) and name in ("cycle", "changed")
        )


def _a_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e12


def _within(length: int) -> None:
    if length > LONGEST_TOGETHER:
        raise TemplateRuntimeError(f"what it puts together becomes longer than {LONGEST_TOGETHER:,}")


@pass_environment
def _every_round(environment: LimitedEnvironment, items: Iterable[Any]) -> Any:
    """The items of a loop, counted before it begins."""
    found = items if isinstance(items, list | tuple | Sized) else list(islice(items, MOST_ROUNDS))
    environment.budget.rounds_of(len(found))
    return found


def _put_together(value: Any) -> Any:
    if isinstance(value, str | list | tuple | dict):
        _within(len(value))
    return value


@pass_eval_context
def _replaced(context: nodes.EvalContext, text: Any, old: Any, new: Any, count: int | None = None) -> Any:
    _within(len(str(text)) + str(text).count(str(old)) * len(str(new)))
    return FILTERS["replace"](context, text, old, new, count)


@pass_eval_context
def _joined(context: nodes.EvalContext, items: Iterable[Any], d: Any = "", attribute: Any = None) -> Any:
    found = list(items)
    _within(len(found) * (len(str(d)) + 1))
    return FILTERS["join"](context, found, d, attribute)


FILTERS_WITHIN_REASON: dict[str, Callable[..., Any]] = {
    LOOP: _every_round, WHOLE: _put_together, "replace": _replaced, "join": _joined,
}  # fmt: skip
