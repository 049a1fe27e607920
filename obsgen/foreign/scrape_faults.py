"""What Prometheus refuses in a prometheus.yml, so that it does not start, or goes on with what it read before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.foreign import shapes
from obsgen.foreign.relabelling import refuse_relabelling
from obsgen.foreign.shapes import REFUSED, Report
from obsgen.source.nodes import Mapping, Scalar, Sequence, short
from obsgen.words import nearest

_RULE_FILE = re.compile(r"[^*]*(\*[^/]*)?")
_SCHEME = re.compile(r"https?://")
#: What holds where nothing is said.
_INTERVAL = "1m"
_INTERVAL_SECONDS = 60.0

#: Keys of a scrape configuration but for those of service discovery, which are many.
_KEYS = frozenset(
    [
        "job_name",
        "honor_labels",
        "honor_timestamps",
        "track_timestamps_staleness",
        "params",
        "scrape_interval",
        "scrape_timeout",
        "scrape_protocols",
        "fallback_scrape_protocol",
        "scrape_classic_histograms",
        "always_scrape_classic_histograms",
        "scrape_native_histograms",
        "convert_classic_histograms_to_nhcb",
        "scrape_failure_log_file",
        "extra_scrape_metrics",
        "metrics_path",
        "scheme",
        "enable_compression",
        "body_size_limit",
        "sample_limit",
        "target_limit",
        "label_limit",
        "label_name_length_limit",
        "label_value_length_limit",
        "keep_dropped_targets",
        "native_histogram_bucket_limit",
        "native_histogram_min_bucket_factor",
        "metric_name_validation_scheme",
        "metric_name_escaping_scheme",
        "basic_auth",
        "authorization",
        "oauth2",
        "bearer_token",
        "bearer_token_file",
        "tls_config",
        "follow_redirects",
        "enable_http2",
        "http_headers",
        "proxy_url",
        "no_proxy",
        "proxy_from_environment",
        "proxy_connect_header",
        "static_configs",
        "relabel_configs",
        "metric_relabel_configs",
    ]
)


@dataclass(frozen=True, kw_only=True)
class _Length:
    """A duration that is written out: where, and how long it is."""

    node: Scalar
    seconds: float


def refuse(root: Mapping, configs: Collection[Mapping], names: Iterable[Scalar], report: Report) -> None:
    """
    Report what the loader of Prometheus refuses in a configuration whose lists and mappings have their shape.

    Args:
        root: The whole file.
        configs: Its scrape configurations.
        names: The names of its jobs, by place.
        report: Takes the findings.
    """
    every = _timing(root, report)
    for config in configs:
        _timeout(config, every, report)
        _keys(config, report)
    refuse_relabelling(root, configs, report)
    _names(names, report)
    for pattern in shapes.scalars(root, "rule_files", _nowhere):
        if not _RULE_FILE.fullmatch(pattern.text):
            said = f"a `*` of `{short(pattern.text)}` stands before the last part of the path"
            report(shapes.wrong_shape(said, pattern.span, f"only the last part may have one; {REFUSED}"))


def makes_addresses(config: Mapping) -> bool:
    """
    Return whether relabelling may make addresses of the targets of a scrape configuration.

    Jobs of the blackbox and SNMP exporters have URLs for targets, and Prometheus judges none that is relabelled.
    """
    rules = config.get("relabel_configs")
    return not shapes.is_null(rules) and not (isinstance(rules, Sequence) and not rules.items)


def refuse_target(target: Scalar, report: Report) -> None:
    """Report a target that is no host with a port, in a job without relabelling of targets."""
    if target.text == "":
        report(shapes.wrong_shape("this target is empty", target.span, "write `HOST:PORT`, or remove it"))
    elif "/" in target.text and shapes.is_templated(target):
        report(shapes.template(target.span))
    elif "/" in target.text:
        address, _, path = _SCHEME.sub("", target.text).partition("/")
        advice = f"write `{short(address)}`" if address else "write `HOST:PORT`"
        aside = [f"`metrics_path: /{short(path)}`"] if path else []
        if _SCHEME.match(target.text):
            aside.append(f"`scheme: {target.text.partition(':')[0]}`")
        beside = f" and, beside `static_configs`, {' and '.join(aside)}" if aside else ""
        said = f"`{short(target.text)}` is no host with a port"
        report(shapes.wrong_shape(said, target.span, f"{advice}{beside}; {REFUSED}"))


def _nowhere(_: Diagnostic) -> None:
    """Drop what was reported when the file was read."""


def _timing(root: Mapping, report: Report) -> _Length | float | None:
    """Report a global timeout that is too long, and return the interval of jobs without their own; None if it is unknown."""
    settings = shapes.mapping(root, "global", _nowhere)
    every: _Length | float | None = _INTERVAL_SECONDS
    if settings is None:
        return every
    if not shapes.is_null(settings.get("scrape_interval")):
        # What is no duration was reported when the file was read; zero stands for nothing.
        said = _length(settings, "scrape_interval", _nowhere)
        every = said if said is None or said.seconds else every
    _compare(_length(settings, "scrape_timeout", report), every, report)
    return every


def _timeout(config: Mapping, inherited: _Length | float | None, report: Report) -> None:
    every = inherited
    if not shapes.is_null(config.get("scrape_interval")):
        said = _length(config, "scrape_interval", report)
        every = said if said is None or said.seconds else every
    _compare(_length(config, "scrape_timeout", report), every, report)


def _length(holder: Mapping, key: str, report: Report) -> _Length | None:
    node = shapes.scalar(holder, key, report)
    seconds = None if node is None else shapes.seconds(node, report)
    return None if node is None or seconds is None else _Length(node=node, seconds=seconds)


def _compare(timeout: _Length | None, every: _Length | float | None, report: Report) -> None:
    # A timeout that is inherited is cut to the interval; only one that stands beside a shorter interval is refused.
    if timeout is None or every is None or timeout.seconds <= (every if isinstance(every, float) else every.seconds):
        return
    between = _INTERVAL if isinstance(every, float) else every.node.text
    default = ", which is the interval where none is written" if isinstance(every, float) else ""
    report(
        error(
            "scrape/timeout-above-interval",
            f"a scrape every {between} cannot wait {timeout.node.text} for an answer",
            timeout.node.span,
            also=() if isinstance(every, float) else (Label(every.node.span, "the time between two scrapes"),),
            help=f"write {between} or less{default}; {REFUSED}",
        )
    )


def _names(names: Iterable[Scalar], report: Report) -> None:
    first: dict[str, Scalar] = {}
    for name in names:
        if name.text == "":
            report(shapes.wrong_shape("the name of this job is empty", name.span, "give it one"))
        elif name.text not in first:
            first[name.text] = name
        else:
            report(
                error(
                    "scrape/duplicate-job",
                    f"two scrape configurations have the `job_name` `{short(name.text)}`",
                    name.span,
                    "the second one",
                    also=(Label(first[name.text].span, "the first one"),),
                    help=f"put their targets together, or rename one; {REFUSED}",
                )
            )


def _keys(config: Mapping, report: Report) -> None:
    for key, (node, _) in config.entries.items():
        # A key that is like none of these may be one that came later.
        guess = None if key in _KEYS or key.endswith("_sd_configs") else nearest(key, _KEYS)
        if guess:
            said = f"`{short(key)}` is no key of a scrape configuration"
            report(error("foreign/wrong-shape", said, node.span, f"did you mean `{guess}`?"))
