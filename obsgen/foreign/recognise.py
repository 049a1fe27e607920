"""What a file is, by its content; its name says nothing. One file may hold several things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from obsgen.allowing import Allowance
from obsgen.diagnostics import Diagnostic, Severity, error, warning
from obsgen.foreign import json_nodes, rule_files, rule_tests, scrape_configs
from obsgen.foreign.comments import allowed
from obsgen.foreign.model import Foreign
from obsgen.source import nodes
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence
from obsgen.source.text import SourceText

# Outside of a scalar: behind a key, behind a dash, or alone on its line. `{{ $labels.x }}` is a text without its quotes.
_TEMPLATED = re.compile(
    r"^(?:[ \t]*-)*[ \t]*(?:[\w./\"'-]+:[ \t]+)?(\{\{(?![ \t]*\$(?:labels|value|externalLabels)\b))", re.MULTILINE
)

#: What it knows, behind a subject.
READS = (
    "reads Prometheus rule files (`groups:`), PrometheusRule manifests, promtool test files (`tests:`), prometheus.yml "
    "(`scrape_configs:`), and Grafana dashboards (`panels`), also in Kubernetes objects"
)

# Words without which a file is none of those that are known.
_MARKS = re.compile(r"groups|tests|scrape_config|rule_files|PrometheusRule|GrafanaDashboard|\bpanels\b|\brows\b")


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """
    One file.

    Attributes:
        path: As shown to people.
        text: All of it.
        foreign: What it holds; empty where nobody knows.
        problems: Why it, or a part of it, cannot be read.
        allowances: What its comments allow.
        skippable: Whether it certainly holds nothing that obsgen knows.
    """

    path: str
    text: str
    foreign: tuple[Foreign, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    skippable: bool = False


def read(path: str, text: str) -> FileRead:
    """Return what the file *path* with the text *text* holds; never raises."""
    is_json, templated = path.lower().endswith(".json"), False
    if is_json:
        root, problems = json_nodes.parse(text, path)
        roots: tuple[Node, ...] = () if root is None else (root,)
    else:
        documents = nodes.parse_all(text, path)
        roots, problems = documents.roots, documents.diagnostics
        if problems and (template := _TEMPLATED.search(text)) is not None:
            templated, problems = True, (_is_template(path, text, template.start(1)),)
    found = tuple(one for root in roots for one in _things(root, path))
    allowances, faults = allowed(path, text, roots) if found and not is_json else ((), ())
    return FileRead(
        path=path,
        text=text,
        foreign=found,
        problems=(*problems, *faults),
        allowances=allowances,
        skippable=not found and (not _MARKS.search(text) or (bool(roots) and not templated)),
    )


def _is_template(path: str, text: str, start: int) -> Diagnostic:
    return warning(
        "foreign/template",
        "this is a template, from which YAML is still to be made",
        SourceText(path, text).span(start, start + 2),
        help="render it, with `helm template` for instance, and lint the result",
    )


def unknown(read: FileRead) -> Diagnostic:
    """Return the finding that nobody knows what the file is."""
    return error(
        "foreign/unknown-kind",
        "this is no file that obsgen knows",
        SourceText(read.path, read.text).span(0, 0),
        help=f"it {READS}",
    )


def _things(root: Node, path: str) -> Iterator[Foreign]:
    if not isinstance(root, Mapping):
        return
    for one in rule_files.manifests(root):
        kind = _text(one, "kind")
        spec = one.get("spec")
        if kind == "PrometheusRule" and isinstance(spec, Mapping):
            yield rule_files.read(spec, path, "prometheus-rule")
        elif kind == "ConfigMap":
            yield from _config_map(one, path)
        elif kind == "GrafanaDashboard" and isinstance(spec, Mapping):
            yield from _in_scalar(spec.get("json"), path)
        elif _text(one, "apiVersion").startswith("dashboard.grafana.app/") and isinstance(spec, Mapping):
            yield from _dashboard(spec, path)
        elif one is root:
            yield from _plain(root, path)


def _plain(root: Mapping, path: str) -> Iterator[Foreign]:
    keys = root.entries.keys()
    if "tests" in keys and keys & {"rule_files", "evaluation_interval"}:
        yield rule_tests.read(root, path)
    elif keys & {"scrape_configs", "scrape_config_files"} or ("global" in keys and keys & {"rule_files", "alerting"}):
        yield scrape_configs.read(root, path)
    elif "groups" in keys and _holds_rules(root.get("groups")):
        yield rule_files.read(root, path, "rules")
    else:
        yield from _dashboard(root, path)


def _holds_rules(groups: Node | None) -> bool:
    """Return whether *groups* are those of rules, or nothing else."""
    if not isinstance(groups, Sequence):
        return isinstance(groups, Scalar) and groups.value is None
    found = [group for group in groups.items if isinstance(group, Mapping)]
    return not groups.items or any("rules" in group.entries for group in found)


def _dashboard(root: Mapping, path: str) -> Iterator[Foreign]:
    inner = root.get("dashboard")
    board = inner if isinstance(inner, Mapping) else root
    panels = [board.get(key) for key in ("panels", "rows")]
    if any(isinstance(one, Sequence) for one in panels):
        from obsgen.foreign import grafana  # noqa: PLC0415

        yield grafana.read(path, board)


def _config_map(one: Mapping, path: str) -> Iterator[Foreign]:
    data = one.get("data")
    for name, (_, value) in data.entries.items() if isinstance(data, Mapping) else ():
        if name.endswith(".json"):
            yield from _in_scalar(value, path)


def _in_scalar(node: Node | None, path: str) -> Iterator[Foreign]:
    if not isinstance(node, Scalar):
        return
    root, problems = json_nodes.parse_scalar(node)
    found = list(_dashboard(root, path)) if isinstance(root, Mapping) else []
    # JSON of somebody else may be odd as long as it is JSON.
    if found:
        found[0] = replace(found[0], problems=(*problems, *found[0].problems))
    elif any(one.severity is Severity.ERROR for one in problems):
        found = [Foreign(path=path, kind="dashboard", problems=problems)]
    yield from found


def _text(one: Mapping, key: str) -> str:
    node = one.get(key)
    return node.text if isinstance(node, Scalar) else ""
