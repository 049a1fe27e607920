"""`obsgen check`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from obsgen.cli.group import CLEAN, EXIT_CODES, FINDINGS, FORMAT
from obsgen.cli.printing import current, left_out, print_findings, progress, today
from obsgen.cli.project import config_of

if TYPE_CHECKING:
    from obsgen.config import Config
    from obsgen.shortcut import Known


@click.command(
    "check", epilog=EXIT_CODES, short_help="Compare the catalog with its rules and with the generated files."
)
@FORMAT
@click.option(
    "--full", is_flag=True, help="Render everything even where nothing changed since the last build; CI always does."
)
@click.option("--no-drift", is_flag=True, help="Look at the catalog alone, as editors do whenever a file is saved.")
@click.pass_context
def command(context: click.Context, form: str, full: bool, no_drift: bool) -> int:
    """
    Say what is wrong with the catalog, and which generated files differ from it. Never writes.

    Findings of the catalog come first; with an error among them the generated files are not compared.
    """
    settings = config_of(context)
    full = full or bool(os.environ.get("CI"))
    known = None if full or no_drift else _unchanged(settings)
    if known is not None and not known.found:
        click.echo(_all_clean(known.files) + "\n" if form == "text" else _nothing_found(form), nl=False)
        return CLEAN
    from obsgen import line  # noqa: PLC0415
    from obsgen.report.text import summary  # noqa: PLC0415

    outcome = None if known is None else line.replay(known, Path.cwd())
    if outcome is None:
        with progress("checking"):
            check = line.check_catalog if no_drift else line.check
            outcome = check(settings, Path.cwd(), today=today(), against_schema=full)
    print_findings(outcome.diagnostics, outcome.sources, form)
    failed = outcome.failed(settings.fail_on)
    if form == "text":
        said = f"{'failed' if failed else 'clean'}: {summary(outcome.diagnostics)}"
        if not outcome.rendered:
            said += "; generated files were not compared"
        elif not outcome.diagnostics:
            said = _all_clean(outcome.files)
        click.echo(said + left_out(outcome))
    return FINDINGS if failed else CLEAN


def _nothing_found(form: str) -> str:
    from obsgen.report import FORMATS  # noqa: PLC0415

    return FORMATS[form]((), {})


def _all_clean(count: int) -> str:
    return f"clean: {current(count)}"


def _unchanged(settings: Config) -> Known | None:
    """Return what the last build found, if neither the generated files nor their inputs changed since."""
    import time  # noqa: PLC0415

    from obsgen import shortcut  # noqa: PLC0415

    inputs = shortcut.digest(settings.specs, settings.deciding)
    day = time.strftime("%Y-%m-%d")
    return shortcut.unchanged(settings.root, settings.out, inputs, base=str(Path.cwd()), day=day)
