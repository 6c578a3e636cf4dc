"""Makes the helpers of this folder importable beside the small council of `tests/office`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
