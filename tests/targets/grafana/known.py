"""Ids that Grafana 13 knows, as far as obsgen writes them; an unknown one fails in Grafana without a message."""

import re

PANEL_TYPES = {"bargauge", "gauge", "heatmap", "piechart", "row", "stat", "table", "text", "timeseries"}

TRANSFORMATIONS = {
    *("calculateField", "convertFieldType", "filterByValue", "filterFieldsByName", "groupBy", "joinByField"),
    *("labelsToFields", "limit", "merge", "organize", "reduce", "renameByRegex", "rowsToFields", "seriesToRows"),
    *("sortBy", "timeSeriesTable"),
}

OVERRIDE_PROPERTIES = {
    *("color", "custom.align", "custom.cellOptions", "custom.width", "decimals", "displayName", "links"),
    *("mappings", "max", "min", "noValue", "thresholds", "unit"),
}

UNITS = {
    *("none", "short", "sishort", "string", "bool", "bool_yes_no", "bool_on_off", "percent", "percentunit"),
    *("ns", "µs", "ms", "s", "m", "h", "d", "dtdurations", "dtdurationms", "clocks"),
    *("bits", "bytes", "kbytes", "mbytes", "gbytes", "decbits", "decbytes", "deckbytes", "decmbytes", "decgbytes"),
    *("bps", "Bps", "binbps", "binBps", "KBs", "MBs", "pps"),
    *("ops", "cps", "cpm", "opm", "reqps", "reqpm", "rps", "rpm", "wps", "wpm", "iops", "eps", "epm"),
    *("mps", "recps", "recpm", "rowsps", "rowspm", "hertz", "celsius", "fahrenheit", "kelvin"),
    *("watt", "kwatt", "joule", "volt", "amp", "currencyUSD", "currencyEUR", "currencyGBP"),
    *("dateTimeAsIso", "dateTimeFromNow", "dateTimeAsLocal", "hex", "sci", "locale"),
}
CUSTOM_UNIT = re.compile(r"(prefix|suffix|si|count|currency|time|bool):.+", re.DOTALL)


def is_unit(unit):
    """Tell whether Grafana shows values in this unit, by id or by a custom form such as `suffix:tokens`."""
    return unit in UNITS or CUSTOM_UNIT.fullmatch(unit) is not None
