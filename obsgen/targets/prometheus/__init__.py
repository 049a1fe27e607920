"""Prometheus: rule files, their tests, and a server configuration."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target
from obsgen.targets.prometheus.limits import limits


def _render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Return rule files, their tests and what a server needs."""
    # Checks ask for the limits alone, and this takes a while to import.
    from obsgen.targets.prometheus.render import render  # noqa: PLC0415

    return render(catalog, options)


TARGET = Target(name="prometheus", render=_render, limits=limits)
