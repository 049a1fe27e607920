"""Scrape jobs: what is asked how often, what may leave, and where it goes."""

from obsgen.plan.model import Endpoint, ScrapeTarget
from obsgen.plan.scraping import SCRAPE_SERIES, scrape_jobs
from tests.plan.catalogs import catalog

LIBRARY = {
    "obsgen": 1,
    "service": "lib",
    "metrics": {"lib_calls_total": {"counter": "Calls."}, "lib_wait_seconds": {"histogram": "Wait.", "buckets": [1]}},
}
OTHER = {
    "obsgen": 1,
    "service": "other",
    "metrics": {"other_calls_total": {"counter": "Calls."}},
    "scrape": {"job": "other"},
}
OWN = (
    "shop_cost_usd_total", "shop_duration_seconds_bucket", "shop_duration_seconds_count", "shop_duration_seconds_sum",
    "shop_last_delivery_seconds", "shop_orders_total", "shop_payment_info", "shop_stock",
)  # fmt: skip


def test_a_job():
    """Everything about a job stands in the catalog or has a default."""
    workspaces = {"b": {"port": 9465, "service_name": "shop-b"}, "a": {"port": 9464}}
    scrape = {"job": "front", "every": "1m", "path": "/m", "host": "shop.internal", "sample_limit": 500}
    (job,) = scrape_jobs(catalog(scrape=scrape, workspaces=workspaces, send={"metrics": ["store", "copy"]}))
    assert (job.service, job.job, job.interval, job.timeout, job.path) == ("shop", "front", "1m", "10s", "/m")
    assert job.sample_limit == 500
    assert job.targets == (
        ScrapeTarget(address="shop.internal:9464", labels={"workspace": "a"}),
        ScrapeTarget(address="shop.internal:9465", labels={"workspace": "b", "service_name": "shop-b"}),
    )
    assert job.endpoints == (
        Endpoint(name="store", url_env="STORE_URL", user_env="STORE_USER", password_env="STORE_KEY"),
        Endpoint(name="copy", url_env="COPY_URL"),
    )


def test_a_short_interval_shortens_the_timeout():
    """A scrape is given up before the next one begins."""
    (job,) = scrape_jobs(catalog(scrape={"job": "shop", "every": "5s"}))
    assert (job.interval, job.timeout) == ("5s", "5s")


def test_allowed_series():
    """The series of the service leave, histograms under their three names; nobody else's do."""
    (job,) = scrape_jobs(catalog())
    assert job.series == OWN


def test_libraries_are_included():
    """A library has no scrape job of its own; its series come with every service that may use it."""
    lib = ("lib_calls_total", "lib_wait_seconds_bucket", "lib_wait_seconds_count", "lib_wait_seconds_sum")
    (job,) = scrape_jobs(catalog(LIBRARY, OTHER))
    assert job.series == (*lib, *OWN)


def test_a_service_that_runs_nowhere_has_no_job():
    """A scrape job without a workspace would scrape nothing."""
    assert [job.service for job in scrape_jobs(catalog(OTHER))] == ["shop"]


def test_a_destination_named_twice_gets_everything_once():
    """Two receivers of one name would double every sample."""
    (job,) = scrape_jobs(catalog(send={"metrics": ["store", "store"]}))
    assert [endpoint.name for endpoint in job.endpoints] == ["store"]


def test_what_a_scrape_adds():
    """`up` and its like pass, so that a silent service can be seen from afar."""
    assert "up" in SCRAPE_SERIES
    assert list(SCRAPE_SERIES) == sorted(SCRAPE_SERIES)
