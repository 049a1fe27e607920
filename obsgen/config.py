"""Settings: `[tool.obsgen]` of pyproject.toml, read and checked."""

from __future__ import annotations

import keyword
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from obsgen.diagnostics import Severity
from obsgen.settings import UNSET, Budget, Policy, Server, Settings
from obsgen.toml_tables import FILE, ConfigError, Table
from obsgen.words import listed, nearest

__all__ = ["FILE", "TARGET_NAMES", "Config", "ConfigError", "find_root", "read", "refuse_overlap"]

TARGET_NAMES = ("alloy", "docs", "grafana", "prometheus", "python", "schema")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """
    What a project sets.

    Attributes:
        root: Folder of pyproject.toml; the current one where there is none.
        specs: Folder of the catalog.
        out: Output folder.
        targets: Names of the targets to render, sorted.
        fail_on: The mildest severity that makes `check` and `build` fail.
        python_packages: Service -> folder below *root* that receives its collectors.
        severities: Code of a finding -> the severity it has here, or `off`.
        baseline: File with the findings that are left for later; None for none.
        settings: What the server is like, and what the project agreed on.
    """

    root: Path
    specs: Path
    out: Path
    targets: tuple[str, ...] = TARGET_NAMES
    fail_on: Severity = Severity.ERROR
    python_packages: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    baseline: Path | None = None
    settings: Settings = UNSET

    @property
    def deciding(self) -> Mapping[str, object]:
        """The settings that decide what is found and what the generated files say, as plain data."""
        return {
            "targets": list(self.targets),
            "python_packages": dict(self.python_packages),
            "severities": dict(self.severities),
            "baseline": None if self.baseline is None else os.path.relpath(self.baseline, self.root),
            **self.settings.plain(),
        }


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above *start* whose pyproject.toml has settings for obsgen, else *start*."""
    for folder in (start, *start.parents):
        file = folder / FILE
        if file.is_file() and _settings(file) is not None:
            return folder
    return start


def read(root: Path) -> Config:
    """Return the settings of the project at *root*; raises `ConfigError`."""
    file = root / FILE
    settings = _settings(file) if file.is_file() else None
    reader = Table({} if settings is None else settings, "[tool.obsgen]")
    python = Table(reader.table("python"), "[tool.obsgen.python]")
    config = Config(
        root=root,
        specs=root / reader.text("specs", "specs"),
        out=root / reader.text("out", "generated"),
        targets=reader.names("targets", TARGET_NAMES),
        fail_on=Severity(reader.choice("fail_on", "error", [str(one) for one in Severity])),
        python_packages=_packages(python),
        severities=_severities(reader.table("severities")),
        baseline=root / baseline if (baseline := reader.optional_text("baseline")) else None,
        settings=Settings(
            server=_server(reader.table("server")),
            policy=_policy(reader.table("policy")),
            budget=_budget(reader.table("budget")),
            docs_url=reader.url("docs_url"),
        ),
    )
    reader.done()
    python.done()
    return config


def refuse_overlap(config: Config) -> None:
    """Raise `ConfigError` where generated files would lie among the catalog's, or all over somebody else's folder."""
    specs, out, root, home = (
        os.path.realpath(folder)
        for folder in (config.specs, config.out, config.root, os.path.expanduser("~"))  # noqa: PTH111
    )
    if out in (root, home) or os.path.dirname(out) == out:  # noqa: PTH120
        raise ConfigError(
            f"the output folder cannot be `{out}` itself; name a folder of its own with `out` or `--out`, such as `generated`"
        )
    if out == specs or out.startswith(specs.rstrip(os.sep) + os.sep):
        raise ConfigError(
            f"the output folder `{os.path.normpath(config.out)}` lies in the catalog's folder `{config.specs}`, so that generated files "
            "would be read as part of the catalog; name another with `out` or `--out`"
        )


def _settings(file: Path) -> Any:
    """Return what stands under `tool.obsgen` of a TOML file, whatever it is; None where nothing does."""
    try:
        tool = tomllib.loads(file.read_text(encoding="utf-8")).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ConfigError(f"`{file}` is no TOML: {problem}") from None
    except OSError as problem:
        raise ConfigError(f"cannot read `{file}`: {problem.strerror or problem}") from None
    return tool.get("obsgen") if isinstance(tool, dict) else None


def _severities(table: Mapping[str, Any]) -> dict[str, str]:
    """Return code -> severity or `off` as the settings have it."""
    if not table:
        return {}
    from obsgen import pages, severities  # noqa: PLC0415 - most projects have no such setting
    from obsgen.codes import is_structural  # noqa: PLC0415

    where = f"[tool.obsgen.severities] of {FILE}"
    known = pages.codes()
    for code, severity in table.items():
        if code not in known:
            guess = nearest(code, known)
            hint = f"did you mean `{guess}`?" if guess else "`obsgen explain` lists all of them"
            raise ConfigError(f"there is no finding `{code}`, which stands in {where}; {hint}")
        if is_structural(code):
            raise ConfigError(f"`{code}` in {where} has a severity that cannot be changed; remove it")
        if severity not in severities.CHOICES:
            raise ConfigError(f"`{code}` in {where} has to be one of {listed(severities.CHOICES)}")
    return dict(sorted(table.items()))


def _package_problem(folder: object) -> str:
    """Say why collectors cannot go to *folder*, or return an empty string."""
    from obsgen.output.places import path_problem  # noqa: PLC0415 - most projects have no such setting

    if not isinstance(folder, str):
        return "is no text"
    path = folder.removesuffix("/")
    if problem := path_problem(path):
        return problem
    last = path.rpartition("/")[2]
    return (
        "" if last.isidentifier() and not keyword.iskeyword(last) else f"ends in {last!r}, which Python cannot import"
    )


def _packages(reader: Table) -> dict[str, str]:
    """Return service -> folder of its collectors."""
    found: dict[str, str] = {}
    for service, folder in reader.table("packages").items():
        if problem := _package_problem(folder):
            wanted = f"a package below the project, such as `src/shop/metrics`; {folder!r} {problem}"
            raise reader.refuse(f"packages.{service}", wanted)
        place = folder.removesuffix("/")
        if rival := next((one for one, taken in found.items() if taken.casefold() == place.casefold()), None):
            raise reader.refuse(f"packages.{service}", f"another package than that of `{rival}`")
        found[service] = place
    return found


def _server(table: Any) -> Server:
    """Return what the settings say about the server."""
    reader = Table(table, "[tool.obsgen.server]")
    server = Server(
        scrape_seconds=reader.seconds("scrape_interval"),
        evaluation_seconds=reader.seconds("evaluation_interval"),
        retention_seconds=reader.seconds("retention"),
        prometheus=reader.version("prometheus"),
        external_labels=reader.label_values("external_labels"),
    )
    reader.done()
    return server


def _budget(table: Any) -> Budget:
    """Return how many series and values there may be."""
    reader = Table(table, "[tool.obsgen.budget]")
    standard = Budget()
    budget = Budget(
        series_per_metric=reader.count("series_per_metric", standard.series_per_metric),
        series_per_service=reader.count("series_per_service", standard.series_per_service),
        series_per_query=reader.count("series_per_query", standard.series_per_query),
        values_per_label=reader.count("values_per_label", standard.values_per_label),
    )
    reader.done()
    return budget


def _policy(table: Any) -> Policy:
    """Return what the project agreed on."""
    reader = Table(table, "[tool.obsgen.policy]")
    policy = Policy(
        alert_name=reader.pattern("alert_name"),
        record_name=reader.pattern("record_name"),
        required_annotations=reader.required("required_annotations"),
        required_labels=reader.required("required_labels"),
        forbidden_annotations=reader.forbidden("forbidden_annotations"),
        forbidden_labels=reader.forbidden("forbidden_labels"),
        for_at_least=reader.seconds("for_at_least"),
        for_at_most=reader.seconds("for_at_most"),
        required_matchers=reader.labels_of("required_matchers"),
        keep_labels=reader.labels_of("keep_labels"),
        strip_labels=reader.labels_of("strip_labels"),
        owner_required=reader.flag("owner_required"),
    )
    reader.done()
    least, most = policy.for_at_least, policy.for_at_most
    if least is not None and most is not None and least > most:
        raise reader.refuse("for_at_most", "`for_at_least` or more")
    return policy
