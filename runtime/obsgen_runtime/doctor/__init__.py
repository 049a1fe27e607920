"""
`obsgen-runtime doctor`: checks a live process and its surroundings, and says what to do.

Every check is a function that returns a `Result`; those of a page, of settings and of answers are pure.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

from obsgen_runtime.doctor.results import Result, Status

__all__ = ["Result", "Status", "run"]


def run(argv: Sequence[str]) -> int:
    """
    Run the checks and print what they found.

    Args:
        argv: Arguments after `doctor`; see `obsgen-runtime doctor --help`.

    Returns:
        0 if nothing failed, 1 if something did, 2 if the arguments make no sense. Never raises, apart from
        KeyboardInterrupt, and takes no longer than `--deadline`.
    """
    began = time.monotonic()
    # Only who runs it loads what it needs.
    from obsgen_runtime.doctor.catalog import NoTable, load_catalog  # noqa: PLC0415
    from obsgen_runtime.doctor.options import BadArguments, read_options  # noqa: PLC0415

    try:
        options = read_options(argv)
        catalog = load_catalog(options.packages)
    except (BadArguments, NoTable) as problem:
        if str(problem):
            _say(sys.stderr, f"obsgen-runtime doctor: {problem}\n")
        return problem.exit_code if isinstance(problem, BadArguments) else 2
    from obsgen_runtime.doctor import report  # noqa: PLC0415
    from obsgen_runtime.doctor.examine import examine  # noqa: PLC0415
    from obsgen_runtime.doctor.setting_checks import read_surroundings  # noqa: PLC0415

    page = options.url.partition("?")[0]  # tokens may follow
    with _quiet():
        around = read_surroundings(os.environ, options.env_file)
        results = report.redacted(examine(options, catalog, around, began), around.secrets)
    code, seconds = report.exit_code(results, strict=options.strict), time.monotonic() - began
    if options.format == "json":
        _say(sys.stdout, report.as_json(page, results, seconds, code))
    else:
        _say(sys.stdout, report.as_text(page, results, seconds))
    return code


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep log lines of the parts that are tried out of the report, which says the same."""
    log = logging.getLogger("obsgen_runtime")
    handler, propagated = logging.NullHandler(), log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = propagated


def _say(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:  # the reader has seen enough; the interpreter would complain at its end
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
