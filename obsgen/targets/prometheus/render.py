"""Rule groups, rule tests and scrape jobs as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from obsgen.emit.yaml_text import yaml_text
from obsgen.plan.model import Rule, RuleGroup, ScrapeJob
from obsgen.plan.rule_tests import test_files
from obsgen.plan.rules import rule_groups, verbatim
from obsgen.plan.scraping import duration, evaluation_interval, scrape_jobs
from obsgen.settings import Server
from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options


def render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Yield the rule file of each service, the tests of each alert, and `prometheus.yml`."""
    groups = rule_groups(catalog, docs_url=options.docs_url)
    for service, text in rule_files(groups).items():
        yield Artifact(path=rule_path(service), text=text)
    for test in test_files(catalog, docs_url=options.docs_url):
        banner = f"Tests of the alert {test.alert}. Written by `obsgen build`; run with `promtool test rules`."
        yield Artifact(path=f"prometheus/tests/{test.name}.yml", text=yaml_text(test.data, banner))
    jobs = scrape_jobs(catalog)
    if groups or jobs:
        services = sorted({group.service for group in groups})
        written = server(jobs, services, options.server)
        yield Artifact(path="prometheus/prometheus.yml", text=yaml_text(written, _banner("the catalog")))


def rule_path(service: str) -> str:
    """Return the path of a service's rule file."""
    return f"prometheus/rules/{service}.yml"


def rule_files(groups: tuple[RuleGroup, ...]) -> dict[str, str]:
    """Return service -> text of its rule file."""
    return {
        service: yaml_text({"groups": [_group(group) for group in found]}, _banner(f"the service {service}"))
        for service, found in groupby(groups, key=lambda group: group.service)
    }


def _banner(what: str) -> str:
    return f"Written by `obsgen build` from {what}; change the catalog, not this file."


def _group(group: RuleGroup) -> dict[str, Any]:
    return {"name": group.name, "rules": [_rule(rule) for rule in group.rules]}


def _rule(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"record" if rule.recording else "alert": rule.name, "expr": rule.expr}
    if rule.wait:
        found["for"] = rule.wait
    if rule.labels:
        # Prometheus expands labels like annotations.
        found["labels"] = {name: verbatim(value) for name, value in rule.labels.items()}
    if rule.annotations:
        found["annotations"] = dict(rule.annotations)
    return found


def server(jobs: tuple[ScrapeJob, ...], services: list[str], settings: Server) -> dict[str, Any]:
    """Return a configuration that scrapes *jobs* and loads the rules of *services*, paths relative to its own file."""
    common: dict[str, Any] = {"evaluation_interval": evaluation_interval(settings)}
    if settings.scrape_seconds is not None:
        common["scrape_interval"] = duration(settings.scrape_seconds)
    if settings.external_labels:
        common["external_labels"] = dict(settings.external_labels)
    configuration: dict[str, Any] = {"global": common}
    if services:
        configuration["rule_files"] = [f"rules/{service}.yml" for service in services]
    if jobs:
        configuration["scrape_configs"] = [_scrape(job) for job in jobs]
    return configuration


def _scrape(job: ScrapeJob) -> dict[str, Any]:
    found: dict[str, Any] = {
        "job_name": job.job,
        "scrape_interval": job.interval,
        "scrape_timeout": job.timeout,
        "metrics_path": job.path,
        "static_configs": [{"targets": [target.address], "labels": dict(target.labels)} for target in job.targets],
    }
    return found | {"sample_limit": job.sample_limit} if job.sample_limit else found
