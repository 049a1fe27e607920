"""Random PromQL expressions over the catalog of the tests."""

from __future__ import annotations

import random

_COUNTERS = [
    "demo_requests_total",
    "demo_failures_total",
    "demo_sent_bytes_total",
    "demo_busy_seconds_total",
    "side_jobs_total",
]
_GAUGES = [
    "demo_queue_depth", "demo_balance", "demo_quality_ratio", "demo_cold_celsius", "demo_pressure",
    "demo_started_timestamp_seconds", "demo_build_info", "up",
]  # fmt: skip
_PARTS = [f"demo_{name}_{part}" for name in ("wait_seconds", "drift_celsius") for part in ("bucket", "count", "sum")]
_RECORDS = [
    "color:demo_requests:rate5m", "demo:failures_per_requests:ratio", "color_le:demo_wait_seconds_bucket:rate5m", "demo:odd:mix",
]  # fmt: skip
_FOREIGN = ["foreign_a", "foreign_b_total", "ALERTS"]
_LABELS = ["color", "shape", "zone", "job", "instance", "workspace", "service_name", "le", "any", "nosuch"]
_VALUES = {
    "color": ["red", "blue", "other", "green", ""], "shape": ["round", "square"], "zone": ["z1", "z2"], "job": ["demo", "x"],
    "instance": ["a:1"], "workspace": ["north", "south"], "service_name": ["demo-north", ""], "le": ["1", "1.0", "0.5", "+Inf", "-5"],
    "any": ["x", ""], "nosuch": ["", "v"],
}  # fmt: skip
_PATTERNS = [
    "red|blue",
    "r.*",
    ".*",
    ".+",
    "",
    "(red|z1)",
    "north|demo-north",
    "a:1",
    "0\\\\.5|1(\\\\.0)?",
    "[^r]+",
    "x|",
    "\\\\d+",
]
_NUMBERS = ["0", "1", "2", "0.5", "-1", "100", "60", "1e3", "-0.25", "10", "1/3", "Inf", "NaN", "0/0", "3", "5", "-3"]
_EACH = [
    "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "sort", "sort_desc", "round", "timestamp", "hour", "minute",
    "month", "year", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad", "absent", "-", "+",
]  # fmt: skip
_OVER_TIME = [
    "rate", "increase", "irate", "delta", "idelta", "deriv", "changes", "resets", "avg_over_time", "sum_over_time", "min_over_time",
    "max_over_time", "count_over_time", "last_over_time", "present_over_time", "stddev_over_time", "stdvar_over_time",
    "absent_over_time",
]  # fmt: skip
_AGGREGATORS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
_ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
_COMPARISONS = ["==", "!=", ">", "<", ">=", "<="]


class Grammar:
    """
    Writes expressions.

    Args:
        chance: Where the choices come from.
    """

    def __init__(self, chance: random.Random) -> None:
        self.pick = chance.choice
        self.sample = chance.sample
        self.odds = chance.random
        self.upto = chance.randint

    def vector(self, depth: int) -> str:
        """Return an expression of type instant vector."""
        if depth <= 0 or self.odds() < 0.08:
            return self.selector()
        return self.pick((
            self.over_time, self.over_time, self.each, self.aggregation, self.aggregation, self.aggregation,
            self.beside_scalar, self.beside_scalar, self.between, self.between, self.sets, self.share, self.guarded,
            self.labelled, self.clamped, self.quantile, self.other,
        ))(depth - 1)  # fmt: skip

    def scalar(self, depth: int) -> str:
        """Return an expression of type scalar."""
        way = self.odds()
        if depth <= 0 or way < 0.7:
            return self.pick(_NUMBERS)
        if way < 0.8:
            return "time()"
        if way < 0.85:
            return "pi()"
        if way < 0.93:
            return f"scalar({self.vector(depth - 1)})"
        return f"({self.scalar(depth - 1)} {self.pick(_ARITHMETIC)} {self.scalar(depth - 1)})"

    def selector(self, name: str | None = None) -> str:
        """Return an instant selector."""
        if name is None:
            name = self.pick(self.pick((_COUNTERS, _GAUGES, _GAUGES, _PARTS, _RECORDS, _FOREIGN)))
        matchers = "" if self.odds() < 0.6 else ",".join(self.matcher() for _ in range(self.upto(1, 2)))
        return f"{name}{{{matchers}}}" if matchers else name

    def matcher(self) -> str:
        """Return a matcher."""
        label = self.pick(_LABELS)
        if self.odds() < 0.6:
            return f'{label}{self.pick(("=", "!="))}"{self.pick(_VALUES[label])}"'
        return f'{label}{self.pick(("=~", "!~"))}"{self.pick(_PATTERNS)}"'

    def window(self, depth: int) -> str:
        """Return a range vector."""
        if depth > 0 and self.odds() < 0.15:
            return f"({self.vector(depth - 1)})[{self.pick(('4m', '6m'))}:{self.pick(('1m', ''))}]"
        offset = self.pick(("", "", "", "", " offset 1m"))
        return f"{self.selector()}[{self.pick(('2m', '5m', '10m'))}]{offset}"

    def over_time(self, depth: int) -> str:
        name = self.pick(_OVER_TIME)
        if self.odds() < 0.1:
            return f"quantile_over_time({self.scalar(depth)}, {self.window(depth)})"
        if self.odds() < 0.06:
            return f"predict_linear({self.window(depth)}, {self.scalar(depth)})"
        return f"{name}({self.window(depth)})"

    def each(self, depth: int) -> str:
        return f"{self.pick(_EACH)}({self.vector(depth)})"

    def grouping(self) -> str:
        names = ", ".join(self.sample([*_LABELS, "__name__"], self.upto(0, 3)))
        return self.pick(("", f"by ({names})", f"by ({names})", f"without ({names})"))

    def aggregation(self, depth: int) -> str:
        of = self.vector(depth)
        way = self.odds()
        if way < 0.75:
            return f"{self.pick(_AGGREGATORS)} {self.grouping()} ({of})"
        if way < 0.83:
            return f"{self.pick(('topk', 'bottomk'))} {self.grouping()} ({self.pick('123')}, {of})"
        if way < 0.92:
            return f"quantile {self.grouping()} ({self.scalar(depth)}, {of})"
        return f'count_values {self.grouping()} ("{self.pick(("value", "color"))}", {of})'

    def beside_scalar(self, depth: int) -> str:
        op = self.pick(_ARITHMETIC if self.odds() < 0.5 else _COMPARISONS)
        bool_ = " bool" if op in _COMPARISONS and self.odds() < 0.3 else ""
        sides = [f"({self.vector(depth)})", f"({self.scalar(depth)})"]
        if self.odds() < 0.3:
            sides.reverse()
        return f"{sides[0]} {op}{bool_} {sides[1]}"

    def matching(self) -> str:
        way = self.odds()
        names = ", ".join(self.sample(_LABELS, self.upto(0, 3)))
        if way < 0.4:
            return ""
        words = f"on ({names})" if way < 0.75 else f"ignoring ({names})"
        if self.odds() < 0.5:
            include = ", ".join(self.sample(_LABELS, self.upto(0, 2)))
            words += f" {self.pick(('group_left', 'group_right'))} ({include})"
        return words

    def pair(self, depth: int) -> tuple[str, str, str]:
        """Return two vectors that have a good chance to match, and the words to match them."""
        way = self.odds()
        if way < 0.4:
            names = ", ".join(self.sample(_LABELS, self.upto(0, 2)))
            left, right = (f"{self.pick(_AGGREGATORS)} by ({names}) ({self.vector(depth)})" for _ in "12")
            return left, self.pick(("", f"on ({names})")), right
        if way < 0.6:
            of = self.vector(depth)
            names = ", ".join(self.sample(_LABELS, self.upto(0, 2)))
            return f"({of})", f"on ({names}) group_left", f"{self.pick(_AGGREGATORS)} by ({names}) ({of})"
        if way < 0.75:
            of = self.vector(depth)
            return f"({of})", "", f"({of})"
        return f"({self.vector(depth)})", self.matching(), f"({self.vector(depth)})"

    def between(self, depth: int) -> str:
        left, words, right = self.pair(depth)
        op = self.pick([*_ARITHMETIC[:5], *_ARITHMETIC, *_COMPARISONS])
        bool_ = " bool" if op in _COMPARISONS and self.odds() < 0.3 else ""
        return f"{left} {op}{bool_} {words} {right}"

    def sets(self, depth: int) -> str:
        left, words, right = self.pair(depth)
        if "group" in words:
            words = words.split(" group")[0]
        return f"{left} {self.pick(('and', 'or', 'or', 'unless'))} {words} {right}"

    def share(self, depth: int) -> str:
        """Return a quotient that should be seen to be a share."""
        names = ", ".join(self.sample(_LABELS[:7], self.upto(0, 2)))
        others = ", ".join(self.sample(_LABELS[:7], self.upto(0, 2)))
        label, value = self.pick(
            (("color", "red"), ("shape", "round"), ("workspace", "north"), ("le", "1"), ("le", "5"))
        )
        name = self.pick((*_COUNTERS, *_PARTS, "demo_queue_depth", "demo_balance", "foreign_a"))
        function, window = self.pick((("rate", "[5m]"), ("increase", "[5m]"), ("irate", "[5m]"), ("", "")))
        part = f'{function}({name}{{{label}="{value}"}}{window})'
        whole = f"{function}({name}{window})"
        if name.endswith("_bucket") and self.odds() < 0.8:
            bounds = self.pick(("1|1.0", "1|1.0", "1|5", "5(.0)?", "1.*"))
            part = f'{function}({name}{{le=~"{bounds}"}}{window})'
            whole = f"{function}({name.replace('_bucket', '_count')}{window})"
        op = self.pick(("sum", "sum", "count"))
        return self.pick((
            f"{op} by ({names}) ({part}) / {op} by ({names}) ({whole})",
            f"{op} ({part}) / {op} ({whole})",
            f"{op} by ({names}) ({part}) / on () group_left {op} ({whole})",
            f"{op} without ({names}) ({part}) / {op} without ({names}) ({whole})",
            f"{part} / ignoring ({names}) group_left {op} without ({names}) ({whole})",
            f"{part} / on ({names}) group_left {op} by ({names}) ({whole})",
            f"{part} / ignoring (le) {whole}",
            f"{op} by ({names}) ({part}) / {self.matching()} {op} by ({others}) ({whole})",
            f"{op} by ({names}) ({part}) / on () group_right {op} by ({others}) ({whole})",
            f"{op} by ({names}) ({part}) / on ({others}) group_right {op} ({whole})",
            f"{op} without ({others}) ({part}) / ignoring ({names}) {op} without ({names}) ({whole})",
            f"{op} ({whole}) - on () group_right {op} by ({names}) ({part})",
            f"{op} by ({names}) ({whole}) - {self.matching()} {op} by ({others}) ({part})",
            f"{part} / {whole}",
            f"({op} by ({names}) ({whole}) - {op} by ({names}) ({part})) / {op} by ({names}) ({whole})",
            f"1 - {op} by ({names}) ({part}) / {op} by ({names}) ({whole})",
            f"{op} ({part}) / ({op} ({part}) + {op} ({self.vector(depth - 2)}))",
        ))  # fmt: skip

    def guarded(self, depth: int) -> str:
        part, whole = self.vector(depth - 1), self.vector(depth - 1)
        names = ", ".join(self.sample(_LABELS, self.upto(0, 1)))
        a, b = f"sum by ({names}) ({part})", f"sum by ({names}) ({whole})"
        return self.pick((
            f"{a} / ({b} > 0)", f"{a} / {b} and {b} > 0", f"{a} / ({b} != 0)", f"({a} / {b} > 0.1) and {b} > 0",
            f"{a} / {b} > 0 and {b} >= 1", f"{a} % ({b} < 0)", f"{a} / clamp_min({b}, 1)",
        ))  # fmt: skip

    def labelled(self, depth: int) -> str:
        of = self.vector(depth)
        target, source = self.pick((*_LABELS, "fresh")), self.pick(_LABELS)
        if self.odds() < 0.3:
            sources = ", ".join(f'"{name}"' for name in self.sample(_LABELS, self.upto(1, 2)))
            return f'label_join({of}, "{target}", "{self.pick(("", "-"))}", {sources})'
        replacement = self.pick(("x", "$1", "${1}", "", "a-$1", "$1$2"))
        return f'label_replace({of}, "{target}", "{replacement}", "{source}", "{self.pick(("(.*)", "(.+)", "r(.*)", "", ".*", "red"))}")'

    def clamped(self, depth: int) -> str:
        of = self.vector(depth)
        return self.pick((
            f"clamp({of}, {self.scalar(depth)}, {self.scalar(depth)})",
            f"clamp_min({of}, {self.scalar(depth)})",
            f"clamp_max({of}, {self.scalar(depth)})",
            f"round({of}, {self.scalar(depth)})",
        ))  # fmt: skip

    def quantile(self, depth: int) -> str:
        buckets = self.pick((
            self.selector(f"demo_{self.pick(('wait_seconds', 'drift_celsius'))}_bucket") + "[5m]",
            "demo_wait_seconds_bucket[5m]",
        ))  # fmt: skip
        of = self.pick((
            f"rate({buckets})", f"sum by (le) (rate({buckets}))", f"sum by (le, color) (increase({buckets}))",
            "color_le:demo_wait_seconds_bucket:rate5m", "-demo_wait_seconds_bucket", self.vector(depth),
        ))  # fmt: skip
        return f"histogram_quantile({self.pick(('0.5', '0.95', '0', '1', '1.5', '-1', self.scalar(depth)))}, {of})"

    def other(self, depth: int) -> str:
        return self.pick((
            f"vector({self.scalar(depth)})",
            f"absent({self.selector()})",
            f"absent_over_time({self.selector()}[2m])",
            "minute()",
            f"time() - {self.selector('demo_started_timestamp_seconds')}",
            f"{self.vector(depth)} or vector(0)",
        ))  # fmt: skip
