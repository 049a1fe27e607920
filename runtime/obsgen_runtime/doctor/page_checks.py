"""Checks of a metrics page against the catalog. Pure functions of page and catalog."""

from __future__ import annotations

from collections import Counter

from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
from obsgen_runtime.doctor.catalog import Catalog
from obsgen_runtime.doctor.page import Family, Page, Sample
from obsgen_runtime.doctor.results import Result, failed, listed, ok, shown, skipped, warning
from obsgen_runtime.labels import OTHER

_CLIENT = ("python_", "process_")
_COUNTED = ("counter", "histogram")  # a gauge may start at any value
_PAGE_TYPE = {"info": "gauge"}
_OF_THE_FORMAT = frozenset({"le", "quantile", "pid"})


def check_catalog(page: Page, catalog: Catalog) -> Result:
    """Whether every metric of the packages that were named is on the page, with or without series."""
    name = "catalog"
    if not page.families:
        return failed(
            name,
            "the page is empty",
            "The process answers from a registry that nothing was registered in. Create the generated collectors in "
            "the registry that is served: both use the client's default one unless you pass `registry`.",
        )
    if not catalog.expected:
        return skipped(name, "no package named: --metrics hypertool_metrics compares the page with it")
    missing = [each.name for each in catalog.expected if each.name not in page.families]
    count = len(catalog.expected)
    if not missing:
        return ok(name, f"all {count} metrics are there")
    if len(missing) == count:
        return failed(
            name,
            f"none of the {count} metrics is there; the page shows {listed(sorted(page.families), 3)}",
            "This is another service's page, or its collectors were never created. Compare --url with the address "
            "that the process logs at its start, and create the collectors before the first request.",
        )
    said = f"{len(missing)} of {count} metrics are not there: {listed(missing)}"
    if page.is_multiprocess:
        return warning(
            name, said, "With several processes a metric shows once it has a series: record something, and ask again."
        )
    return failed(
        name,
        said,
        "The process runs with an older package than the one named: install what `obsgen build` wrote, and restart it.",
    )


def check_types(page: Page, catalog: Catalog) -> Result:
    """Whether each metric has the type, and each histogram the buckets, of the catalog."""
    wrong = [
        f"{descriptor.name} is {family.type}, not {_type(descriptor)}"
        for descriptor, family in _served(page, catalog)
        if family.type != _type(descriptor)
    ]
    wrong += [
        f"{descriptor.name} has other buckets"
        for descriptor, family in _served(page, catalog)
        if family.type == descriptor.type == "histogram" and _bounds(family) not in (set(), _declared(descriptor))
    ]
    if not wrong:
        return ok("types", "types and buckets are those of the catalog")
    return failed(
        "types",
        listed(wrong),
        "Alerts and dashboards were made for the catalog's types and buckets. Install what `obsgen build` wrote, "
        "restart the process, and look for another library that registers the same name.",
    )


def check_labels(page: Page, catalog: Catalog) -> Result:
    """Whether each series has exactly the labels of the catalog."""
    wrong = []
    for descriptor, family in _served(page, catalog):
        wanted = {label.name for label in descriptor.labels}
        others = [set(sample.labels) - _OF_THE_FORMAT for sample in family.samples]
        differing = next((labels for labels in others if labels != wanted - _OF_THE_FORMAT), None)
        if differing is not None:
            wrong.append(
                f"{descriptor.name}{{{', '.join(sorted(differing))}}} instead of {{{', '.join(sorted(wanted))}}}"
            )
    if not wrong:
        return ok("labels", "every series has the labels of the catalog")
    return failed(
        "labels",
        listed(wrong, 3),
        "Queries that select or group by these labels find nothing. Install what `obsgen build` wrote, and restart "
        "the process.",
    )


def check_unlisted(page: Page, catalog: Catalog) -> Result:
    """Whether the page serves metrics that no table has."""
    if not catalog.expected:
        return skipped("unlisted", "no package named with --metrics")
    known = {descriptor.name for descriptor in catalog.known}
    known |= {f"{each.removesuffix('_total')}_created" for each in known}
    strangers = sorted(each for each in page.families if each not in known and not each.startswith(_CLIENT))
    if not strangers:
        return ok("unlisted", "nothing is served that the catalog lacks")
    return warning(
        "unlisted",
        f"{len(strangers)} metrics are in no table: {listed(strangers)}",
        "Nothing alerts on them, and they cost storage. Add them to the catalog, name their package with --metrics, "
        "or stop serving them.",
    )


def check_label_values(page: Page, catalog: Catalog) -> Result:
    """Whether labels hold only values that the catalog lists, and open ones not too many."""
    outside: list[str] = []
    crowded: list[str] = []
    for descriptor, family in _served(page, catalog):
        for label in descriptor.labels:
            values = {sample.labels[label.name] for sample in family.samples if label.name in sample.labels} - {OTHER}
            if label.values is not None:
                strange = sorted(values - set(label.values))
                outside += [f'{descriptor.name}{{{label.name}="{shown(value)}"}}' for value in strange]
            elif _is_crowded(label, values, page):
                crowded.append(f"{descriptor.name}{{{label.name}}} has {len(values)}, at most {label.at_most}")
    if outside:
        return failed(
            "label-values",
            f"{len(outside)} values are in no list: {listed(outside, 3)}",
            "They were recorded past the generated collectors, which would have made them `other`: look for code "
            "that uses the client's metric directly, or add the values to the catalog.",
        )
    if crowded:
        return warning(
            "label-values",
            listed(crowded, 3),
            "Each value is one more series for ever. Raise `at_most` in the catalog, or record fewer values.",
        )
    return ok("label-values", "labels hold only values of the catalog")


def check_recorded(page: Page, catalog: Catalog) -> Result:
    """Whether anything was ever recorded."""
    named = {each.name for each in catalog.expected}
    served = [(each, family) for each, family in _served(page, catalog) if each.name in named and each.type in _COUNTED]
    if not served:
        return skipped("recorded", "no counter or histogram of a named package is there")
    silent = [descriptor.name for descriptor, family in served if not any(map(_is_recorded, family.samples))]
    if len(silent) < len(served):
        rest = f"; nothing yet in {listed(silent, 3)}" if silent else ""
        return ok("recorded", f"{len(served) - len(silent)} of {len(served)} metrics have recorded something{rest}")
    return warning(
        "recorded",
        f"none of {len(served)} metrics has recorded anything",
        "The collectors exist, and nothing calls them: run some work and ask again. If it stays so, no code path "
        "uses them, or it uses others in another process or registry.",
    )


def _served(page: Page, catalog: Catalog) -> list[tuple[MetricDescriptor, Family]]:
    return [(each, page.families[each.name]) for each in catalog.known if each.name in page.families]


def _type(descriptor: MetricDescriptor) -> str:
    return _PAGE_TYPE.get(descriptor.type, descriptor.type)


def _declared(descriptor: MetricDescriptor) -> set[float]:
    return {*descriptor.buckets, float("inf")}


def _bounds(family: Family) -> set[float]:
    return {_number(sample.labels["le"]) for sample in family.samples if "le" in sample.labels}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")  # equal to no bound


def _is_crowded(label: LabelDescriptor, values: set[str], page: Page) -> bool:
    # The bound holds for each process; a page of several may show more.
    return label.at_most is not None and len(values) > label.at_most and not page.is_multiprocess


def _is_recorded(sample: Sample) -> bool:
    return not sample.name.endswith("_created") and sample.value != 0


def worst(counts: Counter[str], at_most: int = 3) -> str:
    """Return the most frequent causes with their counts."""
    return listed([f"{cause} ({count})" for cause, count in counts.most_common()], at_most)
