"""The command `obsgen-runtime`. Each subcommand reads its own arguments, and is loaded when it is called."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from obsgen_runtime import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit code, 2 for wrong arguments."""
    parser = argparse.ArgumentParser(
        prog="obsgen-runtime",
        description="Tools for services that run on obsgen_runtime.",
        epilog="`obsgen-runtime COMMAND --help` tells of one command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"obsgen-runtime {__version__}")
    told = "; ".join(f"{name}: {what}" for name, (what, _) in COMMANDS.items())
    parser.add_argument("command", choices=tuple(COMMANDS), metavar="COMMAND", help=told)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="of the command")
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    _, run = COMMANDS[options.command]
    return run(options.arguments)


def _doctor(argv: Sequence[str]) -> int:
    from obsgen_runtime.doctor import run  # noqa: PLC0415

    return run(argv)


def _langfuse_exporter(argv: Sequence[str]) -> int:
    from obsgen_runtime.langfuse_exporter import command  # noqa: PLC0415

    return command.run(argv)


COMMANDS: dict[str, tuple[str, Callable[[Sequence[str]], int]]] = {
    "doctor": ("look at what really arrives", _doctor),
    "langfuse-exporter": ("serve Langfuse's figures to Prometheus", _langfuse_exporter),
}
