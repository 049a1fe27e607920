"""The unit that a panel of a foreign dashboard shows, against the unit of what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from obsgen.checks.base import Subject
from obsgen.checks.boards import Panel, results
from obsgen.checks.readings import begun
from obsgen.checks.units import in_words
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.source.nodes import Scalar

#: Grafana's units -> the unit that a value has to have for them, as in the catalog.
_MEANS = {
    "percent": "percent", "percentunit": "ratio",
    "s": "seconds", "dtdurations": "seconds", "clocks": "seconds", "dthms": "seconds", "dtdhms": "seconds",
    "ms": "milliseconds", "dtdurationms": "milliseconds", "clockms": "milliseconds", "µs": "microseconds", "ns": "nanoseconds",
    "m": "minutes", "h": "hours", "d": "days",
    "dateTimeAsIso": "milliseconds", "dateTimeAsIsoNoDateIfToday": "milliseconds", "dateTimeAsUS": "milliseconds",
    "dateTimeAsUSNoDateIfToday": "milliseconds", "dateTimeAsLocal": "milliseconds", "dateTimeAsSystem": "milliseconds",
    "dateTimeAsLocalNoDateIfToday": "milliseconds", "dateTimeFromNow": "milliseconds",
    "bytes": "bytes", "decbytes": "bytes", "kbytes": "kibibytes", "deckbytes": "kilobytes", "mbytes": "mebibytes",
    "decmbytes": "megabytes", "gbytes": "gibibytes", "decgbytes": "gigabytes", "bits": "bits", "decbits": "bits",
    "Bps": "bytes/second", "binBps": "bytes/second", "bps": "bits/second", "binbps": "bits/second",
    "celsius": "celsius", "lengthm": "meters", "massg": "grams", "joule": "joules", "watt": "watts", "volt": "volts",
    "amp": "amperes", "hertz": "hertz", "currencyUSD": "usd",
}  # fmt: skip
#: Unit of the catalog -> the one of Grafana's that people mostly take for it.
_USUAL = {
    "percent": "percent", "ratio": "percentunit", "seconds": "s", "milliseconds": "ms", "microseconds": "µs",
    "nanoseconds": "ns", "minutes": "m", "hours": "h", "days": "d", "bytes": "bytes", "kibibytes": "kbytes",
    "mebibytes": "mbytes", "gibibytes": "gbytes", "kilobytes": "deckbytes", "megabytes": "decmbytes",
    "gigabytes": "decgbytes", "bits": "bits", "bytes/second": "binBps", "bits/second": "bps", "celsius": "celsius",
    "meters": "lengthm", "grams": "massg", "joules": "joule", "watts": "watt", "volts": "volt", "amperes": "amp",
    "hertz": "hertz", "usd": "currencyUSD",
}  # fmt: skip


def mismatched(subject: Subject, differ: Callable[[str | None, str | None], bool]) -> Iterator[Diagnostic]:
    """Yield a finding for each panel whose unit fits none of its queries; *differ* says whether two units cannot be one."""
    for panel, found in results(subject):
        unit = _stated(panel)
        if unit is None or not panel.as_asked or panel.overrides("unit"):
            continue
        means = _MEANS.get(unit.text)
        # Seconds of work in each second of time are the share of it that was busy.
        units = [_SAME.get(one.whole.unit or "", one.whole.unit) for _, _, one in found]
        if means is not None and units and all(differ(means, of) for of in units):
            of = units[0] or ""
            _, read, meanings = found[0]
            place = begun(read, meanings.tree)
            yield error(
                "query/unit-mismatch",
                f"the result is {in_words(of)}, the panel shows `{unit.text}`, {_expects(unit.text, means)}",
                unit.span,
                also=(Label(place, f"this is {in_words(of)}"),),
                help=_help(unit.text, means, of),
            )


_SAME = {"seconds/second": "ratio"}


def _stated(panel: Panel) -> Scalar | None:
    unit = panel.origin.find("fieldConfig", "defaults", "unit")
    return unit if isinstance(unit, Scalar) and isinstance(unit.value, str) else None


def _expects(unit: str, means: str) -> str:
    return "which is counted in milliseconds" if unit.startswith("dateTime") else f"which is {in_words(means)}"


def _help(unit: str, means: str, of: str) -> str:
    if unit.startswith("dateTime") and of == "seconds":
        return "put `* 1000` behind the query"
    usual = _USUAL.get(of)
    return f"write `{usual}`" if usual else f"convert the result, or choose another unit than one {in_words(means)}"
