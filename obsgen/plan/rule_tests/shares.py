"""Queries that divide: shares, averages and quantiles, which mix their series by how many events each has seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from obsgen.plan.rule_tests.drivers import Profile, Stretch, length, with_labels
from obsgen.plan.rule_tests.levels import Levels, Reach
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.places import Labels, Place, Places
from obsgen.plan.rule_tests.series import Line, counter

_ONE = Decimal(1)
_ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Mixture(ABC):
    """
    A query whose level is a property of events: a share of them, or their average.

    Attributes:
        metric: Name of the metric.
        places: Where it has results.
        threshold: As a level.
        reach: Levels that can be.
        window: In steps.
        events: Usual number of events in a step and series.
        least_events: `min_events`, 0 for none.
    """

    metric: str
    places: Places
    threshold: Decimal
    reach: Reach
    window: int
    events: Decimal
    least_events: int = 0
    restarts: bool = False
    divides: bool = True
    crowded: bool = False

    @abstractmethod
    def parts(self, labels: Labels, rest: Labels, profile: Profile) -> Iterator[tuple[str, Labels, list[Decimal]]]:
        """Yield name, labels and rise per stretch of every series behind one member."""

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series of all members, all at the same level."""
        del restart
        return tuple(line for index in range(len(place.members)) for line in self.member(place, index, profile))

    def member(self, place: Place, index: int, profile: Profile) -> tuple[Line, ...]:
        """Return the series of one member."""
        rest = place.rests[index] if place.rests else place.members[index]
        return tuple(
            Line(
                name,
                labels,
                counter(rises[0], [(rise, stretch.steps) for rise, stretch in zip(rises, profile, strict=True)]),
            )
            for name, labels, rises in self.parts(place.members[index], rest, profile)
        )

    def counted(self, stretch: Stretch) -> Decimal:
        """Return the events of a step."""
        return self.events if stretch.events is None else stretch.events

    def rises(self, profile: Profile) -> list[Decimal]:
        """Return the events of a step, for each stretch."""
        return [_digits(self.counted(stretch)) for stretch in profile]

    def part_of_rises(self, profile: Profile) -> list[Decimal]:
        """Return the events of a step times the level, for each stretch."""
        return [_digits(self.counted(stretch) * stretch.level) for stretch in profile]

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield series with unlike traffic, and events too few to count."""
        yield from self._skewed(levels, wait)
        if self.least_events and levels.worst is not None:
            yield from self._guarded(levels.worst, wait)

    def _skewed(self, levels: Levels, wait: int) -> Iterator[Draft]:
        place = self.places.results[0]
        best, worst = levels.best, levels.worst
        if best is None or worst is None or levels.at is None or levels.at in (best, worst) or len(place.members) == 1:
            return
        quiet = (best + levels.at) / 2
        fires = levels.at + (worst - levels.at) / 4
        for name, level, expected in (
            ("a small series all bad, a large one all good", quiet, False),
            ("everything bad comes from one series", fires, True),
        ):
            bad = max(_ONE, (10 * self.events * (level - best) / (worst - best)).to_integral_value())
            steps = self.window + wait + 3
            lines = (
                *self.member(place, 0, (Stretch(worst, steps, bad),)),
                *self.member(place, 1, (Stretch(best, steps, max(_ONE, 10 * self.events - bad)),)),
            )
            yield Draft(name=name, lines=lines, steps=steps, fires=expected)

        # The largest part and the largest whole belong to different series: only sums tell what they make together.
        apart = (worst - levels.at) / abs(worst - levels.at) * min(abs(worst - levels.at), abs(best - levels.at)) / 2
        both = (levels.at + apart, levels.at - apart * Decimal("1.4"))
        steps = self.window + wait + 3
        mixed = tuple(
            line for index, level in enumerate(both) for line in self.member(place, index, (Stretch(level, steps),))
        )
        yield Draft(name="two series around the threshold, together short of it", lines=mixed, steps=steps, fires=False)

    def _guarded(self, worst: Decimal, wait: int) -> Iterator[Draft]:
        for count, name in ((self.least_events - 1, "too few events"), (self.least_events, "just enough events")):
            fires = count == self.least_events
            if count == 0:
                continue
            if self.window > wait + 2:
                lead = 3
                profile: Profile = (
                    Stretch(worst, lead, _ZERO), Stretch(worst, 1, Decimal(count)), Stretch(worst, self.window + 2, _ZERO),
                )  # fmt: skip
                middle = lead + min(wait, self.window - 2) + 1
            else:
                pace = Decimal(self.least_events) / self.window * (Decimal("1.04") if fires else Decimal("0.96"))
                profile = (Stretch(worst, 2 * self.window + wait + 3, pace),)
                middle = length(profile) - 2
            lines = self.lines(self.places.results[0].only_first, profile)
            yield Draft(name=name, lines=lines, steps=length(profile), fires=fires, exact=True, probes=(middle,))


def _digits(value: Decimal) -> Decimal:
    """Return *value* with at most nine significant digits."""
    digits = value.normalize().as_tuple().digits
    return value.normalize() if len(digits) < 10 else Decimal(f"{value:.9g}").normalize()


@dataclass(frozen=True, kw_only=True)
class PartOfWhole(Mixture):
    """`ratio`: a part of a counter's series against all of them."""

    def parts(self, labels: Labels, rest: Labels, profile: Profile) -> Iterator[tuple[str, Labels, list[Decimal]]]:
        """Yield the part, and what else there is."""
        part = self.part_of_rises(profile)
        yield self.metric, labels, part
        yield self.metric, rest, [all_ - some for all_, some in zip(self.rises(profile), part, strict=True)]

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield, besides the cases of every mixture, a part that never occurred and so has no series."""
        yield from super().extras(levels, wait)
        place = self.places.results[0]
        steps = self.window + wait + 3
        lines = self.lines(place, (Stretch(_ZERO, steps),))
        parts = [dict(labels) for labels in place.members]
        rest = tuple(line for line in lines if dict(line.labels) not in parts)
        yield Draft(name="the part has no series yet", lines=rest, steps=steps, fires=False)


@dataclass(frozen=True, kw_only=True)
class PartOfAll(Mixture):
    """`share`: one combination of labels against all of them together."""

    def lines(self, place: Place, profile: Profile, *, restart: int | None = None) -> tuple[Line, ...]:
        """Return the series of the result and of all others."""
        del restart
        other = next(one for one in self.places.results if one.members[0] != place.members[0])
        others = tuple(Stretch(_ONE - stretch.level, stretch.steps, stretch.events) for stretch in profile)
        both = ((place, profile), (other, others))
        return tuple(
            line for one, found in both for index in range(len(one.members)) for line in self.member(one, index, found)
        )

    def parts(self, labels: Labels, rest: Labels, profile: Profile) -> Iterator[tuple[str, Labels, list[Decimal]]]:
        """Yield the series itself."""
        del rest
        yield self.metric, labels, self.part_of_rises(profile)

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield nothing: the others are in every case already."""
        del levels, wait
        yield from ()


@dataclass(frozen=True, kw_only=True)
class Averages(Mixture):
    """`mean`: the sum of observations against their number."""

    def parts(self, labels: Labels, rest: Labels, profile: Profile) -> Iterator[tuple[str, Labels, list[Decimal]]]:
        """Yield the histogram's sum and count."""
        del rest
        yield f"{self.metric}_sum", labels, self.part_of_rises(profile)
        yield f"{self.metric}_count", labels, self.rises(profile)


@dataclass(frozen=True, kw_only=True)
class InsideBound(Mixture):
    """
    `within`: observations up to a bound against all of them.

    Attributes:
        bound: The bound, as the metrics page writes it.
    """

    bound: str

    def parts(self, labels: Labels, rest: Labels, profile: Profile) -> Iterator[tuple[str, Labels, list[Decimal]]]:
        """Yield two buckets and the count."""
        del rest
        yield f"{self.metric}_bucket", with_labels(labels, le=self.bound), self.part_of_rises(profile)
        yield f"{self.metric}_bucket", with_labels(labels, le="+Inf"), self.rises(profile)
        yield f"{self.metric}_count", labels, self.rises(profile)


@dataclass(frozen=True, kw_only=True)
class SlowShare(Mixture):
    """
    `quantile`: the level is the share of observations above the threshold.

    A quantile q is above a bound exactly if more than 1 - q of the observations are.

    Attributes:
        fast: Upper bound of the bucket of the observations that are not slow.
        between: Lower bound of the slow observations' bucket, often the same.
        slow: Upper bound of the slow observations' bucket.
        inside: For a threshold inside a bucket: the share of observations in that bucket that puts the quantile just
            past the threshold, and just short of it. Empty for a threshold on a bound.
    """

    fast: str
    between: str
    slow: str
    inside: tuple[tuple[Decimal, bool], ...] = ()

    def parts(self, labels: Labels, rest: Labels, profile: Profile) -> Iterator[tuple[str, Labels, list[Decimal]]]:
        """Yield the buckets between which the observations lie, and the count where events are counted."""
        del rest
        everything, bucket = self.rises(profile), f"{self.metric}_bucket"
        fast = [all_ - slow for all_, slow in zip(everything, self.part_of_rises(profile), strict=True)]
        for bound in dict.fromkeys((self.fast, self.between)):
            yield bucket, with_labels(labels, le=bound), fast
        for bound in dict.fromkeys((self.slow, "+Inf")):
            yield bucket, with_labels(labels, le=bound), everything
        if self.least_events:
            yield f"{self.metric}_count", labels, everything

    def extras(self, levels: Levels, wait: int) -> Iterator[Draft]:
        """Yield, besides the cases of every mixture, quantiles between the bounds of a bucket."""
        yield from super().extras(levels, wait)
        within = replace(self, slow=self.between, between=self.fast)
        for share, fires in self.inside:
            profile = (Stretch(share, self.window + wait + 4, 10_000 * _ONE),)
            name = f"observations around the threshold, the quantile just {'past' if fires else 'short of'} it"
            lines = within.lines(self.places.results[0], profile)
            yield Draft(name=name, lines=lines, steps=length(profile), fires=fires)
