"""Judgements of traces, of parts of them, and of whatever else has an id."""

from __future__ import annotations

from obsgen_runtime import tracing
from obsgen_runtime.context import current
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.langfuse.core import Core
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.langfuse.scores import ScoreValue, score_of
from obsgen_runtime.observations import Facts, ScoreKind

_HEX = frozenset("0123456789abcdef")


class Judging(Core):
    """The part of the integration that scores."""

    def score(
        self, target: Handle | str, value: ScoreValue, name: str = "score", *, comment: str | None = None
    ) -> None:
        """
        Judge what *target* names.

        Args:
            target: A handle; or a trace id of 32 hexadecimal digits; or the id of anything else, such as a dataset
                item, which is judged by a trace of its own, since Langfuse scores nothing but traces and parts.
            value: A number, a yes or no, or the name of a category.
            name: What is judged, such as `quality`.
            comment: Content; masked unless a setting opens it.
        """
        with shielded("langfuse"):
            if isinstance(target, Handle):
                target.score(name, value, comment=comment)
            elif _is_trace_id(target):
                self.create_score(name, value, trace_id=target, comment=comment)
            else:
                judged = self._start("score", current(), Facts(metadata={"item_id": str(target)}))
                judged.score_trace(name, value, comment=comment)
                judged.end()

    def create_score(
        self,
        name: str,
        value: ScoreValue,
        *,
        trace_id: str | None = None,
        observation_id: str | None = None,
        data_type: ScoreKind | None = None,
        comment: str | None = None,
        score_id: str | None = None,
    ) -> None:
        """
        Judge a trace or an observation; what is current, if no trace is named.

        Args:
            name: What is judged.
            value: A number, a yes or no, or the name of a category.
            trace_id: 32 hexadecimal digits.
            observation_id: 16 hexadecimal digits; the whole trace is judged without.
            data_type: How *value* is meant; follows from its type if None.
            comment: Content; masked unless a setting opens it.
            score_id: The same id twice replaces the first score.
        """
        with shielded("langfuse"):
            known = trace_id or tracing.current_observation().trace_id
            if not known:
                if self.enabled:
                    count_fault("langfuse", "a score without a trace")
                return
            self.backend.score(
                score_of(
                    name,
                    value,
                    known,
                    observation_id,
                    kind=data_type,
                    comment=comment,
                    score_id=score_id,
                    project=current().project,
                )
            )


def _is_trace_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= _HEX
