"""Everything that a catalog is checked for: one module a rule, one line here, one page below `docs/checks/`."""

from __future__ import annotations

from obsgen.checks import (
    alert_bad_template,
    alert_threshold_above_buckets,
    dashboard_duplicate_panel,
    label_reserved,
    metric_name_collision,
    metric_wrong_kind_suffix,
    panel_unknown_alert,
    panel_wrong_shape,
    query_syntax,
    query_unit_mismatch,
    query_unknown_label,
    query_unknown_label_value,
    query_unknown_metric,
    workspace_port_clash,
)
from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic
from obsgen.spec.model import Catalog

CHECKS: tuple[Check, ...] = (
    alert_bad_template.CHECK,
    alert_threshold_above_buckets.CHECK,
    dashboard_duplicate_panel.CHECK,
    label_reserved.CHECK,
    metric_name_collision.CHECK,
    metric_wrong_kind_suffix.CHECK,
    panel_unknown_alert.CHECK,
    panel_wrong_shape.CHECK,
    query_syntax.CHECK,
    query_unit_mismatch.CHECK,
    query_unknown_label.CHECK,
    query_unknown_label_value.CHECK,
    query_unknown_metric.CHECK,
    workspace_port_clash.CHECK,
)


def run(catalog: Catalog) -> tuple[Diagnostic, ...]:
    """Return the findings of every check, in no order, and those of the compiler: shapes that do not fit their metric."""
    subject = Subject(catalog)
    misfits = (problem for query in subject.every_query for problem in query.compiled.problems)
    return (*misfits, *(finding for check in CHECKS for finding in check.run(subject)))
