"""
What Prometheus' functions over time make of one series, in floating point and in Prometheus' order of operations.

Two dialects matter. Up to 2.x a window and the lookback contain their oldest edge, from 3.0 on they do not, and 3.x
also caps the extrapolation to the left before it looks at zero. A test asserts only what both agree on.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal

from obsgen.plan.rule_tests.series import MISSING, STALE, Line, Sample

#: How long Prometheus goes on answering with the last sample of a series.
LOOKBACK_MS = 300_000
_FAR = 1.1


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    A family of Prometheus versions.

    Attributes:
        left_open: Whether a window leaves out its oldest edge (3.0 and newer).
    """

    left_open: bool


DIALECTS = (Dialect(left_open=False), Dialect(left_open=True))


@dataclass(frozen=True)
class Track:
    """The samples of one line on the grid, with what window functions ask of them again and again."""

    line: Line
    step_ms: int

    @cached_property
    def steps(self) -> list[int]:
        """Steps at which there is a number."""
        return [step for step, sample in enumerate(self.line.samples) if not isinstance(sample, type(MISSING))]

    @cached_property
    def numbers(self) -> list[float]:
        """The numbers at `steps`."""
        return [sample for sample in self.line.samples if isinstance(sample, float)]

    @cached_property
    def resets(self) -> list[float]:
        """For each number the sum of what the counter had lost until then."""
        lost = [before if after < before else 0.0 for before, after in pairwise(self.numbers)]
        return [0.0, *accumulate(lost)]

    def now(self, step: int, dialect: Dialect) -> float | None:
        """Return what an instant selector reads at *step*; None if nothing."""
        samples: Sequence[Sample] = self.line.samples
        for back in range(min(step, len(samples) - 1), -1, -1):
            age = (step - back) * self.step_ms
            if age > LOOKBACK_MS or (dialect.left_open and age == LOOKBACK_MS):
                return None
            sample = samples[back]
            if sample is STALE:
                return None
            if isinstance(sample, float):
                return sample
        return None

    def window(self, step: int, window_ms: int, dialect: Dialect) -> tuple[int, int]:
        """Return the half-open range of positions in `numbers` that a range selector reads at *step*."""
        oldest = step * self.step_ms - window_ms
        first = oldest // self.step_ms + 1 if dialect.left_open else -(-oldest // self.step_ms)
        return bisect_left(self.steps, first), bisect_right(self.steps, step)


def increase(
    track: Track, step: int, window_ms: int, dialect: Dialect, *, how: Literal["rate", "increase"]
) -> float | None:
    """
    Return `increase` or `rate` at *step*; None with fewer than two samples in the window.

    Source:
        Prometheus, promql/functions.go, extrapolatedRate; 2.42 for closed windows, 3.x for left-open ones.
    """
    begin, end = track.window(step, window_ms, dialect)
    if end - begin < 2:  # a rate needs two samples
        return None
    first, last = track.steps[begin], track.steps[end - 1]
    start_value = track.numbers[begin]
    result = track.numbers[end - 1] - start_value + (track.resets[end - 1] - track.resets[begin])
    sampled = (last - first) * track.step_ms / 1000
    mean = sampled / (end - begin - 1)
    to_start = (first * track.step_ms - (step * track.step_ms - window_ms)) / 1000
    to_end = (step - last) * track.step_ms / 1000
    far = mean * _FAR
    if dialect.left_open and to_start >= far:
        to_start = mean / 2
    if result > 0 and start_value >= 0:
        to_start = min(to_start, sampled * (start_value / result))
    length = sampled
    length += to_start if to_start < far else mean / 2
    length += to_end if to_end < far else mean / 2
    factor = length / sampled
    return result * (factor / (window_ms / 1000) if how == "rate" else factor)


def changes(track: Track, step: int, window_ms: int, dialect: Dialect) -> float | None:
    """Return how often the value differs from the one before it in the window; None without a sample."""
    begin, end = track.window(step, window_ms, dialect)
    if begin == end:
        return None
    numbers = track.numbers[begin:end]
    moved = (a != b and not (math.isnan(a) and math.isnan(b)) for a, b in pairwise(numbers))
    return float(sum(moved))


def forecast(track: Track, step: int, window_ms: int, ahead_seconds: float, dialect: Dialect) -> float | None:
    """Return what the straight line through the window's samples reads *ahead_seconds* from now."""
    begin, end = track.window(step, window_ms, dialect)
    if end - begin < 2:  # a line needs two points
        return None
    numbers = track.numbers[begin:end]
    if all(value == numbers[0] for value in numbers):
        return numbers[0]
    times = [(at - step) * track.step_ms / 1000 for at in track.steps[begin:end]]
    count = len(numbers)
    mean_time, mean_value = sum(times) / count, sum(numbers) / count
    covariance = sum(time * value for time, value in zip(times, numbers, strict=True)) - mean_time * mean_value * count
    slope = covariance / (sum(time * time for time in times) - mean_time * mean_time * count)
    return slope * ahead_seconds + mean_value - slope * mean_time


def quantile(share: float, buckets: dict[float, float]) -> float:
    """
    Return `histogram_quantile` of cumulative *buckets* (upper bound -> observations).

    Source:
        Prometheus, promql/quantile.go, bucketQuantile.
    """
    bounds = sorted(buckets)
    if len(bounds) < 2 or bounds[-1] != math.inf:  # +Inf and at least one finite bucket
        return math.nan
    counts = list(accumulate((buckets[bound] for bound in bounds), max))
    if counts[-1] == 0 or math.isnan(counts[-1]):
        return math.nan
    rank = share * counts[-1]
    found = next((index for index, count in enumerate(counts[:-1]) if count >= rank), len(bounds) - 1)
    if found == len(bounds) - 1:
        return bounds[-2]
    if found == 0:
        return bounds[0] if bounds[0] <= 0 else bounds[0] * (rank / counts[0])
    low, high, below = bounds[found - 1], bounds[found], counts[found - 1]
    return low + (high - low) * ((rank - below) / (counts[found] - below))
