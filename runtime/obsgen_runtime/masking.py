"""
What leaves the process of what people and models said: nothing unless a setting opens it, and no secret even then.

Masking is decided when something is recorded, so that masked content is not even kept. Secrets are looked for by pattern
when it is sent, in the export thread: scanning 100 kB takes milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

ContentField = Literal["prompts", "completions", "tool_arguments", "tool_results", "score_comments"]

MASKED = "[masked]"
SECRET = "[secret]"  # noqa: S105  (what a secret is replaced by)
SHORTEST_SECRET = 8
"""Characters; a shorter value would be found in the middle of ordinary words, and everything would be unreadable."""

_SHORT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """
    Which content is sent, and how much of it. By default none is: `[masked]` stands in its place.

    Attributes:
        prompts: Send the input of generations and of everything that is no tool.
        completions: Send the output of these.
        tool_arguments: Send the input of tools.
        tool_results: Send the output of tools.
        score_comments: Send the comments of scores.
        exception_messages: Send the message of an exception, which tells why, and which libraries like to quote content in;
            False sends its type alone.
        mask: Called in the export thread with the field and its text, before secrets are removed; what it returns is
            sent. If it raises or returns no text, `[masked]` is sent.
        emails: Replace e-mail addresses, too.
        metadata_keys: Keys of metadata that are sent; all if None.
        longest_text: Characters of one field that are sent; the rest is cut off.
    """

    prompts: bool = False
    completions: bool = False
    tool_arguments: bool = False
    tool_results: bool = False
    score_comments: bool = False
    exception_messages: bool = True
    mask: Callable[[ContentField, str], str] | None = None
    emails: bool = False
    metadata_keys: frozenset[str] | None = None
    longest_text: int = 200_000

    def is_open(self, field: ContentField) -> bool:
        """Return whether content of this kind is sent."""
        return bool(getattr(self, field))

    def apply_mask(self, field: ContentField, text: str) -> str:
        """Return what the callback makes of *text*; `[masked]` if it fails."""
        if self.mask is None:
            return text
        try:
            masked: object = self.mask(field, text)
        except Exception:  # noqa: BLE001  (the application's own code; its failure must not open anything)
            return MASKED
        return masked if isinstance(masked, str) else MASKED


OPEN = Content(prompts=True, completions=True, tool_arguments=True, tool_results=True, score_comments=True)


@dataclass(frozen=True, slots=True)
class _Pattern:
    # Texts without any of the needles (in lower case if `folded`) are not searched, which is what makes this cheap.
    needles: tuple[str, ...]
    expression: re.Pattern[str]
    replacement: str = SECRET
    folded: bool = False


_NAMES = (
    "password", "passwd", "secret", "api_key", "api-key", "apikey", "access_token", "access-token", "auth_token",
    "auth-token", "refresh_token", "client_secret", "authorization",
)  # fmt: skip

_PATTERNS = (
    _Pattern(
        ("PRIVATE KEY",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]*-----|\Z)", re.DOTALL
        ),
    ),
    _Pattern(("sk-", "pk-", "rk-"), re.compile(r"(?<![A-Za-z0-9])[spr]k-[A-Za-z0-9_\-]{12,}")),
    _Pattern(("sk_", "rk_", "pk_"), re.compile(r"(?<![A-Za-z0-9])[spr]k_(?:live|test)_[A-Za-z0-9]{10,}")),
    _Pattern(("AKIA", "ASIA"), re.compile(r"(?<![A-Za-z0-9])A(?:K|S)IA[0-9A-Z]{16}(?![0-9A-Z])")),
    _Pattern(
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        re.compile(r"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    ),
    _Pattern(("glpat-",), re.compile(r"glpat-[A-Za-z0-9_\-]{16,}")),
    _Pattern(("xox",), re.compile(r"xox[abeoprs]-[A-Za-z0-9\-]{10,}")),
    _Pattern(("hooks.slack.com",), re.compile(r"hooks\.slack\.com/services/[A-Za-z0-9/]{10,}")),
    _Pattern(("AIza",), re.compile(r"AIza[0-9A-Za-z_\-]{30,}")),
    _Pattern(("hf_",), re.compile(r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{20,}")),
    _Pattern(("glc_", "glsa_"), re.compile(r"gl(?:c|sa)_[A-Za-z0-9_=+/]{20,}")),
    _Pattern(("eyJ",), re.compile(r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?")),
    _Pattern(("://",), re.compile(r"://([^\s:/@\"'\\]{0,200}):[^\s@\"'\\]{1,500}@"), rf"://\1:{SECRET}@"),
    _Pattern(
        ("authorization",),
        re.compile(
            r"(?i)(authorization\\?[\"']?\s{0,3}[:=]\s{0,3}\\?[\"']?(?:basic|bearer|token)\s{1,3})[^\s\"'\\,]{4,}"
        ),
        rf"\1{SECRET}",
        folded=True,
    ),
    _Pattern(
        ("bearer",),
        re.compile(r"(?i)(bearer\s{1,3})(?=[^\s\"'\\]{0,200}\d)[A-Za-z0-9._~+/=\-]{12,}"),
        rf"\1{SECRET}",
        folded=True,
    ),
    _Pattern(
        _NAMES,
        re.compile(
            rf"(?i)((?:{'|'.join(_NAMES)})(?:_?key)?\\?[\"']?\s{{0,3}}[:=]\s{{0,3}}\\?[\"']?)"
            rf"(?!(?:basic|bearer|token)\s|\[)[^\s\"',;&\\}}]{{4,}}"
        ),
        rf"\1{SECRET}",
        folded=True,
    ),
)
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}")


def scrub(text: str, *, emails: bool = False, known: tuple[str, ...] = ()) -> str:
    """
    Return *text* with secrets replaced by `[secret]`; of a long one with its parts still telling what it was.

    Args:
        text: Prose, code or JSON.
        emails: Replace e-mail addresses by `[email]`, too.
        known: Secrets by their value, such as our own keys; those of less than 8 characters are not looked for.
    """
    if len(text) <= _SHORT:
        return _scrub_short(text, emails, known)
    return _scrub(text, emails, known)


@lru_cache(maxsize=4096)
def _scrub_short(text: str, emails: bool, known: tuple[str, ...]) -> str:
    # Names, tags and keys come again and again.
    return _scrub(text, emails, known)


def _scrub(text: str, emails: bool, known: tuple[str, ...]) -> str:
    for secret in known:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, SECRET)
    folded = text.lower()
    for pattern in _PATTERNS:
        if any(needle in (folded if pattern.folded else text) for needle in pattern.needles):
            text = pattern.expression.sub(pattern.replacement, text)
    if emails and "@" in text:
        text = _EMAIL.sub("[email]", text)
    return text
