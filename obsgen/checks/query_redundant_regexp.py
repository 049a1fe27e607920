"""`query/redundant-regexp`: a regular expression that needs none, or anchors that are there anyway."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings, written
from obsgen.diagnostics import Diagnostic, info
from obsgen.promql.meaning.label_sets import matched
from obsgen.promql.patterns import only_text
from obsgen.promql.tokens import has_variable, quote
from obsgen.promql.tree import Matcher, Word

_PLAIN = {"=~": "=", "!~": "!="}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `=~` and `!~` with a plain text, with `^` or `$` around it, and `=~` with `.*`."""
    for read, meanings in readings(subject):
        for selector in meanings.selectors:
            labels = subject.world.facts(selector.name.text).labels
            for matcher in selector.matchers:
                if matched(labels, (matcher,)) is None:
                    # What fits nothing is wrong, and not only long.
                    continue
                # What a shape became is no concern of whoever wrote the shape.
                if matcher.op in _PLAIN and read.mark(matcher.label) is None and not has_variable(matcher.value.text):
                    yield from _matcher(matcher, read)


def _matcher(matcher: Matcher, read: Read) -> Iterator[Diagnostic]:
    text = matcher.value.text
    plain = only_text(text)
    if plain is not None:
        better = f"{matcher.label.text}{_PLAIN[matcher.op]}{quote(plain)}"
        yield _finding(
            f"`{text}` is no pattern, so `{matcher.op}` says no more than `{_PLAIN[matcher.op]}`",
            matcher.value,
            better,
            read,
        )
    elif text == ".*" and matcher.op == "=~":
        yield _finding("`.*` fits whatever the label is, and no label as well", matcher.value, "", read)
    else:
        for start, end in _anchors(text):
            word = matcher.part(start, end)
            yield _finding(f"a pattern always fits the whole value, `{text[start:end]}` adds nothing", word, "", read)


def _anchors(text: str) -> Iterator[tuple[int, int]]:
    if "|" in text and not (text.startswith("^(") and text.endswith(")$")):
        # `^a|b$` anchors one branch each.
        return
    if text.startswith("^"):
        yield 0, 1
    if text.endswith("$") and (len(text) - len(text[:-1].rstrip("\\"))) % 2 == 1:
        yield len(text) - 1, len(text)


def _finding(message: str, word: Word, better: str, read: Read) -> Diagnostic:
    return info(
        "query/redundant-regexp", message, written(read, word), help=f"write `{better}`" if better else "leave it out"
    )


CHECK = Check(code="query/redundant-regexp", run=run)
