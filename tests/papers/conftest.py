"""Makes `letter_samples` importable beside the tests of the papers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
