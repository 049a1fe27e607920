"""Grafana Alloy: the pipeline from the services to the destinations, and the language it is written in."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target


def _render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Return one configuration."""
    # Checks ask for the limits alone, and this takes a while to import.
    from obsgen.targets.alloy.render import render  # noqa: PLC0415

    return render(catalog, options)


TARGET = Target(name="alloy", render=_render)
