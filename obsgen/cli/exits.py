"""Every way out of the command line, and the code that it ends with."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from obsgen.cli.group import COULD_NOT_RUN, OUR_BUG, main
from obsgen.cli.printing import here


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; every way out is mapped here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal or a pipe that knows no Unicode gets an escape instead of a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(main.main(arguments, prog_name="obsgen", standalone_mode=False) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as problem:
        problem.show()
        return COULD_NOT_RUN
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return COULD_NOT_RUN
    except SystemExit:
        # click exits by itself where nobody reads its output any more.
        return COULD_NOT_RUN
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more when it closes the stream.
        sys.stdout = None
        return COULD_NOT_RUN
    except Exception as problem:  # noqa: BLE001 - the last resort: whatever happens ends in a sentence and a code
        return _explain_failure(problem)


def _explain_failure(problem: Exception) -> int:
    from obsgen.config import ConfigError  # noqa: PLC0415
    from obsgen.output import OutputError  # noqa: PLC0415

    if isinstance(problem, ConfigError):
        click.echo(f"error: {problem}", err=True)
        return COULD_NOT_RUN
    if isinstance(problem, OutputError):
        click.echo(f"error: `{here(problem.path)}` {problem.message}\n  = help: {problem.help}", err=True)
        return COULD_NOT_RUN
    if isinstance(problem, OSError):
        click.echo(f"error: {problem.filename or 'system'}: {problem.strerror or problem}", err=True)
        return COULD_NOT_RUN
    import traceback  # noqa: PLC0415

    last = traceback.extract_tb(problem.__traceback__)[-1]
    click.echo(
        f"bug in obsgen: {type(problem).__name__}: {problem}\n  at {Path(last.filename).name}:{last.lineno}\n"
        "  = help: please report this with the catalog that caused it; nothing was changed by a check",
        err=True,
    )
    return OUR_BUG
