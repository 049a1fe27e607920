"""From services to packages of collectors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from obsgen.emit import template
from obsgen.spec.model import Catalog, Service
from obsgen.targets.base import Artifact, Options
from obsgen.targets.python import names
from obsgen.targets.python.collectors import Collector, collector
from obsgen.targets.python.layout import skip
from obsgen.targets.python.prices import price_table
from obsgen.targets.python.values import Values


def render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Return the package of each service that has metrics or prices: in the folder that *options* give it, else in one of its own."""
    for service in catalog.services:
        if not service.metrics and service.prices is None:
            continue
        text = module(service)
        folder = options.python_packages.get(service.name)
        if folder is not None:
            yield Artifact(path=(PurePosixPath(folder) / "__init__.py").as_posix(), text=text, in_project=True)
            continue
        package = f"python/{names.module(service.name)}"
        yield Artifact(path=f"{package}/__init__.py", text=text)
        yield Artifact(path=f"{package}/py.typed", text="")


def module(service: Service) -> str:
    """Return the source of the module with all collectors of *service*."""
    given = names.Names()
    whole = f"{names.camel(service.name, '')}Metrics"
    given.take(whole, whole)
    classes = {metric.name: _class_name(metric.name, given) for metric in service.metrics}
    attributes = names.identifiers(classes, word="metric")
    values = Values(service, given)
    collectors = tuple(
        collector(metric, classes[metric.name], attributes[metric.name], values) for metric in service.metrics
    )
    aliases, constants = tuple(values.aliases), tuple(values.constants)
    exported = ["DESCRIPTORS", whole, *classes.values(), *values.names]
    if service.prices is not None:
        exported.append("PRICES")
    return template.fill(
        "obsgen.targets.python",
        "module.py.j2",
        {
            "service": service.name,
            "title": "Collectors" if service.metrics else "Prices",
            "prices": price_table(service.prices),
            "aliases": aliases,
            "constants": constants,
            "collectors": collectors,
            "runtime": _imports(collectors),
            "exported": sorted(exported),
            "whole": whole,
            "table_skip": _table_skip(collectors),
        },
    )


def _class_name(metric: str, given: names.Names) -> str:
    plain = names.camel(metric, "Metric")
    return given.take(plain, f"{plain}Metric")


def _imports(collectors: tuple[Collector, ...]) -> list[str]:
    """Return what the module needs of the runtime in the order of import sorters: constants, classes, functions."""
    used = {"CollectorRegistry", "MetricDescriptor", "make", *(name for one in collectors for name in one.uses)}
    return sorted(used, key=lambda name: (not name.isupper(), name.islower(), name))


def _table_skip(collectors: tuple[Collector, ...]) -> str:
    if len(collectors) != 1:
        return ""
    return skip(f"DESCRIPTORS: Final[tuple[MetricDescriptor, ...]] = ({collectors[0].name}.descriptor,)")
