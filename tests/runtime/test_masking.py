"""No secret and no closed content leaves the process, in whatever field it was."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime import otlp
from obsgen_runtime.context import Context
from obsgen_runtime.masking import MASKED, OPEN, Content, scrub
from obsgen_runtime.observations import Facts, PromptLink, Score
from obsgen_runtime.testing import RecordingServer
from prometheus_client import CollectorRegistry

SECRETS = {
    "OpenAI": "sk-proj-" + "Ab3dEf6hIj9l" * 3,
    "Anthropic": "sk-ant-api03-" + "Ab3dEf6hIj9l" * 3,
    "Langfuse": "sk-lf-01234567-89ab-cdef-0123-456789abcdef",
    "AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "GitHub": "ghp_" + "a1B2" * 9,
    "GitHub, fine-grained": "github_pat_" + "a1B2" * 9,
    "GitLab": "glpat-" + "a1B2" * 5,
    "Slack": "xoxb-" + "123456789012-abcdef",
    "Google": "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw",
    "Grafana": "glc_" + "eyJvIjoiMTIzNDU2Nzg5MCJ9",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
}
EMBEDDED = {
    "bearer": ("Authorization: Bearer {}", "abcdef0123456789abcdef"),
    "basic": ('{{"authorization": "Basic {}"}}', "cGstbGYtYWFhYTpzay1sZi0="),
    "password of a URL": ("postgres://admin:{}@db/x", "hunter2-secret"),
    "password": ('{{"password": "{}"}}', "correct-horse"),
    "key": ("api_key={}", "0123456789abcdef"),
    "private key": ("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA"),
    "half a private key": ("-----BEGIN PRIVATE KEY-----\\n{}", "MIIEowIBAAKCAQEA"),
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_keys_are_found_wherever_they_stand(secret):
    """A provider's key is replaced in prose, in JSON and at either end, and nothing else is."""
    assert scrub(f"use {secret}, please") == "use [secret], please"
    assert scrub(f'{{"k": ["{secret}"]}}') == '{"k": ["[secret]"]}'
    assert scrub(secret) == "[secret]"
    assert secret not in scrub("x " * 5000 + secret)


@pytest.mark.parametrize(("around", "secret"), EMBEDDED.values(), ids=EMBEDDED)
def test_secrets_that_only_their_place_tells(around, secret):
    """What stands after a telling word, or in a telling place, is replaced, and the place still told."""
    text = around.format(secret)
    assert secret not in scrub(text)
    assert "[secret]" in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bearer of good news came by: https://example.org:8080/path?x=1",
        "max_tokens: 100, the secretary's desk-01, task-based work, risk-adjusted",
        "passwords are hashed; sk-learn and pk-1 are fine",
        "mail me at baker@example.org",
    ],
)
def test_ordinary_text_stays(text):
    """Words that look similar are left alone; addresses, too, unless asked for."""
    assert scrub(text) == text


def test_addresses_on_request():
    """E-mail addresses go if a setting says so."""
    assert scrub("mail baker@example.org now", emails=True) == "mail [email] now"


@given(st.text())
def test_scrubbing_twice_changes_nothing_more(text):
    """What was replaced is no secret any more."""
    assert scrub(scrub(text)) == scrub(text)


@pytest.mark.parametrize("part", ["a", "sk-", "://", "eyJ.", "a@", "password: ", "-----BEGIN PRIVATE KEY", "bearer "])
def test_hostile_text_takes_no_longer(part):
    """The time is proportional to the length: nobody stops the export thread with a crafted text."""
    text = part * (200_000 // len(part))
    before = time.monotonic()
    scrub(text, emails=True)
    assert time.monotonic() - before < 2.0


def record(server, content, facts, *, kind="generation", **more):
    backend = otlp.backend(
        otlp.Destination.langfuse(server.url, "pk-lf-0123456789ab", "sk-lf-0123456789ab"),
        service_name="bakery",
        content=content,
        registry=CollectorRegistry(),
    )
    observation = backend.start(more.get("name", "bake"), kind, more.get("context", Context()), facts=facts)
    for name, metadata in more.get("events", ()):
        observation.event(name, metadata)
    observation.end(more.get("error"))
    for score in more.get("scores", ()):
        backend.score(score)
    assert backend.shutdown(5.0)
    return server.spans[-1]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_planted_secret_is_found_in_no_request(secret):
    """With all content open, a key that was put into every field of everything is in nothing that was sent."""
    text = f"here: {secret} !"
    facts = Facts(
        input=[{"role": "user", "content": text, secret: 1}],
        output=text,
        metadata={"note": text, secret: "x", "deep": {"er": [text]}},
        model=text,
        model_parameters={"user": text},
        prompt=PromptLink(name=text, version=1),
        message=text,
        attributes={"own": text, "list": [text], secret: 1},
    )
    context = Context(
        workflow=text, stage=text, persona=text, chatmode=text, agent=text, session=text, project=text, tags=(text,)
    )
    score = Score(name=text, value=text, kind="CATEGORICAL", trace_id="ab" * 16, comment=text, score_id=text)
    with RecordingServer() as server:
        events = [(text, {"a": text, secret: text})]
        record(server, OPEN, facts, name=text, context=context, error=ValueError(text), events=events, scores=[score])
        record(server, OPEN, facts, name=text, context=context, error=asyncio.CancelledError(text))
        assert len(server.bodies("/api/public/scores")) == 1
        assert secret.encode() not in server.everything()
        assert b"[secret]" in server.everything()


def test_our_own_keys_are_secrets(monkeypatch):
    """The destination's secret key is replaced even where no pattern knows it."""
    with RecordingServer() as server:
        backend = otlp.backend(
            otlp.Destination.langfuse(server.url, "public", "plainword"), service_name="b", content=OPEN,
            registry=CollectorRegistry(),
        )  # fmt: skip
        backend.start("bake", "span", Context(), facts=Facts(input="it is plainword")).end()
        assert backend.shutdown(5.0)
        assert server.spans[0].attributes["langfuse.observation.input"] == "it is [secret]"


FIELDS = {
    "prompts": ("generation", "input"),
    "completions": ("generation", "output"),
    "tool_arguments": ("tool", "input"),
    "tool_results": ("tool", "output"),
}


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_opens_itself_only(field):
    """By default `[masked]` stands for all content; a setting opens one field and no other."""
    with RecordingServer() as server:
        for kind in ("generation", "tool"):
            facts = Facts(input="the question", output="the answer")
            closed = record(server, Content(), facts, kind=kind).attributes
            assert closed["langfuse.observation.input"] == closed["langfuse.observation.output"] == MASKED
            opened = record(server, Content(**{field: True}), facts, kind=kind).attributes
            for side, text in (("input", "the question"), ("output", "the answer")):
                shown = text if FIELDS[field] == (kind, side) else MASKED
                assert opened[f"langfuse.observation.{side}"] == shown


def test_a_mask_of_ones_own():
    """It sees the text with its field; if it raises or returns no text, all is masked."""

    def shout(field, text):
        return f"{field}: {text.upper()} {SECRETS['AWS']}"

    def fail(field, text):
        raise RuntimeError(text)

    with RecordingServer() as server:
        for mask, shown in ((shout, "prompts: HI [secret]"), (fail, MASKED), (lambda *_: None, MASKED)):
            span = record(server, Content(prompts=True, mask=mask), Facts(input="hi"))
            assert span.attributes["langfuse.observation.input"] == shown


def test_metadata_by_list():
    """With a list of keys, the values of others are masked."""
    with RecordingServer() as server:
        facts = Facts(metadata={"task": "fix", "mail": "a@b.example"})
        attributes = record(server, Content(metadata_keys=frozenset({"task"})), facts).attributes
    assert attributes["langfuse.observation.metadata.task"] == "fix"
    assert attributes["langfuse.observation.metadata.mail"] == MASKED


def test_an_address_holds_no_keys():
    """A URL with a password, or of another kind, is refused without showing it."""
    for url in ("https://pk:sk-lf-secret@example.org", "ftp://example.org", "example.org"):
        with pytest.raises(ValueError, match=r"URL") as caught:
            otlp.Destination(traces_url=url)
        assert "sk-lf-secret" not in str(caught.value)
    assert "sk-lf" not in repr(otlp.Destination.langfuse("http://127.0.0.1", "pk-lf-1", "sk-lf-1"))


def test_a_short_key_does_not_make_everything_unreadable():
    """A key of a few characters, as in an experiment on one's own machine, is not looked for in the middle of words."""
    assert scrub("a loaf of bread", known=("a", "bread")) == "a loaf of bread"
    assert scrub("a loaf of plainwords", known=("plainwor",)) == "a loaf of [secret]ds"


@pytest.mark.parametrize("is_sent", [True, False])
def test_messages_of_exceptions(is_sent):
    """The message of an exception is sent, unless a setting keeps it; its type is sent in any case."""
    with RecordingServer() as server:
        backend = otlp.backend(
            otlp.Destination.langfuse(server.url, "public", "sk-lf-1"), service_name="b", registry=CollectorRegistry(),
            content=Content(exception_messages=is_sent),
        )  # fmt: skip
        backend.start("bake", "span", Context()).end(ValueError("no such bread: rye"))
        assert backend.shutdown(5.0)
        (span,) = server.spans
        assert span.attributes["error.type"] == "ValueError"
        assert (b"no such bread" in server.everything()) == is_sent
