"""
Problems as values: where, what, and what to write instead.

Every stage collects diagnostics and carries on; only `obsgen.report` turns them into text.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


class Severity(enum.StrEnum):
    """How bad a finding is; `error` fails `obsgen check`, the others do so only if `fail_on` says it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, rising as the severity falls."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """
    A stretch of a text file.

    Attributes:
        path: File as shown to people, `/` as separator.
        line: First line, counted from 1.
        column: First character of that line, counted from 1.
        end_line: Last line.
        end_column: First character behind the stretch.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of_file(cls, path: str) -> Span:
        """Return the place that stands for a whole file."""
        return cls(path, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Label:
    """
    A place and the words to show beside it.

    Attributes:
        span: Where.
        text: What to say there; empty for carets alone.
    """

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """
    One finding.

    Attributes:
        code: `group/name`, the path of its page below `docs/checks/`.
        severity: How bad it is.
        message: What is wrong, one sentence without a full stop.
        primary: The place to change.
        secondary: Other places that explain it, such as a definition it disagrees with.
        help: What to write instead; empty where the message says it.
        detail: Lines to print below, such as a unified diff.
    """

    code: str
    severity: Severity
    message: str
    primary: Label
    secondary: tuple[Label, ...] = ()
    help: str = ""
    detail: str = ""


def error(
    code: str, message: str, span: Span, text: str = "", *, also: Iterable[Label] = (), help: str = ""
) -> Diagnostic:
    """Return an error at *span*, with *text* beside its carets."""
    return Diagnostic(
        code=code, severity=Severity.ERROR, message=message, primary=Label(span, text), secondary=tuple(also), help=help
    )


def warning(
    code: str, message: str, span: Span, text: str = "", *, also: Iterable[Label] = (), help: str = ""
) -> Diagnostic:
    """Return a warning at *span*, with *text* beside its carets."""
    return Diagnostic(
        code=code,
        severity=Severity.WARNING,
        message=message,
        primary=Label(span, text),
        secondary=tuple(also),
        help=help,
    )


def info(
    code: str, message: str, span: Span, text: str = "", *, also: Iterable[Label] = (), help: str = ""
) -> Diagnostic:
    """Return an information at *span*, with *text* beside its carets."""
    return Diagnostic(
        code=code, severity=Severity.INFO, message=message, primary=Label(span, text), secondary=tuple(also), help=help
    )


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics without repeats, by place and then by code."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.primary.span, d.severity.rank, d.code, d.message)))


def plain(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return *diagnostic* as plain data, for JSON; `from_plain` reads it back."""
    return asdict(diagnostic)


def from_plain(data: dict[str, Any]) -> Diagnostic:
    """Return the diagnostic that `plain` gave; raises TypeError, KeyError or ValueError for anything else."""
    labels = [Label(Span(**one["span"]), one["text"]) for one in (data["primary"], *data["secondary"])]
    return Diagnostic(
        **{**data, "severity": Severity(data["severity"]), "primary": labels[0], "secondary": tuple(labels[1:])}
    )
