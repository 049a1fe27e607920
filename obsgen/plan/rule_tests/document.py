"""Cases as promtool's test files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from obsgen.plan.rule_tests.annotations import expanded
from obsgen.plan.rule_tests.clock import Clock
from obsgen.plan.rule_tests.oracle import Key
from obsgen.plan.rule_tests.parts import Draft
from obsgen.plan.rule_tests.series import selector
from obsgen.plan.rule_tests.states import Moment, State


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTestFile:
    """
    One test file.

    Attributes:
        name: File name without `.yml`: service and alert, joined by a dot.
        service: Whose rule file it tests.
        alert: The alert.
        data: The document, ready for the YAML writer.
    """

    name: str
    service: str
    alert: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A draft and what every version of Prometheus has to show in it."""

    draft: Draft
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    What the rule adds to an alert.

    Attributes:
        name: Of the alert.
        labels: Static labels.
        annotations: Templates.
        exact: Whether `$value` is free of rounding.
    """

    name: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    exact: bool = False


def document(service: str, shown: Shown, cases: tuple[Case, ...], clock: Clock) -> dict[str, Any]:
    """Return the test file of one alert."""
    tests = [_test(case, shown, clock) for case in cases]
    for test, case in zip(tests, cases, strict=True):
        told = [_notification(moment, shown, clock) for moment in case.moments]
        if whole := next((one for one in told if one is not None), None):
            # Once is enough: the text of a notification does not depend on the case.
            test["alert_rule_test"] = [whole]
            break
    return {"rule_files": [f"../rules/{service}.yml"], "evaluation_interval": clock.at(1), "tests": tests}


def _test(case: Case, shown: Shown, clock: Clock) -> dict[str, Any]:
    queries = [query for moment in case.moments for query in _queries(moment, shown, clock)]
    return {
        "name": case.draft.name,
        "interval": clock.at(1),
        "input_series": [{"series": line.series, "values": line.values} for line in case.draft.lines],
        "promql_expr_test": queries,
    }


def _queries(moment: Moment, shown: Shown, clock: Clock) -> Iterator[dict[str, Any]]:
    yield _query(moment, State.FIRING, shown, clock)
    if moment.keys(State.PENDING):
        yield _query(moment, State.PENDING, shown, clock)


def _query(moment: Moment, state: State, shown: Shown, clock: Clock) -> dict[str, Any]:
    word = state.name.lower()
    samples = [
        {
            "labels": selector("ALERTS", {**labels_of(key, shown), "alertname": shown.name, "alertstate": word}),
            "value": 1,
        }
        for key in moment.keys(state)
    ]
    return {
        "expr": f'ALERTS{{alertname="{shown.name}",alertstate="{word}"}}',
        "eval_time": clock.at(moment.step),
        "exp_samples": samples,
    }


def _notification(moment: Moment, shown: Shown, clock: Clock) -> dict[str, Any] | None:
    """Return the whole notifications of a moment at which the alert fires, if their text can be told."""
    alerts = []
    for key in moment.keys(State.FIRING):
        labels = dict(key)
        value = moment.values.get(key)
        texts = {name: expanded(text, labels, value, exact=shown.exact) for name, text in shown.annotations.items()}
        if any(text is None for text in texts.values()):
            return None
        alerts.append({"exp_labels": labels_of(key, shown), "exp_annotations": texts})
    if not alerts:
        return None
    return {"eval_time": clock.at(moment.step), "alertname": shown.name, "exp_alerts": alerts}


def labels_of(key: Key, shown: Shown) -> dict[str, str]:
    """Return the labels of an alert: those of the result, and over them those of the rule."""
    return {label: value for label, value in {**dict(key), **shown.labels}.items() if value}
