"""The line for files that obsgen did not write: discover, read, hold against the catalog. Combines stages, decides little."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from obsgen import baseline, line
from obsgen.codes import is_for_later
from obsgen.config import Config, ConfigError
from obsgen.diagnostics import Diagnostic, Severity, ordered
from obsgen.foreign import recognise
from obsgen.foreign.discover import Text, discover, on_disk
from obsgen.foreign.judge import judge
from obsgen.foreign.model import KINDS, NO_CATALOG, Kind
from obsgen.load import Loaded, load
from obsgen.settings import UNSET, Settings
from obsgen.source import files
from obsgen.source.files import shown
from obsgen.spec.model import Catalog

# What files of a catalog begin with.
_MARK = re.compile(r"""^\{?["']?obsgen["']?[ \t]*:""", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Linted:
    """
    What was found in files of other tools.

    Attributes:
        diagnostics: By place.
        sources: Path -> text of these files and of the catalog's.
        kinds: How many there are of each kind.
        skipped: How many files in folders are none that obsgen knows.
        left_out: How many findings a baseline left out of *diagnostics*.
        broken: Whether the catalog has errors that come first, so that no file was looked at.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    kinds: Counter[Kind]
    skipped: int = 0
    left_out: int = 0
    broken: bool = False

    def failed(self, fail_on: Severity) -> bool:
        """Return whether a finding is as bad as *fail_on* or worse."""
        return any(one.severity.rank <= fail_on.rank for one in self.diagnostics)

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to look at, and nothing to say about that either."""
        return not (self.kinds or self.diagnostics or self.broken or self.left_out)

    @property
    def files(self) -> str:
        """What was read, for people: `2 rule files and 1 Grafana dashboard`."""
        parts = [f"{count} {KINDS[kind][count > 1]}" for kind in KINDS if (count := self.kinds[kind])]
        first, last = parts[:-1], parts[-1:]
        return " and ".join([*([", ".join(first)] if first else []), *last]) or "no file that obsgen knows"


def lint(
    config: Config, paths: Iterable[Path], base: Path, *, today: dt.date | None = None, named: bool = True
) -> Linted:
    """
    Return what is wrong with the files at *paths* and in folders among them.

    Args:
        config: The settings; its baseline, if any, is one of these files and not the catalog's.
        paths: Files and folders.
        base: Folder that shown paths are relative to.
        today: The day on which allowances have to hold; without one none of them expires.
        named: Whether somebody named the folder of the catalog; one that only has the usual name may hold something else.

    Raises:
        ConfigError: If the baseline cannot be used.
    """
    known = _known(config, base)
    catalog = _catalog(config, base, named)
    if catalog is not None and line.is_stopped(catalog.found):
        return _stopped(catalog)
    found = _looked(config, catalog, paths, base)
    if known is not None:
        # Files that were not named this time are neither clean nor not.
        looked = {line.named(config, base)(path) for path in found.linted.sources}
        known = Counter({entry: count for entry, count in known.items() if entry[1] in looked})
    settled = line.settled(found.loaded, config, base, today, known, whole=True, takes=is_for_later)
    diagnostics = ordered(map(_advised, settled.diagnostics))
    return dataclasses.replace(found.linted, diagnostics=diagnostics, left_out=settled.left_out)


def _known(config: Config, base: Path) -> Counter[baseline.Entry] | None:
    if config.baseline is not None and not config.baseline.exists():
        raise ConfigError(
            f"there is no baseline at `{shown(config.baseline, base)}`; add `--write-baseline` to write it"
        )
    return line.known_baseline(config, base)


def _advised(one: Diagnostic) -> Diagnostic:
    """Return *one* with the advice that fits: this baseline is written by another command than that of the catalog."""
    return (
        dataclasses.replace(one, help="write it again, with `--write-baseline`")
        if one.code == "baseline/unused"
        else one
    )


def write_baseline(
    config: Config, paths: Iterable[Path], base: Path, *, today: dt.date | None = None, named: bool = True
) -> line.Noted:
    """
    Write the baseline of what is found in the files at *paths* now, whatever the one before knew; on *named* see `lint`.

    Raises:
        ConfigError: If the settings name no file for it.
    """
    if config.baseline is None:
        raise ConfigError("`--write-baseline` needs `--baseline FILE`, the file to write")
    catalog = _catalog(config, base, named)
    if catalog is not None and line.is_stopped(catalog.found):
        stopped = _stopped(catalog)
        return line.Noted(file=config.baseline, findings=stopped.diagnostics, sources=stopped.sources, count=None)
    found = _looked(config, catalog, paths, base)
    findings = ordered(line.settled(found.loaded, config, base, today, None, whole=True).diagnostics)
    text = baseline.text(findings, line.named(config, base), is_for_later)
    config.baseline.write_text(text, encoding="utf-8")
    count = baseline.parse(text).total()
    sources = found.linted.sources
    return line.Noted(file=config.baseline, findings=findings, sources=sources, count=count, takes=is_for_later)


def lint_texts(catalog: Catalog, texts: Mapping[str, str], settings: Settings = UNSET) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the files *texts* (path -> text), all of them named; comments in them allow nothing here."""
    reads, problems, _ = _read(Text(path=path, text=text, named=True) for path, text in sorted(texts.items()))
    things = [one for read in reads for one in read.foreign]
    return ordered((*problems, *judge(catalog, things, settings=settings)))


def _catalog(config: Config, base: Path, named: bool) -> Loaded | None:
    """Return the catalog; None where there is none yet."""
    if not config.specs.exists() or not (named or _holds_catalog(config.specs, base)):
        return None
    return load(config.specs, base=base, settings=config.settings, against_schema=False)


def _holds_catalog(specs: Path, base: Path) -> bool:
    """Return whether a folder that is called as that of a catalog is one, and not that of OpenAPI or the like."""
    found = files.read(specs, base=base)
    unreadable = any(one.code != "source/no-files" for one in found.diagnostics)
    return unreadable or any(_MARK.search(text) for text in found.texts.values())


def _stopped(catalog: Loaded) -> Linted:
    """Return the errors of the catalog behind which nothing is certain."""
    found = tuple(one for one in catalog.diagnostics if one.severity is Severity.ERROR)
    return Linted(diagnostics=found, sources=catalog.sources, kinds=Counter(), broken=True)


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """Everything that was found in files of other tools, before anything is left out."""

    loaded: Loaded
    linted: Linted


def _looked(config: Config, catalog: Loaded | None, paths: Iterable[Path], base: Path) -> _Looked:
    discovered = discover(paths, base=base)
    own = {} if catalog is None else catalog.sources
    # Files of the catalog in a folder that was named are looked at by `check`.
    texts = [one for one in discovered.texts if one.named or one.path not in own]
    reads, problems, skipped = _read(texts)
    things = [one for read in reads for one in read.foreign]
    model = NO_CATALOG if catalog is None else catalog.catalog
    judged = judge(model, things, on_disk(base), config.settings)
    sources = {**own, **{one.path: one.text for one in texts}}
    loaded = Loaded(
        catalog=model,
        diagnostics=(),
        sources=sources,
        found=(*discovered.problems, *problems, *judged),
        allowances=tuple(one for read in reads for one in read.allowances),
    )
    kinds = Counter({(file.path, file.kind): file.kind for file in things}.values())
    return _Looked(loaded=loaded, linted=Linted(diagnostics=(), sources=sources, kinds=kinds, skipped=skipped))


def _read(texts: Iterable[Text]) -> tuple[list[recognise.FileRead], list[Diagnostic], int]:
    """Return what *texts* hold, why some of them cannot be read, and how many are nobody's business."""
    reads: list[recognise.FileRead] = []
    problems: list[Diagnostic] = []
    skipped = 0
    for one in texts:
        read = recognise.read(one.path, one.text)
        if not one.named and (read.skippable or not (read.foreign or read.problems)):
            # Whose YAML is odd, or which is empty, and which is nobody's business.
            skipped += 1
            continue
        reads.append(read)
        problems += read.problems
        if not read.foreign and not read.problems:
            problems.append(recognise.unknown(read))
    return reads, problems, skipped
