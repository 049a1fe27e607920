"""Small steps to compose, and spans drawn as the lines that tests compare."""

# ruff: noqa: ARG002  (steps take what a step takes)

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict

from obsgen_runtime.primitives import InstrumentedPrimitive

PLACES = ("step_index", "branch", "attempt", "route")


class BoomError(Exception):
    """What `Leaf` raises; each is another object."""


class Leaf(InstrumentedPrimitive[str, str]):
    """Returns its input, raises, or hangs, as the input says."""

    def __init__(self, name="Leaf", *, started=None, metrics=None):
        super().__init__(name, metrics=metrics)
        self.started = [] if started is None else started
        self.raised = []

    async def _execute_impl(self, input_data, context):
        self.started.append(context.correlation_id)
        await asyncio.sleep(0)
        if input_data == "boom":
            self.raised.append(BoomError("sk-lf-0123456789abcdef is the key"))
            raise self.raised[-1]
        if input_data == "stuck":
            await asyncio.Event().wait()
        return input_data


class Patient(InstrumentedPrimitive[object, str]):
    """Returns or hangs: never fails."""

    async def _execute_impl(self, input_data, context):
        if input_data in ("boom", "stuck"):
            await asyncio.Event().wait()
        return "patient"


class Calm(InstrumentedPrimitive[object, str]):
    """Returns at once, whatever it is given."""

    async def _execute_impl(self, input_data, context):
        return "calm"


def drawn(spans):
    """Return the trees of *spans* by trace, a line each: name, type, status and place, indented below the parent."""
    by_trace = defaultdict(list)
    for span in spans:
        by_trace[span.trace_id].append(span)
    return {trace: "\n".join(_lines(group)) for trace, group in by_trace.items()}


def _lines(spans):
    children = defaultdict(list)
    for span in sorted(spans, key=lambda one: (one.start_ns, one.attributes.get("primitive.branch", ""))):
        children[span.parent_id].append(span)
    assert len(children[""]) == 1
    drawn_lines = list(_below("", children, 0))
    assert len(drawn_lines) == len(spans)
    return drawn_lines


def _below(parent, children, depth):
    for span in children[parent]:
        told = span.attributes
        assert span.name == f"primitive.{told['primitive.name']}"
        places = [f"{place}={told[f'primitive.{place}']}" for place in PLACES if f"primitive.{place}" in told]
        words = (told["primitive.name"], told["primitive.type"], told["primitive.status"], *places)
        yield "  " * depth + " ".join(words)
        yield from _below(span.span_id, children, depth + 1)


def literal(text):
    """Return the lines of an indented literal."""
    lines = [line for line in text.splitlines() if line.strip()]
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] for line in lines)


def counted(trees, persona):
    """Return what the metrics have to say of drawn trees: executions by their labels."""
    found = Counter()
    for tree in trees:
        for line in tree.splitlines():
            name, kind, status, *_ = line.split()
            found[name, kind, persona, status] += 1
    return found
