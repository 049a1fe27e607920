"""
A small service to look at: personas hand work to each other, spend tokens, and run workflows.

Time in it is simulated: a persona's session lasts minutes in its metrics and a twentieth of a second here. Two personas
overspend their token budget, one quality gate fails too often and one stage is slow. Everything is recorded through the
generated collectors. The first line of its output is the port that it serves /metrics on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from random import Random

from hypertool_metrics import PERSONA_TOKEN_BUDGET, FromPersona, HypertoolMetrics, Persona
from obsgen_runtime import initialize_observability

SWITCHES_PER_SECOND = 40
SWITCHES_PER_STAGE = 2

CHATMODES = ("feature-implementation", "debugging", "code-review", "incident")
MODELS = ("gpt-4", "claude-sonnet", "local-llama")
#: Personas whose work is not stopped when their budget is spent; the others get a new one in time.
OVERSPENDING: frozenset[Persona] = frozenset({"backend-engineer", "data-scientist"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of a workflow, the persona that does it, and how long it usually takes."""

    name: str
    persona: Persona
    seconds: float


WORKFLOWS = ("package_release", "feature_dev", "incident_response")
STAGES = (
    Stage(name="version_bump", persona="backend-engineer", seconds=5.1),
    Stage(name="quality_validation", persona="testing-specialist", seconds=18.3),
    Stage(name="publish_deploy", persona="devops-engineer", seconds=6.8),
)
FAILING_GATE = ("package_release", "quality_validation")
SLOW_STAGE = ("incident_response", "publish_deploy")
#: Between the threshold of the alert, 300 seconds, and the last bucket.
SLOW_SECONDS = (420.0, 900.0)


class Service:
    """What happens in the service, one event at a time; *chance* makes it lively, and the same on every run."""

    def __init__(self, metrics: HypertoolMetrics, chance: Random) -> None:
        self.metrics = metrics
        self.chance = chance
        self.left: dict[Persona, float] = dict(PERSONA_TOKEN_BUDGET)
        self.personas = tuple(PERSONA_TOKEN_BUDGET)
        self.at_work: FromPersona = "none"
        self.stages = self._stages()

    def declare(self) -> None:
        """Create the series ahead of their first event, which Prometheus would otherwise not see as an increase."""
        metrics = self.metrics
        for chatmode in CHATMODES:
            metrics.hypertool_persona_switches_total.declare(chatmode=chatmode)
            metrics.hypertool_persona_duration_seconds.declare(chatmode=chatmode)
            for model in MODELS:
                metrics.hypertool_persona_tokens_used_total.declare(chatmode=chatmode, model=model)
        for workflow in WORKFLOWS:
            for stage in STAGES:
                metrics.hypertool_workflow_stage_duration_seconds.declare(workflow=workflow, stage=stage.name)
                metrics.hypertool_workflow_quality_gate_total.declare(workflow=workflow, stage=stage.name)

    def switch(self) -> None:
        """End the session of the persona at work, and hand over to another."""
        chatmode = self.chance.choice(CHATMODES)
        if self.at_work != "none":
            self._end_session(self.at_work, chatmode)
        successor = self.chance.choice([persona for persona in self.personas if persona != self.at_work])
        self.metrics.hypertool_persona_switches_total.inc(
            from_persona=self.at_work, to_persona=successor, chatmode=chatmode
        )
        self.at_work = successor

    def _end_session(self, persona: Persona, chatmode: str) -> None:
        duration = self.chance.uniform(20, 900)
        self.metrics.hypertool_persona_duration_seconds.observe(duration, persona=persona, chatmode=chatmode)
        # With its budget overspent a persona goes on in short answers, or a long demo would sink without end.
        tokens = self.chance.randint(20, 60) if self.left[persona] > 0 else 1
        self.metrics.hypertool_persona_tokens_used_total.inc(
            tokens, persona=persona, chatmode=chatmode, model=self.chance.choice(MODELS)
        )
        self._spend(persona, tokens)

    def _spend(self, persona: Persona, tokens: int) -> None:
        budget = PERSONA_TOKEN_BUDGET[persona]
        self.left[persona] -= tokens
        if self.left[persona] < budget / 5 and persona not in OVERSPENDING:
            self.left[persona] = budget
        self.metrics.hypertool_persona_token_budget_remaining.set(self.left[persona], persona=persona)

    def run_stage(self) -> None:
        """Run the next stage of the next workflow, and its quality gate."""
        workflow, stage, number = next(self.stages)
        place = (workflow, stage.name)
        usual = stage.seconds * self.chance.uniform(0.7, 1.5)
        duration = self.chance.uniform(*SLOW_SECONDS) if place == SLOW_STAGE else usual
        self.metrics.hypertool_workflow_stage_duration_seconds.observe(
            duration, workflow=workflow, stage=stage.name, persona=stage.persona
        )
        failed = number % (3 if place == FAILING_GATE else 25) == 0
        self.metrics.hypertool_workflow_quality_gate_total.inc(
            workflow=workflow, stage=stage.name, result="failed" if failed else "passed"
        )

    @staticmethod
    def _stages() -> Iterator[tuple[str, Stage, int]]:
        """Yield workflow, stage and the number of the run, from 1, for ever."""
        for number in count(1):
            for workflow in WORKFLOWS:
                for stage in STAGES:
                    yield workflow, stage, number


def main() -> None:
    """Serve /metrics, then work until somebody ends the process."""
    listener = initialize_observability("hypertool", prometheus_port=0)
    service = Service(HypertoolMetrics(), Random(2))
    service.declare()
    print(listener.port, flush=True)
    due = time.monotonic()
    for turn in cycle(range(SWITCHES_PER_STAGE)):
        service.switch()
        if turn == 0:
            service.run_stage()
        due += 1 / SWITCHES_PER_SECOND
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main()
