"""What obsgen generates: one package a target, one line here, one page below `docs/targets/`."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.diagnostics import Diagnostic
from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target


def registered() -> tuple[Target, ...]:
    """Return every target by name; imported here because some of their libraries are slow to load."""
    from obsgen.targets import alloy, docs, grafana, prometheus, python, schema  # noqa: PLC0415

    return (alloy.TARGET, docs.TARGET, grafana.TARGET, prometheus.TARGET, python.TARGET, schema.TARGET)


def limits(catalog: Catalog, options: Options, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Return what the targets called *names* cannot express."""
    for target in registered():
        if target.name in names:
            yield from target.limits(catalog, options)


def render(catalog: Catalog, options: Options, names: tuple[str, ...]) -> tuple[Artifact, ...]:
    """Return every file of the targets called *names*; pure, for a catalog without errors."""
    return tuple(
        artifact for target in registered() if target.name in names for artifact in target.render(catalog, options)
    )
