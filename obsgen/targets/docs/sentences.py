"""Sentences of the pages, around the words that the plan has for queries and conditions."""

from __future__ import annotations

import re

from obsgen.emit.markdown import inline
from obsgen.plan.words import condition as said
from obsgen.plan.words import listing
from obsgen.promql.units import unit_of
from obsgen.spec import queries as q
from obsgen.spec.model import Alert, Catalog
from obsgen.spec.values import quantity

_LABEL = re.compile(r"\{\{-?\s*\$labels\.([A-Za-z_]\w*)\s*-?\}\}")
# A condition starts with a noun, or with one of these.
_NO_ARTICLE = ("the ", "a ", "its ", "nothing ", "(")


def clause(written: q.When | q.AllOf | q.AnyOf) -> str:
    """Return when a condition is true, as the end of a sentence: `the average of ... is above 5m`."""
    text = said(written)
    return text if text.startswith(_NO_ARTICLE) else f"the {text}"


def capital(text: str) -> str:
    """Return *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def limit(when: q.When, catalog: Catalog) -> str:
    """Return what a condition compares with, with its unit; empty where it compares with nothing."""
    if when.test is None:
        return ""
    found = quantity(getattr(when.test, when.test.word))
    unit = unit_of(when.query, catalog) or ""
    if found.unit or unit == "ratio":
        return found.text
    words = re.sub(r"\busd\b", "USD", unit.replace("/", " per ").replace("_", " "))
    return f"{found.text} {words.strip()}".rstrip(" ")


def summary(alert: Alert) -> str:
    """Return the first line of the notification, with the names of labels where their values will stand."""
    return inline(_LABEL.sub(r"`\1`", alert.spec.summary))


def each(labels: tuple[str, ...] | None) -> str:
    """Return for what an alert with *labels* fires, as a sentence; empty where the labels are unknown."""
    if labels is None:
        return ""
    if not labels:
        return "It fires once for the whole service."
    return (
        f"It fires for each {listing(labels) if len(labels) == 1 else f'combination of {listing(labels)}'} by itself."
    )
