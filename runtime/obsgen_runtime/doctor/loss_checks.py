"""What the runtime counted of its own losses, read from the page. Pure functions of a page and the time."""

from __future__ import annotations

from collections import Counter
from math import inf

from obsgen_runtime.doctor.page import Page
from obsgen_runtime.doctor.page_checks import worst
from obsgen_runtime.doctor.results import Result, failed, ok, skipped, warning

_P = "obsgen_runtime_"
_ON_PURPOSE = frozenset({"sampled", "filtered"})
_STALE_SECONDS = 300.0


def check_losses(page: Page, now: float) -> list[Result]:
    """
    Return what was refused, lost, without price and faulty.

    Args:
        page: The page.
        now: Seconds since the epoch.
    """
    if not any(name.startswith(_P) for name in page.families):
        return [
            warning(
                "self-metrics",
                "the page shows no metric of the runtime itself",
                "What is lost cannot be seen. Start the process with `initialize_observability`, with the registry "
                "that it serves.",
            )
        ]
    return [
        _refusals(page, "label-refusals", "label_rejected_total", "label values were recorded as `other`",
            "Correct the value where it is recorded, or add it to the catalog; the process logged the first of each "
            "kind, and `strict=True` in a test raises there.", ("metric", "label", "reason")),
        _refusals(page, "value-refusals", "value_rejected_total", "numbers were not recorded",
            "Counters take no negative numbers, and nothing takes NaN or infinity: correct what is recorded.",
            ("metric", "reason")),
        check_delivery(page),
        check_queue(page, now),
        _refusals(page, "prices", "price_unknown_total", "calls have no known price",
            "Their cost is missing from every sum. Add the models to the price table of the catalog, and build.",
            ("model",)),
        _refusals(page, "usage", "usage_unknown_total", "calls told no tokens",
            "Their tokens and cost are missing from every sum. Ask the provider for usage (in streams it often has "
            "to be switched on), or record a `Usage` yourself.", ("model",)),
        _refusals(page, "identity", "spans_without_identity_total", "root spans have neither persona nor session",
            "Nobody finds them by user or session. Wrap the work in `use(persona=..., session=...)` or "
            "`switch_persona`.", ()),
        _refusals(page, "hook-faults", "hook_faults_total", "faults inside the runtime were shielded",
            "The application was not affected, but what the hook should record may be missing. The log of "
            "`obsgen_runtime` has one line a minute for each cause: report it.", ("hook",)),
    ]  # fmt: skip


def check_delivery(page: Page) -> Result:
    """Whether spans and scores that were made were sent."""
    made, sent = page.total(f"{_P}export_made_total"), page.total(f"{_P}export_sent_total")
    lost: Counter[str] = Counter()
    for sample in page.samples(f"{_P}export_dropped_total"):
        reason = sample.labels.get("reason", "")
        if sample.name == f"{_P}export_dropped_total" and 0 < sample.value < inf and reason not in _ON_PURPOSE:
            lost[f"{reason} {sample.labels.get('signal', '')}s"] += int(sample.value)
    errors = _by(page, f"{_P}export_errors_total", ("reason",))
    causes = worst(lost) + (f"; attempts failed: {worst(errors)}" if errors else "")
    if not made:
        return skipped("delivery", "no span or score was made yet")
    said = f"{made:.0f} spans and scores made, {sent:.0f} sent"
    if not lost and not (errors and not sent):
        return ok("delivery", said)
    if not sent:
        return failed(
            "delivery",
            f"{said}, {sum(lost.values())} lost: {causes or 'none yet'}",
            "Nothing arrives. `refused`, `unauthorized`: the keys or the server's version; `unsent`, `connection`, "
            "`timeout`: the way to the server. The checks of Langfuse below tell which.",
        )
    return warning(
        "delivery",
        f"{said}, {sum(lost.values())} lost: {causes}",
        "Lost spans do not come back. `queue_full`: lower LANGFUSE_SAMPLE_RATE or raise the queue; `refused`: the "
        "keys or the data; `unsent`: the network; `shutdown`: give it a longer deadline.",
    )


def check_queue(page: Page, now: float) -> Result:
    """Whether what waits is being sent."""
    waiting = page.total(f"{_P}export_queue_depth")
    last = page.total(f"{_P}export_last_success_timestamp_seconds")
    age = f"last success {max(0.0, now - last):.0f} s ago" if last > 0 else "no success yet"
    said = f"{waiting:.0f} spans and scores wait, {age}"
    if waiting > 0 and last > 0 and now - last > _STALE_SECONDS:
        return failed(
            "queue",
            said,
            "The server took nothing for five minutes while something waits: look at the checks of Langfuse below, "
            "and at the log of `obsgen_runtime`.",
        )
    return ok("queue", said)


def _refusals(page: Page, name: str, metric: str, what: str, advice: str, by: tuple[str, ...]) -> Result:
    full = f"{_P}{metric}"
    if full not in page.families:
        return skipped(name, f"the page has no {full}")
    count = page.total(full)
    if count <= 0:
        return ok(name, f"0 {what}")
    causes = worst(_by(page, full, by)) if by else ""
    return warning(name, f"{count:.0f} {what}" + (f": {causes}" if causes else ""), advice)


def _by(page: Page, name: str, labels: tuple[str, ...]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for sample in page.samples(name):
        if sample.name == name and 0 < sample.value < inf:
            counts[" ".join(sample.labels.get(label, "") for label in labels)] += int(sample.value)
    return counts
