"""What becomes of a label value: its text, or the reason why it is recorded as `other`. Pure functions."""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum
from numbers import Integral
from typing import Literal, NamedTuple

from obsgen_runtime.descriptors import LabelDescriptor

OTHER = "other"
"""The value that stands for everything refused. Every label has it, whether the catalog lists it or not."""

TEXT_LENGTH_AT_MOST = 256
"""Characters in the value of an open label; longer ones are messages or payloads, not names."""

Refusal = Literal["empty", "not_text", "over_limit", "too_long", "too_many_series", "unknown_value"]


class Verdict(NamedTuple):
    """What is recorded for one label, and why if that is not what was given."""

    text: str
    refusal: Refusal | None = None


def text_of(value: object) -> str | None:
    """
    Return *value* as the plain `str` that /metrics shows, or None if it is not text.

    Text, enum members (by their value), booleans (`true`, `false`) and numbers have a text. Everything else,
    None included, has not: its `str()` is a memory address or a whole payload more often than a name.
    Never raises, whatever the methods of *value* do.
    """
    try:
        text = _plain_text(value.value if isinstance(value, Enum) else value)
        if text is not None:
            text.encode()  # lone surrogates would break the whole scrape
    except Exception:  # noqa: BLE001  (a hostile __class__, or an int of too many digits)
        return None
    return text


def _plain_text(value: object) -> str | None:
    # The unbound methods give the content itself; subclasses may override their own.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Integral):
        return int.__repr__(int(value))
    if isinstance(value, float):
        return float.__repr__(value)
    return None


def judge(label: LabelDescriptor, value: object) -> Verdict:
    """Return what *label* records for *value*, all but the bound on distinct values, which needs a memory."""
    text = text_of(value)
    if text is None:
        return Verdict(OTHER, "not_text")
    if label.values is not None:
        return Verdict(text) if text in label.values else Verdict(OTHER, "unknown_value")
    if not text:
        return Verdict(OTHER, "empty")  # Prometheus reads an empty value as a missing label
    if len(text) > TEXT_LENGTH_AT_MOST:
        return Verdict(OTHER, "too_long")
    return Verdict(text)


def number_text(number: float) -> str:
    """Return *number* as an info metric shows it: the shortest plain spelling, `2000` for 2000.0, `0.00001` for 1e-5."""
    from decimal import Decimal  # noqa: PLC0415 - only services with derived info labels need it

    text = format(Decimal(repr(number)).normalize(), "f")
    return "0" if text == "-0" else text


def explain(label: LabelDescriptor, value: object, refusal: Refusal) -> str:
    """Return one sentence for a developer: what is wrong with *value* and what would be right."""
    text = text_of(value)
    shown = f"`{text[:80]}`" if text is not None else f"a value of type {type(value).__name__}"
    if refusal == "unknown_value" and label.values is not None:
        near = get_close_matches(text or "", label.values, n=1, cutoff=0.5)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        known = ", ".join(f"`{each}`" for each in label.values[:20])
        return f"{shown} is not a value of label `{label.name}`{hint} (known: {known})"
    reasons: dict[Refusal, str] = {
        "empty": "is empty, which Prometheus reads as a missing label",
        "not_text": "is not UTF-8 text, a number, a boolean or an enum member of these",
        "over_limit": f"is one distinct value more than the {label.at_most} that the catalog allows",
        "too_long": f"is longer than {TEXT_LENGTH_AT_MOST} characters",
        "too_many_series": "would make one series too many for this metric",
        "unknown_value": "is not a known value",
    }
    return f"label `{label.name}`: {shown} {reasons[refusal]}"
