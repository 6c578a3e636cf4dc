"""How many requests the sandbox answers with one core, beside the least a server can do.

    python benchmarks/sandbox_throughput.py [--rounds N]

The sandbox runs in a process of its own and is asked one thing at a time, over one connection under TLS. What counts is
the processor time it spends, which other work on the machine changes little: requests a second are those that fit into
one second of one core. Beside it an aiohttp server with the same certificate answers the same request with the
same JSON, fixed beforehand: it reads, writes and enciphers as the sandbox does and thinks nothing. Each round asks in
every way, in a changed order; medians are compared. That the answers are right is checked first, and every letter sent
must have been delivered. Limits that would slow the asking down (the request quota, the sending rate) are switched off.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import random
import ssl
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from figures import Figure, told

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import sandbox  # noqa: E402
from sandbox.play.seed import council  # noqa: E402

UNLIMITED = dict.fromkeys(("request quota", "upload quota", "sending rate", "recipient quota"), False)
FIGURES = {
    "one message": Figure(5, 8, "times the floor"),
    "a page of 100": Figure(20, 30, "times the floor"),
    "a batch of 20 drafts": Figure(16, 25, "times the floor"),
    "a letter sent": Figure(6, 10, "times the floor"),
}
TIMES = {"one message": 400, "a page of 100": 40, "a batch of 20 drafts": 20, "a letter sent": 100}


# ------------------------------------------------------------------------------------ what runs in other processes


def the_sandbox(line: Connection) -> None:
    with sandbox.run(council(), behaviours=UNLIMITED) as tenant:
        line.send(tenant.as_json())
        while (asked := line.recv()) != "stop":
            if asked == "anew":
                tenant.ask("POST", "/reset")
            line.send(len(tenant.deliveries()) if asked == "deliveries" else time.process_time())


def the_floor(line: Connection, certificate: Path) -> None:
    """Answers what it was told last, whatever it is asked."""
    status, content = 200, b""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, body=content, content_type="application/json")

    async def start() -> int:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        port: int = runner.addresses[0][1]
        return port

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    line.send(asyncio.run_coroutine_threadsafe(start(), loop).result())
    while (asked := line.recv()) != "stop":
        if asked != "spent":
            status, content = asked
        line.send(time.process_time())


# ------------------------------------------------------------------------------------------------------- asking


@dataclass(slots=True)
class Server:
    """A process to ask, and the line to it."""

    line: Connection
    connection: http.client.HTTPSConnection
    token: str = ""

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request(method, f"/v1.0{path}", sent, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def told(self, word: Any) -> Any:
        self.line.send(word)
        return self.line.recv()


Question = tuple[str, str, Any]


def draft(number: int) -> dict[str, Any]:
    return {
        "subject": f"Your audit {number}",
        "body": {"contentType": "html", "content": f"<p>Please return form {number} by Friday.</p>" * 20},
        "toRecipients": [{"emailAddress": {"address": "niamh.tesfaye@wexcombe.example"}}],
    }


class Work:
    """The four things asked, each as many times as wanted, about a mailbox of two hundred messages."""

    def __init__(self, server: Server, mailbox: str) -> None:
        self.server, self.box = server, f"/users/{mailbox}"
        self.messages = [self.made(n) for n in range(200)]

    def made(self, number: int) -> str:
        status, said = self.server.ask("POST", f"{self.box}/messages", draft(number))
        assert status == 201, said
        return str(json.loads(said)["id"])

    def questions(self, way: str, times: int) -> list[Question]:
        if way == "one message":
            return [("GET", f"{self.box}/messages/{self.messages[n % 200]}", None) for n in range(times)]
        if way == "a page of 100":
            return [("GET", f"{self.box}/messages?$top=100", None)] * times
        if way == "a letter sent":
            return [("POST", f"{self.box}/messages/{self.made(n)}/send", None) for n in range(times)]
        parts = [
            {"id": str(n), "method": "POST", "url": f"{self.box}/messages", "body": draft(n),
             "headers": {"Content-Type": "application/json"}}
            for n in range(20)
        ]  # fmt: skip
        return [("POST", "/$batch", {"requests": parts})] * times


def right(way: str, status: int, said: bytes) -> bool:
    if way == "a letter sent":
        return status == 202
    found = json.loads(said)
    if way == "one message":
        return status == 200 and found["subject"].startswith("Your audit ")
    if way == "a page of 100":
        return status == 200 and len(found["value"]) == 100
    return [each["status"] for each in found["responses"]] == [201] * 20


def spent(server: Server, questions: list[Question]) -> float:
    """Seconds of one core the server needed for a question."""
    before = server.told("spent")
    for question in questions:
        server.ask(*question)
    return (server.told("spent") - before) / len(questions)


def sign_in(server: Server, tenant: dict[str, str]) -> None:
    form = urlencode({
        "grant_type": "client_credentials", "client_id": tenant["client_id"], "client_secret": tenant["secret"],
        "scope": "https://graph.microsoft.com/.default",
    })  # fmt: skip
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    server.connection.request("POST", f"/{tenant['tenant_id']}/oauth2/v2.0/token", form, kind)
    server.token = json.loads(server.connection.getresponse().read())["access_token"]


def measured(rounds: int) -> dict[str, tuple[float, float]]:
    """What is asked -> requests a second of one core, of the sandbox and of the floor."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=the_sandbox, args=(theirs,), daemon=True)
    process.start()
    tenant = ours.recv()
    floor_line, other = context.Pipe()
    floor_process = context.Process(
        target=the_floor, args=(other, Path(tenant["folder"]) / "server.pem"), daemon=True
    )
    floor_process.start()
    trust = ssl.create_default_context(cafile=tenant["ca_path"])

    def server(line: Connection, port: int) -> Server:
        return Server(line, http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=60))

    real = server(ours, urlsplit(tenant["url"]).port or 443)
    floor = server(floor_line, floor_line.recv())
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in FIGURES}
    order = list(FIGURES)
    for _ in range(rounds):
        random.shuffle(order)
        real.told("anew")
        sign_in(real, tenant)
        work = Work(real, tenant["mailbox"])
        for way in order:
            times = TIMES[way]
            status, said = real.ask(*work.questions(way, 1)[0])
            assert right(way, status, said), (way, status, said)
            floor.told((status, said))
            questions = work.questions(way, times)
            taken[way].append((spent(real, questions), spent(floor, questions)))
        delivered = real.told("deliveries")
        assert delivered == TIMES["a letter sent"] + 1, delivered
    for line, each in ((ours, process), (floor_line, floor_process)):
        line.send("stop")
        each.join(20)
    return {
        way: (1 / statistics.median(a for a, _ in pairs), 1 / statistics.median(b for _, b in pairs))
        for way, pairs in taken.items()
    }


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    found = measured(asked.rounds)
    ratios = {way: floor / ours for way, (ours, floor) in found.items()}
    print("Requests a second of one core   sandbox     floor")
    for way, (ours, floor) in found.items():
        print(f"  {way:28} {ours:9.0f} {floor:9.0f}")
    return told(ratios, FIGURES)


if __name__ == "__main__":
    raise SystemExit(main())
