"""What the doctor prints: text for people, one JSON document for programs, and never a secret."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from textwrap import wrap

from obsgen_runtime.doctor.results import Result

_MARKS = {"ok": "ok", "warning": "WARN", "failed": "FAIL", "skipped": "-"}
_WIDTH = 116
_SHORTEST_PIECE = 8  # every key begins with pk-lf- or sk-lf-, and so does the advice
_CUTS = ("...", "'")
_USER_IN_URL = re.compile(r"//[^/@\s]+@")


def redacted(results: Iterable[Result], secrets: Sequence[str]) -> tuple[Result, ...]:
    """Return *results* without the *secrets*, in whatever way they came in, and without users in URLs."""
    hidden = sorted({*secrets, *_encoded(secrets)}, key=len, reverse=True)
    return tuple(
        replace(each, said=_without(each.said, hidden), advice=_without(each.advice, hidden)) for each in results
    )


def exit_code(results: Iterable[Result], *, strict: bool) -> int:
    """Return 1 if something failed, or with *strict* was warned of; else 0."""
    bad = {"failed", "warning"} if strict else {"failed"}
    return int(any(each.status in bad for each in results))


def as_text(url: str, results: Sequence[Result], seconds: float) -> str:
    """Return one line for each check, advice below those that need it, and a summary."""
    width = max((len(each.name) for each in results), default=0)
    lines = [f"obsgen-runtime doctor, {url}", ""]
    for each in results:
        lines.append(f"{_MARKS[each.status]:<4}  {each.name:<{width}}  {each.said}".rstrip())
        lines += [f"{'':<{width + 8}}{line}" for line in wrap(each.advice, max(40, _WIDTH - width - 8))]
    return "\n".join([*lines, "", f"{_summary(results)} in {seconds:.1f} s", ""])


def as_json(url: str, results: Sequence[Result], seconds: float, code: int) -> str:
    """Return one document."""
    document = {
        "doctor": 1,
        "url": url,
        "exit_code": code,
        "seconds": round(seconds, 3),
        "summary": dict(Counter(each.status for each in results)),
        "results": [
            {"name": each.name, "status": each.status, "said": each.said, "advice": each.advice} for each in results
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _summary(results: Sequence[Result]) -> str:
    counts = Counter(each.status for each in results)
    words = [(counts["failed"], "failed"), (counts["warning"], "to look at"), (counts["ok"], "ok")]
    return ", ".join(f"{count} {word}" for count, word in [*words, (counts["skipped"], "skipped")] if count)


def _encoded(secrets: Sequence[str]) -> list[str]:
    pairs = (f"{one}:{other}" for one in secrets for other in secrets)
    return [base64.b64encode(text.encode()).decode("ascii") for text in (*secrets, *pairs)]


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
        if secret[:_SHORTEST_PIECE] in text:  # the line was cut off in the middle of it
            pieces = (
                f"{secret[:length]}{end}" for length in range(len(secret) - 1, _SHORTEST_PIECE - 1, -1) for end in _CUTS
            )
            text = next((text.replace(piece, "[secret]...") for piece in pieces if piece in text), text)
    return _USER_IN_URL.sub("//[secret]@", text)
