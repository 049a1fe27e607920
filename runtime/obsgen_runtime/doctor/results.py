"""What a check of the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "failed", "skipped"]
_LONGEST_FOREIGN_TEXT = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    The outcome of one check.

    Attributes:
        name: The check, such as `label-values`.
        status: `skipped` if it could not be asked, or was not wanted.
        said: What was found, in a line.
        advice: What to do about it; empty unless there is something to do.
    """

    name: str
    status: Status
    said: str
    advice: str = ""


def ok(name: str, said: str) -> Result:
    """Return that a check passed."""
    return Result(name=name, status="ok", said=said)


def warning(name: str, said: str, advice: str) -> Result:
    """Return that something should be looked at."""
    return Result(name=name, status="warning", said=said, advice=advice)


def failed(name: str, said: str, advice: str) -> Result:
    """Return that something is broken."""
    return Result(name=name, status="failed", said=said, advice=advice)


def skipped(name: str, said: str) -> Result:
    """Return that a check did not happen, and why."""
    return Result(name=name, status="skipped", said=said)


def shown(text: object) -> str:
    """Return text from outside on one line, without control characters and not too long."""
    line = "".join(letter if letter.isprintable() else " " for letter in str(text)[: _LONGEST_FOREIGN_TEXT * 4])
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST_FOREIGN_TEXT else f"{line[: _LONGEST_FOREIGN_TEXT - 3]}..."


def listed(names: list[str], at_most: int = 5) -> str:
    """Return names in a line; of many only the first, and how many more there are."""
    words = [shown(name) for name in names[:at_most]]
    more = len(names) - len(words)
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
