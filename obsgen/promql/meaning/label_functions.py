"""Functions that are about labels: absent, label_replace, label_join."""

from __future__ import annotations

import re

from obsgen.promql.meaning.amounts import ONE
from obsgen.promql.meaning.label_sets import NAME, NO_LABELS, Labels, replaced
from obsgen.promql.meaning.making import made
from obsgen.promql.meaning.model import Meaning
from obsgen.promql.tokens import has_variable
from obsgen.promql.tree import Call, Selector, String, Tree, Window

_EVERYTHING = frozenset({".*", "(.*)", "^.*$", "^(.*)$"})


def absent(call: Call, arguments: tuple[Meaning, ...]) -> Meaning:
    """Return what `absent` and `absent_over_time` give: 1, with the labels that the selector asks for with `=`."""
    (of,) = arguments
    return Meaning(kind="boolean", unit="", labels=_asked(call.arguments[0]), amount=ONE, sources=of.sources)


def _asked(tree: Tree) -> Labels:
    selector = tree.expr if isinstance(tree, Window) and not tree.subquery else tree
    if not isinstance(selector, Selector):
        return NO_LABELS
    asked: dict[str, str] = {}
    seen = {NAME}
    for matcher in selector.matchers:
        name = matcher.label.text
        # The order counts: what follows another matcher on the same label takes the label away.
        asked.pop(name, None)
        if matcher.op == "=" and name not in seen:
            asked[name] = matcher.value.text
            seen.add(name)
    sure = {name: value for name, value in asked.items() if value}
    closed = {name: frozenset({value}) for name, value in sure.items() if not has_variable(value)}
    return Labels(frozenset(sure), frozenset(closed), closed)


def label_replace(call: Call, arguments: tuple[Meaning, ...]) -> Meaning:
    """Return what `label_replace(v, target, replacement, source, pattern)` gives."""
    of = arguments[0]
    texts = [argument.value for argument in call.arguments[1:] if isinstance(argument, String)]
    if len(texts) != 4 or any(map(has_variable, (texts[0], texts[2], texts[3]))):
        return _anything(of)
    target, replacement, source, pattern = texts
    return _kept(of, _replaced(of.labels, target, replacement, source, pattern))


def _replaced(labels: Labels, target: str, replacement: str, source: str, pattern: str) -> Labels:
    before = labels.values.get(target) if labels.may_have(target) else frozenset()
    always = pattern in _EVERYTHING
    copies = re.fullmatch(r"\$1|\$\{1\}", replacement) is not None and pattern in ("(.*)", "(.+)")
    if "$" not in replacement:
        new: frozenset[str] | None = frozenset({replacement} - {""})
        filled = bool(replacement)
    elif copies:
        new = labels.values.get(source) if labels.may_have(source) else frozenset()
        filled = source in labels.certain if pattern == "(.*)" else True
    else:
        new, filled = None, False
    values = new if always else None if new is None or before is None else new | before
    # A value with a line break escapes `.*`, so only constants of the catalog are sure to match it.
    certain = filled and (target in labels.certain or (always and _on_one_line(labels, source)))
    if not _on_one_line(labels, source) and always:
        values = None if new is None or before is None else new | before
    return replaced(labels, target, values, certain=certain)


def _on_one_line(labels: Labels, label: str) -> bool:
    values = labels.values.get(label)
    if values is None:
        return not labels.may_have(label)
    return not any("\n" in value for value in values)


def label_join(call: Call, arguments: tuple[Meaning, ...]) -> Meaning:
    """Return what `label_join(v, target, separator, source...)` gives."""
    of = arguments[0]
    texts = [argument.value for argument in call.arguments[1:] if isinstance(argument, String)]
    if len(texts) < 2 or len(texts) != len(call.arguments) - 1 or any(map(has_variable, texts)):
        return _anything(of)
    target, separator, *sources = texts
    certain = any(source in of.certain for source in sources) or (bool(separator) and len(sources) > 1)
    values = of.values.get(sources[0]) if len(sources) == 1 and of.may_have(sources[0]) else None
    if not certain and not any(map(of.may_have, sources)):
        values = frozenset()
    return _kept(of, replaced(of.labels, target, values, certain=certain))


def _kept(of: Meaning, labels: Labels) -> Meaning:
    return made(of, of.amount, of.kind, of.unit, labels=labels)


def _anything(of: Meaning) -> Meaning:
    """Return *of* with any labels."""
    return _kept(of, Labels(possible=None))
