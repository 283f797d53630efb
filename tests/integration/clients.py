"""A client made of one socket, for tests that care which bytes go when."""

import fcntl
import select
import socket
import struct
import termios
import threading
import time

import hello

SECONDS_MAX = 30  # ends a hang; measures nothing


class Client:
    """A TCP connection. What it expects and does not get is an AssertionError."""

    def __init__(self, address: tuple[str, int], *, framing: hello.Framing = hello.LINE, source: str = "",
                 receive_buffer_bytes: int = 0) -> None:
        self.hello = framing
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(SECONDS_MAX)
        if receive_buffer_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        try:
            if source:
                self.socket.bind((source, 0))
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Closes so that the other side sees a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    # ---- sending ----

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def end(self) -> None:
        """No more input; answers can still come."""
        self.socket.shutdown(socket.SHUT_WR)

    def send_what_fits(self, data: bytes) -> int:
        """Sends until the connection takes no more for a while. Returns how many bytes it took."""
        sent = 0
        self.socket.setblocking(False)
        while sent < len(data) and select.select([], [self.socket], [], 0.2)[1]:
            sent += self.socket.send(data[sent:sent + 65536])
        self.socket.settimeout(SECONDS_MAX)
        return sent

    def send_in_background(self, data: bytes, then_end: bool = False) -> threading.Thread:
        """For what is more than the connection holds while nobody reads."""

        def work() -> None:
            self.send(data)
            if then_end:
                self.end()

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def has_arrived(self) -> bool:
        """Whether the server's kernel has acknowledged all that was sent."""
        return struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, b"\0" * 4))[0] == 0

    def wait_until_arrived(self) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while not self.has_arrived():
            if time.monotonic() > deadline:
                raise AssertionError("the server's kernel did not take what was sent")
            time.sleep(0.0005)

    # ---- receiving ----

    def receive(self, count: int) -> bytes:
        """`count` bytes, or fewer when the stream ends."""
        parts = []
        while count > 0 and (part := self.socket.recv(min(count, 1 << 20))):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def expect(self, expected: bytes) -> None:
        same(expected, self.receive(len(expected)))

    def expect_end(self) -> None:
        self.expect_rest(b"")

    def receive_rest(self) -> bytes:
        parts = []
        while part := self.socket.recv(1 << 20):
            parts.append(part)
        return b"".join(parts)

    def receive_until(self, end: bytes) -> bytes:
        """What comes up to and with `end`, or up to the end of the stream; nothing may come behind it."""
        data = b""
        while not data.endswith(end) and (part := self.socket.recv(1 << 20)):
            data += part
        return data

    def expect_rest(self, expected: bytes) -> None:
        """`expected`, then the end of the stream, in order and not by a reset."""
        same(expected, self.receive_rest())

    def expect_closed(self) -> None:
        """The end, be it in order or by a reset."""
        try:
            self.expect_end()
        except (ConnectionResetError, BrokenPipeError):
            pass

    def exchange(self, message: bytes = b"bystander") -> None:
        """One message and its answer."""
        self.send(message + self.hello.suffix)
        self.expect(self.hello.answer(message))


def same(expected: bytes, got: bytes) -> None:
    """Equality, with a message that can be read also where there are megabytes."""
    if expected == got:
        return
    at = next((i for i, (a, b) in enumerate(zip(expected, got)) if a != b), min(len(expected), len(got)))
    shown = slice(max(at - 20, 0), at + 60)
    raise AssertionError(f"expected {len(expected)} bytes, got {len(got)}; they differ from byte {at} on:\n"
                         f"expected ...{expected[shown]!r}...\n     got ...{got[shown]!r}...")


def quiet(clients: list[Client], seconds: float) -> None:
    """Nothing is said on any of these connections for so long."""
    ready = select.select([client.socket for client in clients], [], [], seconds)[0]
    if ready:
        raise AssertionError(f"{len(ready)} connections were not quiet: {ready[0].recv(1000)!r}")


class Stopwatch:
    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began
