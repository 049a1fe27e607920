"""What the series of a panel are called: legends, column headings, and the labels that tell them apart."""

from __future__ import annotations

from obsgen.plan.words import brief, ordinal
from obsgen.spec import queries as q


def grouping(shape: q.Shape) -> tuple[str, ...]:
    """Return the labels that *shape* keeps by naming them."""
    if isinstance(shape, q.Top):
        return grouping(shape.of)
    if isinstance(shape, q.Per):
        return grouping(shape.per.of)
    return getattr(shape, "by", None) or ()


def is_each(shape: q.Shape) -> bool:
    """Return whether *shape* leaves every series as it is, with all its labels."""
    if isinstance(shape, q.Top):
        return is_each(shape.of)
    return isinstance(shape, q.Value | q.Forecast) and shape.as_ in (None, "each") and not shape.by


def reference(index: int) -> str:
    """Return Grafana's name of the query at *index*: A to Z, then AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def legend(shape: q.Shape, title: str) -> str:
    """
    Return the legend template of a line: the labels that tell lines apart, or else the panel's *title*.

    Where *title* is empty because several queries meet in one panel, what this one shows stands in front. Empty where
    only Grafana knows the labels.
    """
    labels = " / ".join(f"{{{{{label}}}}}" for label in grouping(shape))
    if title:
        return labels or ("" if _keeps_unknown(shape) else title)
    return f"{_short_name(shape)} {labels}".strip()


def _keeps_unknown(shape: q.Shape) -> bool:
    if isinstance(shape, q.Top):
        return _keeps_unknown(shape.of)
    return is_each(shape) or isinstance(shape, q.Raw | q.Alerting | q.Down)


def _short_name(shape: q.Shape) -> str:
    if isinstance(shape, q.Quantile):
        return f"p{ordinal(shape.quantile).rstrip('sthndr')}"
    if isinstance(shape, q.Mean):
        return "mean"
    return "" if _keeps_unknown(shape) else capital(plain(brief(shape)))


def value_heading(unit: str | None) -> str:
    """Return the heading of a table's only value column."""
    known = {None: "Value", "": "Count", "/second": "Per second", "seconds": "Duration", "ratio": "Share", "usd": "USD"}
    return known[unit] if unit in known else heading(str(unit).replace("/", " per "))


def heading(label: str) -> str:
    """Return a label or unit as the heading of a column."""
    return capital(label.replace("_", " "))


def plain(text: str) -> str:
    """Return a phrase without the marks of inline code."""
    return text.replace("`", "")


def capital(text: str) -> str:
    """Return *text* with a capital first letter."""
    return text[:1].upper() + text[1:]
