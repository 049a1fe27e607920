"""Reading the metrics page, as Prometheus would, and judging the answer before what it says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from obsgen_runtime.doctor.page import BadPage, Page, parse_page, parse_strictly
from obsgen_runtime.doctor.reaching import Overdue, Reply, Unreached, fetch, within
from obsgen_runtime.doctor.results import Result, failed, ok, shown, skipped

_TEXT = "text/plain"
_OPENMETRICS = "application/openmetrics-text"
_ACCEPT_TEXT = {"Accept": "text/plain;version=0.0.4"}
_ACCEPT_OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}
_NOT_THERE = (
    "Nothing listens there. The process says `metrics live` with the real address once it does: compare it with --url. "
    'Without that line, `initialize_observability` was not called, or failed. In a container pass `host="0.0.0.0"`.'
)
_STUCK = (
    "Something listens there and does not answer: the process is stuck, or the port is another program's. "
    "`ss -ltnp` shows whose it is."
)
_FOREIGN = (
    "This is not a metrics page. Another program has the port, or the page is at another path: compare --url with the "
    "address that the process logs at its start."
)
_UNREADABLE = (
    "Prometheus drops the whole page for one such line. Series come from the generated collectors only, never from "
    "text put together by hand."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """The page, if there is one that can be read, and what was found on the way."""

    page: Page | None
    results: tuple[Result, ...]


def scrape(url: str, until: float) -> Scraped:
    """Read the page twice: in the text format, and in the format that Prometheus asks for first."""
    half = time.monotonic() + max(0.1, (until - time.monotonic()) / 2)
    try:
        reply = fetch(url, until=half, headers=_ACCEPT_TEXT, use_proxies=False)
    except Unreached as problem:
        return _nothing(_unreached(url, problem))
    foreign = judge_reply(reply)
    if foreign is not None:
        return _nothing(foreign)
    try:
        page = within(until, lambda: parse_page(_decoded(reply.body)))
    except BadPage as problem:
        return _nothing(failed("page", f"it cannot be read: {problem}", _UNREADABLE))
    except Overdue:
        size = f"{len(reply.body) / 2**20:.0f} MB"
        return _nothing(failed("page", f"its {size} take too long to read", _too_large()))
    served = sum(len(each.samples) for each in page.families.values())
    said = f"{served} series of {len(page.families)} metrics, {len(reply.body)} bytes in {reply.seconds * 1000:.0f} ms"
    return Scraped(page=page, results=(ok("page", said), _openmetrics(url, until)))


def judge_reply(reply: Reply) -> Result | None:
    """Return what is wrong with an answer that should be a metrics page; None if nothing is, so far."""
    if reply.status != 200:
        return failed("page", f"the answer is HTTP {reply.status}", _FOREIGN)
    if reply.kind not in (_TEXT, _OPENMETRICS):
        said = f"the content type is {shown(reply.kind)}" if reply.kind else "the answer has no content type"
        return failed("page", said, _FOREIGN)
    if reply.body.lstrip()[:1] in (b"<", b"{"):
        return failed("page", f"the page begins with {shown(_decoded(reply.body[:40], lossy=True))}", _FOREIGN)
    return None


def _openmetrics(url: str, until: float) -> Result:
    try:
        reply = fetch(url, until=until, headers=_ACCEPT_OPENMETRICS, use_proxies=False)
        if reply.kind != _OPENMETRICS:
            return skipped("openmetrics", "the page is served in the text format only, without exemplars")
        count = within(until, lambda: parse_strictly(_decoded(reply.body)))
    except (Unreached, Overdue) as problem:
        return failed("openmetrics", f"it cannot be read: {shown(problem) or 'not in time'}", _STUCK)
    except BadPage as problem:
        return failed("openmetrics", f"it is not well-formed: {problem}", _UNREADABLE)
    return ok("openmetrics", f"{count} metrics are well-formed")


def _unreached(url: str, problem: Unreached) -> Result:
    place = urlsplit(url).netloc
    said = f"{place}: {shown(problem)}"
    if problem.reason == "too_large":
        return failed("page", said, _too_large())
    advice = {"refused": _NOT_THERE, "timeout": _STUCK}.get(problem.reason, _FOREIGN)
    return failed("page", said, advice)


def _too_large() -> str:
    return (
        "A page of this size has too many series, or is none. Look for open labels that hold identifiers, and for "
        "metrics that were made without the generated collectors."
    )


def _nothing(result: Result) -> Scraped:
    return Scraped(page=None, results=(result,))


def _decoded(body: bytes, *, lossy: bool = False) -> str:
    try:
        return body.decode("utf-8", "replace" if lossy else "strict")
    except UnicodeDecodeError as problem:
        raise BadPage(f"byte {problem.start} is not UTF-8") from None
