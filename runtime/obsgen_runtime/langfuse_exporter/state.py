"""What the exporter knows at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from obsgen_runtime.langfuse.api import Failure
from obsgen_runtime.langfuse_exporter.gauges import Figures

Reason = Failure | Literal["not_found", "bad_answer", "not_configured", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Why the last poll failed.

    Attributes:
        reason: As `langfuse_exporter_errors_total` shows it.
        message: In a sentence, without keys.
        wait_seconds: How long the server asks to be left alone; 0 if it does not.
    """

    reason: Reason
    message: str
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    What is known now; replaced as a whole, so that readers need no lock.

    Attributes:
        figures: Of the last poll that succeeded; None before the first.
        problem: Of the last poll; None if it succeeded, or there was none.
    """

    figures: Figures | None = None
    problem: Problem | None = None
