"""The sections of `scripts/bench_runtime.py`."""
