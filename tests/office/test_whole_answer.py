"""A service that answers byte by byte is not waited for for ever, and a letter in its hands goes once."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
from small_council import LAUNCH, Council
from tenant import Door

import sandbox
from bot.office import whole_answer
from bot.office.sign_in import _Session, _session
from bot.office.whole_answer import Endless

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Dripping:
    """A server over HTTPS that sends `first` at once and then a byte every twentieth of a second."""

    def __init__(self, tenant: sandbox.Running, first: bytes) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tenant.ca_path.parent / "server.pem")
        self._listening = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        self.url = f"https://localhost:{self._listening.getsockname()[1]}/"
        self._first, self._stop = first, threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            to, _ = self._listening.accept()
            with to:
                to.recv(10_000)
                to.sendall(self._first)
                while not self._stop.wait(0.05):
                    to.sendall(b"x")
        except OSError:
            return

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        self._listening.close()


HEADS = {
    "in its head": HEAD + b"X-Slow: ",
    "in a body of known length": HEAD + b"Content-Length: 99999\r\n\r\n",
    "in a body that ends with the connection": HEAD + b"\r\n",
}


@pytest.fixture(params=HEADS)
def dripping(running: sandbox.Running, request: pytest.FixtureRequest) -> Iterator[Dripping]:
    server = Dripping(running, HEADS[request.param])
    yield server
    server.close()


def test_an_answer_that_never_ends_is_given_up(
    door: Door, dripping: Dripping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_answer, "WHOLE_ANSWER", 0.7)
    session = _session(door.settings.tenant, _Session)
    began = time.monotonic()
    with pytest.raises(Endless):
        session.get(dripping.url)
    assert time.monotonic() - began < 5
    session.close()


def test_a_letter_whose_answer_never_ends_is_looked_up_and_not_sent_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Council(door)
    before = len(door.tenant.deliveries())
    monkeypatch.setattr(whole_answer, "WHOLE_ANSWER", 4.0)
    door.fault("slow", method="POST", path="/send$", seconds=9.0, times=1)
    council.run("2026-03-02")
    door.tenant.ask("DELETE", "/faults")
    report = council.run("2026-03-02", "08:30", settle_minutes=1)
    assert report.held == []
    letters = [d["subject"] for d in door.tenant.deliveries()[before:] if "Audits on" not in d["subject"]]
    assert len(letters) == len(set(letters)) == sum(LAUNCH.values())
