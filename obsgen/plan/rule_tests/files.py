"""From a catalog to its rule tests, and to the alerts that get none."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from obsgen.plan.rule_tests.alike import likeness
from obsgen.plan.rule_tests.clock import clock
from obsgen.plan.rule_tests.document import Case, RuleTestFile, Shown, document
from obsgen.plan.rule_tests.filters import candidates
from obsgen.plan.rule_tests.parts import Draft, Ground, UntestableError, leaves
from obsgen.plan.rule_tests.places import subject
from obsgen.plan.rule_tests.series import Line
from obsgen.plan.rule_tests.states import Moment, State, moments, worth_asserting
from obsgen.plan.rule_tests.suites import suite
from obsgen.spec import queries as q
from obsgen.spec.model import Alert, Catalog

#: Tests that span more steps than this take promtool too long.
_MOST_STEPS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A draft that does not show what it was made for, such as a threshold that no floating point number equals."""

    draft: Draft
    fires: bool | None


def test_files(catalog: Catalog, *, docs_url: str = "") -> tuple[RuleTestFile, ...]:
    """
    Return one test file for each alert that can be tested, by service and name.

    Args:
        catalog: Without errors.
        docs_url: As for `rule_groups`: notifications are compared whole, the runbook's address included.
    """
    shown = _shown(catalog, docs_url)
    found = []
    for alert, ground in grounds(catalog):
        try:
            cases = _cases(alert, ground)
        except UntestableError:
            continue
        told = replace(shown[alert.service, alert.name], exact=_is_read(alert))
        data = document(alert.service, told, cases, ground.clock)
        name = f"{alert.service}.{alert.name}"
        found.append(RuleTestFile(name=name, service=alert.service, alert=alert.name, data=data))
    return tuple(found)


test_files.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def untestable(catalog: Catalog) -> tuple[tuple[Alert, str], ...]:
    """Return the alerts without a test file, each with the reason as a clause."""
    answers: dict[Hashable, str] = {}
    found = []
    for alert, ground in grounds(catalog):
        like = likeness(alert, ground)
        reason = _reason(alert, ground) if like is None or like not in answers else answers[like]
        if like is not None:
            answers[like] = reason
        if reason:
            found.append((alert, reason))
    return tuple(found)


def _reason(alert: Alert, ground: Ground) -> str:
    """Return why *alert* cannot be tested, empty if it can be."""
    try:
        _shows_both(judged(alert, ground))
    except UntestableError as reason:
        return str(reason)
    return ""


def grounds(catalog: Catalog) -> list[tuple[Alert, Ground]]:
    """Return every alert with what holds for its tests."""
    return [
        (alert, Ground(catalog=catalog, service=service, clock=clock(alert.spec), pins=_pins(alert, catalog)))
        for service in catalog.services
        for alert in service.alerts
    ]


def _shown(catalog: Catalog, docs_url: str) -> Mapping[tuple[str, str], Shown]:
    # Only a question about tests comes without the rules: `untestable`, which every check asks.
    from obsgen.plan.rules import rule_groups  # noqa: PLC0415

    return {
        (group.service, rule.name): Shown(name=rule.name, labels=rule.labels, annotations=rule.annotations)
        for group in rule_groups(catalog, docs_url=docs_url)
        for rule in group.rules
        if not rule.recording
    }


def _is_read(alert: Alert) -> bool:
    when = alert.spec.when
    return isinstance(when, q.When) and isinstance(when.query, q.Value | q.Age | q.Changes)


def _pins(alert: Alert, catalog: Catalog) -> Mapping[str, tuple[str, ...]]:
    """Return the values that every part of a compound condition can have for the labels in its `by`."""
    found: dict[str, tuple[str, ...]] = {}
    parts = leaves(alert.spec.when)
    for leaf in parts if len(parts) > 1 else ():
        metric = catalog.metrics.get(subject(leaf.query))
        for name in getattr(leaf.query, "by", None) or ():
            label = metric.label(name) if metric else None
            if label is None:
                continue
            values = candidates(name, label.values, label.example, [getattr(leaf.query, "where", None)])
            found[name] = tuple(value for value in found.get(name, values) if value in values)
    return found


def judged(alert: Alert, ground: Ground) -> Iterator[Case | Dropped]:
    """
    Yield the cases of *alert*, and in their place the drafts that do not show what they were made for.

    Raises:
        UntestableError: If the condition has no arithmetic here.
    """
    needed = ground.clock.steps(ground.clock.longest_ms)
    if needed > _MOST_STEPS:
        raise UntestableError(f"a test would take {needed} evaluations, so far apart are its times")
    exact: set[str] = set()
    for draft in suite(alert.spec.when, ground).drafts():
        if draft.name in exact:
            continue
        _not_recorded_twice(draft.lines, alert, ground)
        found = moments(alert.spec.when, draft, ground)
        fires = _fires(found)
        if fires is None or (draft.fires is not None and fires is not draft.fires):
            yield Dropped(draft=draft, fires=fires)
            continue
        if draft.exact:
            exact.add(draft.name)
        yield Case(draft=draft, moments=tuple(worth_asserting(found, draft.probes)))


def _cases(alert: Alert, ground: Ground) -> tuple[Case, ...]:
    cases = tuple(one for one in judged(alert, ground) if isinstance(one, Case))
    _shows_both(cases)
    return cases


def _shows_both(found: Iterable[Case | Dropped]) -> None:
    """Return once a firing and a quiet moment are seen, or raise `UntestableError`."""
    seen: set[bool] = set()
    for case in found:
        if isinstance(case, Case):
            seen |= {bool(moment.keys(State.FIRING)) for moment in case.moments}
        if len(seen) == 2:
            return
    raise UntestableError(f"no input was found that {'keeps it quiet' if True in seen else 'makes it fire'}")


def _fires(found: list[Moment | None]) -> bool | None:
    """Return whether the alert fires at any time; None if versions of Prometheus may differ about that."""
    if any(moment is not None and moment.keys(State.FIRING) for moment in found):
        return True
    return False if found and found[-1] is not None and _settled(found) else None


def _settled(found: list[Moment | None]) -> bool:
    """Return whether what happens is known for most of the time."""
    return 2 * sum(moment is None for moment in found) < len(found)


def _not_recorded_twice(lines: tuple[Line, ...], alert: Alert, ground: Ground) -> None:
    names = {line.name for line in lines}
    for leaf in leaves(alert.spec.when):
        record = ground.catalog.records.get(leaf.query.value) if isinstance(leaf.query, q.Value) else None
        if record is not None and any(name.startswith(subject(record.spec.query) or " ") for name in names):
            raise UntestableError(f"it reads `{record.name}` and what that is recorded from")
