"""A proxy that leads Microsoft's hosts to the sandbox, for clients that can be told no other address."""

from __future__ import annotations

import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MICROSOFT = ("login.microsoftonline.com", "graph.microsoft.com")


@contextmanager
def proxy(port: int) -> Iterator[str]:
    """Tunnels CONNECT to Microsoft's hosts through to `port` of this machine, as bytes; its address."""

    class Tunnel(socketserver.StreamRequestHandler):
        rbufsize = 0

        def handle(self) -> None:
            asked = self.rfile.readline().decode("ascii").split()
            while self.rfile.readline().strip():
                pass
            if asked[0] != "CONNECT" or asked[1].removesuffix(":443") not in MICROSOFT:
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", port)) as sandbox:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                other = {self.connection: sandbox, sandbox: self.connection}
                with selectors.DefaultSelector() as waits:
                    for each in other:
                        waits.register(each, selectors.EVENT_READ)
                    while True:
                        for key, _ in waits.select():
                            data = key.fileobj.recv(65536)
                            if not data:
                                return
                            other[key.fileobj].sendall(data)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Tunnel) as server:
        thread = threading.Thread(target=server.serve_forever, name="proxy", daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(10)
