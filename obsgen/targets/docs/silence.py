"""What it means that an alert says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from obsgen.plan.words import condition as said
from obsgen.spec import queries as q
from obsgen.spec.values import quantity
from obsgen.targets.docs.questions import leaves
from obsgen.targets.docs.sentences import capital

_MISSING = (
    "A series that is not reported gives no result: the alert stays quiet, and one that fires resolves although nothing "
    "got better."
)


@dataclass(frozen=True, kw_only=True)
class _Voice:
    """How a false and a true condition are called: as the alert they are, or as one condition of several."""

    quiet: str
    stays: str
    fires: str


_ALONE = _Voice(quiet="which keeps the alert quiet", stays="the alert stays quiet", fires="for which the alert fires")
_PART = _Voice(quiet="for which it is false", stays="it is false", fires="for which it is true")


def silence(written: q.When | q.AllOf | q.AnyOf) -> tuple[str, ...]:
    """Return paragraphs of Markdown that say what quiet and what no data mean for a condition."""
    missing = (_MISSING,) if any(_needs_series(leaf) for leaf in leaves(written)) else ()
    if isinstance(written, q.When):
        return (" ".join((*_special(written, _ALONE), *missing)),)
    items = [f"- {capital(said(leaf))}: {text}" for leaf in leaves(written) for text in _special(leaf, _PART)]
    several = ("What they are without data:", "\n".join(items)) if items else ()
    return (_together(written), *several, *missing)


def _together(written: q.AllOf | q.AnyOf) -> str:
    if isinstance(written, q.AnyOf):
        return "Each condition counts for itself; one without a result keeps none of the others from firing."
    text = "The conditions have to hold at once for the same labels; where one has no result, the alert stays quiet."
    if written.unless is None:
        return text
    return f"{text} What stands behind *unless* holds nothing back where it has no result."


def _needs_series(when: q.When) -> bool:
    return not isinstance(when.query, q.Absent | q.Down | q.Raw)


def _special(when: q.When, voice: _Voice) -> tuple[str, ...]:
    """Return what is peculiar to the shape of a condition; nothing for a plain value."""
    shape = when.query
    match shape:
        case q.Rate() | q.Increase() | q.Project() | q.Changes():
            return (f"Where nothing happens the result is 0, {_effect(when, Decimal(0), voice)}.",)
        case q.Ratio() | q.Share():
            return (
                _undefined(when, "Without events in the window the share is 0 divided by 0, which is no number", voice),
            )
        case q.Quantile() | q.Mean() | q.Within():
            return (_undefined(when, "Without observations in the window the result is no number", voice),)
        case q.Per():
            infinite = _effect(when, Decimal("Infinity"), voice)
            return (f"Where the divisor is 0 the result is no number, {voice.quiet}, or infinite, {infinite}.",)
        case q.Forecast():
            return (f"Before there are two samples within {shape.from_} there is no line to draw and no result.",)
        case q.Absent():
            return ("No data is what it looks for, so it is also true while the service is down or is not scraped.",)
        case q.Down():
            return (
                "It is true where a scrape fails. A target that left the configuration is not scraped, so it never counts as down.",
            )
        case q.Raw():
            return ("It is written in PromQL, so what it gives without data has to be read off the rule.",)
    return ()


def _undefined(when: q.When, start: str, voice: _Voice) -> str:
    text = f"{start}: {voice.stays}."
    if when.test is not None and when.test.min_events is not None:
        text += f" The same goes for fewer than {when.test.min_events} in the window, whatever the value."
    return text


def _effect(when: q.When, value: Decimal, voice: _Voice) -> str:
    if when.test is None:
        return voice.quiet
    limit = quantity(getattr(when.test, when.test.word)).value
    true = {
        "above": value > limit,
        "at_least": value >= limit,
        "below": value < limit,
        "at_most": value <= limit,
        "equals": value == limit,
    }[when.test.word]
    return voice.fires if true else voice.quiet
