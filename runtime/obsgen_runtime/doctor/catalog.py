"""The metrics that a process should serve, from the descriptor tables of generated packages."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import obsgen_runtime
from obsgen_runtime.descriptors import MetricDescriptor


class NoTable(Exception):  # noqa: N818  (it names a state)
    """A package that was named has no descriptor table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """
    What a page is compared with.

    Attributes:
        expected: Metrics of the packages that were named: each must be there.
        own: Metrics of the runtime: checked if they are there.
    """

    expected: tuple[MetricDescriptor, ...]
    own: tuple[MetricDescriptor, ...]

    @property
    def known(self) -> tuple[MetricDescriptor, ...]:
        """All of them, each once."""
        return tuple({each.name: each for each in (*self.own, *self.expected)}.values())


def load_catalog(packages: Iterable[str]) -> Catalog:
    """
    Return the tables of *packages*, which are imported; the working directory is searched last.

    Raises:
        NoTable: If one cannot be imported, or was not written by `obsgen build`.
    """
    if os.getcwd() not in sys.path:  # noqa: PTH109  (a name to compare with, not a path to follow)
        sys.path.append(os.getcwd())  # noqa: PTH109
    expected = tuple(descriptor for package in packages for descriptor in _table(package))
    return Catalog(
        expected=expected, own=tuple(descriptor for package in own_packages() for descriptor in _table(package))
    )


def own_packages() -> tuple[str, ...]:
    """Return the generated packages of the runtime itself, whose metrics are no strangers on any page."""
    found = pkgutil.iter_modules(obsgen_runtime.__path__, f"{obsgen_runtime.__name__}.")
    return tuple(each.name for each in found if each.ispkg and each.name.rpartition(".")[2].startswith("_"))


def _table(package: str) -> tuple[MetricDescriptor, ...]:
    try:
        module = importlib.import_module(package)
    except (Exception, SystemExit) as problem:  # noqa: BLE001  (whatever the code of the application does)
        raise NoTable(
            f"--metrics: cannot import {package} ({type(problem).__name__}): run this where the service runs, "
            f"in its environment"
        ) from None
    table = getattr(module, "DESCRIPTORS", None)
    if not isinstance(table, tuple) or not all(isinstance(each, MetricDescriptor) for each in table):
        raise NoTable(f"--metrics: {package} has no table DESCRIPTORS: name a package that `obsgen build` wrote")
    return table
