"""Annotation templates, expanded as far as their text is known: plain words, labels, and `$value` in the usual forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_TEMPLATE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_LABEL = re.compile(r"\$labels\.([A-Za-z_][A-Za-z0-9_]*)\Z")
#: Relative change of a value that must not show in the text.
_HAIR = 1e-9


def expanded(template: str, labels: Mapping[str, str], value: float | None, *, exact: bool) -> str | None:
    """
    Return the text of *template*; None where it holds something that is not known here.

    Args:
        template: An annotation as the rule has it.
        labels: `$labels`.
        value: `$value`, None where it is not known for sure.
        exact: Whether *value* is free of rounding; otherwise its text must not hang on the last digits.
    """
    out, position = [], 0
    for match in _TEMPLATE.finditer(template):
        text = _action(match[1], labels, value, exact=exact)
        if text is None or match[0][2] == "-" or match[0][-3] == "-":
            return None
        out += [template[position : match.start()], text]
        position = match.end()
    rest = template[position:]
    return None if "{{" in rest else "".join([*out, rest])


def _action(action: str, labels: Mapping[str, str], value: float | None, *, exact: bool) -> str | None:
    if label := _LABEL.match(action):
        return labels.get(label[1], "")
    write = _VALUES.get(" ".join(action.split()))
    if write is None or value is None:
        return None
    text = write(value)
    return text if exact or write(value * (1 + _HAIR)) == text == write(value * (1 - _HAIR)) else None


def duration(seconds: float) -> str:
    """Return *seconds* as Prometheus' `humanizeDuration` does."""
    if seconds == 0:
        return "0s"
    if abs(seconds) < 1:
        return _small(seconds)
    sign, whole = "-" if seconds < 0 else "", int(abs(seconds))
    days, hours, minutes, rest = whole // 86_400, whole // 3600 % 24, whole // 60 % 60, whole % 60
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {rest}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {rest}s"
    return f"{sign}{minutes}m {rest}s" if minutes else f"{sign}{abs(seconds):.4g}s"


def _small(seconds: float) -> str:
    prefix = ""
    for name in ("m", "u", "n", "p", "f", "a", "z", "y"):
        if abs(seconds) >= 1:
            break
        prefix, seconds = name, seconds * 1000
    return f"{seconds:.4g}{prefix}s"


_VALUES: Mapping[str, Callable[[float], str]] = {
    "$value | humanizeDuration": duration,
    "$value | humanizePercentage": lambda value: f"{value * 100:.4g}%",
    'printf "%.4g" $value': lambda value: f"{value:.4g}",
    'printf "%.3g" $value': lambda value: f"{value:.3g}",
    'printf "%.2f" $value': lambda value: f"{value:.2f}",
}
