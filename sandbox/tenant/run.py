"""Start a tenant, or several at one address: in the foreground for people, in a thread for tests."""

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
from sandbox.tenant.certificates import write_certificates, write_client_certificate
from sandbox.tenant.clock import moment_from
from sandbox.tenant.cloud import Cloud
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


class _Held:
    """One tenant and how it began, so that it can be made anew, laid by and gone back to."""

    def __init__(
        self, seed: Mapping[str, Any], pem: str, profile: str, changes: Mapping[str, Any], site_zone: str
    ) -> None:
        self._seed, self._pem, self._site_zone = seed, pem, site_zone
        self._behaviours = {"profile": profile, **changes}
        self.server = Server(self._anew())
        self._kept: dict[str, bytes] = {}

    def _anew(self) -> Tenant:
        return tenant_from(self._seed, self._pem, self._behaviours, self._site_zone)

    def renew(self) -> None:
        self.server.tenant = self._anew()

    def tenant(self) -> Tenant:
        return self.server.tenant

    def keep(self, name: str) -> None:
        """Lay a copy of everything by. Raises ValueError while something is still to come (a lag, a delayed letter)."""
        if self.server.tenant.waits():
            raise ValueError("Something is still under way in the tenant; it cannot be kept now.")
        self._kept[name] = pickle.dumps(self.server.tenant, pickle.HIGHEST_PROTOCOL)

    def go_back(self, name: str) -> None:
        """Everything as it was when it was kept under this name. Raises KeyError if nothing was."""
        self.server.tenant = pickle.loads(self._kept[name])


async def _start(
    seeds: Sequence[Mapping[str, Any]],
    folder: Path,
    port: int,
    desk_port: int,
    latency: float,
    clock: str | None = None,
    profile: str = STRICT,
    behaviours: Mapping[str, Any] | None = None,
    site_zone: str = "",
    names: Sequence[str] = (),
) -> tuple[list[Running], list[web.AppRunner]]:
    """One tenant has the folder to itself; of several each has one below, named after its domain."""
    folder = folder.resolve()
    certificates = write_certificates(folder, names)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.server)
    folders = [folder] if len(seeds) == 1 else [folder / seed["tenant"]["domain"] for seed in seeds]
    clients = [write_client_certificate(each) for each in folders]
    held = []
    for seed, client in zip(seeds, clients, strict=True):
        pem = client.path.read_text(encoding="ascii")
        held.append(_Held(seed, pem, profile, behaviours or {}, site_zone))
        held[-1].tenant().latency = latency
        if clock:
            held[-1].tenant().clock.set(moment_from(clock), ticking=True)
    graph = web.AppRunner(Cloud([each.server for each in held]).app(), access_log=None, shutdown_timeout=0.2)
    desk = web.AppRunner(FrontDesk(held).app(), access_log=None, shutdown_timeout=0.2)
    ports = []
    for runner, wanted, tls in ((graph, port, context), (desk, desk_port, None)):
        await runner.setup()
        site = web.TCPSite(runner, LOOPBACK, wanted, ssl_context=tls)
        await site.start()
        ports.append(runner.addresses[0][1])
    found = []
    for seed, own, client, each in zip(seeds, folders, clients, held, strict=True):
        tenant, app, at = each.tenant(), seed["app"], f"http://{LOOPBACK}:{ports[1]}"
        running = Running(
            url=f"https://{LOOPBACK}:{ports[0]}",
            front_desk_url=at if len(seeds) == 1 else f"{at}/tenants/{tenant.domain}",
            tenant_id=tenant.id,
            client_id=app["client_id"],
            secret=app["secret"],
            mailbox=seed["shared_mailboxes"][0]["email"],
            site_host=tenant.site_id.partition(",")[0],
            site_path=tenant.site_path,
            folder=own,
            ca_path=certificates.ca,
            certificate_path=client.path,
            key_path=client.key,
        )
        (own / "tenant.json").write_text(json.dumps(running.as_json(), indent=2), encoding="utf-8")
        found.append(running)
    return found, [graph, desk]


async def serve(
    seeds: Sequence[Mapping[str, Any]],
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
    found, runners = await _start(
        seeds, folder, port, desk_port, latency, clock, profile, behaviours, site_zone
    )
    print(f"Graph and Entra    {found[0].url}   (trust {found[0].ca_path})")  # noqa: T201
    for each in found:
        print(f"Front desk         {each.front_desk_url}/")  # noqa: T201
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
    with run_all(
        [seed], folder=folder, latency=latency, port=port, desk_port=desk_port, profile=profile,
        behaviours=behaviours, site_zone=site_zone, names=names,
    ) as (running,):  # fmt: skip
        yield running


@contextmanager
def run_all(
    seeds: Sequence[Mapping[str, Any]], *, folder: Path | None = None, latency: float = 0.0, port: int = 0,
    desk_port: int = 0, profile: str = STRICT, behaviours: Mapping[str, Any] | None = None, site_zone: str = "",
    names: Sequence[str] = (),
) -> Iterator[list[Running]]:  # fmt: skip
    """The same for several tenants at one address, each with its own state, clock, faults and limits: one `Running` for
    each seed, in their order. Ids and domains must differ. Each has a folder of its own, named after its domain."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as made:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
        thread.start()
        start = _start(
            seeds, folder or Path(made), port, desk_port, latency, None, profile, behaviours, site_zone, names
        )
        found, runners = asyncio.run_coroutine_threadsafe(start, loop).result(60 + len(seeds))
        try:
            yield found
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
