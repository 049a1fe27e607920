"""Scrape jobs as data: targets, what may leave the host, and where it goes."""

from __future__ import annotations

from obsgen.plan.model import Endpoint, ScrapeJob, ScrapeTarget
from obsgen.settings import Server
from obsgen.spec.model import Catalog, Scrape, Service
from obsgen.spec.values import Duration

#: Synthetic series of a scrape that pass through relabelling with the others.
SCRAPE_SERIES = (
    "scrape_duration_seconds",
    "scrape_samples_post_metric_relabeling",
    "scrape_samples_scraped",
    "scrape_series_added",
    "up",
)
# What is common; a server that nobody described evaluates this often.
_EVALUATION_INTERVAL = "15s"


def evaluation_interval(server: Server) -> str:
    """Return how often *server* evaluates the rules; part of the time from a cause to its alert."""
    return _EVALUATION_INTERVAL if server.evaluation_seconds is None else duration(server.evaluation_seconds)


def duration(seconds: float) -> str:
    """Return a length in seconds as Prometheus writes it."""
    return str(Duration(round(seconds * 1000)))


def scrape_jobs(catalog: Catalog) -> tuple[ScrapeJob, ...]:
    """Return the scrape job of every service that has one and runs somewhere."""
    return tuple(
        _job(service, service.scrape, catalog) for service in catalog.services if service.scrape and service.workspaces
    )


def _job(service: Service, scrape: Scrape, catalog: Catalog) -> ScrapeJob:
    return ScrapeJob(
        service=service.name,
        job=scrape.job,
        interval=str(scrape.every),
        timeout=str(scrape.timeout),
        path=scrape.path,
        targets=tuple(
            ScrapeTarget(
                address=f"{scrape.host}:{workspace.port}",
                labels={
                    "workspace": workspace.name,
                    **({"service_name": workspace.service_name} if workspace.service_name else {}),
                },
            )
            for workspace in service.workspaces
        ),
        series=allowed_series(service, catalog),
        endpoints=tuple(
            Endpoint(name=one.name, url_env=one.url_env, user_env=one.user_env, password_env=one.password_env)
            for one in dict.fromkeys(service.metrics_to)  # named twice, everything would arrive twice
        ),
        sample_limit=scrape.sample_limit,
    )


def allowed_series(service: Service, catalog: Catalog) -> tuple[str, ...]:
    """Return the series that a process of *service* may send: its own and those of libraries, which have no scrape job."""
    libraries = (one for one in catalog.services if one.scrape is None)
    metrics = (metric for one in (service, *libraries) for metric in one.metrics)
    return tuple(sorted({series for metric in metrics for series in metric.series}))
