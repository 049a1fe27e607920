"""Documentation: a reference of the metrics and a runbook for every alert, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target
from obsgen.targets.docs.limits import limits


def _render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Return every page."""
    # Checks ask for the limits alone, and this takes a while to import.
    from obsgen.targets.docs.render import render  # noqa: PLC0415

    return render(catalog, options)


TARGET = Target(name="docs", render=_render, limits=limits)
