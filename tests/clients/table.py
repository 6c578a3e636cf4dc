"""The table operations × clients of `sandbox/README.md`, from what the clients' run found (`results.json`).

`python tests/clients/table.py` writes it into the README.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
README = HERE.parents[1] / "sandbox/README.md"
RESULTS = HERE / "results.json"
BEGIN, END = "<!-- clients: made by tests/clients/table.py -->", "<!-- clients: end -->"


def table(results: dict[str, dict[str, str]]) -> str:
    """Rows are operations, columns clients; a cell is ok, "not offered" by the client, or what went wrong."""
    clients = list(results)
    operations = list(dict.fromkeys(operation for found in results.values() for operation in found))
    lines = [f"| operation | {' | '.join(clients)} |", f"|---|{'---|' * len(clients)}"]
    for operation in operations:
        cells = [results[client].get(operation, "not tried") for client in clients]
        lines.append(f"| {operation} | {' | '.join(cells)} |")
    cells = [cell for found in results.values() for cell in found.values()]
    counts = f"{cells.count('ok')} of {len(cells)} cells are ok."
    return "\n".join([BEGIN, *lines, "", counts, END])


def main() -> None:
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(
        before + table(json.loads(RESULTS.read_text(encoding="utf-8"))) + after, encoding="utf-8"
    )


if __name__ == "__main__":
    main()
