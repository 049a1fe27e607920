"""Scrape jobs as Grafana Alloy configuration: scrape, let only catalogued series pass, write to the destinations."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.plan.model import Endpoint, ScrapeJob
from obsgen.plan.scraping import SCRAPE_SERIES, scrape_jobs
from obsgen.spec.model import Catalog
from obsgen.targets.alloy import syntax as a
from obsgen.targets.alloy.printer import print_file
from obsgen.targets.base import Artifact, Options

PATH = "alloy/config.alloy"
_BANNER = "Written by `obsgen build`; change the catalog, not this file. Values come from the environment of Alloy."


def render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Yield one configuration for all jobs, and the list of variables it reads; nothing where nothing is sent."""
    del options
    jobs = tuple(job for job in scrape_jobs(catalog) if job.endpoints)
    if not jobs:
        return
    yield Artifact(path=PATH, text=print_file(configuration(jobs)))
    yield Artifact(path="alloy/alloy.env.example", text=environment(_endpoints(jobs)))


def configuration(jobs: tuple[ScrapeJob, ...]) -> a.File:
    """Return the configuration: a scrape and a relabel block for each job, one remote write for each destination."""
    blocks: list[a.Statement] = [a.Comment(_BANNER)]
    for job in jobs:
        blocks += [_scrape(job), _relabel(job)]
    blocks += [_remote_write(endpoint) for endpoint in _endpoints(jobs)]
    return a.File(body=tuple(blocks))


def _endpoints(jobs: tuple[ScrapeJob, ...]) -> tuple[Endpoint, ...]:
    found = {endpoint.name: endpoint for job in jobs for endpoint in job.endpoints}
    return tuple(found[name] for name in sorted(found))


def _scrape(job: ScrapeJob) -> a.Block:
    targets = tuple(
        a.Object(
            (
                a.Field("__address__", a.String(target.address)),
                *(a.Field(name, a.String(value)) for name, value in target.labels.items()),
            )
        )
        for target in job.targets
    )
    body: list[a.Statement] = [
        a.Attribute("targets", a.Array(targets)),
        a.Attribute("forward_to", a.Array((a.Reference(f"prometheus.relabel.{_label(job)}.receiver"),))),
        a.Attribute("job_name", a.String(job.job)),
        a.Attribute("scrape_interval", a.String(job.interval)),
        a.Attribute("scrape_timeout", a.String(job.timeout)),
        a.Attribute("metrics_path", a.String(job.path)),
    ]
    if job.sample_limit:
        body.append(a.Attribute("sample_limit", a.literal(job.sample_limit)))
    return a.Block(name="prometheus.scrape", label=_label(job), body=tuple(body))


def _relabel(job: ScrapeJob) -> a.Block:
    """Keep the series of the catalog and those that every scrape adds; relabel patterns are anchored at both ends."""
    receivers = tuple(a.Reference(f"prometheus.remote_write.{a.label_for(one.name)}.receiver") for one in job.endpoints)
    rule = a.Block(
        name="rule",
        body=(
            a.Attribute("action", a.String("keep")),
            a.Attribute("source_labels", a.Array((a.String("__name__"),))),
            a.Attribute("regex", a.String("|".join((*SCRAPE_SERIES, *job.series)))),
        ),
    )
    return a.Block(
        name="prometheus.relabel", label=_label(job), body=(a.Attribute("forward_to", a.Array(receivers)), rule)
    )


def _label(job: ScrapeJob) -> str:
    return a.label_for(job.service)


def _remote_write(endpoint: Endpoint) -> a.Block:
    body: list[a.Statement] = [a.Attribute("url", _env(endpoint.url_env))]
    credentials = [
        a.Attribute(name, _env(variable))
        for name, variable in (("username", endpoint.user_env), ("password", endpoint.password_env))
        if variable
    ]
    if credentials:
        body.append(a.Block(name="basic_auth", body=tuple(credentials)))
    inner = a.Block(name="endpoint", body=tuple(body))
    return a.Block(name="prometheus.remote_write", label=a.label_for(endpoint.name), body=(inner,))


def _env(variable: str) -> a.Call:
    return a.call("sys.env", a.String(variable))


def environment(endpoints: tuple[Endpoint, ...]) -> str:
    """Return the variables that the configuration reads, without values."""
    lines = ["# Variables that config.alloy reads. Copy, fill in, keep out of version control (mode 600)."]
    seen: set[str] = set()
    for endpoint in endpoints:
        lines += ["", f"# {endpoint.name}"]
        for variable in (endpoint.url_env, endpoint.user_env, endpoint.password_env):
            if variable and variable not in seen:
                lines.append(f"{variable}=")
                seen.add(variable)
    return "\n".join(lines) + "\n"
