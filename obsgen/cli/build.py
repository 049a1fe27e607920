"""`obsgen build`."""

from __future__ import annotations

from pathlib import Path

import click

from obsgen.cli.group import CLEAN, EXIT_CODES, FINDINGS
from obsgen.cli.printing import current, here, left_out, print_findings, progress, today
from obsgen.cli.project import config_of


@click.command("build", epilog=EXIT_CODES, short_help="Write everything that follows from the catalog.")
@click.option(
    "--force", is_flag=True, help="Overwrite files that obsgen does not own, and remove stale ones that were edited."
)
@click.pass_context
def command(context: click.Context, force: bool) -> int:
    """
    Write everything that follows from the catalog.

    Everything is rendered in memory first; with an error among the findings not one byte is written. Files that are
    no longer generated are removed, files that obsgen does not own are left alone.
    """
    from obsgen import line  # noqa: PLC0415
    from obsgen.report.text import summary  # noqa: PLC0415

    settings = config_of(context)
    with progress("building"):
        outcome = line.build(settings, Path.cwd(), force=force, today=today())
    print_findings(outcome.diagnostics, outcome.sources, "text")
    report = outcome.report
    if report is None:
        click.echo(f"failed: {summary(outcome.diagnostics)}; nothing was written{left_out(outcome)}")
        return FINDINGS
    for word, paths in (
        ("created", report.created), ("updated", report.updated), ("replaced (was edited by hand, or not from obsgen)", report.replaced),
        ("removed", report.removed), ("kept (stale, but edited by hand; --force removes it)", report.kept),
    ):  # fmt: skip
        for path in paths:
            click.echo(f"{word} {here(path)}")
    count = len(outcome.artifacts)
    if not any((report.created, report.updated, report.replaced, report.removed)):
        click.echo(f"nothing to do, {current(count)}{left_out(outcome)}")
    elif outcome.left_out:
        click.echo(f"built: {current(count)}{left_out(outcome)}")
    return FINDINGS if outcome.failed(settings.fail_on) else CLEAN
