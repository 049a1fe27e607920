"""Label values: as many as the catalog allows, the same from poll to poll; the rest is put together as `other`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from obsgen_runtime.descriptors import LabelDescriptor
from obsgen_runtime.labels import OTHER, judge
from obsgen_runtime.langfuse_exporter.numbers import added, mean
from obsgen_runtime.langfuse_exporter.snapshot import Group

SECONDS_KEPT = 86_400.0
"""A name that was not seen for so long gives its place up."""


class Names:
    """
    The values of one open label.

    The largest groups get the places that are free. Who has one keeps it, so that series do not come and go with the
    order of the day.
    """

    def __init__(self, label: LabelDescriptor) -> None:
        """Begin without any."""
        self._label = label
        self._seen: dict[str, float] = {}

    def fold(self, groups: Mapping[str, Group], now: float) -> dict[str, Group]:
        """
        Return the groups under the names that are shown.

        Args:
            groups: By name as Langfuse has it.
            now: Monotonic time in seconds.
        """
        self._seen = {name: at for name, at in self._seen.items() if now - at < SECONDS_KEPT}
        shown: dict[str, Group] = {}
        rest: list[Group] = []
        for name, group in sorted(groups.items(), key=_largest_first):
            if self._admits(name):
                self._seen[name] = now
                shown[name] = group
            else:
                rest.append(group)
        return {**shown, OTHER: together(rest)} if rest else shown

    def _admits(self, name: str) -> bool:
        if name == OTHER or judge(self._label, name).refusal is not None:
            return False
        return name in self._seen or self._label.at_most is None or len(self._seen) < self._label.at_most


def _largest_first(item: tuple[str, Group]) -> tuple[float, str]:
    name, group = item
    return -(group.count or 0.0), name


def together(groups: Iterable[Group]) -> Group:
    """Return one group for several: sums are added, quality weighted; percentiles cannot be put together."""
    all_of = tuple(groups)
    if len(all_of) == 1:
        return all_of[0]
    return Group(
        count=added(group.count for group in all_of),
        cost_usd=added(group.cost_usd for group in all_of),
        input_tokens=added(group.input_tokens for group in all_of),
        output_tokens=added(group.output_tokens for group in all_of),
        scores=added(group.scores for group in all_of),
        quality=mean((group.quality, group.scores) for group in all_of),
    )
