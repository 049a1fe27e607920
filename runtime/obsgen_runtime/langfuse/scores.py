"""Judgements: numbers, yes or no, and categories, about a trace or one observation of it."""

from __future__ import annotations

import math

from obsgen_runtime.observations import Score, ScoreKind

ScoreValue = float | bool | str


def score_of(
    name: str,
    value: ScoreValue,
    trace_id: str,
    span_id: str | None = None,
    *,
    kind: ScoreKind | None = None,
    comment: str | None = None,
    score_id: str | None = None,
    project: str | None = None,
) -> Score:
    """
    Return the score; its kind follows from the type of *value* unless it is given.

    Raises:
        ValueError: If the name or the trace is empty, or a number is none that can be sent.
    """
    if not name or not trace_id:
        raise ValueError("a score needs a name and the trace it judges")
    found = kind or _kind(value)
    if found != "CATEGORICAL" and not (isinstance(value, int | float) and math.isfinite(value)):
        raise ValueError(f"a score of kind {found} has to be a finite number")
    return Score(
        name=name,
        value=str(value) if found == "CATEGORICAL" else value,
        trace_id=trace_id,
        span_id=span_id or None,
        kind=found,
        comment=comment,
        project=project,
        score_id=score_id,
    )


def _kind(value: ScoreValue) -> ScoreKind:
    if isinstance(value, bool):
        return "BOOLEAN"
    return "CATEGORICAL" if isinstance(value, str) else "NUMERIC"
