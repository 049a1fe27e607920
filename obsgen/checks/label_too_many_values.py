"""`label/too-many-values`: a label that can have more values than the budget of one."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, warning


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report definitions of labels with more values than the setting `values_per_label`."""
    limit = subject.settings.budget.values_per_label
    defined = {label.name_span: label for service in subject.catalog.services for label in service.labels.values()}
    for label in defined.values():
        count = label.at_most or 0 if label.values is None else len(label.values)
        if count > limit:
            place = label.name_span if label.values is not None else label.origin.at("at_most")
            yield warning(
                "label/too-many-values",
                f"the label `{label.name}` can have {count:,} values, the budget is {limit:,}",
                place,
                help="group the values, or put what tells single events apart on traces and logs; "
                "the budget is `values_per_label` in [tool.obsgen.budget]",
            )


CHECK = Check(code="label/too-many-values", run=run)
