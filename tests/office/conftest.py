"""Makes the small council of `test_daily_run` importable beside the other tests of the office."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
