"""Allowed findings: what an `allow:` takes away, and what is wrong with allowances themselves. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

from obsgen import pages
from obsgen.codes import is_allowable, is_for_later
from obsgen.diagnostics import Diagnostic, Span, error, warning
from obsgen.source.nodes import Mapping, Node, Scalar
from obsgen.spec.allowances import AllowSpec
from obsgen.spec.document import SpecFile
from obsgen.spec.fields import Origin
from obsgen.words import nearest

_PARTS = ("labels", "metrics", "alerts", "records", "dashboards", "workspaces")

#: Line and column.
Place: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """
    One code under one `allow:`.

    Attributes:
        code: What is allowed.
        span: Where the code stands.
        until: The last day on which it is; None for good.
        until_span: Where that day stands, or the code.
        depth: How deep the mapping lies that holds the `allow:`; panels lie deeper than their dashboard.
        reach: What belongs to that mapping: its key, itself, and what aliases in it stand for.
        foreign: Whether it stands in a file that obsgen did not write, from which nothing is generated.
    """

    code: str
    span: Span
    until: dt.date | None
    until_span: Span
    depth: int
    reach: tuple[Span, ...]
    foreign: bool = False

    def takes(self, code: str) -> bool:
        """Return whether findings with *code* can be allowed in such a file."""
        return is_for_later(code) if self.foreign else is_allowable(code)

    def expired(self, today: dt.date | None) -> bool:
        """Return whether it no longer allows anything; never without a *today*."""
        return today is not None and self.until is not None and today > self.until


def _within(inner: Span, outer: Span) -> bool:
    first, last = inner.positions, outer.positions
    return inner.path == outer.path and last[:2] <= first[:2] and first[2:] <= last[2:]


def written(files: Iterable[SpecFile]) -> tuple[Allowance, ...]:
    """Return every allowance in *files*; a mapping that several places share through aliases is one."""
    holders: dict[int, tuple[int, Any, list[Span]]] = {}
    for file in files:
        for depth, spec, holder, path in _holders(file):
            if spec.allow:
                holders.setdefault(id(spec.origin.node), (depth, spec, []))[2].append(holder.key(*path))
    return tuple(one for depth, spec, names in holders.values() for one in _of(depth, spec, names))


def _holders(file: SpecFile) -> Iterator[tuple[int, Any, Origin, tuple[str, ...]]]:
    """Yield depth, mapping and the way to its name for everything that can hold an `allow:`."""
    for part in _PARTS:
        for name, spec in getattr(file, part).items():
            yield 0, spec, file.origin, (part, name)
    if file.scrape is not None:
        yield 0, file.scrape, file.origin, ("scrape",)
    if file.prices is not None:
        yield 0, file.prices, file.origin, ("prices",)
        for name, price in file.prices.models.items():
            yield 1, price, file.prices.origin, ("models", name)
    for dashboard in file.dashboards.values():
        for name, row in dashboard.rows.items():
            yield 1, row, dashboard.origin, ("rows", name)
            for key, panel in row.panels.items():
                yield 2, panel, row.origin, ("panels", key)


def _of(depth: int, spec: Any, names: list[Span]) -> Iterator[Allowance]:
    reach = (*dict.fromkeys(names), spec.origin.span, *_aliased(spec.origin.node))
    for code, said in spec.allow.items():
        span = spec.origin.key("allow", code)
        until = said.until if isinstance(said, AllowSpec) else None
        until_span = said.origin.at("until") if isinstance(said, AllowSpec) and until else span
        yield Allowance(code=code, span=span, until=until, until_span=until_span, depth=depth, reach=reach)


def _aliased(holder: Node) -> tuple[Span, ...]:
    """Return the places outside *holder* of what aliases in it stand for."""
    found: list[Span] = []
    seen: set[int] = set()
    left = [holder]
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not _within(node.span, holder.span):
            found.append(node.span)
        if isinstance(node, Mapping):
            left += [value for _, value in node.entries.values()]
        elif not isinstance(node, Scalar):
            left += node.items
    return tuple(found)


def judged(
    findings: Iterable[Diagnostic], allowances: tuple[Allowance, ...], *, today: dt.date | None, whole: bool
) -> tuple[Diagnostic, ...]:
    """
    Return *findings* without those that are allowed, and what is wrong with the allowances.

    Args:
        findings: In any order.
        allowances: As `written` returned them.
        today: The day on which allowances have to hold; None if none of them expires.
        whole: Whether *findings* is everything there is; only then can an allowance be unused.
    """
    if not allowances:
        return tuple(findings)
    known = frozenset(pages.codes())
    faults = [fault for one in allowances if (fault := _fault(one, known)) is not None]
    usable = [one for one in allowances if one.code in known and one.takes(one.code)]
    expired = [one for one in usable if one.expired(today)]
    valid = [one for one in usable if not one.expired(today)]
    used: set[int] = set()
    kept = []
    found = tuple(findings)
    for finding, covering in zip(found, _covering(found, valid), strict=True):
        deepest = max((one.depth for one in covering), default=0)
        used.update(id(one) for one in covering if one.depth == deepest)
        if not covering:
            kept.append(finding)
    unused = [one for one in valid if id(one) not in used] if whole else []
    return (*kept, *faults, *map(_expired, expired), *map(_unused, unused))


def _covering(findings: Sequence[Diagnostic], allowances: Iterable[Allowance]) -> list[list[Allowance]]:
    """
    Return, for each of *findings*, the allowances of its code within whose reach its primary place lies.

    A large catalog has as many of both as metrics, so that each file is gone through once, from top to bottom.
    """
    reaches: dict[tuple[str, str], list[tuple[Place, Place, Allowance]]] = defaultdict(list)
    for one in allowances:
        for span in one.reach:
            reaches[one.code, span.path].append((span.positions[:2], span.positions[2:], one))
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, finding in enumerate(findings):
        places[finding.code, finding.primary.span.path].append(at)
    found: list[list[Allowance]] = [[] for _ in findings]
    for key in places.keys() & reaches.keys():
        waiting = deque(sorted(reaches[key], key=itemgetter(0)))
        begun: list[tuple[Place, Place, Allowance]] = []
        for at in sorted(places[key], key=lambda at: findings[at].primary.span.positions):
            positions = findings[at].primary.span.positions
            start, end = positions[:2], positions[2:]
            while waiting and waiting[0][0] <= start:
                begun.append(waiting.popleft())
            begun = [one for one in begun if one[1] >= start]
            found[at] = [one for _, stop, one in begun if end <= stop]
    return found


def _fault(one: Allowance, known: Collection[str]) -> Diagnostic | None:
    if one.code not in known:
        guess = nearest(one.code, filter(one.takes, known))
        return error(
            "allow/unknown-code",
            f"there is no finding `{one.code}`",
            one.span,
            f"did you mean `{guess}`?" if guess else "",
            help="" if guess else "`obsgen explain` lists all of them",
        )
    if one.takes(one.code):
        return None
    return error(
        "allow/not-allowable",
        f"`{one.code}` cannot be allowed",
        one.span,
        help=f"mend what it reports and remove this line; `obsgen explain {one.code}` says how",
    )


def _expired(one: Allowance) -> Diagnostic:
    return warning(
        "allow/expired",
        f"`{one.code}` was allowed here until {one.until}",
        one.until_span,
        help="mend what it reports and remove this line, or give it another day",
    )


def _unused(one: Allowance) -> Diagnostic:
    return warning(
        "allow/unused",
        f"`{one.code}` is allowed here, but nothing of the kind is found",
        one.span,
        help="remove this line, which would hide the next finding of the kind",
    )
