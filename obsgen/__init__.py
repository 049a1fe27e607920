"""One typed catalog of metrics, alerts, dashboards and pipelines, and everything that follows from it."""

__version__ = "0.1.0"
