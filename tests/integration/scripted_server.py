"""An HTTP server that does what a test tells it, right or wrong: raw bytes with timing over raw sockets.

A script is a function that is given each connection as a `Peer`; a dict of scripts answers by path. Requests are kept, so that a
test can look at the very bytes that it was sent.
"""

import dataclasses
import socket
import ssl
import struct
import threading
from collections.abc import Callable

from clients import SECONDS_MAX


@dataclasses.dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    target: str
    version: str
    fields: list[tuple[str, str]]
    body: bytes
    head: bytes

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: "ScriptedServer", connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.number = 0  # of this connection, from 1
        self._unread = b""

    def _receive(self) -> bool:
        data = self.socket.recv(65536)
        self._unread += data
        return bool(data)

    def read_request(self) -> Request | None:
        """The next request with its body; None when the client closes instead."""
        while b"\r\n\r\n" not in self._unread:
            if not self._receive():
                return None
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = first.split(" ")
        fields = [(name, value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines)]
        length = next((int(value) for name, value in fields if name.lower() == "content-length"), 0)
        while len(self._unread) < length and self._receive():
            pass
        request = Request(method, target, version, fields, self._unread[:length], head)
        self._unread = self._unread[length:]
        with self.server.changed:
            self.server.requests.append(request)
            self.server.changed.notify_all()
        return request

    def send(self, *parts: bytes) -> None:
        """Each part in a segment of its own, as far as a sender can say."""
        for part in parts:
            self.socket.sendall(part)

    def send_byte_by_byte(self, data: bytes) -> None:
        self.send(*(data[at:at + 1] for at in range(len(data))))

    def wait_for_close(self) -> None:
        """Until the client goes; what it still sends is dropped."""
        try:
            while self.socket.recv(65536):
                pass
        except OSError:
            pass

    def wait_for_reading(self) -> None:
        """Until the client's kernel has taken everything."""
        self.socket.shutdown(socket.SHUT_WR)
        self.wait_for_close()

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Script = Callable[[Peer], None]
Answer = Callable[[Peer, Request], None]


class ScriptedServer:
    """Listens on a free port of 127.0.0.1; each connection gets a thread and the script. `stop` ends all of them."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.script = script
        self.tls = tls
        self.requests: list[Request] = []
        self.connections = 0
        self.errors: list[BaseException] = []
        self.changed = threading.Condition()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128)
        self.host, self.port = self._listener.getsockname()[:2]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path: str = "/") -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(SECONDS_MAX)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.changed:
                self.connections += 1
                number = self.connections
                self._open.append(connection)
                self.changed.notify_all()
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                with self.changed:
                    self._open.append(connection)
            peer = Peer(self, connection)
            peer.number = number
            self.script(peer)
        except OSError:
            pass  # the client has gone: what a test of a client is about
        except BaseException as error:  # pylint: disable=broad-exception-caught
            self.errors.append(error)
        finally:
            connection.close()

    def wait_for_requests(self, count: int) -> list[Request]:
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.requests) >= count, SECONDS_MAX):
                raise AssertionError(f"{count} requests never came, but {self.requests}")
            return list(self.requests)

    def stop(self) -> None:
        # shutdown, too: a thread in accept or recv does not notice close alone
        for connection in [self._listener, *self._open]:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()
        if self.errors:
            raise AssertionError(f"the scripted server failed: {self.errors!r}")


def answering(answer: Answer) -> Script:
    """A script that reads requests, one after the other, and lets `answer` answer each."""

    def script(peer: Peer) -> None:
        while request := peer.read_request():
            answer(peer, request)

    return script


def by_path(answers: dict[str, bytes | Answer]) -> Script:
    """Answers by path, without the query: with bytes as they are, or what a function does. Other paths get a 404."""

    def answer(peer: Peer, request: Request) -> None:
        found = answers.get(request.target.partition("?")[0], response(b"not here\n", status="404 Not Found"))
        if isinstance(found, bytes):
            peer.send(found)
        else:
            found(peer, request)

    return answering(answer)


def response(body: bytes = b"", *fields: str, status: str = "200 OK", length: bool = True) -> bytes:
    """The bytes of an answer with a Content-Length, unless there shall be none."""
    lines = [f"HTTP/1.1 {status}", *([f"Content-Length: {len(body)}"] if length else []), *fields]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return response(b"moved\n", f"Location: {to}", status=status)


def chunked(*chunks: bytes, last: bytes = b"0\r\n\r\n") -> bytes:
    """A body in chunks, behind its head."""
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return response(b"", "Transfer-Encoding: chunked", length=False) + framed + last


class RangeFile:
    """Answers with `body`, or a part of it, as RFC 9110 has it; its ETag can change between requests."""

    def __init__(self, body: bytes, etag: str = '"v1"') -> None:
        self.body = body
        self.etag = etag
        self.cut_after: int | None = None  # bytes of the answer's body, then the connection ends

    def __call__(self, peer: Peer, request: Request) -> None:
        asked = request.get("Range")
        fields = [f"ETag: {self.etag}", "Accept-Ranges: bytes"]
        if not asked or request.get("If-Range") not in (None, self.etag):
            self._send(peer, response(b"", *fields, f"Content-Length: {len(self.body)}", length=False), self.body)
            return
        first = int(asked.removeprefix("bytes=").removesuffix("-"))
        if first >= len(self.body):
            peer.send(response(b"", *fields, f"Content-Range: bytes */{len(self.body)}", status="416 Range Not Satisfiable"))
            return
        rest = self.body[first:]
        content_range = f"Content-Range: bytes {first}-{len(self.body) - 1}/{len(self.body)}"
        self._send(peer, response(b"", *fields, content_range, f"Content-Length: {len(rest)}",
                                  status="206 Partial Content", length=False), rest)

    def _send(self, peer: Peer, head: bytes, body: bytes) -> None:
        if self.cut_after is None:
            peer.send(head + body)
        else:
            peer.send(head + body[:self.cut_after])
            peer.wait_for_reading()
            raise OSError("cut")
