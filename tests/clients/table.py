"""The table operations × clients of `sandbox/README.md`, from what the clients' run found (`results.json`).

`python tests/clients/table.py` writes it into the README.
"""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
README = HERE.parents[1] / "sandbox/README.md"
RESULTS = HERE / "results.json"
NOT_OFFERED = "not offered: "
BEGIN, END = "<!-- clients: made by tests/clients/table.py -->", "<!-- clients: end -->"


def table(results: dict[str, dict[str, str]]) -> str:
    """Rows are operations, columns clients; a cell says what both ways of signing in came to.

    What a client does not offer has its reason below. `results` is by "client, proof" and operation.
    """
    clients = list(dict.fromkeys(name.partition(", ")[0] for name in results))
    operations = list(dict.fromkeys(operation for found in results.values() for operation in found))
    lines = [f"| operation | {' | '.join(clients)} |", f"|---|{'---|' * len(clients)}"]
    reasons: dict[tuple[str, str], list[str]] = {}
    for operation in operations:
        cells = []
        for client in clients:
            proofs = {
                name.partition(", ")[2]: found.get(operation, "not tried")
                for name, found in results.items()
                if name.partition(", ")[0] == client
            }
            for said in dict.fromkeys(proofs.values()):
                if said.startswith(NOT_OFFERED):
                    reasons.setdefault((client, said.removeprefix(NOT_OFFERED)), []).append(operation)
            short = {proof: said.partition(":")[0] for proof, said in proofs.items()}
            alike = len(set(short.values())) == 1
            cells.append(
                next(iter(short.values())) if alike else "; ".join(f"{k}: {v}" for k, v in short.items())
            )
        lines.append(f"| {operation} | {' | '.join(cells)} |")
    said = [cell for found in results.values() for cell in found.values()]
    offered = sum(not cell.startswith(NOT_OFFERED) for cell in said)
    counts = (
        f"Signed in by secret and by certificate, {said.count('ok')} of the {offered} cells offered are ok; "
    )
    why = [f"- {client}: {', '.join(names)}: {reason}" for (client, reason), names in reasons.items()]
    return "\n".join([BEGIN, *lines, "", f"{counts}{len(said) - offered} are not offered:", "", *why, END])


def main() -> None:
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(
        before + table(json.loads(RESULTS.read_text(encoding="utf-8"))) + after, encoding="utf-8"
    )


if __name__ == "__main__":
    main()
