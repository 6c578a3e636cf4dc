"""Other people's clients, unmodified, get their work done with the sandbox; each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tenant import small_seed

import sandbox
from sandbox.tenant.seeding import BOT_ROLES

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import table  # noqa: E402
from proxy import MICROSOFT, proxy  # noqa: E402

PYTHON = HERE.parents[1] / ".venv-clients/bin/python"
JAVASCRIPT = HERE / "javascript"
SCRIPTS = {
    "msgraph-sdk": ("python", "msgraph_sdk_client.py"),
    "O365": ("python", "o365_client.py"),
    "mailsuite": ("python", "mailsuite_client.py"),
    "microsoft-graph-client": ("node", "graph_client.mjs"),
    "PnPjs": ("node", "pnp_graph.mjs"),
}
CLIENTS = {
    f"{client}, {proof}": (*script, proof)
    for client, script in SCRIPTS.items()
    for proof in ("secret", "certificate")
}
BY_PROXY = ("O365", "mailsuite")  # which can be told no other address of Entra than Microsoft's


def command(client: str) -> list[str]:
    language, script, credential = CLIENTS[client]
    if language == "python":
        if not PYTHON.exists():
            pytest.skip("the clients are not installed: make clients")
        return [str(PYTHON), str(HERE / script), credential]
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    if not (JAVASCRIPT / "node_modules").exists():
        pytest.skip("the clients are not installed: make clients")
    return ["node", str(JAVASCRIPT / script), credential]


@pytest.mark.slow
@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_of_others_does_everything_it_offers(client: str) -> None:
    asked = command(client)
    seed = small_seed()
    seed["app"]["roles"] = [*BOT_ROLES, "MailboxSettings.ReadWrite"]
    with sandbox.run(seed, names=MICROSOFT) as tenant, proxy(urlsplit(tenant.url).port or 443) as address:
        trust = dict.fromkeys(
            ("NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), str(tenant.ca_path)
        )
        if client.startswith(BY_PROXY):
            trust |= {"HTTPS_PROXY": address, "NO_PROXY": "localhost,127.0.0.1"}
        done = subprocess.run(
            [asked[0], asked[1], str(tenant.folder / "tenant.json"), asked[2]],
            env={**os.environ, **trust}, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
    found = dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith("["))
    assert found, done.stderr[-2000:]
    if os.environ.get("KEEP_RESULTS"):
        kept = json.loads(table.RESULTS.read_text(encoding="utf-8")) if table.RESULTS.exists() else {}
        kept[client] = found
        ordered = {name: kept[name] for name in CLIENTS if name in kept}
        table.RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(table.RESULTS.read_text(encoding="utf-8"))[client]
    assert {k: v for k, v in found.items() if v != "ok" and not v.startswith("not offered")} == {}


def test_the_table_in_the_readme_is_the_one_the_clients_made() -> None:
    made = table.table(json.loads(table.RESULTS.read_text(encoding="utf-8")))
    assert made in table.README.read_text(encoding="utf-8")
