"""Severities as a project wants them: `[tool.obsgen.severities]`. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from obsgen.diagnostics import Diagnostic, Severity

OFF = "off"
CHOICES = (*(str(severity) for severity in Severity), OFF)


def changed(findings: Iterable[Diagnostic], severities: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield *findings* with the severities that *severities* (code -> one of `CHOICES`) gives them, without those that are off."""
    for finding in findings:
        wanted = severities.get(finding.code)
        if wanted is None:
            yield finding
        elif wanted != OFF:
            yield dataclasses.replace(finding, severity=Severity(wanted))
