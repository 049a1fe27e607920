"""What the commands print, and how they say it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from obsgen.cli.group import CLEAN, FINDINGS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from obsgen.diagnostics import Diagnostic
    from obsgen.line import Noted, Outcome
    from obsgen.lint import Linted


def today() -> dt.date:
    """Return the day that it is here, on which allowances have to hold."""
    import datetime as dt  # noqa: PLC0415

    return dt.datetime.now().astimezone().date()


def here(path: Path) -> str:
    """Return *path* as people see it from the current folder."""
    from obsgen.source.files import shown  # noqa: PLC0415

    return shown(path, Path.cwd())


def print_findings(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], form: str) -> None:
    """Print findings in the format *form*, in colour where a terminal shows it."""
    from obsgen.report import FORMATS  # noqa: PLC0415

    text = FORMATS[form](diagnostics, sources)
    if form == "text" and text:
        from obsgen.report.text import colour  # noqa: PLC0415

        text = (colour(text) if has_colours() else text) + "\n"
    click.echo(text, nl=False, color=True)


def has_colours() -> bool:
    """Return whether what is printed goes to a terminal that shows colours."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether somebody reads *stream* while it is written."""
    # A stream that was closed before we started is None.
    return stream is not None and stream.isatty()


def current(count: int) -> str:
    """Return the words for *count* generated files that are as they should be."""
    return "1 file is up to date" if count == 1 else f"{count} files are up to date"


def left_out(outcome: Outcome | Linted) -> str:
    """Return the words for findings that a baseline left out, empty where it left out none."""
    count = outcome.left_out
    return f"; {count} finding{'s' if count > 1 else ''} of the baseline left out" if count else ""


def print_noted(noted: Noted) -> int:
    """Print what became of a baseline, and return the exit code."""
    from obsgen.report.text import summary  # noqa: PLC0415

    if noted.count is None:
        print_findings(noted.findings, noted.sources, "text")
        click.echo(f"failed: {summary(noted.findings)}; the baseline was not written")
        return FINDINGS
    print_findings(noted.not_for_later, noted.sources, "text")
    said = f"noted {noted.count} finding{'' if noted.count == 1 else 's'} in {here(noted.file)}"
    if noted.not_for_later:
        said += f"; {summary(noted.not_for_later)} (above) cannot be left for later"
    click.echo(said)
    return CLEAN


class progress:  # noqa: N801 - used like a function
    """Shows what is going on while it lasts, on a terminal only, after half a second."""

    def __init__(self, what: str) -> None:
        self.words = f"{what} ..."
        self.timer: Any = None
        self.shown = False

    def __enter__(self) -> None:
        if is_terminal(sys.stderr):
            import threading  # noqa: PLC0415

            self.timer = threading.Timer(0.5, self._show)
            self.timer.daemon = True
            self.timer.start()

    def __exit__(self, *exc_info: object) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer.join()
        if self.shown:
            click.echo(f"\r{' ' * len(self.words)}\r", err=True, nl=False)

    def _show(self) -> None:
        self.shown = True
        click.echo(self.words, err=True, nl=False)
