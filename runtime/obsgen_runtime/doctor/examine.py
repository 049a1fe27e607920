"""All checks, side by side, within one deadline."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from obsgen_runtime.doctor.catalog import Catalog
from obsgen_runtime.doctor.histogram_checks import check_buckets, check_histograms
from obsgen_runtime.doctor.langfuse_checks import check_collector, check_langfuse
from obsgen_runtime.doctor.loss_checks import check_losses
from obsgen_runtime.doctor.options import Options
from obsgen_runtime.doctor.page import Page
from obsgen_runtime.doctor.page_checks import (
    check_catalog,
    check_label_values,
    check_labels,
    check_recorded,
    check_types,
    check_unlisted,
)
from obsgen_runtime.doctor.prometheus_checks import check_prometheus
from obsgen_runtime.doctor.results import Result, failed, skipped
from obsgen_runtime.doctor.scraping import scrape
from obsgen_runtime.doctor.setting_checks import (
    Surroundings,
    access_of,
    check_address,
    check_extras,
    check_keys,
    check_names,
)

_SECONDS_TO_REPORT = 0.2
_OF_LANGFUSE = ("health", "auth", "spans-arrive", "clock")


@dataclass(slots=True, kw_only=True)
class _Group:
    """Checks that share a connection; they run in a thread, and leave behind what they found so far."""

    name: str
    checks: Callable[[], Iterable[Result]]
    found: list[Result] = field(default_factory=list)

    def run(self) -> None:
        for result in self.checks():
            self.found.append(result)


def examine(options: Options, catalog: Catalog, around: Surroundings, began: float) -> list[Result]:
    """
    Return the results of all checks, in a fixed order.

    Args:
        options: What to check.
        catalog: What the page is compared with.
        around: Settings of the process.
        began: When the time of the deadline began, by `time.monotonic`.
    """
    until = began + options.deadline_seconds - _SECONDS_TO_REPORT
    groups = [
        _Group(name="metrics", checks=lambda: _of_page(options, catalog, until)),
        _Group(name="settings", checks=lambda: _of_settings(options, around)),
        _Group(name="langfuse", checks=lambda: _of_network(options, around, until)),
    ]
    server = options.prometheus
    if server is not None:
        of_server = lambda: check_prometheus(server, options.url, catalog, options.alerts, until)  # noqa: E731
        groups.append(_Group(name="prometheus", checks=of_server))
    return [result for group in _run(groups, until) for result in group]


def _run(groups: list[_Group], until: float) -> Iterator[list[Result]]:
    outcomes = [_started(group, until) for group in groups]
    for group, outcome in zip(groups, outcomes, strict=True):
        problem = outcome()
        yield [*group.found, *([problem] if problem else [])]


def _started(group: _Group, until: float) -> Callable[[], Result | None]:
    from threading import Thread  # noqa: PLC0415

    problems: list[Result] = []

    def run() -> None:
        try:
            group.run()
        except Exception as problem:  # noqa: BLE001  (a fault of ours must not hide what the others found)
            problems.append(
                failed(group.name, f"the doctor itself failed: {type(problem).__name__}", "Please report it.")
            )

    thread = Thread(target=run, name="obsgen-runtime-doctor", daemon=True)
    thread.start()

    def outcome() -> Result | None:
        thread.join(max(0.0, until - time.monotonic()) + _SECONDS_TO_REPORT / 2)
        if thread.is_alive():
            return failed(group.name, "not finished in time", "Give it more time with --deadline.")
        return problems[0] if problems else None

    return outcome


def _of_page(options: Options, catalog: Catalog, until: float) -> Iterator[Result]:
    scraped = scrape(options.url, until)
    yield from scraped.results
    if scraped.page is None:
        yield skipped("catalog", "there is no page to look at")
        return
    yield from judge_page(scraped.page, catalog, time.time())


def judge_page(page: Page, catalog: Catalog, now: float) -> Iterator[Result]:
    """
    Yield what a page tells.

    Args:
        page: The page.
        catalog: What it is compared with.
        now: Seconds since the epoch.
    """
    for check in (check_catalog, check_types, check_labels, check_unlisted, check_label_values, check_recorded):
        yield check(page, catalog)
    yield check_histograms(page)
    yield check_buckets(page, catalog)
    yield from check_losses(page, now)


def _of_settings(options: Options, around: Surroundings) -> Iterator[Result]:
    yield around.result
    yield check_names(around.variables)
    yield check_extras(around)
    if options.langfuse:
        yield check_keys(around, required="langfuse" in options.required)
        yield check_address(around)


def _of_network(options: Options, around: Surroundings, until: float) -> Iterator[Result]:
    settings = around.settings
    if options.langfuse:
        access = access_of(around)
        if access is not None and settings is not None:
            yield from check_langfuse(access, settings.service_name, until)
            return
        yield from (skipped(name, "Langfuse is not configured") for name in _OF_LANGFUSE)
    if settings is not None and settings.traces_url and not settings.sdk_disabled:
        yield check_collector(settings, settings.traces_url, until)
