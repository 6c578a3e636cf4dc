"""Start the tenant: in the foreground for people, in a thread for tests."""

from __future__ import annotations

import asyncio
import json
import pickle
import ssl
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.tenant.behaviours import STRICT
from sandbox.tenant.certificates import Certificates, write_certificates
from sandbox.tenant.clock import moment_from
from sandbox.tenant.front_desk import FrontDesk
from sandbox.tenant.seeding import tenant_from
from sandbox.tenant.server import Server
from sandbox.tenant.state import Tenant

LOOPBACK = "127.0.0.1"


@dataclass(slots=True)
class Running:
    """A tenant that answers now. Everything a client must be told, and `ask` to speak to the front desk."""

    url: str
    front_desk_url: str
    tenant_id: str
    client_id: str
    secret: str
    mailbox: str
    site_host: str
    site_path: str
    folder: Path
    ca_path: Path
    certificate_path: Path
    key_path: Path

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the front desk's API. Raises urllib's HTTPError with the desk's sentence."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.front_desk_url}/api{quote(path, safe='/?=&@')}",
            data,
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def deliveries(self, *, html: bool = False) -> list[dict[str, Any]]:
        """The full delivery history."""
        found: list[dict[str, Any]] = self.ask("GET", "/deliveries" + ("?html=1" if html else ""))
        return found

    def as_json(self) -> dict[str, str]:
        return {name: str(getattr(self, name)) for name in self.__slots__}


class _Holder:
    def __init__(
        self,
        seed: Mapping[str, Any],
        certificates: Certificates,
        profile: str,
        changes: Mapping[str, Any],
        site_zone: str,
    ) -> None:
        self.seed, self.certificates, self.site_zone = seed, certificates, site_zone
        self.profile, self.changes = profile, changes
        self.server: Server
        self.kept: dict[str, bytes] = {}
        self.renew()

    def renew(self) -> None:
        pem = self.certificates.client.read_text(encoding="ascii")
        tenant = tenant_from(self.seed, pem, {"profile": self.profile, **self.changes}, self.site_zone)
        if hasattr(self, "server"):
            self.server.tenant = tenant
        else:
            self.server = Server(tenant)

    def tenant(self) -> Tenant:
        return self.server.tenant

    def keep(self, name: str) -> None:
        """Lay a copy of everything by. Raises ValueError while something is still to come (a lag, a delayed letter)."""
        if self.server.tenant.waits():
            raise ValueError("Something is still under way in the tenant; it cannot be kept now.")
        self.kept[name] = pickle.dumps(self.server.tenant, pickle.HIGHEST_PROTOCOL)

    def go_back(self, name: str) -> None:
        """Everything as it was when it was kept under this name. Raises KeyError if nothing was."""
        self.server.tenant = pickle.loads(self.kept[name])


async def _start(
    seed: Mapping[str, Any],
    folder: Path,
    port: int,
    desk_port: int,
    latency: float,
    clock: str | None = None,
    profile: str = STRICT,
    behaviours: Mapping[str, Any] | None = None,
    site_zone: str = "",
    names: Sequence[str] = (),
) -> tuple[Running, list[web.AppRunner]]:
    folder = folder.resolve()
    certificates = write_certificates(folder, names)
    holder = _Holder(seed, certificates, profile, behaviours or {}, site_zone)
    tenant = holder.tenant()
    tenant.latency = latency
    if clock:
        tenant.clock.set(moment_from(clock), ticking=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.server)
    graph = web.AppRunner(holder.server.app(), access_log=None, shutdown_timeout=0.2)
    desk = web.AppRunner(
        FrontDesk(holder.tenant, holder.renew, holder.keep, holder.go_back).app(),
        access_log=None,
        shutdown_timeout=0.2,
    )
    ports = []
    for runner, wanted, tls in ((graph, port, context), (desk, desk_port, None)):
        await runner.setup()
        site = web.TCPSite(runner, LOOPBACK, wanted, ssl_context=tls)
        await site.start()
        ports.append(runner.addresses[0][1])
    app = seed["app"]
    running = Running(
        url=f"https://{LOOPBACK}:{ports[0]}",
        front_desk_url=f"http://{LOOPBACK}:{ports[1]}",
        tenant_id=tenant.id,
        client_id=app["client_id"],
        secret=app["secret"],
        mailbox=seed["shared_mailboxes"][0]["email"],
        site_host=tenant.site_id.partition(",")[0],
        site_path=tenant.site_path,
        folder=folder,
        ca_path=certificates.ca,
        certificate_path=certificates.client,
        key_path=certificates.client_key,
    )
    (folder / "tenant.json").write_text(json.dumps(running.as_json(), indent=2), encoding="utf-8")
    return running, [graph, desk]


async def serve(
    seed: Mapping[str, Any],
    folder: Path,
    port: int,
    desk_port: int,
    latency: float,
    clock: str | None = None,
    profile: str = STRICT,
    behaviours: Mapping[str, Any] | None = None,
    site_zone: str = "",
) -> None:
    """Answer until stopped."""
    running, runners = await _start(
        seed, folder, port, desk_port, latency, clock, profile, behaviours, site_zone
    )
    print(f"Graph and Entra    {running.url}   (trust {running.ca_path})")  # noqa: T201
    print(f"Front desk         {running.front_desk_url}")  # noqa: T201
    try:
        await asyncio.Event().wait()
    finally:
        for runner in runners:
            await runner.cleanup()


@contextmanager
def run(
    seed: Mapping[str, Any], *, folder: Path | None = None, latency: float = 0.0, port: int = 0,
    desk_port: int = 0, profile: str = STRICT, behaviours: Mapping[str, Any] | None = None, site_zone: str = "",
    names: Sequence[str] = (),
) -> Iterator[Running]:  # fmt: skip
    """A tenant as the seed has it, in a thread of its own, on free ports unless they are given.

    `latency` is in seconds per request.
    `profile` and `behaviours` say how it behaves (sandbox/tenant/behaviours.py), `site_zone` what time its site has (by
    Windows or IANA name; else as the seed says); a reset goes back to them. `names` are further hosts its certificate
    stands for, where a client reaches it through a proxy by Microsoft's own.
    """
    with tempfile.TemporaryDirectory(prefix="sandbox-") as made:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
        thread.start()
        start = _start(
            seed, folder or Path(made), port, desk_port, latency, None, profile, behaviours, site_zone, names
        )
        running, runners = asyncio.run_coroutine_threadsafe(start, loop).result(60)
        try:
            yield running
        finally:
            asyncio.run_coroutine_threadsafe(_stop(runners), loop).result(60)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()


async def _stop(runners: list[web.AppRunner]) -> None:
    for runner in runners:
        await runner.cleanup()
    current = asyncio.current_task()
    rest = [task for task in asyncio.all_tasks() if task is not current]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await asyncio.sleep(0.1)  # connections under TLS need a moment to say goodbye
    for transport in list(getattr(asyncio.get_running_loop(), "_transports", {}).values()):
        transport.abort()  # who has not said it by now is cut off
    await asyncio.sleep(0)
