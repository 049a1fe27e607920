"""The JSON Schema of the catalog, for editors."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.spec import schema
from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target


def render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Yield the published schema; it is the same for every catalog."""
    del catalog, options
    yield Artifact(path=f"schema/{schema.NAME}", text=schema.published())


TARGET = Target(name="schema", render=render)
