"""The unit of what a query of the vocabulary returns."""

from __future__ import annotations

from collections.abc import Callable

from obsgen.spec import queries as q
from obsgen.spec.model import Catalog, Metric

PER_SECOND = "/second"


def unit_of(shape: q.Shape, catalog: Catalog) -> str | None:
    """
    Return the unit of the result of *shape*.

    Returns:
        A unit word of the catalog (`seconds`, `tokens`, `ratio`), empty for a bare count, with `/second` behind it for
        a rate (`tokens/second`, `/second`), with `/` between two units for one thing per another (`usd/tokens`).
        None where it is unknown: recorded series, raw PromQL, a metric that the catalog lacks.
    """
    return _READERS[type(shape)](shape, catalog)


def _metric(name: str, catalog: Catalog) -> Metric | None:
    return catalog.metrics.get(name)


def _counted(name: str, catalog: Catalog) -> str | None:
    """Return the unit of what a counter counts; a histogram counts its observations, which have none."""
    metric = _metric(name, catalog)
    if metric is None:
        return None
    return "" if metric.kind == "histogram" else metric.unit


def _measured(name: str, catalog: Catalog) -> str | None:
    metric = _metric(name, catalog)
    return None if metric is None else metric.unit


def _rate(shape: q.Rate, catalog: Catalog) -> str | None:
    counted = _counted(shape.rate, catalog)
    return None if counted is None else counted + PER_SECOND


def _per(shape: q.Per, catalog: Catalog) -> str | None:
    of, each = unit_of(shape.per.of, catalog), unit_of(shape.per.each, catalog)
    if of is None or each is None:
        return None
    if of.endswith(PER_SECOND) and each.endswith(PER_SECOND):
        of, each = of.removesuffix(PER_SECOND), each.removesuffix(PER_SECOND)
    if not each or of == each:
        # One count per another count may be a share or not; nothing says so, hence no unit rather than `ratio`.
        return "" if of == each else of
    return f"{of}/{each}"


_READERS: dict[type, Callable[..., str | None]] = {
    q.Rate: _rate,
    q.Increase: lambda shape, catalog: _counted(shape.increase, catalog),
    q.Value: lambda shape, catalog: _measured(shape.value, catalog),
    q.Ratio: lambda _shape, _catalog: "ratio",
    q.Per: _per,
    q.Share: lambda _shape, _catalog: "ratio",
    q.Quantile: lambda shape, catalog: _measured(shape.of, catalog),
    q.Mean: lambda shape, catalog: _measured(shape.mean, catalog),
    q.Within: lambda _shape, _catalog: "ratio",
    q.Distribution: lambda shape, catalog: _measured(shape.distribution, catalog),
    q.Top: lambda shape, catalog: unit_of(shape.of, catalog),
    q.Forecast: lambda shape, catalog: _measured(shape.forecast, catalog),
    q.Project: lambda shape, catalog: _counted(shape.project, catalog),
    q.Absent: lambda _shape, _catalog: "",
    q.Down: lambda _shape, _catalog: "",
    q.Age: lambda _shape, _catalog: "seconds",
    q.Changes: lambda _shape, _catalog: "",
    q.Alerting: lambda _shape, _catalog: "",
    q.Raw: lambda _shape, _catalog: None,
}
