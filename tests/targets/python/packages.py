"""Generated packages: rendered from YAML, imported under a name of their own, and scraped."""

import importlib.util
import itertools
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from obsgen.diagnostics import Severity
from obsgen.load import Loaded, load_texts
from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options
from obsgen.targets.python import TARGET

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
ODD = (HERE / "odd.yaml").read_text(encoding="utf-8")

_numbers = itertools.count()


def checked(loaded: Loaded) -> Catalog:
    """Return the catalog after making sure that it may be rendered; names are odd on purpose."""
    assert [finding.message for finding in loaded.diagnostics if finding.severity is Severity.ERROR] == []
    assert list(TARGET.limits(loaded.catalog, Options())) == []
    return loaded.catalog


def catalog_of(text: str) -> Catalog:
    return checked(load_texts({"specs/catalog.yaml": text}))


def artifacts(catalog: Catalog, **packages: str) -> list[Artifact]:
    return list(TARGET.render(catalog, Options(python_packages=packages)))


def sources(catalog: Catalog) -> dict[str, str]:
    """Return the text of every generated module by service."""
    found = (artifact for artifact in artifacts(catalog) if artifact.path.endswith("__init__.py"))
    names = (service.name for service in catalog.services if service.metrics)
    return {name: artifact.text for name, artifact in zip(names, found, strict=True)}


def imported(folder: Path, source: str) -> ModuleType:
    """Write *source* below *folder* and import it as a module that no other import meets."""
    name = f"generated_{next(_numbers)}"
    file = folder / f"{name}.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Scrape:
    """What a server sees of a registry now."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.families = {one.name: one for one in text_string_to_metric_families(generate_latest(registry).decode())}
        self.series = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def value(self, name: str, /, **labels: str) -> float | None:
        return self.series.get((name, frozenset(labels.items())))

    def labels(self, name: str) -> list[Mapping[str, str]]:
        return [dict(labels) for series, labels in self.series if series == name]


def increase(before: Scrape, after: Scrape, name: str, **labels: str) -> float:
    """Return what Prometheus takes two scrapes for: a series that the first one lacks has not risen."""
    total = 0.0
    for (series, found), value in after.series.items():
        if series == name and labels.items() <= dict(found).items():
            total += value - before.series.get((series, found), value)
    return total
