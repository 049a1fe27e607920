"""The whole line: load, check, render, compare, write. Combinations of the stages that the commands are made of."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from obsgen import allowing, baseline, targets
from obsgen.codes import is_allowable, is_structural
from obsgen.config import FILE, Config, ConfigError
from obsgen.diagnostics import Diagnostic, Severity, Span, error, from_plain, ordered, plain
from obsgen.load import Loaded, load
from obsgen.severities import changed
from obsgen.source.files import shown
from obsgen.targets.base import Artifact, Options
from obsgen.words import listed

if TYPE_CHECKING:
    from obsgen.output import Places, Report
    from obsgen.shortcut import Known


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
        left_out: How many findings the baseline left out of *diagnostics*.
        files: How many generated files were compared.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    artifacts: tuple[Artifact, ...] = ()
    rendered: bool = False
    report: Report | None = None
    left_out: int = 0
    files: int = 0

    def failed(self, fail_on: Severity) -> bool:
        """Return whether a finding is as bad as *fail_on* or worse."""
        return any(one.severity.rank <= fail_on.rank for one in self.diagnostics)


def find(config: Config, base: Path, *, today: dt.date | None = None, against_schema: bool = True) -> Loaded:
    """
    Return the catalog with all findings, those of the settings and of the targets included.

    What is allowed, off or in the baseline is left out.

    Args:
        config: The settings.
        base: Folder that shown paths are relative to.
        today: The day on which allowances have to hold; without one none of them expires.
        against_schema: Whether the decoder is held against the published schema, see `load`.

    Raises:
        ConfigError: If the baseline cannot be used.
    """
    known = known_baseline(config, base)
    loaded = load(config.specs, base=base, today=today, settings=config.settings, against_schema=against_schema)
    found = settled(loaded, config, base, today, known, whole=False)
    if not found.has_errors:
        found = settled(_with_targets(loaded, config, base), config, base, today, known, whole=loaded.whole)
    return replace(found, diagnostics=ordered(found.diagnostics))


def _with_targets(loaded: Loaded, config: Config, base: Path) -> Loaded:
    extra = [*targets.limits(loaded.catalog, _options(config), config.targets), *_settings(config, loaded, base)]
    return replace(loaded, found=(*loaded.found, *extra))


def settled(
    loaded: Loaded,
    config: Config,
    base: Path,
    today: dt.date | None,
    known: Counter[baseline.Entry] | None,
    *,
    whole: bool,
    takes: baseline.Takes = is_allowable,
) -> Loaded:
    """Return *loaded* with what is left of everything found, in no order; not *whole* if other findings would come."""
    left: Iterable[Diagnostic] = allowing.judged(loaded.found, loaded.allowances, today=today, whole=whole)
    left = changed(left, config.severities)
    if known is None or config.baseline is None:
        return replace(loaded, diagnostics=tuple(left))
    kept = baseline.left_out(left, known, named(config, base), takes)
    gone = baseline.unused(kept.gone, shown(config.baseline, base)) if whole else []
    findings = (*kept.findings, *changed(gone, config.severities))
    return replace(loaded, diagnostics=findings, left_out=kept.left_out)


def named(config: Config, base: Path) -> baseline.Naming:
    """Return how the baseline names files: from the project, wherever obsgen was started."""
    return lambda path: os.path.relpath(base / path, config.root).replace(os.sep, "/")


def known_baseline(config: Config, base: Path) -> Counter[baseline.Entry] | None:
    """Return what the baseline knows, or None if the settings name none."""
    if config.baseline is None:
        return None
    name = shown(config.baseline, base)
    try:
        return baseline.parse(config.baseline.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"there is no baseline at `{name}`; write it with `obsgen baseline`") from None
    except OSError as problem:
        raise ConfigError(f"cannot read the baseline `{name}`: {problem.strerror or problem}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"the baseline `{name}` is no UTF-8; write it anew with `obsgen baseline`") from None
    except baseline.BaselineError as problem:
        raise ConfigError(f"the baseline `{name}` {problem}; write it anew with `obsgen baseline`") from None


@dataclass(frozen=True, kw_only=True)
class Noted:
    """
    What became of a baseline.

    Attributes:
        file: The baseline.
        findings: Everything that is found without it.
        sources: Path -> text of the catalog's files.
        count: How many findings it knows; None where it was not written, because not everything could be looked at.
        takes: Which codes it may hold.
    """

    file: Path
    findings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    count: int | None
    takes: baseline.Takes = is_allowable

    @property
    def not_for_later(self) -> tuple[Diagnostic, ...]:
        """The findings that no baseline can take."""
        return tuple(one for one in self.findings if not self.takes(one.code))


def write_baseline(config: Config, base: Path, *, today: dt.date | None = None) -> Noted:
    """
    Write the baseline of what is found now, whatever the one before knew.

    Raises:
        ConfigError: If the settings name no file for it.
    """
    if config.baseline is None:
        raise ConfigError(f'no baseline is set; add `baseline = "obsgen-baseline.json"` to [tool.obsgen] of {FILE}')
    loaded = load(config.specs, base=base, today=today, settings=config.settings)
    if not is_stopped(loaded.found):
        loaded = _with_targets(loaded, config, base)
    # Each finding once, as `check` will count them.
    findings = ordered(settled(loaded, config, base, today, None, whole=loaded.whole).diagnostics)
    noted = Noted(file=config.baseline, findings=findings, sources=loaded.sources, count=None)
    if is_stopped(loaded.found):
        return noted
    text = baseline.text(findings, named(config, base))
    config.baseline.write_text(text, encoding="utf-8")
    return replace(noted, count=baseline.parse(text).total())


def is_stopped(found: Iterable[Diagnostic]) -> bool:
    """Return whether there is an error behind which others may hide, and that no baseline can take."""
    return any(one.severity is Severity.ERROR and is_structural(one.code) for one in found)


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


def check_catalog(config: Config, base: Path, *, today: dt.date | None = None, against_schema: bool = True) -> Outcome:
    """Return the findings alone. On *today* and *against_schema* see `find`."""
    return _bare(find(config, base, today=today, against_schema=against_schema))


def check(config: Config, base: Path, *, today: dt.date | None = None, against_schema: bool = True) -> Outcome:
    """Return findings and drift; writes nothing. On *today* and *against_schema* see `find`."""
    loaded = find(config, base, today=today, against_schema=against_schema)
    if loaded.has_errors:
        return _bare(loaded)
    from obsgen.output import changes, drift  # noqa: PLC0415 - where there is an error, nothing is compared

    artifacts = targets.render(loaded.catalog, _options(config), config.targets)
    compared = changes(artifacts, _places(config))
    drifted = tuple(drift(compared, lambda path: shown(path, base)))
    return replace(_outcome(loaded, artifacts), diagnostics=(*loaded.diagnostics, *drifted))


def _outcome(loaded: Loaded, artifacts: tuple[Artifact, ...]) -> Outcome:
    return replace(_bare(loaded), artifacts=artifacts, rendered=True, files=len(artifacts))


def _bare(loaded: Loaded) -> Outcome:
    return Outcome(diagnostics=loaded.diagnostics, sources=loaded.sources, left_out=loaded.left_out)


def build(config: Config, base: Path, *, force: bool = False, today: dt.date | None = None) -> Outcome:
    """Write what differs, unless there is an error; returns the findings and what was written. On *today* see `find`."""
    from obsgen import shortcut  # noqa: PLC0415 - only this command needs it, and hashes take time to import
    from obsgen.output import apply, changes, conflicts  # noqa: PLC0415 - as in `check`

    # Before the files are read: whoever changes one while we build must not get a memo that knows the change already.
    inputs = shortcut.digest(config.specs, config.deciding)
    loaded = find(config, base, today=today)
    if loaded.has_errors:
        return _bare(loaded)
    artifacts = targets.render(loaded.catalog, _options(config), config.targets)
    outcome = _outcome(loaded, artifacts)
    places = _places(config)
    compared = changes(artifacts, places)
    refused = () if force else tuple(conflicts(compared, lambda path: shown(path, base)))
    if refused:
        return replace(outcome, diagnostics=(*loaded.diagnostics, *refused))
    report = apply(compared, places, force)
    if config.baseline is None and not report.kept:
        day = str(today) if today is not None and _depends_on_the_day(loaded) else ""
        shortcut.remember(config.out, inputs, [plain(one) for one in loaded.diagnostics], base=str(base), day=day)
    return replace(outcome, report=report)


def _depends_on_the_day(loaded: Loaded) -> bool:
    """Return whether other findings may come as time goes by: allowances end, and prices get old."""
    return any(one.until is not None for one in loaded.allowances) or any(
        service.prices for service in loaded.catalog.services
    )


def replay(known: Known, base: Path) -> Outcome | None:
    """Return the outcome of `check` on an unchanged tree: what was found when it was built; None if that is damaged."""
    try:
        found = tuple(from_plain(one) for one in known.found)
        paths = {label.span.path for one in found for label in (one.primary, *one.secondary)}
        texts = {path: (base / path).read_text(encoding="utf-8") for path in sorted(paths) if (base / path).is_file()}
    except (TypeError, KeyError, ValueError, OSError):
        return None
    return Outcome(diagnostics=found, sources=texts, rendered=True, files=known.files)


def _options(config: Config) -> Options:
    return Options(
        python_packages=config.python_packages, docs_url=config.settings.docs_url, server=config.settings.server
    )


def _places(config: Config) -> Places:
    from obsgen.output import Places  # noqa: PLC0415 - as in `check`

    return Places(root=config.root, out=config.out)
