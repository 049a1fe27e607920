"""Settings: `[tool.obsgen]` of pyproject.toml, read and checked."""

from __future__ import annotations

import keyword
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from obsgen.diagnostics import Severity
from obsgen.words import listed, nearest

FILE = "pyproject.toml"
TARGET_NAMES = ("alloy", "docs", "grafana", "prometheus", "python", "schema")


class ConfigError(Exception):
    """Settings that cannot be used; the message says which and what to write instead."""


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
        docs_url: Address that the generated documentation is served from; empty for relative links.
        python_packages: Service -> folder below *root* that receives its collectors.
        severities: Code of a finding -> the severity it has here, or `off`.
        baseline: File with the findings that are left for later; None for none.
    """

    root: Path
    specs: Path
    out: Path
    targets: tuple[str, ...] = TARGET_NAMES
    fail_on: Severity = Severity.ERROR
    docs_url: str = ""
    python_packages: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    baseline: Path | None = None

    @property
    def deciding(self) -> Mapping[str, object]:
        """The settings that decide what is found and what the generated files say, as plain data."""
        return {
            "targets": list(self.targets),
            "docs_url": self.docs_url,
            "python_packages": dict(self.python_packages),
            "severities": dict(self.severities),
            "baseline": None if self.baseline is None else os.path.relpath(self.baseline, self.root),
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
    reader = _Reader({} if settings is None else settings, "[tool.obsgen]")
    python = _Reader(reader.table("python"), "[tool.obsgen.python]")
    config = Config(
        root=root,
        specs=root / reader.text("specs", "specs"),
        out=root / reader.text("out", "generated"),
        targets=reader.names("targets", TARGET_NAMES),
        fail_on=Severity(reader.choice("fail_on", "error", [str(one) for one in Severity])),
        docs_url=reader.url("docs_url"),
        python_packages=python.packages("packages"),
        severities=_severities(reader.table("severities")),
        baseline=root / baseline if (baseline := reader.optional_text("baseline")) else None,
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


class _Reader:
    """Takes settings out of a table and complains about what is left."""

    def __init__(self, table: Any, where: str) -> None:
        if not isinstance(table, dict):
            raise ConfigError(f"{where} of {FILE} has to be a table")
        self.left = dict(table)
        self.where = where
        self.known: list[str] = []

    def _take(self, name: str, default: Any) -> Any:
        self.known.append(name)
        return self.left.pop(name, default)

    def _refuse(self, name: str, wanted: str) -> ConfigError:
        return ConfigError(f"`{name}` in {self.where} of {FILE} has to be {wanted}")

    def text(self, name: str, default: str) -> str:
        value = self._take(name, default)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self._refuse(name, "a text")
        return value

    def optional_text(self, name: str) -> str:
        return self.text(name, "") if name in self.left else str(self._take(name, ""))

    def table(self, name: str) -> dict[str, Any]:
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise self._refuse(name, "a table")
        return value

    def choice(self, name: str, default: str, choices: list[str]) -> str:
        value = self._take(name, default)
        if value not in choices:
            raise self._refuse(name, f"one of {listed(choices)}")
        return str(value)

    def names(self, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        value = self._take(name, list(choices))
        if not isinstance(value, list) or not all(one in choices for one in value):
            raise self._refuse(name, f"a list out of {listed(choices)}")
        return tuple(sorted(set(value)))

    def url(self, name: str) -> str:
        value = self._take(name, "")
        if not isinstance(value, str) or (value and not re.fullmatch(r"https?://[^\s\"'<>{}\\`]+", value)):
            raise self._refuse(name, "an address that begins with https://")
        return value

    def packages(self, name: str) -> dict[str, str]:
        value = self._take(name, {})
        if not isinstance(value, dict):
            raise self._refuse(name, "a table of service = folder")
        found: dict[str, str] = {}
        for service, folder in value.items():
            if problem := _package_problem(folder):
                wanted = f"a package below the project, such as `src/shop/metrics`; {folder!r} {problem}"
                raise self._refuse(f"{name}.{service}", wanted)
            place = folder.removesuffix("/")
            if rival := next((one for one, taken in found.items() if taken.casefold() == place.casefold()), None):
                raise self._refuse(f"{name}.{service}", f"another package than that of `{rival}`")
            found[service] = place
        return found

    def done(self) -> None:
        """Refuse what nobody asked for."""
        for name in self.left:
            guess = nearest(name, self.known)
            hint = f"did you mean `{guess}`?" if guess else f"known: {listed(self.known)}"
            raise ConfigError(f"unknown setting `{name}` in {self.where} of {FILE}; {hint}")
