"""What a file is, by its content; its name says nothing. One file may hold several things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from obsgen.allowing import Allowance
from obsgen.diagnostics import Diagnostic, Severity, error
from obsgen.foreign import json_nodes, rule_files, rule_tests, scrape_configs, shapes
from obsgen.foreign.comments import allowed
from obsgen.foreign.embedded import Embedded, read_yaml
from obsgen.foreign.model import Foreign
from obsgen.source import nodes
from obsgen.source.nodes import Documents, Mapping, Node, Scalar, Sequence
from obsgen.source.text import SourceText

# Outside of a scalar: behind a key, behind a dash, or alone on its line. `{{ $labels.x }}` is a text without its quotes.
_TEMPLATED = re.compile(
    r"^(?:[ \t]*-)*[ \t]*(?:[\w./\"'-]+:[ \t]+)?(\{\{(?![ \t]*\$(?:labels|value|externalLabels)\b)|\{%|<%)",
    re.MULTILINE,
)
# In quotes, with the same quotes inside: what Helm fills in, and never a template of Prometheus.
_TEMPLATED_IN_QUOTES = re.compile(
    r"""
    (?:^|[ \t,\[{]) (?P<quote>["'])
    (?:(?!(?P=quote))[^\n\\]|\\.){0,500}?
    (\{\{) -?
    (?=[^\n}]{0,300}?(?P=quote))
    (?=[^\n}]{0,300}?(?:
        ["'`]\{\{ | \.(?:Values|Release|Chart|Capabilities|Files|Template)\b
      | (?<![\w.$"']) (?:include|tpl|required|default|toYaml|toJson|quote|squote|lookup|ternary|coalesce) (?=[ \t}])
    ))
    """,
    re.VERBOSE | re.MULTILINE,
)

#: What it knows, behind a subject.
READS = (
    "reads Prometheus rule files (`groups:`), PrometheusRule manifests, rules in ConfigMaps, promtool test files (`tests:`), prometheus.yml "
    "(`scrape_configs:`), and Grafana dashboards (`panels`), also in Kubernetes objects"
)

# Words without which a file is none of those that are known.
_MARKS = re.compile(
    r"(?:groups|tests|scrape_configs|scrape_config_files|rule_files|panels|rows)[\"']?[ \t]*:|PrometheusRule|GrafanaDashboard"
)
# What rule files in ConfigMaps are called, and what they begin with.
_RULE_FILES = (".yaml", ".yml", ".rules")
_GROUPS = re.compile(r"^groups:", re.MULTILINE)
_LOG_SHIPPER = frozenset({"clients", "positions"})


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
        if problems and (template := _template(SourceText(path, text))) is not None:
            templated, problems = True, (template,)
    inside = tuple(one for root in roots for one in _rules_inside(root))
    things = (one for root in roots for one in _things(root, path))
    found = tuple(_told_once((*things, *(one for each in inside for one in _inside(each, path)))))
    if templated:
        found = tuple(replace(one, problems=_without_templates(one.problems)) for one in found)
    every = (*roots, *(root for each in inside for root in each.roots))
    allowances, faults = ((), ()) if is_json else allowed(path, text, every)
    known = bool(found or problems)
    return FileRead(
        path=path,
        text=text,
        foreign=found,
        # Comments in a file of somebody else are none of ours.
        problems=(*problems, *faults) if known else (),
        allowances=allowances,
        skippable=not found and (not _MARKS.search(text) or (bool(roots) and not templated)),
    )


def _template(source: SourceText) -> Diagnostic | None:
    """Return the finding that *source*, which is no YAML, is a template; None if it is not known to be one."""
    for pattern, group in ((_TEMPLATED, 1), (_TEMPLATED_IN_QUOTES, 2)):
        if found := pattern.search(source.text):
            return shapes.template(source.span(*found.span(group)))
    return None


def _without_templates(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(one for one in problems if one.code != "foreign/template")


def _told_once(things: Iterable[Foreign]) -> Iterator[Foreign]:
    """Yield *things* with the first finding of each file that it is a template, which goes for the rest of it."""
    told = False
    for one in things:
        kept = []
        for problem in one.problems:
            if problem.code != "foreign/template" or not told:
                kept.append(problem)
            told = told or problem.code == "foreign/template"
        yield replace(one, problems=tuple(kept)) if len(kept) < len(one.problems) else one


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
    elif keys & _LOG_SHIPPER and "scrape_configs" in keys:
        # Promtail reads logs; its files look alike, and its jobs are none of Prometheus.
        return
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


def _rules_inside(root: Node) -> Iterator[Documents]:
    """Yield the rule files that lie as texts in ConfigMaps."""
    for one in rule_files.manifests(root) if isinstance(root, Mapping) else ():
        data = one.get("data") if _text(one, "kind") == "ConfigMap" else None
        for name, (_, value) in data.entries.items() if isinstance(data, Mapping) else ():
            if name.endswith(_RULE_FILES) and isinstance(value, Scalar) and _GROUPS.search(value.text):
                documents = read_yaml(value)
                template = _template(Embedded(value)) if documents.diagnostics else None
                yield documents if template is None else replace(documents, diagnostics=(template,))


def _inside(documents: Documents, path: str) -> Iterator[Foreign]:
    rules = [root for root in documents.roots if isinstance(root, Mapping) and _holds_rules(root.get("groups"))]
    yield from (rule_files.read(root, path, "config-map-rules") for root in rules)
    if documents.diagnostics:
        yield Foreign(path=path, kind="config-map-rules", problems=documents.diagnostics)


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
