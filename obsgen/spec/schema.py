"""
The published JSON Schema: built from the dataclasses, kept as a file, and the judge of what is structurally valid.

`catalog-1.schema.json` ships in the package; `python -m obsgen.spec.schema` rewrites it after the dataclasses changed.
"""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from obsgen.source.nodes import Plain
from obsgen.spec.decode import FILE
from obsgen.spec.kinds import summary

NAME = "catalog-1.schema.json"


def build() -> dict[str, Any]:
    """Return the schema that the dataclasses state."""
    definitions: dict[str, Any] = {}
    body = FILE.body(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "obsgen catalog, version 1",
        "description": summary(FILE.cls),
        "type": "object",
        **body,
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """Return the schema as it is published."""
    return json.dumps(build(), indent=2, ensure_ascii=False) + "\n"


def published() -> str:
    """Return the file that ships in the package."""
    return files("obsgen.spec").joinpath(NAME).read_text(encoding="utf-8")


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - costs 50 ms, and `--version` needs none of it

    return Draft202012Validator(json.loads(published()))


def accepts(document: Plain) -> bool:
    """Return whether *document* is structurally valid."""
    return bool(_validator().is_valid(document))


def complaints(document: Plain) -> tuple[str, ...]:
    """Return what the schema has against *document*, for a report of our own mistake."""
    return tuple(f"{error.json_path}: {error.message[:200]}" for error in _validator().iter_errors(document))


if __name__ == "__main__":
    Path(__file__).with_name(NAME).write_text(text(), encoding="utf-8")
