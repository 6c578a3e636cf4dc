"""Makes `people` importable beside the tests of the guide."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
