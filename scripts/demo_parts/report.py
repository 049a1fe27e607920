"""What the demo says, as text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import Any, TextIO

from .alerts import Edition, Expectation, State, Timeline, Watched
from .configuration import SCRAPE_EVERY, SPEED
from .panels import Answer, Page

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
_STATE_STYLES = {"inactive": "dim", "pending": "yellow", "firing": "red"}
_SAMPLE_WIDTH = 58


@dataclass(frozen=True, kw_only=True)
class Paper:
    """
    Where the report is written.

    Attributes:
        stream: Usually standard output.
        is_terminal: Whether somebody watches.
        colours: Whether escape codes are welcome.
    """

    stream: TextIO
    is_terminal: bool
    colours: bool

    def write(self, *lines: str) -> None:
        """Write *lines* at once, so that a reader of a pipe sees them too."""
        self.clear()
        print(*lines, sep="\n", file=self.stream, flush=True)

    def progress(self, text: str) -> None:
        """Show *text* until the next line comes; on a terminal only."""
        if self.is_terminal:
            room = get_terminal_size().columns - 1
            print(f"\r\033[K{self.styled(text[:room], 'dim')}", end="", file=self.stream, flush=True)

    def clear(self) -> None:
        """Take the progress line away."""
        if self.is_terminal:
            print("\r\033[K", end="", file=self.stream, flush=True)

    def styled(self, text: str, style: str) -> str:
        """Return *text* in a style of `_CODES`, or as it is where colours are not welcome."""
        return f"\033[{_CODES[style]}m{text}\033[0m" if self.colours and text else text


def paper(stream: TextIO, environment: Mapping[str, str] = os.environ) -> Paper:
    """Return *stream* with what is known of its reader."""
    terminal = stream.isatty() and environment.get("TERM") != "dumb"
    return Paper(stream=stream, is_terminal=terminal, colours=terminal and not environment.get("NO_COLOR"))


def addresses(on: Paper, *, metrics: str, prometheus: str, version: str, rules: Sequence[str]) -> None:
    """Write what runs where."""
    on.write(
        on.styled("Running, on loopback only", "bold"),
        f"  service     {metrics}  (generated collectors, obsgen_runtime)",
        f"  prometheus  {prometheus}  (version {version})",
        f"  settings    generated; only the target's address and the scrape interval, {SCRAPE_EVERY}, differ",
        f"  rules       {', '.join(rules)}, byte for byte,",
        f'              and in fast motion: the same alerts, all durations divided by {SPEED}, labelled demo="fast-motion"',
        "",
    )


def targets(on: Paper, found: Iterable[Mapping[str, Any]]) -> None:
    """Write the state of each target, as the API describes it."""
    on.write(on.styled("Targets", "bold"), *(() if found else ("  none",)))
    for one in found:
        labels = " ".join(f'{name}="{value}"' for name, value in one["labels"].items() if name != "instance")
        health = on.styled(one["health"], "green" if one["health"] == "up" else "red")
        on.write(
            f"  {health}  {one['scrapeUrl']}  {labels}", *([f"      {one['lastError']}"] if one["lastError"] else [])
        )
    on.write("")


def alerts(on: Paper, timeline: Timeline) -> None:
    """Write when each alert reached which state."""
    names = sorted({alert.name for alert in timeline.now})
    width = max(map(len, names), default=0)
    heading = f"{'Alerts':{width}}    {'as generated':28}  fast motion ({SPEED} times as fast)"
    on.write(on.styled(heading, "bold"))
    for name in names:
        real, fast = (_states(on, timeline, Watched(name, edition)) for edition in _EDITIONS)
        on.write(f"  {name:{width}}  {real[0]}{' ' * (28 - real[1])}  {fast[0]}")
    on.write(on.styled("  seconds count from the moment Prometheus was ready", "dim"), "")


_EDITIONS: tuple[Edition, ...] = ("as generated", "fast motion")


def _states(on: Paper, timeline: Timeline, alert: Watched) -> tuple[str, int]:
    """Return the states that *alert* went through, and how wide the text is without its colours."""
    seen = timeline.seen.get(alert, {})
    steps: list[tuple[str, str]] = [(state, f"{state} {at:.0f} s") for state, at in seen.items() if state != "inactive"]
    now = timeline.now.get(alert)
    if now is None or not steps or now not in [state for state, _ in steps]:
        steps.append((now or "inactive", now or "no such rule"))
    plain = "  ".join(text for _, text in steps)
    return "  ".join(on.styled(text, _STATE_STYLES[state]) for state, text in steps), len(plain)


def pages(on: Paper, asked: Sequence[Page]) -> None:
    """Write how many series each panel shows, and its largest."""
    width = max((len(one.panel.title) for page in asked for one in page.answers), default=0)
    for page in asked:
        values = ", ".join(f"{name} {count}" for name, count in page.values.items())
        title = on.styled(page.dashboard.title, "bold")
        on.write(f"{title}    {on.styled(f'values to choose from: {values}' if values else '', 'dim')}".rstrip())
        on.write(*(_panel(on, answer, width) for answer in page.answers), "")


def _panel(on: Paper, answer: Answer, width: int) -> str:
    panel = answer.panel
    noun = "bucket" if panel.kind == "heatmap" else "series"
    count = len(answer.series)
    text = f"{count:4} {noun + ('s' if noun == 'bucket' and count != 1 else ''):7}"
    front = f"  {panel.title:{width}}  {panel.kind:10}  {text if count else on.styled(text, 'red')}"
    return f"{front}  {answer.problem or sample(answer)}".rstrip()


def sample(answer: Answer) -> str:
    """Return the largest series of *answer* and its value."""
    if not answer.series:
        return ""
    name, series = answer.series[0]
    if series.labels.get("__name__") == "ALERTS":
        return _cut(
            f"{series.labels.get('alertstate', '')}: {series.labels.get('workflow')} / {series.labels.get('stage')}"
        )
    if answer.panel.kind == "heatmap":
        return f"{quantity(series.value, '')} observations"
    value = quantity(series.value, answer.panel.unit)
    return value if name in ("", answer.panel.title) else f"{_cut(name)}: {value}"


def quantity(value: float, unit: str) -> str:
    """Return *value* in three digits with a *unit* of Grafana's."""
    number = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    if unit == "percentunit":
        return f"{value:.1%}"
    if unit == "s":
        return f"{number} s"
    return f"{number} {unit.removeprefix('suffix:')}".replace(" /", "/") if unit.startswith("suffix:") else number


def _cut(text: str) -> str:
    return text if len(text) <= _SAMPLE_WIDTH else text[: _SAMPLE_WIDTH - 1] + "…"


def progress(timeline: Timeline, wanted: Sequence[Expectation], seconds: float) -> str:
    """Return one line on what has come so far."""
    kinds = dict.fromkeys((one.alert.edition, one.state) for one in wanted)
    return f"{seconds:3.0f} s  " + ", ".join(_share(timeline, wanted, *kind) for kind in kinds)


def _share(timeline: Timeline, wanted: Sequence[Expectation], edition: Edition, state: State) -> str:
    met = [timeline.met(one) for one in wanted if (one.alert.edition, one.state) == (edition, state)]
    return f"{edition}: {sum(met)} of {len(met)} {state}"


def verdict(on: Paper, complaints: Sequence[str], *, wanted: int, panels: int, seconds: float) -> None:
    """Write the last lines: what is wrong, or that all is well."""
    for one in complaints:
        on.write(f"{on.styled('missing', 'red')}  {one}")
    if complaints:
        on.write(f"{on.styled('failed', 'red')}: {len(complaints)} missing after {seconds:.0f} s")
    else:
        on.write(
            f"{on.styled('ok', 'green')}: {wanted} alert states came and {panels} panels have data, in {seconds:.0f} s"
        )
