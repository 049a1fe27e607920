"""The first half of the line: files, nodes, spec files, catalog, findings. Combines stages, decides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from obsgen import allowing, checks
from obsgen.diagnostics import Diagnostic, Severity, ordered
from obsgen.settings import UNSET, Settings
from obsgen.source import files, nodes
from obsgen.spec import decode
from obsgen.spec.catalog import link
from obsgen.spec.document import SpecFile
from obsgen.spec.model import Catalog


class OwnMistakeError(Exception):
    """Two parts of obsgen disagree; nothing the user wrote can cause this."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """
    A catalog and everything that is wrong with it.

    Attributes:
        catalog: What could be read of it.
        diagnostics: By place, without those that are allowed.
        sources: Path -> text, for excerpts.
        found: Everything that was found, also what is allowed.
        allowances: Everything that the files allow.
        whole: False where a file could not be read, so that references into it were not looked at.
        left_out: How many findings a baseline has left out of *diagnostics*.
    """

    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    found: tuple[Diagnostic, ...] = ()
    allowances: tuple[allowing.Allowance, ...] = ()
    whole: bool = True
    left_out: int = 0

    @property
    def has_errors(self) -> bool:
        """Whether anything may be rendered from it."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)


def load(
    specs: Path,
    *,
    base: Path,
    today: dt.date | None = None,
    settings: Settings = UNSET,
    against_schema: bool = True,
) -> Loaded:
    """
    Return the catalog below the folder *specs* with all findings.

    Args:
        specs: Folder of the catalog, or one file of it.
        base: Folder that shown paths are relative to.
        today: The day on which allowances and prices have to hold; without one none of them expires.
        settings: What the server is like, and what the project agreed on.
        against_schema: Whether the decoder is held against the published schema, which costs a third of the time.
    """
    read = files.read(specs, base=base)
    loaded = load_texts(
        read.texts,
        complete=not read.diagnostics,
        today=today,
        settings=settings,
        against_schema=against_schema,
    )
    return replace(
        loaded,
        diagnostics=ordered((*read.diagnostics, *loaded.diagnostics)),
        found=(*read.diagnostics, *loaded.found),
    )


def load_texts(
    texts: Mapping[str, str],
    *,
    complete: bool = True,
    today: dt.date | None = None,
    settings: Settings = UNSET,
    against_schema: bool = True,
) -> Loaded:
    """
    Return the catalog that *texts* (path -> YAML) make up, with all findings.

    Not *complete* if a file is missing; the other arguments are those of `load`.
    """
    problems: list[Diagnostic] = []
    spec_files: list[SpecFile] = []
    broken = not complete
    for path, text in sorted(texts.items()):
        document = nodes.parse(text, path)
        problems += document.diagnostics
        if document.root is None:
            broken = True
            continue
        spec_file, faults = decode.decode(document.root)
        problems += faults
        if against_schema:
            _agree(path, document.root, spec_file is not None)
        if spec_file is None or document.diagnostics:
            broken = True
        if spec_file is not None:
            spec_files.append(spec_file)
    linked = link(spec_files)
    if not broken:
        # A file that could not be read would make every reference into it a false finding.
        problems += linked.diagnostics
        problems += checks.run(linked.catalog, settings, today=today)
    allowances = allowing.written(spec_files)
    return Loaded(
        catalog=linked.catalog,
        diagnostics=ordered(allowing.judged(problems, allowances, today=today, whole=not broken)),
        sources=dict(texts),
        found=tuple(problems),
        allowances=allowances,
        whole=not broken,
    )


def _agree(path: str, root: nodes.Node, decoded: bool) -> None:
    """Hold the decoder against the published schema, which is what `structurally valid` means."""
    # Only the long way asks the schema, which takes a while to import.
    from obsgen.spec import schema  # noqa: PLC0415

    document = nodes.plain(root)
    if schema.accepts(document) != decoded:
        verdict = "\n".join(schema.complaints(document)[:5]) or "accepted"
        raise OwnMistakeError(
            f"{path}: the decoder {'accepts' if decoded else 'refuses'} it, the schema says: {verdict}"
        )
