"""Prints what the reader made of every shape and every sample: `.venv/bin/python tests/samples/table.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/papers")]

from test_samples import table  # noqa: E402

sys.stdout.write(table() + "\n")
