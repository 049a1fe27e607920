"""`obsgen baseline`."""

from __future__ import annotations

from pathlib import Path

import click

from obsgen.cli.group import EXIT_CODES
from obsgen.cli.printing import print_noted, progress, today
from obsgen.cli.project import config_of


@click.command("baseline", epilog=EXIT_CODES, short_help="Note the present findings, so that only new ones fail.")
@click.pass_context
def command(context: click.Context) -> int:
    """
    Write the present findings to the file that `baseline` in the settings names; check and build leave them out from
    then on.

    What cannot be generated from, and what differs in generated files, is no matter for a baseline.
    """
    from obsgen import line  # noqa: PLC0415

    settings = config_of(context)
    with progress("looking"):
        noted = line.write_baseline(settings, Path.cwd(), today=today())
    return print_noted(noted)
