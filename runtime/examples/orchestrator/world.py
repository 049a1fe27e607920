"""What the orchestrator is given to do, and how the fake agents fare with it."""

from __future__ import annotations

from dataclasses import dataclass

AGENTS = ("claude", "gemini", "copilot")

REWARDS = {
    "feature": {"claude": 0.9, "gemini": 0.5, "copilot": 0.6},
    "review": {"claude": 0.8, "gemini": 0.4, "copilot": 0.85},
    "security": {"claude": 0.9, "gemini": 0.3, "copilot": 0.2},
    "testing": {"claude": 0.6, "gemini": 0.5, "copilot": 0.9},
    "documentation": {"claude": 0.4, "gemini": 0.9, "copilot": 0.5},
}
"""Task type -> agent -> what it promises at the start, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """
    One task.

    Attributes:
        type: What it asks for, as in the catalog.
        prompt: What an agent is told.
        project: Workspace that it belongs to.
        broken: Agents whose command fails at it.
        hangs: Agents whose command never ends at it.
        weak: Agents whose answer is judged as poor.
        after_the_outage: Whether it waits until an open breaker may be tried again.
    """

    type: str
    prompt: str
    project: str = "proj_123"
    broken: tuple[str, ...] = ()
    hangs: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    after_the_outage: bool = False


def tasks() -> tuple[Task, ...]:
    """Return the tasks of a day in which the best writer of documentation has an outage."""
    return (
        Task(type="feature", prompt="Add a page for user profiles"),
        Task(type="documentation", prompt="Describe the page for user profiles"),
        Task(type="testing", prompt="Write tests for the page for user profiles", project="proj_456"),
        Task(type="security", prompt="Review code for security vulnerabilities"),
        Task(type="review", prompt="Review the page for user profiles", weak=("copilot",)),
        Task(type="feature", prompt="Add a page for user profiles"),  # known already
        *(
            Task(type="documentation", prompt=f"Describe module {number}", broken=("gemini",), project="proj_456")
            for number in range(1, 6)
        ),
        Task(type="documentation", prompt="Describe module 6", project="proj_456"),
        Task(type="testing", prompt="Write tests for module 1", hangs=("copilot",)),
        Task(type="documentation", prompt="Describe module 7", after_the_outage=True),
    )
