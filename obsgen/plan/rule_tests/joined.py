"""`all` and `any`: the cases of each part while the other parts stand still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from obsgen.plan.rule_tests.parts import Draft, Suite
from obsgen.plan.rule_tests.series import Gap, Line


@dataclass(frozen=True)
class JoinedSuite:
    """
    The cases of `all` or `any`: those of each part while the others stand still.

    Attributes:
        parts: The suites of the parts.
        others: What the other parts are meanwhile: true in `all`, false in `any`.
        unless: The suite of the part that must not be true.
    """

    parts: tuple[Suite, ...]
    others: bool
    unless: Suite | None = None

    @property
    def settled(self) -> int:
        """Steps until all parts are settled."""
        return max(part.settled for part in self._all)

    def hold(self, steps: int, *, true: bool) -> tuple[Line, ...]:
        """Return input that keeps all parts on one side."""
        found = [line for part in self.parts for line in part.hold(steps, true=true)]
        return _merged(found if self.unless is None else [*found, *self.unless.hold(steps, true=False)])

    def drafts(self) -> Iterator[Draft]:
        """Yield the cases of each part, then those in which one part alone is on the other side."""
        longest = 0
        for number, part in enumerate(self._all, start=1):
            shared = self._shares_series(part)
            for draft in part.drafts():
                longest = max(longest, draft.steps)
                if not draft.lines and shared:
                    # The other parts would report what this case leaves out.
                    continue
                yield self._beside(draft, part, number)
        steps = 2 * self.settled + longest
        for number, odd in enumerate(self._all, start=1):
            true = odd is self.unless or not self.others
            lines = [
                line for part in self._all for line in part.hold(steps, true=true if part is odd else self._still(part))
            ]
            name = f"only condition {number} is {'true' if true else 'false'}"
            yield Draft(name=name, lines=_merged(lines), steps=steps)

    def _shares_series(self, part: Suite) -> bool:
        mine = {line.name for true in (True, False) for line in part.hold(1, true=true)}
        return any(
            line.name in mine
            for other in self._all
            if other is not part
            for line in other.hold(1, true=self._still(other))
        )

    @property
    def _all(self) -> tuple[Suite, ...]:
        return self.parts if self.unless is None else (*self.parts, self.unless)

    def _still(self, part: Suite) -> bool:
        """Return what *part* is while another one moves."""
        return self.others and part is not self.unless

    def _beside(self, draft: Draft, part: Suite, number: int) -> Draft:
        """Return *draft* of one part, begun when the other parts are settled."""
        lead = self.settled
        steps = lead + draft.steps
        lines = [Line(line.name, line.labels, (Gap(lead), *line.pieces)) for line in draft.lines]
        for other in self._all:
            if other is not part:
                lines += other.hold(steps, true=self._still(other))
        return replace(
            draft, name=f"condition {number}: {draft.name}", lines=_merged(lines), steps=steps, fires=None,
            probes=tuple(lead + probe for probe in draft.probes),
        )  # fmt: skip


def _merged(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return *lines* without a second line for a series: where parts ask about the same series, the first one rules."""
    found: dict[str, Line] = {}
    for line in lines:
        found.setdefault(line.series, line)
    return tuple(found.values())
