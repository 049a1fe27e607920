"""`obsgen lint`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from obsgen.cli.group import CLEAN, EXIT_CODES, FINDINGS, FORMAT
from obsgen.cli.printing import here, left_out, print_findings, print_noted, progress, today
from obsgen.cli.project import config_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from obsgen.lint import Linted

_SEVERITIES = ("error", "warning", "info")


@click.command("lint", epilog=EXIT_CODES, short_help="Check files that obsgen did not write against the catalog.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path, exists=True))
@FORMAT
@click.option("--fail-on", type=click.Choice(_SEVERITIES), help="Mildest severity that fails.  [default: the settings]")
@click.option(
    "--baseline",
    "known",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with findings that are left for later.",
)
@click.option(
    "--write-baseline", is_flag=True, help="Write the present findings to that file, so that only new ones fail."
)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    form: str,
    fail_on: str | None,
    known: Path | None,
    write_baseline: bool,
) -> int:
    """
    Say what is wrong with files that obsgen did not write, by what the catalog knows; they are never changed.

    PATH is a Prometheus rule file, a PrometheusRule manifest, a promtool test file, a prometheus.yml, a Grafana dashboard,
    or a folder with some of them among others. All of them are looked at together. Without a catalog only what PromQL
    itself forbids is found.
    """
    from dataclasses import replace  # noqa: PLC0415

    from obsgen import lint as linter  # noqa: PLC0415
    from obsgen.diagnostics import Severity  # noqa: PLC0415

    settings = replace(
        config_of(context, catalog=context.obj[0] is not None), baseline=None if known is None else Path.cwd() / known
    )
    # Another tool may have a folder of the usual name.
    named = context.obj[0] is not None or settings.specs != settings.root / "specs"
    if write_baseline:
        with progress("looking"):
            noted = linter.write_baseline(settings, paths, Path.cwd(), today=today(), named=named)
        return print_noted(noted)
    with progress("looking"):
        linted = linter.lint(settings, paths, Path.cwd(), today=today(), named=named)
    if linted.is_idle:
        raise _nothing_to_lint(paths, linted)
    print_findings(linted.diagnostics, linted.sources, form)
    failed = linted.failed(settings.fail_on if fail_on is None else Severity(fail_on))
    if form == "text":
        click.echo(f"{'failed' if failed else 'clean'}: {_linted(linted)}")
    return FINDINGS if failed else CLEAN


def _nothing_to_lint(paths: Sequence[Path], linted: Linted) -> Exception:
    """Return the error of a job that lints the wrong folder, which has to fail."""
    from obsgen.config import ConfigError  # noqa: PLC0415
    from obsgen.foreign.recognise import READS  # noqa: PLC0415
    from obsgen.words import listed  # noqa: PLC0415

    skipped = f", {linted.skipped} skipped" if linted.skipped else ""
    return ConfigError(f"there is nothing to look at in {listed(map(here, paths), 3)}{skipped}; obsgen lint {READS}")


def _linted(linted: Linted) -> str:
    from obsgen.report.text import summary  # noqa: PLC0415

    said = summary(linted.diagnostics)
    if linted.broken:
        return f"{said} in the catalog, which come first"
    said += f" in {linted.files}"
    if linted.skipped:
        said += f"; {linted.skipped} other {'file' if linted.skipped == 1 else 'files'} skipped"
    return said + left_out(linted)
