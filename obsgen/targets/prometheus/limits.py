"""What cannot be expressed, or proven, on Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.diagnostics import Diagnostic, Label, Severity
from obsgen.plan.rule_tests import untestable
from obsgen.spec.model import Catalog
from obsgen.targets.base import Options


def limits(catalog: Catalog, options: Options) -> Iterator[Diagnostic]:
    """Report alerts for which no test can be derived, so that nothing proves that they fire."""
    del options
    for alert, reason in untestable(catalog):
        yield Diagnostic(
            code="alert/no-test",
            severity=Severity.INFO,
            message=f"no test is generated for `{alert.name}`: {reason}",
            primary=Label(alert.origin.at("when")),
            help="write a promtool test by hand, or use the shapes of the query vocabulary",
        )
