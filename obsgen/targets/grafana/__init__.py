"""Dashboards of the plan as Grafana's JSON, for file provisioning, for the HTTP API and for import by hand."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target


def _render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Return every dashboard in both forms and the files that provision them."""
    # Checks ask for the limits alone, and this takes a while to import.
    from obsgen.plan.dashboards import dashboards  # noqa: PLC0415
    from obsgen.targets.grafana.dashboard import render_dashboards  # noqa: PLC0415

    return render_dashboards(dashboards(catalog, docs_url=options.docs_url))


TARGET = Target(name="grafana", render=_render)
