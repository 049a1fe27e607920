"""Which findings are a matter of judgement, and which stand for something that nobody can generate from."""

from __future__ import annotations

#: Groups whose findings say that something is unreadable, contradictory or not what the catalog gives.
_GROUPS = frozenset({"yaml", "json", "source", "spec", "catalog", "settings", "drift", "python", "docs"})
#: Findings of other groups behind which there is no text that could be generated, or none that means anything.
_CODES = frozenset(
    {
        "metric/bad-range",
        "metric/buckets-not-rising",
        "metric/missing-buckets",
        "metric/missing-datum",
        "metric/or-on-open-label",
        "metric/unknown-datum",
        "query/histogram-as-gauge",
        "query/info-aggregated",
        "query/missing-window",
        "query/needs-aggregation",
        "query/no-scrape-job",
        "query/syntax",
        "query/uneven-by",
        "query/wrong-metric-kind",
    }
)
#: Findings about allowances and the baseline, which would else keep each other quiet.
_ABOUT_FINDINGS = frozenset({"allow", "baseline"})


def is_structural(code: str) -> bool:
    """Return whether *code* stops generation whatever anybody thinks of it, so that its severity is fixed."""
    return code in _CODES or code.partition("/")[0] in _GROUPS


def is_allowable(code: str) -> bool:
    """Return whether a finding with this *code* may be allowed or stand in a baseline."""
    return not is_structural(code) and code.partition("/")[0] not in _ABOUT_FINDINGS


def is_for_later(code: str) -> bool:
    """Return whether a finding in a file that obsgen did not write may stand in a baseline: nothing is generated from it."""
    return code in _CODES or is_allowable(code)
