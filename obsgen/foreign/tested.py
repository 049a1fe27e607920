"""What tests of rules leave untested although they pass: promtool takes an unknown alert that stays quiet for a success."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from obsgen.diagnostics import Diagnostic, Span, error, warning
from obsgen.foreign import shapes
from obsgen.foreign.model import Foreign, RuleTests
from obsgen.foreign.paths import matching
from obsgen.promql.parse import PromqlError, parse
from obsgen.promql.tree import selectors
from obsgen.source.nodes import Mapping as MappingNode
from obsgen.source.nodes import Scalar, Sequence, short
from obsgen.words import listed, nearest

_ASSERTIONS = ("alert_rule_test", "promql_expr_test")


def tested(files: Iterable[Foreign], exists: Callable[[str, str], bool]) -> Iterator[Diagnostic]:
    """
    Report tests that test nothing.

    Args:
        files: Everything that was read; tests are held against the rule files among it.
        exists: Whether a pattern that stands in the file of that path matches a file at all.
    """
    everything = tuple(files)
    rules: dict[str, set[str]] = {}
    for file in everything:
        if file.kind in ("rules", "prometheus-rule", "config-map-rules"):
            rules.setdefault(file.path, set()).update((*(rule.name for rule in file.alert_rules), *file.templated))
    for file in everything:
        if file.tests is not None:
            yield from _files(file.path, file.tests, rules, exists)
            yield from _alerts(file.path, file.tests, rules)
            yield from _empty(file.tests)
    yield from _quiet([file.tests for file in everything if file.tests is not None])


def _files(
    path: str, tests: RuleTests, rules: Mapping[str, object], exists: Callable[[str, str], bool]
) -> Iterator[Diagnostic]:
    for pattern in tests.rule_files:
        if not matching(path, pattern.text, rules) and not exists(path, pattern.text):
            yield error(
                "test/missing-rule-file",
                f"no file is called `{short(pattern.text)}`; promtool only warns, and tests nothing",
                pattern.span,
                help="the path counts from the folder of this file",
            )


def _alerts(path: str, tests: RuleTests, rules: Mapping[str, set[str]]) -> Iterator[Diagnostic]:
    found = [matching(path, pattern.text, rules) for pattern in tests.rule_files]
    if not found or not all(found):
        # Other rules may be loaded.
        return
    known = {name for paths in found for one in paths for name in rules[one]}
    if any("{{" in name for name in known):
        return
    for name, _ in _asserted(tests):
        if name.text not in known:
            guess = nearest(name.text, known)
            yield error(
                "test/unknown-alert",
                f"no rule of the tested files is called `{short(name.text)}`",
                name.span,
                f"did you mean `{guess}`?" if guess else "",
                help="" if guess else f"they have {listed(sorted(known))}" if known else "they have no alert",
            )


def _asserted(tests: RuleTests) -> Iterator[tuple[Scalar, bool]]:
    """Yield the alerts that `alert_rule_test` names, and whether one is expected to fire."""
    for test in tests.tests:
        for one in _entries(test, "alert_rule_test"):
            name = one.get("alertname")
            if isinstance(name, Scalar):
                yield name, _has_entries(one, "exp_alerts")


def _entries(holder: MappingNode, key: str) -> Iterator[MappingNode]:
    # What has the wrong shape was reported when the file was read.
    return shapes.mappings(holder, key, lambda _: None)


def _has_entries(holder: MappingNode, key: str) -> bool:
    node = holder.get(key)
    return isinstance(node, Sequence) and bool(node.items)


def _empty(tests: RuleTests) -> Iterator[Diagnostic]:
    if not tests.tests and shapes.is_null(tests.root.get("tests")) | isinstance(tests.root.get("tests"), Sequence):
        yield warning(
            "test/nothing-tested",
            "there is no test here, and promtool calls that a success",
            tests.root.key_span("tests"),
            help="write one, or remove the file",
        )
    for test in tests.tests:
        if not any(_has_entries(test, key) for key in _ASSERTIONS):
            yield warning(
                "test/nothing-tested",
                "this test expects nothing",
                _begin(test),
                help="add `alert_rule_test` or `promql_expr_test`",
            )
        if shapes.is_null(test.get("interval")):
            yield warning(
                "test/no-interval",
                "without `interval` Prometheus before 2.49 takes all samples for one moment, and the test may still pass",
                _begin(test),
                help="write the time between two values of `input_series`, such as `interval: 1m`",
            )


def _begin(test: MappingNode) -> Span:
    return next((key.span for key, _ in test.entries.values()), test.span)


def _quiet(files: list[RuleTests]) -> Iterator[Diagnostic]:
    """Report alerts that are only ever expected to stay quiet, in whatever file."""
    first: dict[str, Scalar] = {}
    firing = {name for tests in files for name in _seen_in_queries(tests)}
    for tests in files:
        for name, fires in _asserted(tests):
            first.setdefault(name.text, name)
            if fires:
                firing.add(name.text)
    for text, name in first.items():
        if text not in firing:
            yield warning(
                "test/only-quiet",
                f"`{short(text)}` is only expected to stay quiet, which it also does if it can never fire",
                name.span,
                help="add a case in which it fires: `exp_alerts` with an entry",
            )


def _seen_in_queries(tests: RuleTests) -> Iterator[str]:
    """Yield the alerts whose `ALERTS` a query expects to be there."""
    for test in tests.tests:
        for one in _entries(test, "promql_expr_test"):
            expr = one.get("expr")
            if not isinstance(expr, Scalar) or not _has_entries(one, "exp_samples"):
                continue
            try:
                found = selectors(parse(expr.text).tree)
            except PromqlError:
                continue
            for selector in found:
                yield from (one.value.text for one in selector.matchers if one.label.text == "alertname")
