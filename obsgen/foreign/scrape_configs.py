"""The part of a prometheus.yml that decides what its rules can see."""

from __future__ import annotations

from obsgen.diagnostics import Diagnostic, Span
from obsgen.foreign import shapes
from obsgen.foreign.model import Foreign, Job, Server
from obsgen.foreign.scrape_faults import makes_addresses, refuse, refuse_target
from obsgen.foreign.shapes import Report
from obsgen.source.nodes import Mapping, Scalar

# What they find carries labels of its own.
_LABELLED_ELSEWHERE = ("file_sd_configs", "http_sd_configs")


def read(root: Mapping, path: str) -> Foreign:
    """Return the jobs and settings of the prometheus.yml *path*."""
    problems: list[Diagnostic] = []
    report = problems.append
    settings = shapes.mapping(root, "global", report)
    scraped, evaluated = (_interval(settings, key, report) for key in ("scrape_interval", "evaluation_interval"))
    external = shapes.texts(settings, "external_labels", report) if settings else {}
    configs = tuple(shapes.mappings(root, "scrape_configs", report))
    jobs = tuple(job for one in configs if (job := _job(one, report)) is not None)
    names = [name for one in configs if isinstance(name := one.get("job_name"), Scalar) and name.value is not None]
    refuse(root, configs, names, report)
    server = Server(
        jobs=jobs,
        complete=shapes.is_null(root.get("scrape_config_files")),
        rule_files=shapes.scalars(root, "rule_files", report),
        external_labels={name: node.text for name, node in external.items()},
        target_labels=_target_labels(configs, report),
        scrape_seconds=None if any("scrape_interval" in one.entries for one in configs) else scraped,
        evaluation_seconds=evaluated,
        span=next((key.span for key, _ in root.entries.values()), Span.of_file(path)),
    )
    return Foreign(path=path, kind="scrape-config", server=server, problems=tuple(problems))


def _interval(settings: Mapping | None, key: str, report: Report) -> float | None:
    every = None if settings is None else shapes.scalar(settings, key, report)
    # What Prometheus takes where nothing is said.
    return 60.0 if every is None else shapes.seconds(every, report)


def _job(config: Mapping, report: Report) -> Job | None:
    name = shapes.scalar(config, "job_name", report)
    if name is None:
        if not shapes.is_null(config.get("job_name")):
            return None
        report(shapes.wrong_shape("this scrape configuration has no `job_name`", config.span, "give it a name"))
        return None
    targets: list[Scalar] = []
    for static in shapes.mappings(config, "static_configs", report):
        targets += shapes.scalars(static, "targets", report)
    for target in () if makes_addresses(config) else targets:
        refuse_target(target, report)
    relabelled = any(_writes_job(config, key, report) for key in ("relabel_configs", "metric_relabel_configs"))
    return Job(
        name=name.text,
        name_span=name.span,
        targets=() if relabelled else tuple(targets),
        found=any(key.endswith("_sd_configs") for key in config.entries),
        relabelled=relabelled or _labels_job(config, report),
    )


def _target_labels(configs: tuple[Mapping, ...], report: Report) -> frozenset[str] | None:
    """Return the labels that *configs* add to their targets and series; None where these come from elsewhere."""
    found: set[str] = set()
    for config in configs:
        if any(key in _LABELLED_ELSEWHERE for key in config.entries):
            return None
        for static in shapes.mappings(config, "static_configs", report):
            labels = static.get("labels")
            found |= labels.entries.keys() if isinstance(labels, Mapping) else set()
        for key in ("relabel_configs", "metric_relabel_configs"):
            for rule in shapes.mappings(config, key, report):
                target, action = rule.get("target_label"), rule.get("action")
                written = target.text if isinstance(target, Scalar) else ""
                if "$" in written or (isinstance(action, Scalar) and action.text.lower() == "labelmap"):
                    return None
                found |= {written} - {""}
    return frozenset(found)


def _writes_job(config: Mapping, key: str, report: Report) -> bool:
    """Return whether a rule below *key* may change the labels `job` or `__address__`."""
    for rule in shapes.mappings(config, key, report):
        target, action = rule.get("target_label"), rule.get("action")
        written = target.text if isinstance(target, Scalar) else ""
        if written in ("job", "__address__") or "$" in written:
            return True
        if isinstance(action, Scalar) and action.text.lower() == "labelmap":
            return True
    return False


def _labels_job(config: Mapping, report: Report) -> bool:
    """Return whether a static configuration gives its targets another job."""
    return any(
        labels.get("job") is not None
        for static in shapes.mappings(config, "static_configs", report)
        if isinstance(labels := static.get("labels"), Mapping)
    )
