"""Whether one expression measures a part of what another one measures, so that their quotient is a share."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from typing import Literal, TypeAlias

from obsgen.promql.meaning.label_sets import NAME
from obsgen.promql.meaning.matching import Names, compared
from obsgen.promql.meaning.model import Meaning
from obsgen.promql.tree import Aggregation, Binary, Call, Negation, Number, Selector, String, Tree, Window

# Functions that turn each series into one element, whatever the other series are.
_ONE_BY_ONE = frozenset(
    {
        "rate", "irate", "increase", "changes", "resets", "abs", "ceil", "floor", "avg_over_time", "sum_over_time",
        "max_over_time", "min_over_time", "last_over_time", "count_over_time", "present_over_time",
    }
)  # fmt: skip
COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})
_GROWTH = frozenset({"rate", "irate", "increase"})
# Operators of part and whole, none for single series: a sum has its summands as parts, a count what it counts.
_COMPARABLE = frozenset({("", ""), ("", "sum"), ("sum", "sum"), ("count", "count")})
# `rate` reaches beyond the first and the last sample by up to 1.1 intervals, or by half of one, as the samples have it, and
# decides that for each series: with two samples, a bucket may reach over 2.1 intervals and the count of all over 1.5.
_LARGEST_OF_BUCKETS = 1.4

Part: TypeAlias = Literal["series", "buckets"]
_EVERY_SERIES = Names(frozenset({NAME}), others=True)


class Parts:
    """
    Compares trees by what they say, wherever they stand in the text.

    Args:
        meaning: The meaning of a node that has been read.
    """

    def __init__(self, meaning: Callable[[Tree], Meaning]) -> None:
        self.meaning = meaning
        self._keys: dict[int, Hashable] = {}

    def same(self, a: Tree, b: Tree) -> bool:
        """Return whether two trees say the same."""
        return a is b or (type(a) is type(b) and self._key(a) == self._key(b))

    def share(self, tree: Binary) -> tuple[float, float] | None:
        """
        Return what the division *tree* makes of a share: the factor in `100 * part / whole`, and the largest share.

        Returns:
            None if *tree* divides no part by its whole. The largest share is 1, a little more for buckets, and infinite
            where something may be negative; where it is finite, the share itself is not negative.
        """
        factor, part = self._unscaled(tree.left)
        whole = tree.right
        positive = self.meaning(part).low >= 0 and self.meaning(whole).low >= 0
        found = self.part(tree, part, whole)
        if found is not None:
            return factor, math.inf if not positive else 1.0 if found == "series" else _LARGEST_OF_BUCKETS
        if is_plain(tree) and ((positive and self._is_addend(part, whole)) or self._is_rest(part, whole)):
            return factor, 1.0
        return None

    def _unscaled(self, tree: Tree) -> tuple[float, Tree]:
        """Return the number that *tree* is multiplied by, 1 for none, and the rest of it."""
        factor = 1.0
        while isinstance(tree, Binary) and tree.op == "*":
            a, b = self.meaning(tree.left).constant, self.meaning(tree.right).constant
            if (a is None) == (b is None):
                break
            factor *= b if a is None and b is not None else a or 0.0
            tree = tree.left if a is None else tree.right
        return factor, tree

    def _is_rest(self, rest: Tree, whole: Tree) -> bool:
        """Return whether *rest* is `whole - part`."""
        return (
            isinstance(rest, Binary)
            and rest.op == "-"
            and is_plain(rest)
            and self.meaning(whole).low >= 0
            and self.same(rest.left, whole)
            and self.part(rest, rest.right, whole) == "series"
        )

    def _is_addend(self, part: Tree, whole: Tree) -> bool:
        if not (isinstance(whole, Binary) and whole.op == "+" and is_plain(whole)):
            return False
        sides = (whole.left, whole.right)
        if any(self.meaning(side).low < 0 for side in sides):
            return False
        return any(self.same(part, side) or self._is_addend(part, side) for side in sides)

    def part(self, tree: Binary, part: Tree, whole: Tree) -> Part | None:
        """
        Return what in *tree* each element of *part* is of its partner in *whole*.

        Returns:
            `series` if it puts together some of the series that its partner puts together; `buckets` if its partner counts
            observations of which it counts those up to a bound; None if neither is certain.
        """
        inner_part, of_part = _grouped(self.unfiltered(part))
        part = self.unfiltered(part)
        inner_part = self.unfiltered(inner_part)
        inner_whole, of_whole = _grouped(whole)
        if of_part is None or of_whole is None or (_op(part), _op(whole)) not in _COMPARABLE:
            return None
        found = self._covered(inner_part, inner_whole, growing=None)
        if found == "buckets":
            if _op(whole) == "count":
                return None
            of_whole = Names(of_whole.listed | {"le"}, others=True) if of_whole.others else of_whole
        return found if of_whole.within(of_part) and of_whole.within(compared(tree)) else None

    def _covered(self, part: Tree, whole: Tree, *, growing: bool | None) -> Part | None:
        """Return what each series of *part* is of one of *whole*; *growing* says whether their growth alone is compared."""
        if isinstance(part, Selector) and isinstance(whole, Selector):
            return self._selected(part, whole, growing=growing)
        if isinstance(part, Window) and isinstance(whole, Window):
            return self._covered(part.expr, whole.expr, growing=growing) if _time(part) == _time(whole) else None
        if isinstance(part, Call) and isinstance(whole, Call):
            name = part.function.text
            if name == whole.function.text and name in _ONE_BY_ONE and len(part.arguments) == len(whole.arguments) == 1:
                outermost = growing is None
                return self._covered(part.arguments[0], whole.arguments[0], growing=outermost and name in _GROWTH)
        return None

    def _selected(self, part: Selector, whole: Selector, *, growing: bool | None) -> Part | None:
        if not part.name.text or (part.offset_seconds, part.moment) != (whole.offset_seconds, whole.moment):
            return None
        narrow, wide = _matchers(part), _matchers(whole)
        if part.name.text == whole.name.text and wide <= narrow:
            return "series"
        a, b = self.meaning(part).series, self.meaning(whole).series
        if not growing or a is None or b is None or a.metric is None or a.metric is not b.metric or a.kind != "bucket":
            return None
        rest = frozenset(one for one in narrow if one[0] != "le")
        everything = frozenset(one for one in wide if one != ("le", "=", "+Inf"))
        if b.kind != "count" and not (b.kind == "bucket" and len(everything) < len(wide)):
            return None
        return "buckets" if everything <= rest and self._is_one_bucket(part) else None

    def _is_one_bucket(self, tree: Selector) -> bool:
        """Return whether *tree* picks one bound, in whichever spelling."""
        try:
            return len({float(bound) for bound in self.meaning(tree).values.get("le", ())}) == 1
        except ValueError:
            return False

    def unfiltered(self, tree: Tree) -> Tree:
        """Return what comparisons, `and` and `unless` around *tree* let a part of through, values and labels unchanged."""
        while isinstance(tree, Binary):
            if tree.op in ("and", "unless"):
                tree = tree.left
            elif tree.op not in COMPARISONS or tree.returns_bool or not is_plain(tree):
                break
            else:
                tree = tree.right if self.meaning(tree.left).type == "scalar" else tree.left
        return tree

    def _key(self, tree: Tree) -> Hashable:
        found = self._keys.get(id(tree))
        if found is None:
            found = self._keys[id(tree)] = self._said(tree)
        return found

    def _said(self, tree: Tree) -> Hashable:
        if isinstance(tree, Number):
            return ("number", tree.value, tree.variable)
        if isinstance(tree, String):
            return ("string", tree.value)
        if isinstance(tree, Selector):
            return ("selector", tree.name.text, _matchers(tree), tree.offset_seconds, tree.moment)
        if isinstance(tree, Window):
            return ("window", self._key(tree.expr), _time(tree))
        if isinstance(tree, Negation):
            return ("-", self._key(tree.expr))
        if isinstance(tree, Call):
            return ("call", tree.function.text, *map(self._key, tree.arguments))
        if isinstance(tree, Aggregation):
            grouping = frozenset(word.text for word in tree.grouping or ())
            parameter = self._key(tree.parameter) if tree.parameter else None
            return (_op(tree), tree.without, grouping, parameter, self._key(tree.expr))
        names = tuple(word.text for word in tree.include)
        return (
            tree.op,
            tree.returns_bool,
            compared(tree),
            tree.side,
            names,
            self._key(tree.left),
            self._key(tree.right),
        )


def is_plain(tree: Binary) -> bool:
    """Return whether *tree* pairs elements by all their labels."""
    return tree.on is None and not tree.ignoring and not tree.side


def _time(window: Window) -> Hashable:
    """Return everything that says which time *window* looks at."""
    return (
        window.seconds,
        window.step_seconds,
        window.subquery,
        window.variable,
        window.offset_seconds,
        window.moment,
    )


def _op(tree: Tree) -> str:
    return tree.op.text.lower() if isinstance(tree, Aggregation) else ""


def _grouped(tree: Tree) -> tuple[Tree, Names | None]:
    """Return what is put together, and the labels that tell the results apart; None where it is no sum and no count."""
    if not isinstance(tree, Aggregation):
        return tree, _EVERY_SERIES
    names = frozenset(word.text for word in tree.grouping or ())
    if _op(tree) not in ("sum", "count"):
        return tree.expr, None
    return tree.expr, Names(names | {NAME}, others=True) if tree.without else Names(names)


def _matchers(tree: Selector) -> frozenset[tuple[str, str, str]]:
    return frozenset((one.label.text, one.op, one.value.text) for one in tree.matchers)
