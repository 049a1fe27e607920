"""One process that feeds one kind of input: by coverage where atheris is installed, else by new sets of findings."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import random
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from fuzz_parts.mutate import mutated

if TYPE_CHECKING:
    from fuzz_parts.targets import Target

#: Seconds that no input of the sizes made here may take, however busy the machine.
SLOW = 10.0
_SEED_SIZE = 8_000
_NOTED_EVERY = 200


class Feeder:
    """
    Feeds texts to a target, counts them, and keeps what fails.

    Attributes:
        count: How many texts were fed.
    """

    def __init__(self, name: str, target: Target, folder: Path) -> None:
        self.count = 0
        self._name, self._target, self._folder = name, target, folder
        self._noted = folder / "counts" / f"{name}-{os.getpid()}-{time.time_ns()}"
        for path in (self._noted.parent, folder / "failures"):
            path.mkdir(parents=True, exist_ok=True)

    def feed(self, text: str) -> frozenset[str]:
        """Return the codes found in *text*; a text that breaks something is kept as a failure and has none."""
        self.count += 1
        if self.count % _NOTED_EVERY == 0:
            self.note()
        started, printed = time.perf_counter(), _printed()
        codes: frozenset[str] = frozenset()
        try:
            codes = self._target.run(text)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # noqa: BLE001 - whatever comes out is what we look for
            self._fail(text, _where(problem), traceback.format_exc())
        took = time.perf_counter() - started
        if took > SLOW:
            self._fail(text, "slow", f"took {took:.1f} s")
        if _printed() != printed:
            self._fail(text, "printed", "something was written to standard error")
        return codes

    def note(self) -> None:
        """Write down how many texts were fed, for whoever adds them up."""
        self._noted.write_text(str(self.count), encoding="utf-8")

    def _fail(self, text: str, where: str, why: str) -> None:
        name = f"{self._name}-{hashlib.sha256(where.encode()).hexdigest()[:10]}"
        kept = self._folder / "failures" / f"{name}.txt"
        if not kept.exists() or kept.stat().st_size > len(text.encode()):
            kept.write_text(text, encoding="utf-8", newline="")
            kept.with_suffix(".why").write_text(f"{where}\n{why}", encoding="utf-8")


def _printed() -> int:
    """Return how far standard error, which is a file here, was written: a parser that panics says so there."""
    return os.fstat(2).st_size


def _where(problem: BaseException) -> str:
    """Return the kind of *problem* and the line of ours that it came from: two of these alike are one fault."""
    frames = [
        frame for frame in traceback.extract_tb(problem.__traceback__) if f"{os.sep}obsgen{os.sep}" in frame.filename
    ]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
    return f"{type(problem).__name__} in {place}"


def main(name: str, count: int, folder: Path, seed: int, guide: str) -> None:
    """Feed *count* texts to the target *name*; *folder* keeps what later runs go on from."""
    atheris = _atheris() if guide == "coverage" else None
    with atheris.instrument_imports(include=["obsgen"]) if atheris else contextlib.nullcontext():
        target: Target = importlib.import_module("fuzz_parts.targets").TARGETS[name]
    feeder = Feeder(name, target, folder)
    corpus = folder / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for text in target.seeds():
        if len(text) <= _SEED_SIZE:
            _keep(corpus, text)
    if atheris:
        _by_coverage(atheris, feeder, corpus, count, seed)
    else:
        _by_codes(feeder, corpus, count, random.Random(seed))
    feeder.note()


def _atheris() -> ModuleType | None:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        return None


def _keep(corpus: Path, text: str) -> None:
    data = text.encode()
    (corpus / hashlib.sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)


def _by_coverage(atheris: ModuleType, feeder: Feeder, corpus: Path, count: int, seed: int) -> None:
    """Let libFuzzer choose what to change: texts that reached a line that none before them did."""
    others = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(corpus.iterdir())]

    def feed(data: bytes) -> None:
        feeder.feed(data.decode("utf-8", "replace"))
        if feeder.count >= count:
            # libFuzzer ends the process itself when its runs are over, and would not call us again.
            feeder.note()

    def change(data: bytes, longest: int, number: int) -> bytes:
        dice = random.Random(number)
        if dice.random() < 0.2:
            return bytes(atheris.Mutate(data, longest))
        return mutated(data.decode("utf-8", "replace"), others, dice).encode()[:longest]

    flags = [
        f"-runs={count}",
        f"-seed={seed % 2**31 or 1}",
        f"-max_len={_SEED_SIZE}",
        "-print_final_stats=0",
        "-timeout=60",
    ]
    atheris.Setup(
        [sys.argv[0], *flags, f"-artifact_prefix={corpus.parent.parent}/crash-", str(corpus)],
        feed,
        custom_mutator=change,
    )
    atheris.Fuzz()


def _by_codes(feeder: Feeder, corpus: Path, count: int, dice: random.Random) -> None:
    """Go on from texts in which a set of codes was found that was in none before them."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(corpus.iterdir())]
    known = {feeder.feed(text) for text in texts}
    while feeder.count < count:
        text = mutated(dice.choice(texts), texts, dice)
        codes = feeder.feed(text)
        if codes not in known:
            known.add(codes)
            texts.append(text)
            _keep(corpus, text)
