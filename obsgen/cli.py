"""The command line: arguments to calls to an exit code. The only place that prints, exits, and reads clock and folder."""

from __future__ import annotations

import io
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from obsgen.config import Config
    from obsgen.diagnostics import Diagnostic
    from obsgen.line import Noted, Outcome
    from obsgen.lint import Linted
    from obsgen.shortcut import Known

_FORMATS = ("text", "json", "github", "sarif", "junit")
_SEVERITIES = ("error", "warning", "info")
CLEAN, FINDINGS, COULD_NOT_RUN, OUR_BUG = 0, 1, 2, 3

_EXIT_CODES = "\b\nExit codes: 0 clean, 1 findings or drift, 2 could not run, 3 a bug in obsgen."


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    del parameter
    if value and not context.resilient_parsing:
        from obsgen import __version__  # noqa: PLC0415

        click.echo(f"obsgen {__version__}")
        context.exit()


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


def _config(context: click.Context, *, catalog: bool = True) -> Config:
    """Return the settings; where a *catalog* is needed it has to be there."""
    from dataclasses import replace  # noqa: PLC0415

    from obsgen import config  # noqa: PLC0415

    specs, out = context.obj
    settings = config.read(config.find_root(Path.cwd()))
    if specs is not None:
        settings = replace(settings, specs=Path.cwd() / specs)
    if out is not None:
        settings = replace(settings, out=Path.cwd() / out)
    config.refuse_overlap(settings)
    if catalog and not settings.specs.exists():
        raise config.ConfigError(
            f"there is no catalog at `{_shown(settings.specs)}`; name another folder with `--specs DIR`, or start one with `obsgen init`"
        )
    return settings


@main.command(epilog=_EXIT_CODES, short_help="Write everything that follows from the catalog.")
@click.option(
    "--force", is_flag=True, help="Overwrite files that obsgen does not own, and remove stale ones that were edited."
)
@click.pass_context
def build(context: click.Context, force: bool) -> int:
    """
    Write everything that follows from the catalog.

    Everything is rendered in memory first; with an error among the findings not one byte is written. Files that are
    no longer generated are removed, files that obsgen does not own are left alone.
    """
    from obsgen import line  # noqa: PLC0415

    settings = _config(context)
    with _progress("building"):
        outcome = line.build(settings, Path.cwd(), force=force, today=_today())
    _print_findings(outcome, "text")
    report = outcome.report
    if report is None:
        click.echo(f"failed: {_summary(outcome)}; nothing was written{_left_out(outcome)}")
        return FINDINGS
    for word, paths in (
        ("created", report.created), ("updated", report.updated), ("replaced (was edited by hand, or not from obsgen)", report.replaced),
        ("removed", report.removed), ("kept (stale, but edited by hand; --force removes it)", report.kept),
    ):  # fmt: skip
        for path in paths:
            click.echo(f"{word} {_shown(path)}")
    count = len(outcome.artifacts)
    if not any((report.created, report.updated, report.replaced, report.removed)):
        click.echo(f"nothing to do, {_current(count)}{_left_out(outcome)}")
    elif outcome.left_out:
        click.echo(f"built: {_current(count)}{_left_out(outcome)}")
    return FINDINGS if outcome.failed(settings.fail_on) else CLEAN


@main.command(epilog=_EXIT_CODES, short_help="Compare the catalog with its rules and with the generated files.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="json prints one object a line.",
)
@click.option(
    "--full", is_flag=True, help="Render everything even where nothing changed since the last build; CI always does."
)
@click.pass_context
def check(context: click.Context, form: str, full: bool) -> int:
    """
    Say what is wrong with the catalog, and which generated files differ from it. Never writes.

    Findings of the catalog come first; with an error among them the generated files are not compared.
    """
    settings = _config(context)
    full = full or bool(os.environ.get("CI"))
    known = None if full else _unchanged(settings)
    if known is not None and not known.found:
        click.echo(_all_clean(known.files) + "\n" if form == "text" else _nothing_found(form), nl=False)
        return CLEAN
    from obsgen import line  # noqa: PLC0415

    outcome = None if known is None else line.replay(known, Path.cwd())
    if outcome is None:
        with _progress("checking"):
            outcome = line.check(settings, Path.cwd(), today=_today(), against_schema=full)
    _print_findings(outcome, form)
    failed = outcome.failed(settings.fail_on)
    if form == "text":
        said = _summary(outcome)
        if not outcome.rendered:
            said += "; generated files were not compared"
        said = f"{'failed' if failed else 'clean'}: {said}" if outcome.diagnostics else _all_clean(outcome.files)
        click.echo(said + _left_out(outcome))
    return FINDINGS if failed else CLEAN


def _summary(outcome: Outcome) -> str:
    from obsgen.report.text import summary  # noqa: PLC0415

    return summary(outcome.diagnostics)


def _left_out(outcome: Outcome | Linted) -> str:
    count = outcome.left_out
    return f"; {count} finding{'s' if count > 1 else ''} of the baseline left out" if count else ""


def _nothing_found(form: str) -> str:
    from obsgen.report import FORMATS  # noqa: PLC0415

    return FORMATS[form]((), {})


def _today() -> dt.date:
    """Return the day that it is here, on which allowances have to hold."""
    import datetime as dt  # noqa: PLC0415

    return dt.datetime.now().astimezone().date()


def _all_clean(count: int) -> str:
    return f"clean: {_current(count)}"


def _current(count: int) -> str:
    return "1 file is up to date" if count == 1 else f"{count} files are up to date"


def _unchanged(settings: Config) -> Known | None:
    """Return what the last build found, if neither the generated files nor their inputs changed since."""
    import time  # noqa: PLC0415

    from obsgen import shortcut  # noqa: PLC0415

    inputs = shortcut.digest(settings.specs, settings.deciding)
    day = time.strftime("%Y-%m-%d")
    return shortcut.unchanged(settings.root, settings.out, inputs, base=str(Path.cwd()), day=day)


@main.command(epilog=_EXIT_CODES, short_help="Check files that obsgen did not write against the catalog.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="json prints one object a line.",
)
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
def lint(
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
        _config(context, catalog=context.obj[0] is not None), baseline=None if known is None else Path.cwd() / known
    )
    if write_baseline:
        with _progress("looking"):
            noted = linter.write_baseline(settings, paths, Path.cwd(), today=_today())
        return _noted(noted)
    with _progress("looking"):
        linted = linter.lint(settings, paths, Path.cwd(), today=_today())
    if linted.is_idle:
        raise _nothing_to_lint(paths, linted)
    _print(linted.diagnostics, linted.sources, form)
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
    return ConfigError(f"there is nothing to look at in {listed(map(_shown, paths), 3)}{skipped}; obsgen lint {READS}")


def _linted(linted: Linted) -> str:
    from obsgen.report.text import summary  # noqa: PLC0415

    said = summary(linted.diagnostics)
    if linted.broken:
        return f"{said} in the catalog, which come first"
    said += f" in {linted.files}"
    if linted.skipped:
        said += f"; {linted.skipped} other {'file' if linted.skipped == 1 else 'files'} skipped"
    return said + _left_out(linted)


@main.command(epilog=_EXIT_CODES, short_help="Note the present findings, so that only new ones fail.")
@click.pass_context
def baseline(context: click.Context) -> int:
    """
    Write the present findings to the file that `baseline` in the settings names; check and build leave them out from
    then on.

    What cannot be generated from, and what differs in generated files, is no matter for a baseline.
    """
    from obsgen import line  # noqa: PLC0415

    settings = _config(context)
    with _progress("looking"):
        noted = line.write_baseline(settings, Path.cwd(), today=_today())
    return _noted(noted)


def _noted(noted: Noted) -> int:
    from obsgen.report.text import summary  # noqa: PLC0415

    if noted.count is None:
        _print(noted.findings, noted.sources, "text")
        click.echo(f"failed: {summary(noted.findings)}; the baseline was not written")
        return FINDINGS
    _print(noted.not_for_later, noted.sources, "text")
    said = f"noted {noted.count} finding{'' if noted.count == 1 else 's'} in {_shown(noted.file)}"
    if noted.not_for_later:
        said += f"; {summary(noted.not_for_later)} (above) cannot be left for later"
    click.echo(said)
    return CLEAN


@main.command(epilog=_EXIT_CODES, short_help="Print the page of a finding.")
@click.argument("code", required=False)
def explain(code: str | None) -> int:
    """
    Print the page of a finding, such as `query/unknown-label-value`.

    Of a group, such as `query`, list the codes; without CODE, list all of them.
    """
    from obsgen import pages  # noqa: PLC0415
    from obsgen.words import nearest  # noqa: PLC0415

    if code is None:
        click.echo("\n".join(pages.codes()))
        return CLEAN
    group = [one for one in pages.codes() if one.startswith(f"{code.rstrip('/')}/")]
    if group:
        click.echo("\n".join(group))
        return CLEAN
    page = pages.page(code)
    if page is None:
        guess = nearest(code, pages.codes())
        raise click.UsageError(
            f"there is no finding {code!r}"
            + (f"; did you mean {guess!r}?" if guess else "; `obsgen explain` lists them")
        )
    click.echo(page.rstrip("\n"))
    return CLEAN


@main.command(epilog=_EXIT_CODES, short_help="Start a catalog: an example, settings and a CI job.")
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
def init(directory: Path) -> int:
    """
    Start a catalog in DIRECTORY (the current folder by default): a small working example, settings and a CI job.

    Nothing that exists is overwritten.
    """
    from obsgen import scaffold  # noqa: PLC0415

    for path in scaffold.write(directory):
        click.echo(f"created {_shown(path)}")
    place = "" if directory == Path() else f"cd {shlex.quote(str(directory))} && "
    click.echo(f"\nnext: {place}obsgen build && obsgen check")
    return CLEAN


def _print_findings(outcome: Outcome, form: str) -> None:
    _print(outcome.diagnostics, outcome.sources, form)


def _print(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], form: str) -> None:
    from obsgen.report import FORMATS  # noqa: PLC0415

    text = FORMATS[form](diagnostics, sources)
    if form == "text" and text:
        from obsgen.report.text import colour  # noqa: PLC0415

        text = (colour(text) if _colours() else text) + "\n"
    click.echo(text, nl=False, color=True)


def _colours() -> bool:
    return _is_terminal(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _is_terminal(stream: TextIO | None) -> bool:
    # A stream that was closed before we started is None.
    return stream is not None and stream.isatty()


class _progress:  # noqa: N801 - used like a function
    """Shows what is going on while it lasts, on a terminal only, after half a second."""

    def __init__(self, what: str) -> None:
        self.words = f"{what} ..."
        self.timer: Any = None
        self.shown = False

    def __enter__(self) -> None:
        if _is_terminal(sys.stderr):
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


def _shown(path: Path) -> str:
    from obsgen.source.files import shown  # noqa: PLC0415

    return shown(path, Path.cwd())


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
        click.echo(f"error: `{_shown(problem.path)}` {problem.message}\n  = help: {problem.help}", err=True)
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
