"""Trace, persona and session on records of real loggers."""

import io
import json
import logging
import logging.config
import logging.handlers
import queue
import re
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime import ContextFilter, current, observe, otlp, use
from obsgen_runtime.observations import RemoteParent
from obsgen_runtime.tracing import as_current
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

FORMAT = "%(message)s|%(persona)s|%(session)s|%(trace_id)s|%(span_id)s|%(logfmt_context)s"


@pytest.fixture
def written():
    """A logger below another one with a handler that has the filter; gives the logger and what it wrote, by lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(ContextFilter())
    handler.setFormatter(logging.Formatter(FORMAT))
    above = logging.getLogger("bakery")
    above.addHandler(handler)
    above.setLevel(logging.INFO)
    above.propagate = False
    yield logging.getLogger("bakery.oven"), lambda: stream.getvalue().splitlines()
    above.removeHandler(handler)


def test_the_fields_of_the_context(written):
    """What is known is there by name and as logfmt, what is not known is the empty text."""
    logger, lines = written
    with use(persona="backend-engineer", session="s 1", workflow='a"b'):
        logger.info("in")
    logger.info("out")
    assert lines() == ['in|backend-engineer|s 1|||workflow="a\\"b" persona=backend-engineer session="s 1"', "out|||||"]


def test_the_trace_is_that_of_the_spans(written, recording_backend):
    """The ids are those of the innermost observation, which Langfuse and exemplars show."""
    logger, lines = written
    with observe("outer", to=recording_backend), observe("inner", to=recording_backend) as inner:
        logger.info("in")
    logger.info("out")
    ids = f"{inner.trace_id}|{inner.span_id}"
    assert lines() == [f"in|||{ids}|trace_id={inner.trace_id} span_id={inner.span_id}", "out|||||"]


@pytest.fixture
def recording_backend():
    backend = otlp.backend(None, service_name="bakery")
    yield backend
    backend.shutdown(0.1)


def test_the_trace_of_the_caller_and_of_the_application(written):
    """Without an observation of ours it is the caller's in another process, else the application's own span."""
    logger, lines = written
    with as_current(RemoteParent(trace_id="ab" * 16, span_id="cd" * 8)):
        logger.info("a")
    above = NonRecordingSpan(SpanContext(0x12, 0x34, is_remote=False, trace_flags=TraceFlags(1)))
    with trace.use_span(above):
        logger.info("b")
    assert [line.split("|")[3:5] for line in lines()] == [["ab" * 16, "cd" * 8], [f"{0x12:032x}", f"{0x34:016x}"]]


def test_what_the_application_says_itself_stays(written):
    """`extra=` of the same names is neither an error nor replaced."""
    logger, lines = written
    with use(persona="backend-engineer"):
        logger.info("x", extra={"persona": "mine", "session": "own", "trace_id": "t"})
        logger.info("y", extra={"persona": "", "session": 5, "trace_id": None})
    logger.info("z", extra={"persona": "a b\nc", "span_id": "s"})
    assert lines() == [
        "x|mine|own|t||persona=mine session=own trace_id=t",
        "y||5|None||session=5",
        "z|a b",  # `%(persona)s` is what the application put there
        'c|||s|persona="a b c" span_id=s',
    ]


def test_a_second_filter_agrees(written):
    """A record that meets another filter later, and elsewhere, keeps what it has, and its text is made of that."""
    record = logging.makeLogRecord({})
    with use(persona="first", session="s"):
        ContextFilter(("persona",)).filter(record)
    with use(persona="second", session="t"):
        ContextFilter(("persona", "session")).filter(record)
    assert (record.persona, record.session, record.logfmt_context) == ("first", "t", "persona=first session=t")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("done", "done"),
        ("", '""'),
        ("tests passed", '"tests passed"'),
        ('got "x" persona=root\nlevel=ERROR', r'"got \"x\" persona=root\nlevel=ERROR"'),
        ("C:\\new\u2028\x1b[31m\ud800", r'"C:\\new\u2028\u001b[31m\ud800"'),
        ("größe", "größe"),
    ],
)
def test_the_message(message, shown):
    """It is in quotes where logfmt needs them, and what could begin a line or command a terminal is escaped."""
    record = logging.makeLogRecord({"msg": "%s", "args": (message,)})
    ContextFilter(with_message=True).filter(record)
    assert record.logfmt_message == shown


@given(st.text())
def test_any_message_is_one_value(message):
    """Whatever the message, it is one line, and reads as the message again."""
    record = logging.makeLogRecord({"msg": message})
    ContextFilter(with_message=True).filter(record)
    value = record.logfmt_message
    assert value.isprintable()
    if value.startswith('"'):
        assert json.loads(value) == message
    else:
        assert value == message
        assert not re.search(r'[\s"=]', value)


def test_a_message_is_only_there_for_who_asks():
    """Formatters that write all attributes do not write the message twice; wrong arguments raise in nobody's face."""
    plain, wrong = logging.makeLogRecord({"msg": "x"}), logging.makeLogRecord({"msg": "%d", "args": ("x",)})
    assert ContextFilter().filter(plain)
    assert not hasattr(plain, "logfmt_message")
    assert ContextFilter(with_message=True).filter(wrong)
    assert wrong.logfmt_message == '""'


def test_values_cannot_forge_lines(written):
    """Line breaks and escapes of a terminal become blanks, and long values are cut."""
    logger, lines = written
    with use(session="a\nERROR stolen\x1b[31m", persona="b" * 1000):
        logger.info("x")
    (line,) = lines()
    assert line.startswith(f"x|{'b' * 200}|a ERROR stolen [31m||")


class Unreadable:
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def test_values_that_are_no_text(written):
    """They show their type, and nothing is asked of them."""
    logger, lines = written
    with use(persona=Unreadable(), session=5):
        logger.info("x")
    assert lines() == ["x|[Unreadable]|[int]|||persona=[Unreadable] session=[int]"]


@given(st.text(), st.text())
def test_any_text_is_one_line(persona, session):
    """Whatever the values, a record stays on one line, and logfmt can be taken apart again."""
    record = logging.makeLogRecord({})
    with use(persona=persona, session=session):
        assert ContextFilter(("persona", "session")).filter(record)
    assert len(record.logfmt_context.splitlines()) <= 1
    assert record.persona.isprintable()
    assert ("session=" in record.logfmt_context) >= bool(session)


def test_fields_by_choice():
    """The person who asked is there for who asks for it, and an unknown field is an error that names the others."""
    record = logging.makeLogRecord({})
    with use(persona="p", user="u-1"):
        ContextFilter(("user",)).filter(record)
    assert (record.user, hasattr(record, "persona"), record.logfmt_context) == ("u-1", False, "user=u-1")
    with pytest.raises(ValueError, match="the context has no nose: choose from agent,"):
        ContextFilter(("nose",))
    with pytest.raises(ValueError, match=r"has no trace_id: choose .*; trace_id and span_id are on every record"):
        ContextFilter(("user", "trace_id"))
    with pytest.raises(ValueError, match=r"fields is one text, not several names: write \('persona',\)"):
        ContextFilter("persona")


def test_a_queue_handler():
    """On the handler that hands records to another thread, the context is that of the thread that logged."""
    stream = io.StringIO()
    there = logging.StreamHandler(stream)
    there.setFormatter(logging.Formatter(FORMAT))
    here = logging.handlers.QueueHandler(queue.SimpleQueue())
    here.addFilter(ContextFilter())
    logger = logging.getLogger("bakery.queued")
    logger.propagate = False
    logger.addHandler(here)
    listener = logging.handlers.QueueListener(here.queue, there)
    listener.start()
    try:
        with use(persona="backend-engineer"):
            logger.error("x")
    finally:
        listener.stop()
        logger.removeHandler(here)
    assert stream.getvalue().startswith("x|backend-engineer|")


def test_threads_do_not_mix(written):
    """Eight threads, each with a persona of its own, log at once, and every line has its own."""
    logger, lines = written

    def work(number):
        for _ in range(200):
            with use(persona=f"p{number}"):
                logger.info("p%d", number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines()) == 1600
    assert all(line.split("|")[0] == line.split("|")[1] for line in lines())


def test_a_fault_costs_no_line(written, monkeypatch):
    """If the fields cannot be had, they are empty, so that the line can be written, and the fault is counted."""
    from obsgen_runtime import logs

    counted = []
    monkeypatch.setattr(logs, "current_parent", lambda: 1 / 0)
    monkeypatch.setattr(logs, "count_fault", lambda *told: counted.append(told))
    record = logging.makeLogRecord({"msg": "x"})
    assert ContextFilter().filter(record)
    assert counted == [("logs", "ZeroDivisionError")]
    assert logging.Formatter(FORMAT).format(record) == "x|||||"


def test_it_loads_neither_prometheus_nor_opentelemetry():
    """A command that only logs pays for neither."""
    code = (
        "import logging, sys; from obsgen_runtime import ContextFilter; "
        "ContextFilter().filter(logging.makeLogRecord({})); "
        "print([m for m in ('opentelemetry', 'prometheus_client', 'langfuse') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_costs_little():
    """A record costs less than five microseconds more, ids of a trace included."""
    context_filter = ContextFilter(with_message=True)
    backend = otlp.backend(None, service_name="bakery")
    best = 1.0
    with use(persona="backend-engineer", workflow="release", session="s-1"), observe("x", to=backend):
        assert current().persona
        for _ in range(20):
            records = [logging.makeLogRecord({}) for _ in range(200)]
            began = time.perf_counter()
            for record in records:
                context_filter.filter(record)
            best = min(best, (time.perf_counter() - began) / 200)
    backend.shutdown(0.1)
    assert best < 5e-6
