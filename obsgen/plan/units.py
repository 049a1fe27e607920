"""Units of the catalog in Grafana's words."""

from __future__ import annotations

_GRAFANA = {
    "": "short",
    "seconds": "s",
    "bytes": "bytes",
    "ratio": "percentunit",
    "usd": "currencyUSD",
    "celsius": "celsius",
    "meters": "lengthm",
    "volts": "volt",
    "amperes": "amp",
    "joules": "joule",
    "watts": "watt",
    "grams": "massg",
    "hertz": "hertz",
    "bytes/second": "binBps",
    "seconds/second": "percentunit",
    "/second": "suffix:/s",
}


def grafana_unit(unit: str | None) -> str:
    """Return Grafana's id for a *unit* of the catalog, possibly per second; a unit that counts things is shown as it is."""
    if unit is None:
        return "short"
    if unit in _GRAFANA:
        return _GRAFANA[unit]
    return "suffix:" + unit.replace("/second", "/s").replace("_", " ")
