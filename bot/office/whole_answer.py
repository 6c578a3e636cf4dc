"""A total time for every answer. The time-outs of a connection begin again with each byte, so that a service which
sends one now and then would be waited for for ever."""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection

WHOLE_ANSWER = 240.0
"""Seconds from a request's first byte to its answer's last; the largest form takes a few."""


class Endless(requests.exceptions.Timeout):
    """An answer that had not come to its end in time. What was asked may have been done all the same."""


class EndingSession(requests.Session):
    """A session that waits for no answer longer than `WHOLE_ANSWER`, or a request's `whole`. One request at a time."""

    def __init__(self) -> None:
        super().__init__()
        # A connection lets go of its socket while an answer is still being read from it.
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self.mount("https://", _Adapter(self._sockets))

    def request(self, *args: Any, whole: float | None = None, **kwargs: Any) -> requests.Response:
        over = threading.Event()
        watch = threading.Timer(WHOLE_ANSWER if whole is None else whole, self._cut, [over])
        watch.daemon = True
        watch.start()
        try:
            answer = super().request(*args, **kwargs)
        except Exception as fault:
            if over.is_set():
                raise Endless() from fault
            raise
        finally:
            watch.cancel()
        if over.is_set():  # what is cut off may look whole
            raise Endless()
        return answer

    def _cut(self, over: threading.Event) -> None:
        over.set()
        for each in list(self._sockets):
            with contextlib.suppress(OSError):  # closed meanwhile
                socket.socket.shutdown(each, socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Knows every connection it opens."""

    def __init__(self, sockets: weakref.WeakSet[socket.socket]) -> None:
        class Known(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                if isinstance(self.sock, socket.socket):
                    sockets.add(self.sock)

        self._pool = type("KnownPool", (HTTPSConnectionPool,), {"ConnectionCls": Known})
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._know(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return self._know(super().proxy_manager_for(*args, **kwargs))

    def _know(self, manager: Any) -> Any:
        manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": self._pool}
        return manager
