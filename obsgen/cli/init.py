"""`obsgen init`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from obsgen.cli.group import CLEAN, EXIT_CODES
from obsgen.cli.printing import here


@click.command("init", epilog=EXIT_CODES, short_help="Start a catalog: an example, settings and a CI job.")
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
def command(directory: Path) -> int:
    """
    Start a catalog in DIRECTORY (the current folder by default): a small working example, settings and a CI job.

    Nothing that exists is overwritten.
    """
    from obsgen import scaffold  # noqa: PLC0415

    for path in scaffold.write(directory):
        click.echo(f"created {here(path)}")
    place = "" if directory == Path() else f"cd {shlex.quote(str(directory))} && "
    click.echo(f"\nnext: {place}obsgen build && obsgen check")
    return CLEAN
