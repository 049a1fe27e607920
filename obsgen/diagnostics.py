"""
Problems as values: where, what, and what to write instead.

Every stage collects diagnostics and carries on; only `obsgen.report` turns them into text.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

#: Line, column, end line and end column.
Positions: TypeAlias = tuple[int, int, int, int]


class Severity(enum.StrEnum):
    """How bad a finding is; `error` fails `obsgen check`, the others do so only if `fail_on` says it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, rising as the severity falls."""
        return tuple(Severity).index(self)


class Span:
    """
    A stretch of a text file; never changes.

    Attributes:
        path: File as shown to people, `/` as separator.
        line: First line, counted from 1.
        column: First character of that line, counted from 1.
        end_line: Last line.
        end_column: First character behind the stretch.
    """

    __slots__ = ("_at", "path")

    def __init__(self, path: str, line: int, column: int, end_line: int, end_column: int) -> None:
        self.path = path
        self._at: Positions | Callable[[], Positions] = (line, column, end_line, end_column)

    @classmethod
    def found_by(cls, path: str, find: Callable[[], Positions]) -> Span:
        """
        Return a span whose positions *find* gives, once somebody asks.

        Thousands of places are carried along for findings that never come, and counting lines for each takes a while.
        """
        span = cls.__new__(cls)
        span.path = path
        span._at = find  # noqa: SLF001 - its own
        return span

    @classmethod
    def of_file(cls, path: str) -> Span:
        """Return the place that stands for a whole file."""
        return cls(path, 1, 1, 1, 1)

    @property
    def positions(self) -> Positions:
        """Line, column, end line and end column."""
        if not isinstance(self._at, tuple):
            self._at = self._at()
        return self._at

    @property
    def line(self) -> int:
        """First line, counted from 1."""
        return self.positions[0]

    @property
    def column(self) -> int:
        """First character of the first line, counted from 1."""
        return self.positions[1]

    @property
    def end_line(self) -> int:
        """Last line."""
        return self.positions[2]

    @property
    def end_column(self) -> int:
        """First character behind the stretch."""
        return self.positions[3]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self.path == other.path and self.positions == other.positions

    def __lt__(self, other: Span) -> bool:
        return (self.path, self.positions) < (other.path, other.positions)

    def __hash__(self) -> int:
        return hash((self.path, self.positions))

    def __repr__(self) -> str:
        return f"Span({self.path!r}, {', '.join(map(str, self.positions))})"


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
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "primary": _plain_label(diagnostic.primary),
        "secondary": [_plain_label(label) for label in diagnostic.secondary],
        "help": diagnostic.help,
        "detail": diagnostic.detail,
    }


def _plain_label(label: Label) -> dict[str, Any]:
    span = label.span
    names = ("path", "line", "column", "end_line", "end_column")
    return {"span": dict(zip(names, (span.path, *span.positions), strict=True)), "text": label.text}


def from_plain(data: dict[str, Any]) -> Diagnostic:
    """Return the diagnostic that `plain` gave; raises TypeError, KeyError or ValueError for anything else."""
    labels = [Label(Span(**one["span"]), one["text"]) for one in (data["primary"], *data["secondary"])]
    return Diagnostic(
        **{**data, "severity": Severity(data["severity"]), "primary": labels[0], "secondary": tuple(labels[1:])}
    )
