"""The whole line: load, check, render, compare, write. Combinations of the stages that the commands are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from obsgen import shortcut, targets
from obsgen.config import FILE, Config
from obsgen.diagnostics import Diagnostic, Severity, Span, error, ordered
from obsgen.load import Loaded, load
from obsgen.output import Changes, Places, Report, apply, changes, conflicts, drift
from obsgen.source.files import shown
from obsgen.targets.base import Artifact, Options
from obsgen.words import listed


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """
    What a command found and did.

    Attributes:
        diagnostics: Findings by place, drift behind those of the catalog.
        sources: Path -> text of the catalog's files.
        artifacts: Everything that was rendered.
        rendered: False where an error among the findings stopped the line before.
        report: What was written; None where nothing may be.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    artifacts: tuple[Artifact, ...] = ()
    rendered: bool = False
    report: Report | None = None

    def failed(self, fail_on: Severity) -> bool:
        """Return whether a finding is as bad as *fail_on* or worse."""
        return any(one.severity.rank <= fail_on.rank for one in self.diagnostics)


def find(config: Config, base: Path) -> Loaded:
    """Return the catalog with all findings, those of the settings and of the targets included."""
    loaded = load(config.specs, base=base)
    if loaded.has_errors:
        return loaded
    extra = [*targets.limits(loaded.catalog, _options(config), config.targets), *_settings(config, loaded, base)]
    found = ordered((*loaded.diagnostics, *extra))
    return Loaded(catalog=loaded.catalog, diagnostics=found, sources=loaded.sources)


def _settings(config: Config, loaded: Loaded, base: Path) -> list[Diagnostic]:
    known = loaded.catalog.by_name
    return [
        error(
            "settings/unknown-service",
            f"the settings place the collectors of `{name}`, which is no service of the catalog",
            Span.of_file(shown(config.root / FILE, base)),
            help=f"remove it from [tool.obsgen.python.packages], or name one of: {listed(known)}",
        )
        for name in config.python_packages
        if name not in known
    ]


def check(config: Config, base: Path) -> Outcome:
    """Return findings and drift; writes nothing."""
    loaded = find(config, base)
    if loaded.has_errors:
        return Outcome(diagnostics=loaded.diagnostics, sources=loaded.sources)
    artifacts = targets.render(loaded.catalog, _options(config), config.targets)
    compared = changes(artifacts, _places(config))
    drifted = tuple(drift(compared, lambda path: shown(path, base))) or _seal_broken(compared, base)
    return Outcome(
        diagnostics=(*loaded.diagnostics, *drifted), sources=loaded.sources, artifacts=artifacts, rendered=True
    )


def _seal_broken(compared: Changes, base: Path) -> tuple[Diagnostic, ...]:
    """Return a finding where the manifest names the right files, but was changed where it says what they were made from."""
    if compared.manifest.raw is None or shortcut.is_sealed(compared.manifest.raw):
        return ()
    name = shown(compared.manifest_file, base)
    message = f"the manifest `{name}` is not as `obsgen build` writes it"
    return (error("drift/manifest", message, Span.of_file(name), help="run `obsgen build`"),)


def build(config: Config, base: Path, *, force: bool = False) -> Outcome:
    """Write what differs, unless there is an error; returns the findings and what was written."""
    # Before the files are read: whoever changes one while we build must not get a memo that knows the change already.
    inputs = shortcut.digest(config.specs, config.deciding)
    loaded = find(config, base)
    if loaded.has_errors:
        return Outcome(diagnostics=loaded.diagnostics, sources=loaded.sources)
    artifacts = targets.render(loaded.catalog, _options(config), config.targets)
    places = _places(config)
    compared = changes(artifacts, places, "" if loaded.diagnostics else shortcut.seal(inputs, artifacts))
    refused = () if force else tuple(conflicts(compared, lambda path: shown(path, base)))
    if refused:
        return Outcome(
            diagnostics=(*loaded.diagnostics, *refused), sources=loaded.sources, artifacts=artifacts, rendered=True
        )
    report = apply(compared, places, force)
    return Outcome(
        diagnostics=loaded.diagnostics, sources=loaded.sources, artifacts=artifacts, rendered=True, report=report
    )


def _options(config: Config) -> Options:
    return Options(python_packages=config.python_packages, docs_url=config.docs_url)


def _places(config: Config) -> Places:
    return Places(root=config.root, out=config.out)
