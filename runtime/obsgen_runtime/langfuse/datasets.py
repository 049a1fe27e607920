"""Datasets and experiments: explicit calls of tools, which wait for the server and may raise."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from obsgen_runtime.context import current
from obsgen_runtime.faults import count_fault
from obsgen_runtime.langfuse.api import LangfuseUnavailable, segment
from obsgen_runtime.langfuse.core import Core
from obsgen_runtime.langfuse.handles import Handle
from obsgen_runtime.langfuse.scores import ScoreValue
from obsgen_runtime.observations import Facts
from obsgen_runtime.otlp.values import json_text, plain

_PAGE = 100
_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetItem:
    """
    One case.

    Attributes:
        id: In Langfuse; empty for a case that is not stored there.
        input: What the task is given.
        expected_output: What it should return.
        metadata: Of any shape.
        dataset_id: Dataset it is part of; empty for a case that is not stored.
    """

    id: str = ""
    input: Any = None
    expected_output: Any = None
    metadata: Any = None
    dataset_id: str = ""

    @property
    def expected(self) -> Any:
        """The same as `expected_output`."""
        return self.expected_output


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Cases, to iterate over."""

    id: str
    name: str
    items: tuple[DatasetItem, ...] = ()
    project_id: str = ""

    def __iter__(self) -> Iterator[DatasetItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """
    How one case went.

    Attributes:
        output: What the task returned.
        error: What it raised instead.
        scores: By name.
        trace_id: Empty where nothing is traced.
    """

    item: DatasetItem
    output: Any = None
    error: Exception | None = None
    scores: Mapping[str, ScoreValue] = field(default_factory=dict)
    trace_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentRun:
    """All cases of one run of an experiment."""

    name: str
    run_name: str
    results: tuple[ItemResult, ...]

    def average(self, score: str) -> float | None:
        """Return the mean of a numeric score over the cases that have it; None if none has."""
        found = [value for result in self.results if isinstance(value := result.scores.get(score), int | float)]
        return sum(found) / len(found) if found else None


Task = Callable[[DatasetItem], Any]
Evaluator = Callable[..., ScoreValue | Mapping[str, ScoreValue] | Awaitable[ScoreValue | Mapping[str, ScoreValue]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    name: str
    run_name: str
    task: Task
    evaluators: Sequence[Evaluator]
    metadata: Mapping[str, object]
    dataset: Dataset | None


class Datasets(Core):
    """Datasets of a project, and experiments on them."""

    def create_dataset(
        self,
        name: str,
        items: Iterable[Mapping[str, Any]] = (),
        *,
        description: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Dataset:
        """
        Make a dataset, and its items if some are given; one of the same name is extended.

        Args:
            name: Of the dataset.
            items: Dictionaries with `input`, `expected_output` (or `expected`) and `metadata`.
            description: In words.
            metadata: Of any type.

        Raises:
            LangfuseUnavailable: If the server cannot be asked, or refuses. What was made before stays.
        """
        body = {"name": name, "description": description, "metadata": plain(metadata)}
        answer = _mapping(self._asked().post("/v2/datasets", body))
        made = tuple(
            self.create_dataset_item(
                name, item.get("input"), item.get("expected_output", item.get("expected")), item.get("metadata")
            )
            for item in items
        )
        return Dataset(id=_text(answer, "id"), name=name, items=made, project_id=_text(answer, "projectId"))

    def create_dataset_item(
        self,
        dataset_name: str,
        input: object | None = None,
        expected_output: object | None = None,
        metadata: object | None = None,
        *,
        item_id: str | None = None,
        source_trace_id: str | None = None,
    ) -> DatasetItem:
        """
        Add a case to a dataset; one with the same *item_id* is replaced.

        Raises:
            LangfuseUnavailable: If the server cannot be asked, or refuses.
        """
        body = {
            "datasetName": dataset_name,
            "input": plain(input),
            "expectedOutput": plain(expected_output),
            "metadata": plain(metadata),
            "id": item_id,
            "sourceTraceId": source_trace_id,
        }
        answer = _mapping(self._asked().post("/dataset-items", body))
        return DatasetItem(
            id=_text(answer, "id") or item_id or "",
            input=input,
            expected_output=expected_output,
            metadata=metadata,
            dataset_id=_text(answer, "datasetId"),
        )

    def get_dataset(self, name: str) -> Dataset:
        """
        Return a dataset with all of its items, which come page by page.

        Raises:
            LangfuseUnavailable: If the server cannot be asked, or there is no such dataset.
        """
        api = self._asked()
        answer = _mapping(api.get(f"/v2/datasets/{segment(name)}"))
        items: list[DatasetItem] = []
        for page in range(1, _MOST_PAGES + 1):
            found = _mapping(api.get("/dataset-items", {"datasetName": name, "page": page, "limit": _PAGE}))
            items += [_item(part) for part in found.get("data") or () if isinstance(part, dict)]
            meta = found.get("meta")
            if not isinstance(meta, dict) or page >= int(meta.get("totalPages") or 0):
                break
        return Dataset(id=_text(answer, "id"), name=name, items=tuple(items), project_id=_text(answer, "projectId"))

    def run_experiment(
        self,
        name: str,
        data: Dataset | Iterable[DatasetItem | Mapping[str, Any]],
        task: Task,
        evaluators: Sequence[Evaluator] = (),
        *,
        run_name: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> ExperimentRun:
        """
        Run *task* on each case, one after another; see `run_experiment_async`, which code in an event loop awaits.

        Raises:
            RuntimeError: If called inside an event loop.
        """
        return asyncio.run(
            self.run_experiment_async(name, data, task, evaluators, run_name=run_name, metadata=metadata)
        )

    async def run_experiment_async(
        self,
        name: str,
        data: Dataset | Iterable[DatasetItem | Mapping[str, Any]],
        task: Task,
        evaluators: Sequence[Evaluator] = (),
        *,
        run_name: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> ExperimentRun:
        """
        Run *task* on each case, with a trace for each, judge the outputs, and link traces and scores.

        Args:
            name: Of the experiment.
            data: A dataset, or cases that are not stored: dictionaries with `input` and `expected_output`.
            task: Called with each item; may be async. What it raises becomes the `error` of that case.
            evaluators: Called with the keywords `input`, `output`, `expected_output` and `metadata`; return a value
                for a score of their own name, or a dictionary of scores. May be async.
            run_name: Tells runs apart; default is *name* and the time.
            metadata: Such as `variant`; on each trace.
        """
        run = _Run(
            name=name,
            run_name=run_name or f"{name} {datetime.now(UTC).isoformat(timespec='seconds')}",
            task=task,
            evaluators=tuple(evaluators),
            metadata=dict(metadata or {}),
            dataset=data if isinstance(data, Dataset) else None,
        )
        items = [part if isinstance(part, DatasetItem) else _own_item(part) for part in data]
        results = [await self._run_item(run, item) for item in items]
        return ExperimentRun(name=name, run_name=run.run_name, results=tuple(results))

    async def _run_item(self, run: _Run, item: DatasetItem) -> ItemResult:
        facts = Facts(
            input=item.input,
            metadata={"experiment": run.name, "run": run.run_name, "dataset_item_id": item.id, **run.metadata},
            attributes=_attributes(run, item),
        )
        trace = self._start(f"experiment.{run.name}", replace(current(), stage=None), facts)
        output, error = None, None
        with trace:
            try:
                output = await _result(run.task(item))
            except Exception as raised:  # noqa: BLE001  (the task's own; it is the result of this case)
                error = raised
            scores = {} if error is not None else await _judge(run, item, output)
            for score, value in scores.items():
                trace.score_trace(score, value)
            trace.end(output=output, error=error)
        self._link(run, item, trace)
        return ItemResult(item=item, output=output, error=error, scores=scores, trace_id=trace.trace_id)

    def _link(self, run: _Run, item: DatasetItem, trace: Handle) -> None:
        # Servers of today read the link from the span; older ones, and the SDK's spans, need this call.
        if self._api is None or not item.id or not trace.trace_id:
            return
        body = {"runName": run.run_name, "datasetItemId": item.id, "traceId": trace.trace_id}
        try:
            self._api.post("/dataset-run-items", {**body, "metadata": plain(run.metadata) or None})
        except LangfuseUnavailable as error:
            if error.status != 404:
                count_fault("experiments", f"a trace was not linked to its dataset item: {error.reason}")


async def _judge(run: _Run, item: DatasetItem, output: object) -> dict[str, ScoreValue]:
    scores: dict[str, ScoreValue] = {}
    for evaluator in run.evaluators:
        name = getattr(evaluator, "__name__", type(evaluator).__name__)
        try:
            found = await _result(
                evaluator(input=item.input, output=output, expected_output=item.expected_output, metadata=item.metadata)
            )
        except Exception as error:  # noqa: BLE001  (the evaluator's own; the other ones go on)
            count_fault("experiments", f"evaluator {name} raised {type(error).__name__}")
            continue
        scores.update(found if isinstance(found, Mapping) else {name: found})
    return scores


async def _result(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _attributes(run: _Run, item: DatasetItem) -> dict[str, str]:
    found = {
        "langfuse.experiment.name": run.run_name,
        "langfuse.experiment.item.id": item.id or _short_hash(json_text(item.input)),
        "langfuse.experiment.id": _short_hash(run.run_name),
    }
    if run.metadata:
        found["langfuse.experiment.metadata"] = json_text(run.metadata)
    if item.dataset_id:
        found["langfuse.experiment.dataset.id"] = item.dataset_id
        if run.dataset is not None and run.dataset.project_id:
            # How the server names the same run, so that both agree.
            parts = ["langfuse-experiment-v1", run.dataset.project_id, item.dataset_id, run.run_name]
            found["langfuse.experiment.id"] = _short_hash(json.dumps(parts, separators=(",", ":"), ensure_ascii=False))
    return found


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _own_item(part: Mapping[str, Any]) -> DatasetItem:
    return DatasetItem(
        input=part.get("input"),
        expected_output=part.get("expected_output", part.get("expected")),
        metadata=part.get("metadata"),
    )


def _item(answer: Mapping[str, Any]) -> DatasetItem:
    return DatasetItem(
        id=_text(answer, "id"),
        input=answer.get("input"),
        expected_output=answer.get("expectedOutput"),
        metadata=answer.get("metadata"),
        dataset_id=_text(answer, "datasetId"),
    )


def _mapping(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise LangfuseUnavailable("encoding", "the answer is not Langfuse's")
    return answer


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""
