"""Parts of a foreign file by their shape; what has another one is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from obsgen.diagnostics import Diagnostic, Span, error, warning
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence
from obsgen.source.text import SourceText
from obsgen.spec.values import Duration

Report = Callable[[Diagnostic], None]

#: What becomes of a prometheus.yml with a fault.
REFUSED = "Prometheus refuses the whole file"

# From long to short, each once. More digits than this are more time than there is.
_DURATION = re.compile(
    "0|(?=[0-9])" + "".join(f"(?:[0-9]{{1,10}}{unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms"))
)
# `{{ $labels.x }}` is Prometheus' own, and a mistake where it fills nothing in; `$value` is a variable of Helm, too.
_FILLED_IN = re.compile(r"\{\{(?!-?\s*\$(?:labels|externalLabels)\.)|\{%|<%")
# Of tools that put the environment into a file: `$NAME`, `${NAME}`.
_ENVIRONMENT = re.compile(r"\$(?:[A-Z][A-Z0-9_]+\b|\{[A-Z][A-Z0-9_]+\})")
_NAMES: tuple[tuple[type, str], ...] = ((Mapping, "keys with values"), (Sequence, "a list"), (Scalar, "one value"))


def wrong_shape(what: str, span: Span, help: str = "") -> Diagnostic:
    """Return the finding that a part of a file is not what the tool that reads it takes."""
    return error("foreign/wrong-shape", what, span, help=help)


def template(span: Span) -> Diagnostic:
    """Return the finding that another tool has to fill in what stands at *span* first."""
    return warning(
        "foreign/template",
        "this is a template, which another tool fills in first",
        span,
        help="render it, with `helm template` for instance, and lint the result",
    )


def is_templated(node: Scalar) -> bool:
    """Return whether *node* holds a part that another tool fills in."""
    return _FILLED_IN.search(node.text) is not None


def is_filled_in(node: Node | None) -> bool:
    """Return whether *node* holds a part that another tool fills in, be it from the environment."""
    return isinstance(node, Scalar) and (is_templated(node) or _ENVIRONMENT.search(node.text) is not None)


def is_null(node: Node | None) -> bool:
    """Return whether nothing is said, or explicitly nothing."""
    return node is None or (isinstance(node, Scalar) and node.value is None)


def mappings(holder: Mapping, key: str, report: Report) -> Iterator[Mapping]:
    """Yield the entries of the list of mappings below *key*, none where the key is missing or empty."""
    node = holder.get(key)
    if is_null(node):
        return
    if not isinstance(node, Sequence):
        report(_unlike(f"`{key}`", "a list", holder, key, node))
        return
    for item in node.items:
        if isinstance(item, Mapping):
            yield item
        else:
            report(wrong_shape(f"each entry of `{key}` has keys with values, this one is {_name(item)}", item.span))


def mapping(holder: Mapping, key: str, report: Report) -> Mapping | None:
    """Return the mapping below *key*, None where there is none."""
    node = holder.get(key)
    if is_null(node) or isinstance(node, Mapping):
        return node if isinstance(node, Mapping) else None
    report(_unlike(f"`{key}`", "keys with values", holder, key, node))
    return None


def scalar(holder: Mapping, key: str, report: Report) -> Scalar | None:
    """Return the value below *key*, None where there is none."""
    node = holder.get(key)
    if is_null(node) or isinstance(node, Scalar):
        return node if isinstance(node, Scalar) and node.value is not None else None
    report(_unlike(f"`{key}`", "one value", holder, key, node))
    return None


def scalars(holder: Mapping, key: str, report: Report) -> tuple[Scalar, ...]:
    """Return the values of the list below *key*."""
    node = holder.get(key)
    if is_null(node):
        return ()
    if not isinstance(node, Sequence):
        report(_unlike(f"`{key}`", "a list", holder, key, node))
        return ()
    for item in node.items:
        if not isinstance(item, Scalar):
            report(wrong_shape(f"each entry of `{key}` is one value, this one is {_name(item)}", item.span))
    return tuple(item for item in node.items if isinstance(item, Scalar))


def texts(holder: Mapping, key: str, report: Report) -> dict[str, Scalar]:
    """Return the texts below *key*, by name."""
    found = {}
    for name, (_, value) in ((mapping(holder, key, report) or _EMPTY).entries).items():
        if isinstance(value, Scalar):
            found[name] = value
        else:
            report(wrong_shape(f"`{name}` is a text, here stands {_name(value)}", value.span))
    return found


def seconds(node: Scalar, report: Report) -> float | None:
    """Return the length of the duration *node*, None where it is none."""
    if _DURATION.fullmatch(node.text):
        return float(Duration.parse(node.text).seconds)
    if is_templated(node):
        report(template(node.span))
        return None
    advice = "write numbers with units, the longest first, such as `5m` or `1h30m`"
    report(wrong_shape(f"`{node.text[:40]}` is no duration", node.span, advice))
    return None


def _unlike(what: str, wanted: str, holder: Mapping, key: str, node: Node | None) -> Diagnostic:
    return wrong_shape(f"{what} has to be {wanted}, here stands {_name(node)}", holder.key_span(key))


def _name(node: Node | None) -> str:
    return next((name for kind, name in _NAMES if isinstance(node, kind)), "nothing")


_EMPTY = Mapping({}, 0, 0, SourceText("", ""))
