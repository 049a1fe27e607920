"""What is said about a panel: its author's words or what it asks, and the filters that it does not follow."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.plan.legends import capital
from obsgen.plan.words import condition as said
from obsgen.plan.words import listing, phrase
from obsgen.promql.collect import shown
from obsgen.promql.errors import PromqlError
from obsgen.promql.narrowing import one_sided
from obsgen.promql.parse import parse
from obsgen.promql.tree import selectors
from obsgen.spec import queries as q
from obsgen.spec.dashboards import PanelSpec
from obsgen.spec.model import Catalog, Service


def description(spec: PanelSpec, service: Service, catalog: Catalog, filter_by: tuple[str, ...]) -> str:
    """
    Return the description of a panel of *service* on a dashboard that is narrowed by *filter_by*, in Markdown.

    What is written stands as it is; behind it, or behind what was made of the queries, the filters that have no effect
    although a part of the panel has their label. Empty where there is nothing to say.
    """
    return "\n\n".join(
        text for text in (spec.description or _asked(spec, service), _ignored(spec, catalog, filter_by)) if text
    )


def _asked(spec: PanelSpec, service: Service) -> str:
    shapes = shown(spec)
    if len(shapes) == 1 and isinstance(shapes[0], q.Alerting) and (alert := service.alert(shapes[0].alerting)):
        return f"Pending and firing alerts of {listing((alert.name,))}: {said(alert.spec.when)}."
    phrases = "; ".join(dict.fromkeys(text for shape in shapes if (text := _phrase(shape))))
    return capital(phrases) + "." if phrases else ""


def _phrase(shape: q.Shape) -> str:
    """Return what *shape* asks; of PromQL the series that it reads, empty where it reads none."""
    if not isinstance(shape, q.Raw):
        return phrase(shape)
    series = tuple(dict.fromkeys(_read(shape)))
    return f"a PromQL expression over {listing(series)}" if series else ""


def _read(shape: q.Raw) -> Iterator[str]:
    try:
        tree = parse(shape.promql).tree
    except PromqlError:
        return  # reported where it is written
    for selector in selectors(tree):
        if selector.name.text:
            yield selector.name.text


def _ignored(spec: PanelSpec, catalog: Catalog, filter_by: tuple[str, ...]) -> str:
    labels = tuple(dict.fromkeys(label for shape in shown(spec) for label in one_sided(shape, filter_by, catalog)))
    if not labels:
        return ""
    if len(labels) == 1:
        return f"The filter {listing(labels)} has no effect on the quotient: not every part of it has this label."
    return f"The filters {listing(labels)} have no effect on the quotient: not every part of it has these labels."
