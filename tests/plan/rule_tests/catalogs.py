"""A catalog with an alert for every shape and every kind of comparison."""

SHARED = """
obsgen: 1
shared: true
severities:
  warning: {means: soon, respond_in: 1d}
"""

METRICS = """
obsgen: 1
service: bakery
owner: bakers
scrape: {job: bakery, every: 15s}
workspaces:
  north: {port: 9001}
  south: {port: 9002}
labels:
  oven: {help: Which oven., values: [left, right]}
  bread: {help: Which bread., at_most: 50, example: rye}
  result: {help: How it ended., values: [sold, burnt, eaten]}
metrics:
  bakery_loaves_total: {counter: Loaves., labels: [oven, bread, result]}
  bakery_flour_kilograms: {gauge: Flour left., unit: kilograms, labels: [oven], range: [0, 500]}
  bakery_oven_heat_ratio: {gauge: Share of full heat., labels: [oven], range: [0, 1]}
  bakery_oven_state: {gauge: Open or shut., labels: [oven], range: [0, 1]}
  bakery_debt_euros: {gauge: Debt., unit: euros}
  bakery_last_delivery_timestamp_seconds: {gauge: When flour came., labels: [oven]}
  bakery_cost_euros_total: {counter: Money spent., unit: euros, labels: [oven]}
  bakery_bake_duration_seconds:
    histogram: Time in the oven.
    labels: [oven, bread]
    buckets: [0.5, 1, 5, 15, 30, 60, 120]
  bakery_info: {info: Version., labels: [bread]}
"""

CONDITIONS = {
    "RateAbove": ("{rate: bakery_loaves_total, by: [oven], over: 5m, above: 10}", "5m"),
    "RateBelow": ("{rate: bakery_loaves_total, by: [oven, bread], over: 10m, below: 0.3}", "10m"),
    "RateNarrowed": ("{rate: bakery_loaves_total, where: {result: [burnt, eaten]}, over: 5m, at_least: 7}", "2m"),
    "RateOfHistogram": ("{rate: bakery_bake_duration_seconds, over: 5m, above: 0.05}", ""),
    "RateQuick": ("{rate: bakery_loaves_total, over: 30s, above: 10}", "10s"),
    "RateAny": ("{rate: bakery_loaves_total, by: [oven], over: 5m, above: 0}", "1m"),
    "RateByWorkspace": ("{rate: bakery_loaves_total, by: [workspace], over: 5m, above: 3}", "5m"),
    "IncreaseAbove": ("{increase: bakery_loaves_total, by: [bread], where: {result: burnt}, over: 1h, above: 100}", "5m"),
    "IncreaseSlow": ("{increase: bakery_cost_euros_total, over: 1d, above: 12.5}", "1h"),
    "IncreaseNone": ("{increase: bakery_loaves_total, over: 30m, at_most: 0}", "5m"),
    "ProjectAbove": ("{project: bakery_cost_euros_total, to: month, over: 6h, above: 1000}", "30m"),
    "GaugeBelow": ("{value: bakery_flour_kilograms, by: [oven], below: 20}", "5m"),
    "GaugeAbove": ("{value: bakery_debt_euros, above: 0}", "0m1s"),
    "GaugeAtLeastTop": ("{value: bakery_oven_heat_ratio, at_least: 100%}", "3m"),
    "GaugeSum": ("{value: bakery_flour_kilograms, as: sum, below: 30}", "5m"),
    "GaugeMean": ("{value: bakery_oven_heat_ratio, as: mean, by: [oven], above: 0.9}", "5m"),
    "GaugeEach": ("{value: bakery_flour_kilograms, as: each, below: 20}", "5m"),
    "GaugeMaxBelow": ("{value: bakery_flour_kilograms, as: max, where: {oven: left}, at_most: 20}", ""),
    "GaugeEquals": ("{value: bakery_oven_state, as: each, equals: 1}", "5m"),
    "InfoThere": ("{value: bakery_info, equals: 1}", "5m"),
    "RecordAbove": ("{value: 'oven:bakery_loaves:rate5m', by: [oven], above: 5}", "5m"),
    "RatioAbove": (
        "{ratio: bakery_loaves_total, part: {result: burnt}, by: [oven], over: 5m, above: 20%}", "5m",
    ),
    "RatioGuarded": (
        "{ratio: bakery_loaves_total, part: {result: burnt}, by: [oven], over: 15m, above: 20%, min_events: 10}", "5m",
    ),
    "RatioLongWait": (
        "{ratio: bakery_loaves_total, part: {result: {not: sold}}, over: 5m, above: 33.3%, min_events: 300}", "20m",
    ),
    "RatioBelow": (
        "{ratio: bakery_loaves_total, part: {result: sold}, where: {oven: left}, over: 10m, below: 95%}", "5m",
    ),
    "RatioWithin": (
        "{ratio: bakery_loaves_total, part: {result: {not: sold}}, where: {result: [sold, burnt]}, over: 10m, above: 1%}",
        "5m",
    ),
    "RatioTop": ("{ratio: bakery_loaves_total, part: {result: sold}, over: 10m, at_least: 1}", "5m"),
    "RatioAny": ("{ratio: bakery_loaves_total, part: {bread: {matches: 'r.*'}}, over: 10m, above: 0}", "5m"),
    "ShareAbove": ("{share: bakery_loaves_total, by: [bread], over: 10m, above: 60%}", "5m"),
    "PerAbove": (
        "{per: {of: {rate: bakery_cost_euros_total, by: [oven], over: 10m},"
        " each: {rate: bakery_loaves_total, by: [oven], over: 10m}}, above: 0.25}", "5m",
    ),
    "PerBelow": (
        "{per: {of: {increase: bakery_cost_euros_total, over: 10m},"
        " each: {value: bakery_flour_kilograms, as: sum}}, below: 2}", "5m",
    ),
    "QuantileAbove": ("{quantile: 0.95, of: bakery_bake_duration_seconds, by: [oven], over: 10m, above: 30s}", "10m"),
    "QuantileInside": ("{quantile: 0.9, of: bakery_bake_duration_seconds, over: 10m, above: 20, min_events: 50}", "5m"),
    "QuantileMedian": ("{quantile: 0.5, of: bakery_bake_duration_seconds, over: 5m, at_least: 60}", ""),
    "QuantileBelow": ("{quantile: 0.99, of: bakery_bake_duration_seconds, over: 5m, below: 5}", "1m"),
    "QuantileTop": ("{quantile: 0.95, of: bakery_bake_duration_seconds, over: 10m, above: 100}", "10m"),
    "MeanAbove": ("{mean: bakery_bake_duration_seconds, by: [bread], over: 10m, above: 45}", "5m"),
    "MeanGuarded": ("{mean: bakery_bake_duration_seconds, over: 10m, below: 2.5, min_events: 4}", "5m"),
    "WithinBelow": ("{within: 30, of: bakery_bake_duration_seconds, by: [oven], over: 10m, below: 99%}", "5m"),
    "WithinFraction": ("{within: 500ms, of: bakery_bake_duration_seconds, over: 10m, at_most: 50%, min_events: 7}", "5m"),
    "ForecastBelow": ("{forecast: bakery_flour_kilograms, in: 4h, from: 1h, by: [oven], below: 10}", "10m"),
    "ForecastAbove": ("{forecast: bakery_debt_euros, in: 30m, from: 10m, as: each, above: 1000}", ""),
    "AgeAbove": ("{age: bakery_last_delivery_timestamp_seconds, by: [oven], above: 2h}", "5m"),
    "AgeShort": ("{age: bakery_last_delivery_timestamp_seconds, above: 90s}", "1m"),
    "ChangesAbove": ("{changes: bakery_oven_state, by: [oven], over: 10m, above: 4}", "2m"),
    "ChangesNone": ("{changes: bakery_flour_kilograms, over: 30m, below: 1}", "5m"),
    "AbsentCounter": ("{absent: bakery_loaves_total}", "10m"),
    "AbsentNarrowed": ("{absent: bakery_bake_duration_seconds, where: {oven: left, bread: [rye, spelt]}}", ""),
    "TargetDown": ("{down: true}", "5m"),
    "AllOfTwo": (
        "{all: [{rate: bakery_loaves_total, by: [oven], over: 5m, above: 1},"
        " {value: bakery_flour_kilograms, by: [oven], below: 20}]}", "5m",
    ),
    "AllOfSame": (
        "{all: [{value: bakery_flour_kilograms, as: each, above: 20},"
        " {value: bakery_flour_kilograms, as: each, below: 50}]}", "5m",
    ),
    "AllUnless": (
        "{all: [{value: bakery_flour_kilograms, as: min, below: 20}], unless: {rate: bakery_loaves_total, over: 5m, below: 1}}",
        "5m",
    ),
    "AnyOfTwo": (
        "{any: [{mean: bakery_bake_duration_seconds, by: [oven], over: 5m, above: 60},"
        " {value: bakery_oven_heat_ratio, by: [oven], below: 30%}]}", "5m",
    ),
    "Nested": (
        "{all: [{any: [{value: bakery_debt_euros, above: 5}, {increase: bakery_cost_euros_total, over: 10m, above: 3}]},"
        " {value: bakery_flour_kilograms, as: sum, above: 40}]}", "2m",
    ),
    "AndAbsent": ("{all: [{absent: bakery_loaves_total}, {value: bakery_flour_kilograms, as: sum, above: 40}]}", "2m"),
}  # fmt: skip

UNTESTABLE = {
    "HandWritten": ("{promql: 'rate(bakery_loaves_total[5m]) > 1'}", "written by hand"),
    "OutOfReach": ("{value: bakery_flour_kilograms, below: 0}", "no value that can occur"),
    "AboveTheTop": ("{value: bakery_oven_heat_ratio, above: 100%}", "no value that can occur"),
    "FirstBucket": ("{quantile: 0.5, of: bakery_bake_duration_seconds, over: 5m, above: 0.1}", "first bucket"),
    "NeverTogether": (
        "{all: [{value: bakery_flour_kilograms, by: [oven], below: 20}, {rate: bakery_loaves_total, over: 5m, above: 1}]}",
        "makes it fire",
    ),
    "BothWays": (
        "{all: [{value: bakery_flour_kilograms, as: each, above: 50}, {value: bakery_flour_kilograms, as: each, below: 20}]}",
        "makes it fire",
    ),
    "TooFarApart": ("{rate: bakery_loaves_total, over: 30s, above: 1}", "evaluations"),
    "ManyMoves": ("{changes: bakery_oven_state, over: 10m, above: 5000}", "move"),
}  # fmt: skip

ALERT = """
  {name}:
    when: {when}
    {wait}
    severity: warning
    summary: "{name}{label}"
    impact: Bread.
    mitigation: Bake.
"""

RECORDS = """
records:
  'oven:bakery_loaves:rate5m': {record: Loaves by oven., query: {rate: bakery_loaves_total, by: [oven], over: 5m}}
"""


def texts(conditions: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return the catalog's files with alerts for *conditions*: name -> condition and `for`, empty for none."""
    alerts = "".join(
        ALERT.format(
            name=name,
            when=when,
            wait=f"for: {wait}" if wait else "",
            label=" of {{ $labels.oven }}" if "by: [oven]" in when else "",
        )
        for name, (when, wait) in conditions.items()
    )
    document = f"obsgen: 1\nservice: bakery\n{RECORDS}\nalerts:{alerts}"
    return {"shared.yaml": SHARED, "metrics.yaml": METRICS, "alerts.yaml": document}
