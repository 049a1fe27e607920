"""The JSON Schema of the catalog, for editors."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target


def _render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Yield the published schema; it is the same for every catalog."""
    # Checks ask for the limits alone, and this takes a while to import.
    from obsgen.spec import schema  # noqa: PLC0415

    del catalog, options
    yield Artifact(path=f"schema/{schema.NAME}", text=schema.published())


TARGET = Target(name="schema", render=_render)
