"""The published JSON Schema and the decoder are one statement of what a catalog may say."""

import copy
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.load import load_texts
from obsgen.source import nodes
from obsgen.spec import schema
from obsgen.spec.decode import decode
from tests.source.places import assert_inside, spans_of
from tests.strategies import catalog_documents, catalog_texts, yaml_text

_TOP = Path(__file__).parents[2]
_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Path_ = tuple[str | int, ...]


def _written() -> Iterator[tuple[str, str]]:
    """Yield name and text of every catalog file that people read: the shipped catalog, pages and messages."""
    for path in sorted((_TOP / "specs").rglob("*.yaml")):
        yield str(path.relative_to(_TOP)), path.read_text(encoding="utf-8")
    for path in sorted((_TOP / "docs").rglob("*.md")):
        for number, block in enumerate(_FENCE.findall(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(_TOP)}:{number}", block
    for path in sorted((_TOP / "tests" / "spec" / "messages").glob("*.txt")):
        yield path.stem, path.read_text(encoding="utf-8").partition("\n=====")[0]


_WRITTEN = dict(_written())


# Different slips of the pen often leave the same text.
@functools.cache
def verdicts(text: str) -> tuple[bool, bool] | None:
    """Return what decoder and schema say of a file, or None where it is no YAML that either would see."""
    document = nodes.parse(text, "specs/a.yaml")
    if document.root is None:
        return None
    spec_file, problems = decode(document.root)
    assert spec_file is not None or problems or document.diagnostics, "a refusal has a reason"
    assert spec_file is None or not problems, "only a refusal has one"
    return spec_file is not None, schema.accepts(nodes.plain(document.root))


def assert_agreement(text: str) -> None:
    """Decoder and schema both accept *text*, or both refuse it."""
    found = verdicts(text)
    assert found is None or found[0] == found[1], text


def test_published_file() -> None:
    """The file that ships is what the dataclasses say; `python -m obsgen.spec.schema` rewrites it."""
    assert schema.published() == schema.text()


def test_schema_is_valid() -> None:
    """It is a schema of the 2020-12 draft."""
    jsonschema.Draft202012Validator.check_schema(schema.build())


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in *value*."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)


def test_every_key_is_explained() -> None:
    """An editor finds a sentence about every key and every kind of mapping."""
    built = schema.build()
    for part in parts(built):
        properties = part.get("properties", {})
        for name, value in properties.items() if isinstance(properties, dict) else ():
            target = built["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else {}
            assert value.get("description") or target.get("description"), name
    assert [name for name, part in built["$defs"].items() if not part.get("description")] == []


def test_every_reference_leads_somewhere() -> None:
    """Every definition is used, and every reference has one."""
    built = schema.build()
    used = {part["$ref"].removeprefix("#/$defs/") for part in parts(built) if "$ref" in part}
    assert used == set(built["$defs"])


def test_patterns_mean_the_same_to_an_editor() -> None:
    """Patterns keep to what Python and ECMAScript share, and are anchored at both ends."""
    for part in parts(schema.build()):
        if isinstance(pattern := part.get("pattern"), str):
            assert not re.search(r"\\[AZdDwWsSbB]|\(\?[P<#]|\(\?[aiLmsux]|[+*?}]\+", pattern), pattern
            assert (pattern.startswith("^(?:"), pattern.endswith(r")$(?!\n)")) == (True, True)


@pytest.mark.parametrize("name", sorted(_WRITTEN))
def test_written_files(name: str) -> None:
    """Decoder and schema agree on every file that the project shows."""
    assert_agreement(_WRITTEN[name])


def places(document: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every value in *document*."""
    yield path
    if isinstance(document, dict | list):
        for step in document if isinstance(document, dict) else range(len(document)):
            yield from places(document[step], (*path, step))


def replaced(document: Any, path: Path_, change: Callable[[Any], Any]) -> Any:
    """Return *document* with the value at *path* changed."""
    if not path:
        return change(copy.deepcopy(document))
    holder = copy.deepcopy(document)
    node = holder
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = change(node[path[-1]])
    return holder


def _without_first(value: Any) -> Any:
    return (
        dict(list(value.items())[1:])
        if isinstance(value, dict)
        else value[1:]
        if isinstance(value, list | str)
        else value
    )


def _without_last(value: Any) -> Any:
    return (
        dict(list(value.items())[:-1])
        if isinstance(value, dict)
        else value[:-1]
        if isinstance(value, list | str)
        else value
    )


def _renamed(change: Callable[[str], str]) -> Callable[[Any], Any]:
    def rename(value: Any) -> Any:
        if not isinstance(value, dict) or not value:
            return value
        last, item = list(value.items())[-1]
        return {**_without_last(value), change(last): item}

    return rename


def _doubled(value: Any) -> Any:
    return [*value, *value] if isinstance(value, list) else value * 2 if isinstance(value, str | int | float) else value


def _with(key: str, item: Any) -> Callable[[Any], Any]:
    return lambda value: {**value, key: item} if isinstance(value, dict) else value


def _constant(item: Any) -> Callable[[Any], Any]:
    return lambda _: item


#: Name -> what one slip of the pen makes of a value.
EDITS: dict[str, Callable[[Any], Any]] = {
    "first dropped": _without_first,
    "last dropped": _without_last,
    "key misspelt": _renamed(lambda name: name[:-1] or "x"),
    "key with a line break": _renamed(lambda name: name + "\n"),
    "key in capitals": _renamed(str.upper),
    "key empty": _renamed(lambda _: ""),
    "key in another place": _with("labels", ["x"]),
    "another shape": _with("rate", "x_total"),
    "another comparison": _with("above", 1),
    "another kind": _with("gauge", "G."),
    "a key too many": _with("colour", "blue"),
    "doubled": _doubled,
    "in a list": lambda value: [value],
    "out of its list": lambda value: value[0] if isinstance(value, list) and value else value,
    "as text": lambda value: str(value) if isinstance(value, int | float) else value,
    "line break behind it": lambda value: value + "\n" if isinstance(value, str) else value,
    "blank before it": lambda value: " " + value if isinstance(value, str) else value,
    "as float": lambda value: float(value) if isinstance(value, int) and abs(value) < 10**300 else value,
    "as truth": lambda value: bool(value) if isinstance(value, int | float) else value,
    "truth as number": lambda value: int(value) if isinstance(value, bool) else value,
    "negative": lambda value: -value if isinstance(value, int | float) else value,
    "a half more": lambda value: value + 0.5 if isinstance(value, int | float) else value,
    **{f"{item!r}"[:20]: _constant(item) for item in (None, True, False, 0, 1, 1.0, 2, -1, 10**400 // 10**93, 1e300, "", " ", "x", "\n", "5m", "20%", [], [[]], {}, ["x", "x"], ["x", 1], {"": 1})},
}  # fmt: skip


@st.composite
def edited(draw: st.DrawFn, documents: list[Any]) -> Any:
    """Return one of *documents* with one edit at one place."""
    document = draw(st.sampled_from(documents))
    path = draw(st.sampled_from(list(places(document))))
    return replaced(document, path, EDITS[draw(st.sampled_from(sorted(EDITS)))])


def _as_text(document: Any) -> str:
    return yaml_text(document) if isinstance(document, dict) else yaml_text({"x": document}).partition(": ")[2]


_SHOWN = [
    nodes.plain(root) for text in _WRITTEN.values() if (root := nodes.parse(text, "specs/a.yaml").root) is not None
]


#: A little of everything: each kind of value at least once.
_SMALL: dict[str, Any] = {
    "obsgen": 1,
    "service": "bakery",
    "labels": {"bread": {"help": "B.", "values": {"rye": {"grams": 1}}}, "shop": {"help": "S.", "at_most": 3}},
    "metrics": {
        "a_seconds": {"histogram": "A.", "labels": ["bread"], "buckets": [1, 2.5]},
        "b": {"gauge": "B.", "labels": {"x": {"values_of": "bread", "or": ["y"]}}, "range": [0, 1], "starts_at": 1},
    },
    "alerts": {
        "A": {
            "when": {"all": [{"ratio": "m", "part": {"a": "x"}, "over": "5m", "above": "20%", "min_events": 3}]},
            "severity": "warning",
            "summary": "S.",
            "impact": "I.",
            "mitigation": "M.",
        }
    },
    "dashboards": {
        "d": {
            "title": "D",
            "rows": {
                "r": {
                    "title": "R",
                    "collapsed": True,
                    "panels": {
                        "p": {
                            "table": "P",
                            "show": [
                                {"top": 3, "of": {"quantile": 0.5, "of": "a_seconds", "where": {"a": {"not": ["x"]}}}}
                            ],
                            "thresholds": [{"at": {"threshold_of": "A"}, "means": "bad"}],
                            "width": 3,
                        }
                    },
                }
            },
        }
    },
    "scrape": {"job": "bakery", "every": "15s"},
    "workspaces": {"main": {"port": 9464}},
}


def test_the_small_catalog_is_valid() -> None:
    """What is edited below is well formed before."""
    assert verdicts(_as_text(_SMALL)) == (True, True)


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_everywhere(edit: str) -> None:
    """Decoder and schema agree on the small catalog after each slip of the pen at each of its places."""
    for path in places(_SMALL):
        assert_agreement(_as_text(replaced(_SMALL, path, EDITS[edit])))


@given(edited(_SHOWN))
@settings(deadline=None, max_examples=400)
def test_edited_files(document: Any) -> None:
    """Decoder and schema agree on every file that the project shows, after a slip of the pen."""
    assert_agreement(_as_text(document))


@given(catalog_documents(), st.data())
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_edited_catalogs(documents: dict[str, Any], data: st.DataObject) -> None:
    """Decoder and schema agree on generated files with hostile words, whole and after a slip of the pen."""
    name = data.draw(st.sampled_from(sorted(documents)))
    assert verdicts(_as_text(documents[name])) == (True, True)
    assert_agreement(_as_text(data.draw(edited([documents[name]]))))


@given(catalog_texts())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_generated_catalogs_are_valid(texts: dict[str, str]) -> None:
    """The catalogs that property tests are given have no error."""
    loaded = load_texts(texts)
    assert [one for one in loaded.diagnostics if one.severity.value == "error"] == []


@given(catalog_documents(), st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_edited_catalogs_are_survived(documents: dict[str, Any], data: st.DataObject) -> None:
    """Loading a catalog with a slip of the pen ends in findings inside its files, never in an exception."""
    name = data.draw(st.sampled_from(sorted(documents)))
    changed = {**documents, name: data.draw(edited([documents[name]]))}
    texts = {f"specs/{path}.yaml": _as_text(document) for path, document in changed.items()}
    for one in load_texts(texts).diagnostics:
        for span in spans_of(one):
            assert_inside(span, texts[span.path])
