"""`python -m obsgen` and the `obsgen` command."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # Scripts ask for the version often; the answer needs none of the command line's imports.
        from obsgen import __version__  # noqa: PLC0415

        print(f"obsgen {__version__}")  # noqa: T201
        sys.exit(0)
    from obsgen.cli import run as run_command  # noqa: PLC0415

    sys.exit(run_command())


if __name__ == "__main__":
    run()
