"""What Prometheus reads in the demo: the generated files, and beside them the same plan in fast motion."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from .processes import CannotRunError

SCRAPE_EVERY = "1s"
SPEED = 30
#: The service of the catalog that the demo plays.
SERVICE = "hypertool"
WORKSPACE = "main"
#: Label and its value that tell what comes from the rules in fast motion.
FAST_MOTION = ("demo", "fast-motion")


@dataclass(frozen=True, kw_only=True)
class Generated:
    """
    The part of the generated files that the demo runs.

    Attributes:
        folder: Output folder of `obsgen build`.
        server: Content of `prometheus.yml`.
        rules: Paths of the rule files that it names, relative to it.
    """

    folder: Path
    server: Mapping[str, Any]
    rules: tuple[str, ...]

    @property
    def python(self) -> Path:
        """Folder that the generated collectors are imported from."""
        return self.folder / "python"

    @property
    def dashboards(self) -> tuple[Path, ...]:
        """Files of the dashboards."""
        return tuple(sorted((self.folder / "grafana" / "dashboards" / SERVICE).glob("*.json")))

    def rule_file(self, name: str) -> Path:
        """Return where the rule file *name* is."""
        return self.folder / "prometheus" / name


def read(folder: Path) -> Generated:
    """Return what the demo needs of the output *folder*; raises `CannotRunError` if a part is missing."""
    file = folder / "prometheus" / "prometheus.yml"
    if not file.is_file():
        raise CannotRunError(f"there is no {file}; run `obsgen build` first")
    server = of_service(yaml.safe_load(file.read_text(encoding="utf-8")))
    found = Generated(folder=folder, server=server, rules=tuple(server.get("rule_files", ())))
    wanted = [*map(found.rule_file, found.rules), found.python / "hypertool_metrics" / "__init__.py"]
    missing = [str(path) for path in wanted if not path.is_file()]
    if missing or not found.dashboards:
        raise CannotRunError(
            f"there is no {(missing or ['dashboard below ' + str(folder)])[0]}; run `obsgen build` first"
        )
    return found


def of_service(server: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration *server* with the rules of the demo's service only, and with one workspace of it."""
    jobs = [
        {**job, "static_configs": [one for one in job["static_configs"] if one["labels"]["workspace"] == WORKSPACE]}
        for job in server.get("scrape_configs", ())
        if job["job_name"] == SERVICE
    ]
    rules = [name for name in server.get("rule_files", ()) if name == f"rules/{SERVICE}.yml"]
    return {**server, "rule_files": rules, "scrape_configs": jobs}


def retargeted(server: Mapping[str, Any], address: str, more_rules: Sequence[str]) -> dict[str, Any]:
    """
    Return the configuration *server* with every target at *address*, scraped every second, and with *more_rules*.

    The scrape timeout has to change with the interval, which it must not exceed. All else stays, labels included.
    """
    jobs = [
        {
            **job,
            "scrape_interval": SCRAPE_EVERY,
            "scrape_timeout": SCRAPE_EVERY,
            "static_configs": [{**static, "targets": [address]} for static in job.get("static_configs", ())],
        }
        for job in server.get("scrape_configs", ())
    ]
    return {**server, "rule_files": [*server.get("rule_files", ()), *more_rules], "scrape_configs": jobs}


def fast_motion(specs: Path, base: Path) -> dict[str, str]:
    """
    Return rule file name -> text of the plan of the catalog below *specs*, with every duration divided by `SPEED`.

    Each group says so in its name and each alert in a label. Recording rules are left out: their series would bear the
    same names as the real ones.

    Raises:
        CannotRunError: If the catalog has errors.
    """
    from obsgen.load import load  # noqa: PLC0415 - slow, and only needed here
    from obsgen.plan.rules import rule_groups  # noqa: PLC0415
    from obsgen.targets.prometheus.render import rule_files  # noqa: PLC0415

    loaded = load(specs, base=base)
    if loaded.has_errors:
        raise CannotRunError(f"the catalog below {specs} has errors; `obsgen check` lists them")
    texts = rule_files(rule_groups(loaded.catalog, scale=Fraction(1, SPEED)))
    return {f"rules/fast-motion/{service}.yml": labelled(text) for service, text in texts.items() if service == SERVICE}


def labelled(text: str) -> str:
    """Return the alerts of the rule file *text*, marked as fast motion and evaluated every second."""
    from obsgen.emit.yaml_text import yaml_text  # noqa: PLC0415

    label, value = FAST_MOTION
    groups = []
    for group in yaml.safe_load(text)["groups"]:
        alerts = [
            {**rule, "labels": {**rule.get("labels", {}), label: value}} for rule in group["rules"] if "alert" in rule
        ]
        if alerts:
            groups.append({"name": f"{value}: {group['name']}", "interval": SCRAPE_EVERY, "rules": alerts})
    return yaml_text({"groups": groups}, f"Written by scripts/demo: the generated alerts, {SPEED} times as fast.")


def write(generated: Generated, fast: Mapping[str, str], address: str, folder: Path) -> Path:
    """
    Write everything that Prometheus reads into *folder*; return the path of its configuration.

    Args:
        generated: Its rule files are copied byte for byte.
        fast: Further rule files, relative path -> text.
        address: Where the service serves /metrics.
        folder: An empty folder.
    """
    from obsgen.emit.yaml_text import yaml_text  # noqa: PLC0415

    for name in generated.rules:
        _parent(folder / name)
        shutil.copyfile(generated.rule_file(name), folder / name)
    for name, text in fast.items():
        _parent(folder / name)
        (folder / name).write_text(text, encoding="utf-8")
    file = folder / "prometheus.yml"
    file.write_text(yaml_text(retargeted(generated.server, address, tuple(fast))), encoding="utf-8")
    return file


def _parent(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
