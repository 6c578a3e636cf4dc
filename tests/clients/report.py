"""What the Python clients have in common: the operations, and one line of JSON for each."""

import asyncio
import inspect
import json

OPERATIONS = (
    "signs in", "lists mail folders", "lists messages", "reads columns", "reads items with expand", "filters items",
    "orders items", "follows pages", "follows delta", "drafts", "attaches 5 MB by session", "sends", "replies",
    "forwards", "searches", "filters by extended property", "moves", "copies", "makes folders", "makes categories",
    "patches without If-Match", "patches with If-Match", "uploads and downloads a small file",
    "uploads and downloads a large file", "batches", "batches with dependsOn",
)  # fmt: skip


def run(client: dict, not_offered: dict[str, str], otherwise: str = "") -> None:
    """Tries each operation by the function of its name; where there is none, says why the client does not offer it."""
    loop = asyncio.new_event_loop()  # one for all: the clients keep their connections
    for operation in OPERATIONS:
        function = client.get(operation.lower().replace(" ", "_").replace("-", "_"))
        said = "ok" if function else f"not offered: {not_offered.get(operation) or otherwise}"
        try:
            done = function and function()
            if inspect.isawaitable(done):
                loop.run_until_complete(done)
        except Exception as fault:
            said = f"{type(fault).__name__} {fault}"[:160]
        print(json.dumps([operation, said]), flush=True)
