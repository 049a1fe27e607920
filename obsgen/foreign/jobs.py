"""Scrape jobs and their targets against those of the catalog: a job that is called two names is watched by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from obsgen.checks.base import Read
from obsgen.diagnostics import Diagnostic, Label, error, info, warning
from obsgen.foreign.model import Job, Server
from obsgen.foreign.paths import matching
from obsgen.foreign.subject import ForeignSubject
from obsgen.promql.known import SYNTHETIC
from obsgen.promql.patterns import branches, only_text
from obsgen.promql.tree import Matcher, Word, selectors
from obsgen.source.nodes import Scalar, short
from obsgen.spec.model import Scrape, Service
from obsgen.words import listed, nearest

_ADDRESS = re.compile(r"(?:https?://)?(?P<host>\[[0-9a-fA-F:.]+\]|[^:/\[\]]*):(?P<port>[0-9]{1,5})(?:/.*)?\Z")
_WILD = re.compile(r"[*?[]")
_HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})


def scraped(subject: ForeignSubject, exists: Callable[[str, str], bool]) -> Iterator[Diagnostic]:
    """
    Report what every prometheus.yml has otherwise than the catalog and the files at hand.

    Args:
        subject: The files.
        exists: Whether a pattern that stands in the file of that path matches a file at all.
    """
    for file in subject.files:
        if file.server is not None:
            renamed = {service.name for job in file.server.jobs for service in _owners(job, subject)}
            for job in file.server.jobs:
                yield from _named(job, subject)
                yield from _aimed(job, subject)
            yield from _left_out(file.server, renamed, subject)
            yield from _not_loaded(file.path, file.server, subject, exists)


def unscraped(subject: ForeignSubject) -> Iterator[Diagnostic]:
    """Report queries for the health of a job that nobody scrapes."""
    own = frozenset(scrape.job for _, scrape in _scraped(subject))
    others = {job.name for server in subject.servers for job in server.jobs}
    certain = bool(subject.servers) and all(
        server.complete and not any(job.relabelled for job in server.jobs) for server in subject.servers
    )
    spelled = {_folded(one) for one in own - others} - {_folded(one) for one in others}
    # Series that a test makes up may stand for jobs that nobody has, to show that an alert is not about them.
    for read in (one for one in subject.queries if one.asked.where != "series"):
        for word, job in _jobs(read):
            if job and job not in own | others and "$" not in job and (certain or _folded(job) in spelled):
                near = nearest(job, own | others)
                yield error(
                    "query/unscraped-job",
                    f"nobody scrapes a job called `{short(job)}`",
                    read.place(word),
                    f"did you mean `{near}`?" if near else "",
                    also=_stated(near, subject),
                    help="" if near else f"the jobs are {listed(sorted(own | others))}",
                )


def _jobs(read: Read) -> Iterator[tuple[Word, str]]:
    """Yield the jobs that a query asks the health of."""
    for selector in selectors(read.parsed.tree) if read.parsed else ():
        for matcher in selector.matchers if selector.name.text in SYNTHETIC else ():
            if matcher.label.text == "job" and not matcher.op.startswith("!"):
                yield from ((word, job) for word, job in _asked(matcher) if not read.is_variable(word))


def _asked(matcher: Matcher) -> Iterator[tuple[Word, str]]:
    """Yield the jobs that *matcher* asks for by name."""
    if matcher.op == "=":
        yield matcher.value, matcher.value.text
        return
    for start, end in branches(matcher.value.text):
        word = matcher.part(start, end)
        text = only_text(word.text)
        if text is not None:
            yield word, text


def _scraped(subject: ForeignSubject) -> tuple[tuple[Service, Scrape], ...]:
    return tuple((service, service.scrape) for service in subject.catalog.services if service.scrape is not None)


def _stated(job: str | None, subject: ForeignSubject) -> tuple[Label, ...]:
    for _, scrape in _scraped(subject):
        if scrape.job == job:
            return (Label(scrape.origin.at("job"), "the job is named here"),)
    for server in subject.servers:
        for one in server.jobs:
            if one.name == job:
                return (Label(one.name_span, "the job is named here"),)
    return ()


def _folded(job: str) -> str:
    return re.sub(r"[-_. ]", "", job).lower()


def _address(target: Scalar) -> tuple[str, int] | None:
    """Return host and port of *target*, None where one of them is not written out."""
    found = _ADDRESS.match(target.text)
    if found is None:
        return None
    return ("127.0.0.1" if found["host"] in _HERE else found["host"]), int(found["port"])


def _owners(job: Job, subject: ForeignSubject) -> Iterator[Service]:
    """Yield the services that *job* certainly scrapes under a name that is not theirs."""
    if job.relabelled or job.name in {scrape.job for _, scrape in _scraped(subject)}:
        return
    for service, scrape in _scraped(subject):
        ports = {workspace.port for workspace in service.workspaces}
        host = "127.0.0.1" if scrape.host in _HERE else scrape.host
        near = nearest(job.name, [scrape.job, service.name]) is not None
        found = [address for target in job.targets if (address := _address(target)) is not None]
        if any(port in ports and (near or where == host) for where, port in found):
            yield service


def _named(job: Job, subject: ForeignSubject) -> Iterator[Diagnostic]:
    for service in _owners(job, subject):
        scrape = service.scrape
        assert scrape is not None  # noqa: S101 - only such services own jobs
        yield error(
            "scrape/renamed-job",
            f"this scrapes `{service.name}`, whose job is called `{scrape.job}` in the catalog",
            job.name_span,
            f"write `{scrape.job}`",
            also=(Label(scrape.origin.at("job"), "queries ask for the job by this name"),),
        )


def _aimed(job: Job, subject: ForeignSubject) -> Iterator[Diagnostic]:
    services = [service for service, scrape in _scraped(subject) if scrape.job == job.name]
    ports = {workspace.port for service in services for workspace in service.workspaces}
    if not ports:
        return
    for target in job.targets:
        address = _address(target)
        if address is not None and address[1] not in ports:
            yield warning(
                "scrape/unknown-port",
                f"no workspace of `{services[0].name}` has port {address[1]}",
                target.span,
                also=tuple(
                    Label(workspace.origin.at("port"), f"the port of `{workspace.name}`")
                    for workspace in services[0].workspaces[:2]
                ),
                help=f"its ports are {listed(str(port) for port in sorted(ports))}",
            )


def _left_out(server: Server, renamed: set[str], subject: ForeignSubject) -> Iterator[Diagnostic]:
    if not server.complete or any(job.relabelled for job in server.jobs):
        return
    known = {job.name for one in subject.servers for job in one.jobs}
    for service, scrape in _scraped(subject):
        if scrape.job not in known and service.name not in renamed and service.workspaces:
            yield info(
                "scrape/missing-job",
                f"nothing here scrapes `{service.name}`",
                server.span,
                also=(Label(scrape.origin.at("job"), "its job"),),
                help=f"add a scrape configuration with `job_name: {scrape.job}`",
            )


def _not_loaded(
    path: str, server: Server, subject: ForeignSubject, exists: Callable[[str, str], bool]
) -> Iterator[Diagnostic]:
    rules = [file.path for file in subject.files if file.kind == "rules"]
    if rules and not server.rule_files and len(subject.servers) == 1:
        yield warning(
            "scrape/rules-not-loaded",
            f"there are rules in {listed(dict.fromkeys(rules), 3)}, and this server loads none",
            server.span,
            help="name them below `rule_files`",
        )
    for pattern in server.rule_files:
        # Where Prometheus runs, an absolute path leads somewhere else than here.
        absolute = pattern.text.startswith("/")
        if not absolute and not matching(path, pattern.text, rules) and not exists(path, pattern.text):
            said = "no file matches" if _WILD.search(pattern.text) else "no file is called"
            here = f"; there are rules in {listed(dict.fromkeys(rules), 3)}" if rules else ""
            yield warning(
                "scrape/rules-not-loaded",
                f"{said} `{short(pattern.text)}`, so that its rules are never loaded",
                pattern.span,
                help=f"the path counts from the folder of this file{here}",
            )
