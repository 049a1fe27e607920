"""Recorded series, and where their names stand."""

from __future__ import annotations

from obsgen.checks.base import Read, Subject
from obsgen.diagnostics import Span


def name_span(read: Read, subject: Subject) -> Span:
    """Return where the name of the recorded series stands whose query was *read*."""
    record = subject.catalog.records.get(read.asked.name)
    if record is not None and record.spec.query.origin is read.asked.origin:
        return record.name_span
    return read.asked.origin.at("record")
