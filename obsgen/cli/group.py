"""The command `obsgen` itself: what all of its commands share, and where each of them is."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

CLEAN, FINDINGS, COULD_NOT_RUN, OUR_BUG = 0, 1, 2, 3
EXIT_CODES = "\b\nExit codes: 0 clean, 1 findings or drift, 2 could not run, 3 a bug in obsgen."

FORMATS = ("text", "json", "github", "sarif", "junit")
#: How findings are printed, as an option of a command.
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="json prints one object a line.",
)

_COMMANDS = ("baseline", "build", "check", "explain", "init", "lint")


class _Commands(click.Group):
    """Commands each in a module of its own, which is read when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        # Whoever misspells one is told which of all of them is near.
        for name in (cmd_name,) if cmd_name in _COMMANDS else _COMMANDS:
            if name not in self.commands:
                self.add_command(importlib.import_module(f"obsgen.cli.{name}").command)
        return super().get_command(ctx, cmd_name)


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    if value and not context.resilient_parsing:
        from obsgen import __version__  # noqa: PLC0415

        click.echo(f"obsgen {__version__}")
        context.exit()


@click.group(
    cls=_Commands,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--specs", type=click.Path(path_type=Path), help="Folder of the catalog.  [default: specs, or the settings]"
)
@click.option("--out", type=click.Path(path_type=Path), help="Output folder.  [default: generated, or the settings]")
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
@click.pass_context
def main(context: click.Context, specs: Path | None, out: Path | None) -> None:
    """
    One catalog of metrics, alerts, dashboards and pipelines; everything else is generated from it and checked
    against it.

    Settings stand in [tool.obsgen] of pyproject.toml. Paths on the command line count from the current folder.
    """
    context.obj = (specs, out)
