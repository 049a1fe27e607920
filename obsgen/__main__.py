"""`python -m obsgen` and the `obsgen` command."""

from __future__ import annotations

import gc
import sys


def run() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # Scripts ask for the version often; the answer needs none of the command line's imports.
        from obsgen import __version__  # noqa: PLC0415

        try:
            print(f"obsgen {__version__}", flush=True)  # noqa: T201
        except OSError:
            # Python would try to write once more when it closes the stream.
            sys.stdout = None
            sys.exit(2)
        sys.exit(0)
    # A catalog stays until the process ends, and looking for garbage in it would take a fifth of the time.
    gc.disable()
    from obsgen.cli import run as run_command  # noqa: PLC0415

    sys.exit(run_command())


if __name__ == "__main__":
    run()
