"""Typed collectors for services written in Python."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target
from obsgen.targets.python.limits import limits


def _render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Return the modules of every service."""
    # Checks ask for the limits alone, and this takes a while to import.
    from obsgen.targets.python.render import render  # noqa: PLC0415

    return render(catalog, options)


TARGET = Target(name="python", render=_render, limits=limits)
