"""Checks of histograms by their buckets. Pure functions of a page and the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from obsgen_runtime.doctor.catalog import Catalog
from obsgen_runtime.doctor.page import Family, Page
from obsgen_runtime.doctor.results import Result, failed, listed, ok, skipped, warning

_SHARE_AT_THE_EDGE = 0.9
_LEAST_OBSERVATIONS = 20
Buckets = list[tuple[float, float]]


def check_histograms(page: Page) -> Result:
    """Whether the buckets of every histogram rise with their bound, and the last one holds all observations."""
    histograms = [family for family in page.families.values() if family.type == "histogram"]
    falling = [family.name for family in histograms if any(not _is_cumulative(each) for each in _series(family))]
    if not histograms:
        return skipped("histograms", "the page has none")
    if not falling:
        return ok("histograms", f"the buckets of {len(histograms)} histograms rise with `le`")
    return failed(
        "histograms",
        f"buckets fall with rising `le`, or the last is not +Inf: {listed(sorted(falling))}",
        "These are no counts of observations, so every quantile of them is wrong. Record each observation with "
        "`observe` of the generated collector instead of writing series.",
    )


def check_buckets(page: Page, catalog: Catalog) -> Result:
    """Whether the buckets of the catalog's histograms tell observations apart."""
    judged, edges = 0, []
    for descriptor in catalog.known:
        family = page.families.get(descriptor.name)
        if descriptor.type != "histogram" or family is None or family.type != "histogram":
            continue
        first, beyond, count = _shares(family)
        if count < _LEAST_OBSERVATIONS:
            continue
        judged += 1
        if first > _SHARE_AT_THE_EDGE:
            edges.append(f"{first:.0%} of {descriptor.name} is in its first bucket")
        elif beyond > _SHARE_AT_THE_EDGE:
            edges.append(f"{beyond:.0%} of {descriptor.name} is beyond its last bound")
    if edges:
        return warning(
            "buckets",
            listed(edges, 3),
            "Quantiles of such a histogram say nothing. Compare the unit that is recorded with the unit in the name, "
            "then set `buckets` in the catalog to the range that really occurs.",
        )
    if not judged:
        return skipped("buckets", f"no histogram has {_LEAST_OBSERVATIONS} observations yet")
    return ok("buckets", f"observations of {judged} histograms spread over their buckets")


def _series(family: Family) -> Iterator[Buckets]:
    found: dict[tuple[tuple[str, str], ...], Buckets] = {}
    for sample in family.samples:
        if sample.name.endswith("_bucket"):
            key = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
            found.setdefault(key, []).append((_bound(sample.labels.get("le", "")), sample.value))
    for buckets in found.values():
        yield sorted(buckets)


def _bound(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("-inf")


def _is_cumulative(buckets: Buckets) -> bool:
    return buckets[-1][0] == float("inf") and all(low[1] <= high[1] for low, high in pairwise(buckets))


def _shares(family: Family) -> tuple[float, float, float]:
    """Return the share of observations in the first bucket, that beyond the last bound, and how many there are."""
    first = beyond = count = 0.0
    for buckets in _series(family):
        first += buckets[0][1]
        count += buckets[-1][1]
        beyond += buckets[-1][1] - (buckets[-2][1] if len(buckets) > 1 else 0.0)
    return (first / count, beyond / count, count) if count > 0 else (0.0, 0.0, 0.0)
