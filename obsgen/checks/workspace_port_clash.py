"""`workspace/port-clash`: two running copies that want the same port of one host."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.spec.model import Workspace


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report workspaces, of whatever service, that share a host and a port."""
    first: dict[tuple[str, int], tuple[str, Workspace]] = {}
    for service in subject.catalog.services:
        host = service.scrape.host if service.scrape else "127.0.0.1"
        for workspace in service.workspaces:
            other = first.setdefault((host, workspace.port), (service.name, workspace))
            if other[1] is workspace:
                continue
            yield error(
                "workspace/port-clash",
                f"port {workspace.port} is taken by the workspace `{other[1].name}` of `{other[0]}`",
                workspace.origin.at("port"),
                also=(Label(other[1].origin.at("port"), "the first one"),),
                help="give each running copy a port of its own",
            )


CHECK = Check(code="workspace/port-clash", run=run)
