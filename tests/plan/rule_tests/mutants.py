"""Alerting rules that are wrong in one place, to see whether the generated tests notice."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from obsgen.emit.yaml_text import yaml_text
from obsgen.plan.model import Rule, RuleGroup
from obsgen.plan.rule_tests import RuleTestFile, test_files
from obsgen.plan.rules import rule_groups
from obsgen.promql.parse import PromqlError, parse
from obsgen.spec.model import Catalog
from obsgen.spec.values import Duration, number
from obsgen.targets.prometheus.render import rule_files
from tests import tools

_COMPARISON = re.compile(r" (>=|<=|==|>|<) (-?[0-9.]+)")
_WINDOW = re.compile(r"\[([0-9a-z]+)\]")
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "!="}
_EQUAL_TOO = {">": ">=", "<": "<=", ">=": ">", "<=": "<"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """
    A rule with one mistake.

    Attributes:
        name: The mistake.
        rule: The wrong rule.
        equivalent: Why no input could tell it from the right one; empty if one could.
    """

    name: str
    rule: Rule
    equivalent: str = ""


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Yield the mistakes that can be made in *rule*."""
    for name, expr in _expressions(rule.expr):
        if expr != rule.expr and _is_promql(expr):
            yield Mutant(name=name, rule=replace(rule, expr=expr), equivalent=_equivalent(name, rule.expr, expr))
    yield from _waits(rule)
    yield Mutant(name="severity changed", rule=replace(rule, labels={**rule.labels, "severity": "made-up"}))
    for name, text in rule.annotations.items():
        wrong = re.sub(r"\$labels\.\w+", "$labels.alertname", text, count=1)
        if wrong != text:
            yield Mutant(
                name=f"{name} prints another label", rule=replace(rule, annotations={**rule.annotations, name: wrong})
            )


def _is_promql(expr: str) -> bool:
    try:
        parse(expr)
    except PromqlError:
        return False
    return True


def _expressions(expr: str) -> Iterator[tuple[str, str]]:
    for number_of, match in enumerate(_COMPARISON.finditer(expr), start=1):
        yield from _comparisons(expr, match, "" if number_of == 1 else f" ({number_of})")
    yield from _windows(expr)
    yield "rate -> increase", expr.replace("rate(", "increase(")
    yield "rate -> irate", expr.replace("rate(", "irate(")
    for op in ("max", "avg", "min"):
        yield f"sum -> {op}", re.sub(r"\bsum\b", op, expr)
    for op in ("max", "avg", "sum"):
        yield f"min -> {op}", re.sub(r"\bmin\b", op, expr)
    yield "by dropped", re.sub(r" by \((le(?=[,)]))?[^)]*\)", lambda match: " by (le)" if match[1] else "", expr)
    yield "le dropped", re.sub(r" by \(le(?:, )?", " by (", expr)
    for share in ("0.5", "0.9", "0.99"):
        yield f"quantile {share}", re.sub(r"(?<=histogram_quantile\()[0-9.]+", share, expr)
    yield from _ratios(expr)


def _comparisons(expr: str, match: re.Match[str], which: str) -> Iterator[tuple[str, str]]:
    def written(op: str, limit: str) -> str:
        return f"{expr[: match.start()]} {op} {limit}{expr[match.end() :]}"

    op, limit = match[1], float(match[2])
    for other in (limit * 0.5, limit * 0.9, limit * 1.1, limit * 2) if limit else (1.0, -1.0):
        how = f"threshold x {number(round(other / limit, 6))}" if limit else f"threshold {number(other)}"
        yield how + which, written(op, number(round(other, 9)))
    yield f"operator turned round{which}", written(_TURNED[op], match[2])
    if op in _EQUAL_TOO:
        yield f"equal too, or no longer{which}", written(_EQUAL_TOO[op], match[2])
    yield f"comparison removed{which}", expr[: match.start()] + expr[match.end() :]
    guard = expr.rfind(" and ", 0, match.start())
    if guard >= 0:
        yield f"guard removed{which}", expr[:guard] + expr[match.end() :]


def _windows(expr: str) -> Iterator[tuple[str, str]]:
    for name, factor in (
        ("/ 5", Fraction(1, 5)),
        ("x 2 / 5", Fraction(2, 5)),
        ("x 2", Fraction(2)),
        ("x 6", Fraction(6)),
    ):
        texts = _WINDOW.split(expr)
        texts[1::2] = [f"[{Duration.parse(text).scaled(factor)}]" for text in texts[1::2]]
        yield f"window {name}", "".join(texts)


def _ratios(expr: str) -> Iterator[tuple[str, str]]:
    parts = re.fullmatch(r"(?P<part>.+) / (?P<whole>.+?)(?P<rest> [<>]=? .*)", expr)
    if parts is None:
        return
    yield "the part is the whole", f"{parts['whole']} / {parts['whole']}{parts['rest']}"
    yield "part and whole swapped", f"{parts['whole']} / {parts['part']}{parts['rest']}"


def _waits(rule: Rule) -> Iterator[Mutant]:
    wait = Duration.parse(rule.wait).ms if rule.wait else 0
    minute = 60_000
    changed = {"for + 1m": wait + minute}
    if wait:
        changed |= {"for - 1m": wait - minute, "for 0": 0, "for x 2": wait * 2}
    for name, ms in changed.items():
        if ms >= 0:
            yield Mutant(name=name, rule=replace(rule, wait=str(Duration(ms)) if ms else ""))


def _equivalent(name: str, expr: str, wrong: str) -> str:
    divides = " / " in expr or "histogram_quantile" in expr
    if name == "rate -> increase" and divides:
        return "a factor on both sides of a division, or on every bucket, has no effect"
    if name == "sum -> avg" and ("histogram_quantile" in expr or "_sum" in expr or "le=" in expr):
        return "the parts of a histogram have equally many series, so all of them are divided by the same number"
    if name.startswith("threshold") and "changes(" in expr and _whole(expr) == _whole(wrong):
        return "no whole number lies between the two thresholds"
    return ""


def _whole(expr: str) -> tuple[str, int] | None:
    """Return the comparison of a whole number: the operator, and the whole number next to the threshold."""
    match = _COMPARISON.search(expr)
    if match is None:
        return None
    return match[1], (math.floor if match[1] in (">", "<=") else math.ceil)(float(match[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """
    How the tests of one alert did.

    Attributes:
        alert: Its name.
        killed: Mutants that a test failed for.
        equivalent: Mutants that no test could fail for, and none did.
        survivors: Mutants that went unnoticed.
    """

    alert: str
    killed: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]


def campaign(catalog: Catalog, folder: Path, *, only: frozenset[str] = frozenset()) -> Iterator[Score]:
    """
    Yield the score of every alert that has tests.

    Args:
        catalog: Without errors.
        folder: An empty folder to work in.
        only: Names of mutants; empty for all.
    """
    rules = {(group.service, rule.name): rule for group in rule_groups(catalog) for rule in group.rules}
    for file in test_files(catalog):
        found = [one for one in mutants(rules[file.service, file.alert]) if not only or one.name in only]
        alive = [one for one in found if passes(one.rule, file, folder)]
        yield Score(
            alert=file.alert,
            killed=tuple(one for one in found if one not in alive),
            equivalent=tuple(one for one in alive if one.equivalent),
            survivors=tuple(one for one in alive if not one.equivalent),
        )


def passes(rule: Rule, file: RuleTestFile, folder: Path) -> bool:
    """Return whether *file* passes with *rule* as the only rule of its service."""
    group = RuleGroup(name="mutant", service=file.service, rules=(rule,))
    (text,) = rule_files((group,)).values()
    rules, test = folder / "rules" / f"{file.service}.yml", folder / "tests" / f"{file.name}.yml"
    for path in (rules, test):
        path.parent.mkdir(exist_ok=True)
    rules.write_text(text, encoding="utf-8")
    # Cases know nothing of one another, and promtool would run all of them though the first one failed.
    for case in file.data["tests"]:
        test.write_text(yaml_text({**file.data, "tests": [case]}), encoding="utf-8")
        result = tools.run("promtool", "test", "rules", test)
        said = result.stdout + result.stderr
        if "could not parse expression" in said:
            raise AssertionError(f"a mutant has to be a rule that Prometheus loads: {rule.expr}\n{said}")
        if result.returncode:
            return False
    return True
