"""Who watches an exporter: `up` says that the exporter answers, not that what it looks at does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.diagnostics import Diagnostic, warning
from obsgen.foreign.subject import ForeignSubject
from obsgen.promql.tree import selectors

# Word in the name of a job, the port that its exporter has by custom, and the series that says whether the thing itself answers.
_EXPORTERS = (
    ("postgres", 9187, "pg_up"),
    ("mysql", 9104, "mysql_up"),
    ("redis", 9121, "redis_up"),
    ("mongodb", 9216, "mongodb_up"),
    ("memcached", 9150, "memcached_up"),
    ("haproxy", 9101, "haproxy_up"),
    ("nginx", 9113, "nginx_up"),
    ("consul", 9107, "consul_up"),
)


def exporters(subject: ForeignSubject) -> Iterator[Diagnostic]:
    """Report alerts on `up` of a job that is certainly an exporter, where nothing asks for the exporter's own health series."""
    asked = {
        one.name.text for read in subject.queries if read.parsed is not None for one in selectors(read.parsed.tree)
    }
    for rule in subject.alert_rules:
        for selector in selectors(rule.read.parsed.tree) if rule.read.parsed else ():
            for matcher in selector.matchers if selector.name.text == "up" else ():
                health = _health(matcher.value.text, subject)
                if matcher.label.text == "job" and matcher.op == "=" and health and health not in asked:
                    yield warning(
                        "alert/up-of-exporter",
                        f"`up` of an exporter says that the exporter answers; nothing asks for `{health}`",
                        rule.read.place(selector.name),
                        help=f"alert on `{health} == 0` as well",
                    )


def _health(job: str, subject: ForeignSubject) -> str | None:
    """Return the health series of the exporter that *job* scrapes, None where it is not certainly one."""
    ports = {
        int(found[1])
        for server in subject.servers
        for one in server.jobs
        for target in one.targets
        if one.name == job and (found := re.search(r":([0-9]{1,5})\Z", target.text))
    }
    for word, port, series in _EXPORTERS:
        if ports == {port} or (word in job.lower() and "exporter" in job.lower()):
            return series
    return None
