"""What several files say about one service, put together by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from obsgen.diagnostics import Span
from obsgen.spec.document import SpecFile
from obsgen.spec.linker import Linker

_MAPS = ("labels", "metrics", "alerts", "records", "dashboards", "workspaces", "severities", "destinations")
_SINGLES = ("scrape", "send", "prices", "logs", "traces")
#: Names that one service may not take from another; the rest is known within its service.
_UNIQUE = ("metrics", "alerts", "records")


@dataclass(frozen=True, slots=True)
class Stated:
    """
    One thing that a file states.

    Attributes:
        spec: What it says.
        file: Where.
        path: Keys that lead to it.
    """

    spec: Any
    file: SpecFile
    path: tuple[str, ...]

    @property
    def key_span(self) -> Span:
        """The place of its name."""
        return self.file.origin.key(*self.path)


@dataclass
class Merged:
    """
    Everything that is stated about one service, or by the shared files.

    Attributes:
        owner: The first owner that a file names, by path; empty if none does.
        parts: Key of a spec file (`metrics`) -> name -> what is stated; single things are their own name.
    """

    owner: str = ""
    parts: dict[str, dict[str, Stated]] = field(default_factory=lambda: {part: {} for part in (*_MAPS, *_SINGLES)})

    def stated(self, part: str) -> list[tuple[str, Stated]]:
        """Return name and statement of every thing in *part*, sorted by name."""
        return sorted(self.parts[part].items())

    def specs(self, part: str) -> dict[str, Any]:
        """Return what is said in *part* by name, sorted."""
        return {name: stated.spec for name, stated in self.stated(part)}

    def single(self, part: str) -> Any | None:
        """Return what is said in *part*, which a service has once or not at all."""
        return self.specs(part).get(part)


def merge(files: Iterable[SpecFile], linker: Linker) -> tuple[Merged, Mapping[str, Merged]]:
    """Return what the shared files say, and what the others say by service, sorted; report what is said twice."""
    shared = Merged()
    services: dict[str, Merged] = {}
    for file in sorted(files, key=lambda file: file.origin.span):
        target = shared if file.service is None else services.setdefault(file.service, Merged())
        target.owner = target.owner or file.owner or ""
        for part in _MAPS:
            for name, spec in getattr(file, part).items():
                _add(target, part, name, Stated(spec, file, (part, name)), linker)
        for part in _SINGLES:
            if (spec := getattr(file, part)) is not None:
                _add(target, part, part, Stated(spec, file, (part,)), linker)
    ordered = dict(sorted(services.items()))
    for part in _UNIQUE:
        _across(part, ordered, linker)
    return shared, ordered


def _add(target: Merged, part: str, name: str, stated: Stated, linker: Linker) -> None:
    first = target.parts[part].setdefault(name, stated)
    if first is stated:
        return
    what = _singular(part)
    single = part in _SINGLES
    linker.twice(
        f"catalog/duplicate-{what}",
        f"`{name}` is written twice for one service" if single else f"the {what} `{name}` is defined twice",
        first.key_span,
        stated.key_span,
        help="keep one of them" if single else "rename one of them, or keep one",
    )


def _across(part: str, services: Mapping[str, Merged], linker: Linker) -> None:
    """Report names that two services both define."""
    first: dict[str, tuple[str, Stated]] = {}
    what = _singular(part)
    for service, merged in services.items():
        for name, stated in merged.stated(part):
            other, elsewhere = first.setdefault(name, (service, stated))
            if other != service:
                linker.twice(
                    f"catalog/duplicate-{what}",
                    f"the {what} `{name}` is defined by the services `{other}` and `{service}`",
                    elsewhere.key_span,
                    stated.key_span,
                    help=f"each {what} has a name of its own in the whole catalog; rename one of them",
                )


def _singular(part: str) -> str:
    return "severity" if part == "severities" else part.removesuffix("s")
