"""The command line: arguments to calls to an exit code. The only place that prints, exits, and reads clock and folder."""

from __future__ import annotations

from obsgen.cli.exits import run

__all__ = ["run"]
