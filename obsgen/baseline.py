"""
Findings that a project knows and leaves for later: the file that `obsgen baseline` writes.

An entry is a code, a file and a message with a count, and no line, so that edits above a finding do not make it a new one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from obsgen.codes import is_allowable
from obsgen.diagnostics import Diagnostic, Span, info, ordered

_VERSION = 1
_KEYS = {"code", "file", "message", "count"}

Entry: TypeAlias = tuple[str, str, str]
#: From a file as findings show it to the name that it has in the baseline.
Naming: TypeAlias = Callable[[str], str]
#: Whether a baseline may hold findings with this code.
Takes: TypeAlias = Callable[[str], bool]


class BaselineError(Exception):
    """A text that is no baseline; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """
    What is left of the findings.

    Attributes:
        findings: Those that the baseline does not know.
        left_out: How many it does.
        gone: Entries that are no longer found, with how often they were.
    """

    findings: tuple[Diagnostic, ...]
    left_out: int
    gone: Counter[Entry]


def text(findings: Iterable[Diagnostic], named: Naming, takes: Takes = is_allowable) -> str:
    """Return the baseline that knows those of *findings* that it *takes*, by code; *named* gives files their names."""
    counts = Counter(_entry(one, named) for one in findings if takes(one.code))
    entries = [
        {"code": code, "file": file, "message": message, "count": count}
        for (code, file, message), count in sorted(counts.items())
    ]
    return json.dumps({"obsgen_baseline": _VERSION, "findings": entries}, indent=2) + "\n"


def parse(written: str) -> Counter[Entry]:
    """
    Return how often each finding is known to the baseline *written*.

    Raises:
        BaselineError: If it is not as `obsgen baseline` writes it.
    """
    try:
        document = json.loads(written)
    except (ValueError, RecursionError) as problem:
        raise BaselineError(f"is no JSON: {problem}") from None
    if not isinstance(document, dict) or document.keys() != {"obsgen_baseline", "findings"}:
        raise BaselineError("has not the keys `obsgen_baseline` and `findings`")
    if document["obsgen_baseline"] != _VERSION:
        raise BaselineError(f"is of another version than {_VERSION}")
    if not isinstance(document["findings"], list):
        raise BaselineError("has no list of `findings`")
    counts: Counter[Entry] = Counter()
    for number, one in enumerate(document["findings"], start=1):
        if not _is_entry(one):
            raise BaselineError(f"has a finding (number {number}) without code, file, message and a count of 1 or more")
        counts[one["code"], one["file"], one["message"]] += one["count"]
    return counts


def _is_entry(one: object) -> bool:
    if not isinstance(one, dict) or one.keys() != _KEYS or type(one["count"]) is not int or one["count"] < 1:
        return False
    return all(isinstance(one[name], str) for name in _KEYS - {"count"})


def left_out(findings: Iterable[Diagnostic], known: Counter[Entry], named: Naming, takes: Takes = is_allowable) -> Kept:
    """Return *findings* without those that are *known*, by place and each entry as often as it is counted."""
    left = Counter(known)
    kept = []
    for finding in ordered(findings):
        entry = _entry(finding, named)
        if left[entry] > 0 and takes(finding.code):
            left[entry] -= 1
        else:
            kept.append(finding)
    gone = +left
    return Kept(findings=tuple(kept), left_out=known.total() - gone.total(), gone=gone)


def _entry(one: Diagnostic, named: Naming) -> Entry:
    return one.code, named(one.primary.span.path), one.message


def unused(gone: Counter[Entry], file: str) -> list[Diagnostic]:
    """Return a finding for each entry that is *gone* from the catalog but stands in the baseline *file*."""
    return [
        info(
            "baseline/unused",
            f"the baseline knows {_times(count)}`{code}` in `{where}` that is not found any more: {message}",
            Span.of_file(file),
            help="run `obsgen baseline` again",
        )
        for (code, where, message), count in sorted(gone.items())
    ]


def _times(count: int) -> str:
    return "" if count == 1 else f"{count} times "
