"""What a client needs to know of hello-http: requests for it, and its answers taken apart."""

import programs

HOST = b"Host: localhost\r\n"
GET = b"GET /hello/Bond HTTP/1.1\r\n" + HOST + b"\r\n"


def variants() -> list[programs.Variant]:
    return [programs.Variant("hello-http", variant.arguments) for variant in programs.event_driven()]


def get(path: str, more: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"GET " + path.encode() + b" HTTP/" + version + b"\r\n" + HOST + more + b"\r\n"


class Answer:
    """One answer off the front of what a connection has received."""

    def __init__(self, data: bytes, head_only: bool = False) -> None:
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.fields = dict(line.split(": ", 1) for line in lines[1:])
        length = 0 if head_only else int(self.fields.get("Content-Length", "0"))
        self.body, self.rest = rest[:length], rest[length:]
