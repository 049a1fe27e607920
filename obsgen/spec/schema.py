"""
The published JSON Schema: built from the dataclasses, kept as a file, and the judge of what is structurally valid.

`catalog-1.schema.json` ships in the package; `python -m obsgen.spec.schema` rewrites it after the dataclasses changed.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from obsgen.source.nodes import Plain
from obsgen.spec.decode import FILE
from obsgen.spec.kinds import Json
from obsgen.spec.objects import summary

NAME = "catalog-1.schema.json"
# Shorter schemas read better where they stand.
_WORTH_A_NAME = 120
_LINE_WIDTH = 100


def build() -> Json:
    """Return the schema that the dataclasses state."""
    definitions: dict[str, Json] = {}
    body = FILE.body(definitions)
    shared = _share([body, *definitions.values()])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "obsgen catalog, version 1",
        "description": summary(FILE.cls),
        "type": "object",
        **body,
        "$defs": dict(sorted({**definitions, **shared}.items())),
    }


def text() -> str:
    """Return the schema as it is published: what fits on a line stands on one."""
    return _lines(build(), 0) + "\n"


def published() -> str:
    """Return the file that ships in the package."""
    return files("obsgen.spec").joinpath(NAME).read_text(encoding="utf-8")


def _lines(value: Any, indent: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) + indent <= _LINE_WIDTH:
        return flat
    if isinstance(value, dict):
        inner = [f"{json.dumps(name)}: {_lines(item, indent + 2)}" for name, item in value.items()]
    else:
        inner = [_lines(item, indent + 2) for item in value]
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    gap = "\n" + " " * (indent + 2)
    return f"{opened}{gap}{f',{gap}'.join(inner)}\n{' ' * indent}{closed}"


def _share(schemas: list[Json]) -> dict[str, Json]:
    """
    Give keys that several mappings have in common (`by`, `where`, `over`) one definition.

    Args:
        schemas: Schemas with properties; repeated ones are replaced by references in place.

    Returns:
        The definitions, named by the key, with a number behind it where one key means several things.
    """
    places = [(name, properties) for schema in schemas for properties in _properties(schema) for name in properties]
    texts = Counter((name, json.dumps(properties[name])) for name, properties in places)
    definitions: dict[str, Json] = {}
    names: dict[tuple[str, str], str] = {}
    for name, properties in places:
        written = json.dumps(properties[name])
        if texts[name, written] < 2 or len(written) < _WORTH_A_NAME:
            continue
        if (name, written) not in names:
            number = sum(known == name for known, _ in names) + 1
            names[name, written] = name if number == 1 else f"{name}-{number}"
            definitions[names[name, written]] = properties[name]
        properties[name] = {"$ref": f"#/$defs/{names[name, written]}"}
    return definitions


def _properties(schema: Json) -> Iterator[Json]:
    """Yield every `properties` of an object or of its dependent schemas."""
    if "properties" in schema:
        yield schema["properties"]
    for part in schema.get("dependentSchemas", {}).values():
        yield from _properties(part)


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
