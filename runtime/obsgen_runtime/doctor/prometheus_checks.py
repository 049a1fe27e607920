"""Checks that ask Prometheus: is the page scraped, are the alerts loaded, and does anybody get them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from obsgen_runtime.doctor.catalog import Catalog
from obsgen_runtime.doctor.reaching import Unreached, fetch
from obsgen_runtime.doctor.results import Result, failed, listed, ok, shown, skipped, warning

_ALERT = re.compile(r"^\s*- alert:\s*[\"']?([\w:-]+)", re.MULTILINE)


def alerts_of(rules: Path) -> frozenset[str]:
    """
    Return the names of the alerts in a generated rule file, or in all of a folder.

    Raises:
        OSError: If it cannot be read.
        ValueError: If there is no alert in it.
    """
    files = sorted(rules.glob("*.yml")) if rules.is_dir() else [rules]
    names = frozenset(name for file in files for name in _ALERT.findall(file.read_text(encoding="utf-8")))
    if not names:
        raise ValueError(f"no alert in {rules}: name the folder prometheus/rules of the output")
    return names


def check_prometheus(
    server: str, page_url: str, catalog: Catalog, wanted: frozenset[str], until: float
) -> Iterator[Result]:
    """
    Ask the server at *server*.

    Args:
        server: Base URL.
        page_url: The page that it should scrape.
        catalog: Whose metrics alerts should read.
        wanted: Alerts that should be loaded; empty if nobody said.
        until: When to have ended, a time of `time.monotonic`.
    """
    try:
        targets = _ask(server, "/api/v1/targets?state=active", until)
    except Unreached as problem:
        yield failed("scraped", f"{server}: {shown(problem)}",
            "Is --prometheus the address of the server, with its path if it has one?")  # fmt: skip
        yield from (skipped(name, "Prometheus does not answer") for name in ("alerts-loaded", "alerts-sent"))
        return
    yield judge_targets(targets, page_url)
    for judge, path in (
        (_alerts(catalog, wanted), "/api/v1/rules?type=alert"),
        (judge_managers, "/api/v1/alertmanagers"),
    ):
        try:
            yield judge(_ask(server, path, until))
        except Unreached as problem:
            yield skipped("alerts-loaded" if "rules" in path else "alerts-sent", shown(problem))


def judge_targets(data: Any, page_url: str) -> Result:
    """Return whether the page is among the targets, and the last scrape succeeded."""
    targets = [each for each in _list(data, "activeTargets") if _same(str(each.get("scrapeUrl", "")), page_url)]
    if not targets:
        return failed("scraped", "no job of the server scrapes this page",
            "Load the generated prometheus.yml, or add the scrape job it has; then reload the server. A server in a "
            "container does not reach 127.0.0.1 of its host.")  # fmt: skip
    down = next((each for each in targets if each.get("health") != "up"), None)
    if down is not None:
        return failed("scraped", f"the last scrape failed: {shown(down.get('lastError') or down.get('health'))}",
            "The server cannot read the page from where it stands: check the address in its target, and who may "
            "connect to the port.")  # fmt: skip
    labels = targets[0].get("labels")
    job = labels.get("job") if isinstance(labels, dict) else None
    return ok("scraped", f"job {shown(job or 'without a name')} is up")


def judge_managers(data: Any) -> Result:
    """Return whether alerts go anywhere."""
    managers = _list(data, "activeAlertmanagers")
    if managers:
        return ok("alerts-sent", f"{len(managers)} Alertmanager takes alerts")
    return warning("alerts-sent", "no Alertmanager is connected",
        "Alerts fire and nobody gets them: add `alerting` to the server's configuration.")  # fmt: skip


def judge_alerts(data: Any, catalog: Catalog, wanted: frozenset[str]) -> Result:
    """Return whether the alerts are loaded and can be evaluated."""
    rules = [
        rule for group in _list(data, "groups") for rule in _list(group, "rules") if rule.get("type") == "alerting"
    ]
    loaded = {str(rule.get("name")) for rule in rules}
    missing = sorted(wanted - loaded)
    if missing:
        return failed("alerts-loaded", f"{len(missing)} of {len(wanted)} alerts are not loaded: {listed(missing)}",
            "Name the generated files in `rule_files` of the server's configuration, mount them if it runs in a "
            "container, and reload it.")  # fmt: skip
    names = {each.name for each in (catalog.expected or catalog.known)}
    ours = [rule for rule in rules if rule.get("name") in wanted or _reads(str(rule.get("query", "")), names)]
    if not ours:
        return failed("alerts-loaded", "no alert of the server reads a metric of the catalog",
            "Name the generated files in `rule_files` of the server's configuration, and reload it.")  # fmt: skip
    ill = next((rule for rule in ours if rule.get("health") == "err"), None)
    if ill is not None:
        return failed("alerts-loaded", f"{shown(ill.get('name'))} cannot be evaluated: {shown(ill.get('lastError'))}",
            "Run `obsgen check`, then load what `obsgen build` writes.")  # fmt: skip
    return ok("alerts-loaded", f"{len(ours)} alerts are loaded")


def _alerts(catalog: Catalog, wanted: frozenset[str]) -> Any:
    return lambda data: judge_alerts(data, catalog, wanted)


def _reads(query: str, names: set[str]) -> bool:
    words = {re.sub(r"_(bucket|sum|count)$", "", word) for word in re.findall(r"[a-zA-Z_:][\w:]*", query)}
    return not words.isdisjoint(names)


def _same(one: str, other: str) -> bool:
    # A server elsewhere knows the process by another host name.
    return _port_and_path(one) == _port_and_path(other)


def _port_and_path(url: str) -> tuple[int | None, str] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return port, parts.path


def _ask(server: str, path: str, until: float) -> Any:
    reply = fetch(f"{server.rstrip('/')}{path}", until=until)
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        answer = None
    if reply.status != 200 or not isinstance(answer, dict) or answer.get("status") != "success":
        raise Unreached("broken", f"this is not Prometheus (HTTP {reply.status})")
    return answer.get("data")


def _list(data: Any, key: str) -> list[dict[str, Any]]:
    found = data.get(key) if isinstance(data, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
