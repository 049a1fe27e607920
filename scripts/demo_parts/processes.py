"""Processes that cannot outlive the demo."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

_ERROR = re.compile(r"\blevel=error\b", re.IGNORECASE)
LEASH = Path(__file__).with_name("leash.py")
#: Longer than the leash waits for its command before it kills it.
STOP_SECONDS = 10.0


class CannotRunError(Exception):
    """The demo lacks something; the message says what, and what to do. Exit code 2."""


class EndedError(Exception):
    """A process of the demo ended on its own; the message holds its last words. Exit code 1."""


@dataclass(frozen=True, kw_only=True)
class Leashed:
    """
    A running process that ends with this one.

    Attributes:
        name: What people know it as.
        process: Its leash, which ends when it ends.
        log: File of what it says.
    """

    name: str
    process: subprocess.Popen[str]
    log: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def require(self) -> None:
        """Raise `EndedError` if it has ended."""
        if self.ended:
            raise EndedError(
                f"{self.name} ended with exit code {self.process.returncode}\n{self.last_words()}".rstrip()
            )

    def last_words(self, lines: int = 5) -> str:
        """Return the last *lines* of its log; of a log with levels, those that are errors."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.is_file() else ""
        said = text.splitlines()
        errors = [line for line in said if _ERROR.search(line)]
        return "\n".join(f"  {line}" for line in (errors or said)[-lines:])

    def stop(self) -> None:
        """End it, and wait until it has."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    remove: Path | None = None,
    answers: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Leashed:
    """
    Start *command* on a leash, in a session of its own, so that Ctrl-C reaches the demo alone.

    Args:
        name: What people know it as.
        command: Program and arguments.
        log: Receives standard error, and standard output too unless *answers*.
        remove: Folder that is removed if the demo dies without doing so.
        answers: Whether standard output is read through `process.stdout`.
        environment: The whole environment; default is this process's.
    """
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LEASH), str(remove or ""), *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if answers else sink,
            stderr=sink,
            env=None if environment is None else dict(environment),
            text=True,
            start_new_session=True,
        )
    return Leashed(name=name, process=process, log=log)


def first_line(stream: IO[str] | None) -> str:
    """Return the first line of what a process says, empty if it ended without a word."""
    return stream.readline().strip() if stream is not None else ""


def end_on_signals() -> None:
    """Turn the signals that ask a process to end into an exception, so that everything is cleaned up on the way out."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    # A shell starts background jobs of a script with Ctrl-C ignored; here it is the way to end the demo.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # it is under `nohup`, and shall be
        signal.signal(signal.SIGHUP, end)
