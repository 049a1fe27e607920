"""Prometheus itself says what expressions give; what we claim about them is held against that."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from obsgen.promql.meaning import Meaning, World, read
from obsgen.promql.parse import parse
from tests import tools
from tests.promql.meaning import worlds
from tests.promql.meaning.expressions import Grammar

_TIMES = ("6m", "9m30s", "13m")
_SAMPLE = re.compile(r'(\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*"(?:, )?)*\}) (\S+?)(?:, (?=\{)|$)')
_LABEL = re.compile(r'([a-zA-Z_]\w*)=("(?:[^"\\]|\\.)*")')
_RESULT = re.compile(r'    expr: ("(?:[^"\\]|\\.)*"), time: (\S+),(.*)')


@dataclass(frozen=True)
class Sample:
    """One element of a result."""

    labels: Mapping[str, str]
    value: float


def evaluate(series: list[dict[str, str]], expressions: Iterable[str], folder: Path) -> dict[str, list[list[Sample]]]:
    """Return for each expression that Prometheus can evaluate its results at several times."""
    expressions = list(dict.fromkeys(expressions))
    records = [
        {"record": record.name, "expr": record.spec.query.promql} for record in worlds.catalog().records.values()
    ]
    (folder / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "g", "interval": "1m", "rules": records}]}))
    cases = [{"expr": expr, "eval_time": time} for expr in expressions for time in _TIMES]
    test = {"interval": "1m", "input_series": series, "promql_expr_test": cases}
    document = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [test]}
    (folder / "test.yml").write_text(json.dumps(document))
    answer = tools.run("promtool", "test", "rules", folder / "test.yml")
    return _results(expressions, answer.stdout + answer.stderr)


def _results(expressions: list[str], output: str) -> dict[str, list[list[Sample]]]:
    found: dict[str, list[list[Sample]]] = {expr: [] for expr in expressions}
    refused = set()
    lines = output.splitlines()
    for at, line in enumerate(lines):
        match = _RESULT.match(line)
        if match is None:
            continue
        expr = json.loads(match[1])
        if "err:" in match[3]:
            refused.add(expr)
        else:
            got = next(line for line in lines[at:] if line.startswith("        got:"))
            found[expr].append(_samples(got.removeprefix("        got:").strip()))
    return {expr: results for expr, results in found.items() if expr not in refused}


def _samples(text: str) -> list[Sample]:
    found = [
        Sample({name: json.loads(value) for name, value in _LABEL.findall(match[1])}, float(match[2]))
        for match in _SAMPLE.finditer(text)
    ]
    rest = _SAMPLE.sub("", text)
    assert not rest, f"cannot read {rest!r}"
    return found


def violations(world: World, expr: str, results: list[list[Sample]]) -> list[str]:
    """Return what Prometheus answered to *expr* that we said could not be."""
    meaning = read(parse(expr).tree, world).whole
    return list(dict.fromkeys(wrong for result in results for sample in result for wrong in _wrong(meaning, sample)))


def _wrong(meaning: Meaning, sample: Sample) -> Iterable[str]:
    has = sample.labels.keys()
    if meaning.empty:
        yield f"not empty: {sample}"
    for label in has:
        if not meaning.may_have(label):
            yield f"label {label}: {sample}"
    if meaning.certain - has:
        yield f"no label {sorted(meaning.certain - has)}: {sample}"
    for label, value in sample.labels.items():
        allowed = meaning.values.get(label)
        if allowed is not None and value not in allowed:
            yield f"value {label}={value}: {sample}"
    yield from _wrong_value(meaning, sample.value)


def _wrong_value(meaning: Meaning, value: float) -> Iterable[str]:
    if math.isnan(value):
        if not meaning.may_nan:
            yield "NaN"
        return
    if math.isinf(value) and not meaning.may_inf:
        yield "infinite"
    if not _at_most(meaning.low, value) or not _at_most(value, meaning.high):
        yield f"{value} outside [{meaning.low}, {meaning.high}]"
    if meaning.nonzero and value == 0:
        yield "zero"
    if meaning.constant is not None and not math.isclose(value, meaning.constant):
        yield f"{value} is not {meaning.constant}"


def _at_most(a: float, b: float) -> bool:
    return a <= b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


@dataclass(frozen=True)
class Trial:
    """
    What one seed gave.

    Attributes:
        wrong: Expression -> what was wrong about it.
        evaluated: How many expressions Prometheus could evaluate.
        filled: How many of these had a result that is not empty.
    """

    wrong: Mapping[str, list[str]]
    evaluated: int
    filled: int


def trial(seed: int, count: int, folder: Path) -> Trial:
    """Return what *count* random expressions over random data gave."""
    chance = random.Random(seed)
    grammar = Grammar(chance)
    series = worlds.data(chance)
    expressions = [grammar.vector(chance.randint(1, 4)) for _ in range(count)]
    world = worlds.world()
    results = evaluate(series, [expr for expr in expressions if len(expr) < 1500], folder)
    wrong = {expr: found for expr, result in results.items() if (found := violations(world, expr, result))}
    return Trial(wrong, len(results), sum(any(result) for result in results.values()))
