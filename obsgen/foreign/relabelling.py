"""What Prometheus refuses in rules of relabelling, wherever in a prometheus.yml they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from obsgen.diagnostics import Diagnostic, error
from obsgen.foreign import shapes
from obsgen.foreign.shapes import REFUSED, Report
from obsgen.source.nodes import Mapping, Scalar, short
from obsgen.words import listed, nearest

_KEYS = frozenset({"source_labels", "separator", "regex", "modulus", "target_label", "replacement", "action"})
# Actions that write a label, which has to be named.
_WRITING = frozenset({"replace", "hashmod", "lowercase", "uppercase"})
_ACTIONS = _WRITING | {"keep", "drop", "keepequal", "dropequal", "labelmap", "labeldrop", "labelkeep"}
# VictoriaMetrics reads the same files, and knows these besides.
_KEYS_OF_OTHERS = frozenset({"if", "match", "labels"})
_ACTIONS_OF_OTHERS = frozenset(
    [
        "replace_all",
        "labelmap_all",
        "keep_if_equal",
        "drop_if_equal",
        "keep_if_contains",
        "drop_if_contains",
        "keep_metrics",
        "drop_metrics",
        "graphite",
    ]
)

# As RE2 cuts a pattern; the brackets of a class and of quoted text are none of groups.
_TOKEN = re.compile(
    r"""
      \\Q.*?(?:\\E|\Z) | \\.
    | \[\^?+\]?+(?>\[:.*?:\]|\\.|[^\]\\])*+\]
    | (?P<around>\(\?<?[=!])
    | (?P<open>\((?:\?(?:P?<\w+>|[A-Za-z-]*:))?)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_LONGEST = 1000


def refuse_relabelling(root: Mapping, configs: Iterable[Mapping], report: Report) -> None:
    """
    Report what the loader of Prometheus refuses in rules of relabelling: misspelt words, missing labels, broken patterns.

    Args:
        root: The whole file.
        configs: Its scrape configurations.
        report: Takes the findings.
    """
    for rule in _rules(root, configs):
        meant = _keys(rule, report)
        _action(rule, meant, report)
        _pattern(rule, report)


def pattern_fault(pattern: str) -> str | None:
    """
    Return why RE2 certainly cannot read *pattern*, which Prometheus puts into a group of its own; None if it may.

    Only brackets, repetitions of nothing, and looking around are judged; whatever else is wrong is left to Prometheus.
    """
    # Behind a dash `[:` may be the end of a range as well as the beginning of a name.
    if len(pattern) > _LONGEST or "-[:" in pattern:
        return None
    depth, before = 0, ""
    for token in _TOKEN.finditer(f"(?:{pattern})"):
        text = token[0]
        if token["around"]:
            return f"it looks around with `{text}`, which Prometheus cannot"
        if text == "[":
            return "a `[` is never closed"
        depth += bool(token["open"]) - (text == ")")
        if depth < 0:
            return "a `)` closes nothing"
        # A question mark behind a bare parenthesis is a part of it.
        if (text in ("*", "+") and before) or (text == "?" and before not in ("", "(")):
            return f"there is nothing before `{text}` that it could repeat"
        before = text if token["open"] or text == "|" else ""
    return "a `(` is never closed" if depth else None


def _rules(root: Mapping, configs: Iterable[Mapping]) -> Iterator[Mapping]:
    for config in configs:
        for key in ("relabel_configs", "metric_relabel_configs"):
            yield from shapes.mappings(config, key, _nowhere)
    for remote in shapes.mappings(root, "remote_write", _nowhere):
        yield from shapes.mappings(remote, "write_relabel_configs", _nowhere)
    alerting = shapes.mapping(root, "alerting", _nowhere)
    if alerting is not None:
        yield from shapes.mappings(alerting, "alert_relabel_configs", _nowhere)
        for manager in shapes.mappings(alerting, "alertmanagers", _nowhere):
            yield from shapes.mappings(manager, "relabel_configs", _nowhere)


def _keys(rule: Mapping, report: Report) -> frozenset[str]:
    """Report keys that no rule has, and return what they may stand for."""
    meant = set()
    for key, (node, _) in rule.entries.items():
        if key in _KEYS | _KEYS_OF_OTHERS:
            continue
        guess = nearest(key, _KEYS)
        said = f"`{short(key)}` is no key of a rule of relabelling"
        help = f"{'' if guess else f'its keys are {listed(sorted(_KEYS))}; '}{REFUSED}"
        report(error("foreign/wrong-shape", said, node.span, f"did you mean `{guess}`?" if guess else "", help=help))
        meant.add(guess or "")
    return frozenset(meant)


def _action(rule: Mapping, meant: frozenset[str], report: Report) -> None:
    action, target = rule.get("action"), rule.get("target_label")
    if "action" in meant or not (action is None or isinstance(action, Scalar)) or shapes.is_filled_in(action):
        return
    name = "replace" if action is None or action.value is None else action.text.lower()
    if action is not None and name not in _ACTIONS:
        if name not in _ACTIONS_OF_OTHERS:
            report(_unknown(action))
    elif name in _WRITING and "target_label" not in meant and _is_empty(target):
        said = f"the action `{name}` writes a label, and none is named here"
        report(shapes.wrong_shape(said, rule.span, f"add `target_label`; {REFUSED}"))


def _unknown(action: Scalar) -> Diagnostic:
    guess = nearest(action.text, _ACTIONS)
    return error(
        "foreign/wrong-shape",
        f"`{short(action.text)}` is no action of relabelling",
        action.span,
        f"did you mean `{guess}`?" if guess else "",
        help=f"{'' if guess else f'the actions are {listed(sorted(_ACTIONS))}; '}{REFUSED}",
    )


def _is_empty(target: object) -> bool:
    return target is None or (isinstance(target, Scalar) and not target.text)


def _pattern(rule: Mapping, report: Report) -> None:
    regex = rule.get("regex")
    if not isinstance(regex, Scalar) or regex.value is None or shapes.is_filled_in(regex):
        return
    fault = pattern_fault(regex.text)
    if fault:
        said = f"`{short(regex.text)}` is no regular expression: {fault}"
        report(shapes.wrong_shape(said, regex.span, REFUSED))


def _nowhere(_: Diagnostic) -> None:
    """Drop what is reported where such a list has another shape."""
