#!/usr/bin/env python3
"""Runs hello-load against servers of its own, honest and otherwise, and looks at what it measures, says and returns.

usage: hello_load_test.py HELLO_LOAD
"""

import asyncio
import contextlib
import json
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

OK, THRESHOLD_MISSED, USAGE, LOAD_NOT_REACHED, TARGET_FAILED, ENVIRONMENT = range(6)
SHORT = ["--duration", "300ms", "--warmup", "100ms"]
STALL_S = 1.0


class Server:
    """Lines, HTTP and datagrams on one loop in a thread: `answer` gives the bytes for a question, or None for silence."""

    def __init__(self, answer: Callable[[bytes], bytes | None], welcome: bytes = b"", stall_after_s: float | None = None) -> None:
        self.answer = answer
        self.welcome = welcome
        self.stall_at: float | None = None
        self.stall_after_s = stall_after_s
        self.peers: set[str] = set()
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.peers.add(writer.get_extra_info("peername")[0])
        writer.write(self.welcome)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while line := await reader.readline():
                self.stall()
                if line.startswith(b"GET "):
                    await reader.readuntil(b"\r\n\r\n")
                answer = self.answer(line)
                if answer is not None:
                    writer.write(answer)
        writer.close()

    def stall(self) -> None:
        """Once, for a second, in which nobody is served: the whole server stands still."""
        if self.stall_after_s is None:
            return
        if self.stall_at is None:
            self.stall_at = time.monotonic() + self.stall_after_s
        elif time.monotonic() >= self.stall_at:
            self.stall_after_s = None
            time.sleep(STALL_S)

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, peer: tuple[str, int]) -> None:
        answer = self.answer(data)
        if answer is not None:
            self.transport.sendto(answer, peer)

    def error_received(self, _error: Exception) -> None:
        """The peer has gone: nothing to do."""

    def connection_lost(self, _error: Exception | None) -> None:
        """The end of the test."""

    async def main(self, started: threading.Event) -> None:
        self.loop = asyncio.get_running_loop()
        self.stopped = asyncio.Event()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        datagrams, _ = await self.loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", self.port))
        started.set()
        await self.stopped.wait()
        datagrams.close()
        server.close()

    def __enter__(self) -> "Server":
        started = threading.Event()
        self.thread = threading.Thread(target=asyncio.run, args=(self.main(started),))
        self.thread.start()
        assert started.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stopped.set)
        self.thread.join()

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"


def greet(line: bytes) -> bytes:
    return b"Hello, " + line.rstrip(b"\n") + b"!\n"


def http(status: bytes, body: bytes) -> Callable[[bytes], bytes]:
    return lambda _: b"HTTP/1.1 " + status + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


def run(load: str, *options: str, code: int = OK, **more: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([load, *options], capture_output=True, text=True, timeout=100, **more)  # type: ignore[call-overload]
    assert done.returncode == code, done
    return done


@contextlib.contextmanager
def report_file() -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield pathlib.Path(folder) / "report"


def check_stall(load: str) -> None:
    """What a stall of one second does to users who come anyway: the open loop shows it, the closed loop cannot."""
    timing = ["--duration", "3s", "--warmup", "200ms"]
    with report_file() as file:
        with Server(greet, stall_after_s=1) as server:
            done = run(load, "tcp", server.target, "--rate", "300", *timing, "--json", str(file))
        open_loop = json.loads(file.read_text(encoding="utf-8"))
        with Server(greet, stall_after_s=1) as server:
            closed = run(load, "tcp", server.target, "--connections", "1", *timing, "--json", str(file))
        closed_loop = json.loads(file.read_text(encoding="utf-8"))
    assert open_loop["load"]["loop"] == "open" and open_loop["due"] == 900 and open_loop["missed"] == 0, open_loop
    assert open_loop["response_time"]["p999_us"] >= 900_000, open_loop
    assert open_loop["service_time"]["count"] == 900 and open_loop["service_time"]["p50_us"] < 500_000, open_loop
    assert closed_loop["load"]["loop"] == "closed" and closed_loop["response_time"] is None, closed_loop
    assert closed_loop["service_time"]["p999_us"] < 900_000 <= closed_loop["service_time"]["max_us"], closed_loop
    assert "Open loop" in done.stdout and "a closed loop would have shown the second figure only" in done.stdout, done.stdout
    assert "SERVICE TIME" in closed.stdout and "while the server stands still nobody asks" in closed.stdout, closed.stdout


def check_protocols(load: str) -> None:
    with Server(greet, welcome=b"Welcome!\n") as server:
        lines = ["tcp", server.target, "--welcome", "\\n", "--send", "{n}\\n", "--match", "number", "--depth", "3", *SHORT]
        assert "0 failed" in run(load, *lines, "--threads", "2").stdout
        assert "0 failed" in run(load, *lines, "--rate", "500", "--arrivals", "poisson", "--seed", "3").stdout
        run(load, "tcp", server.target, "--welcome", "\\n", "--expect", "^Hello, hello!", *SHORT)
        run(load, "tcp", server.target, "--welcome", "\\n", "--payload", "300", "--expect", "^Hello, abcdef", *SHORT)
        run(load, "tcp", server.target, "--welcome", "\\n", "--expect", "^Goodbye", *SHORT, code=TARGET_FAILED)
        assert "1 thread" in run(load, "udp", server.target, "--rate", "400", "--depth", "4", *SHORT).stdout
        run(load, "udp", server.target, "--send", "x", "--expect", "Hello, x!", *SHORT)
    with Server(http(b"200 OK", b"good")) as server:
        run(load, "http", f"http://{server.target}/x", "--expect", "^good$", "--depth", "2", *SHORT)
        failed = run(load, "http", server.target, "--expect", "^bad$", *SHORT, code=TARGET_FAILED)
        assert "wrong answer" in failed.stdout, failed.stdout
    with Server(http(b"503 Service Unavailable", b"")) as server:
        assert "answered 503" in run(load, "http", server.target, *SHORT, code=TARGET_FAILED).stdout
        run(load, "http", server.target, "--expect", "none", *SHORT)


def check_wrong_servers(load: str) -> None:
    swapped = [b"", b""]

    def answer_to_the_last_one(line: bytes) -> bytes:
        swapped[:] = [swapped[1], line]
        return greet(swapped[0])

    with Server(answer_to_the_last_one) as server:
        done = run(load, "tcp", server.target, "--send", "{n}\\n", "--match", "number", *SHORT, code=TARGET_FAILED)
        assert "wrong answer" in done.stdout, done.stdout
    with Server(lambda _: None) as server:
        done = run(load, "tcp", server.target, "--timeout", "100ms", "--rate", "100", *SHORT, code=TARGET_FAILED)
        assert re.search(r"failed [0-9]+ times: time-out. Fix: ", done.stdout), done.stdout
        done = run(load, "udp", server.target, "--timeout", "100ms", "--rate", "100", *SHORT, code=TARGET_FAILED)
        assert "time-out" in done.stdout, done.stdout
    port = server.target
    done = run(load, "tcp", port, *SHORT, code=TARGET_FAILED)
    assert "ECONNREFUSED" in done.stdout and "Fix: nobody listens there" in done.stdout, done.stdout


def check_exit_codes(load: str) -> None:
    with Server(greet) as server:
        asked = ["tcp", server.target, *SHORT]
        kept = run(load, *asked, "--rate", "100", "--threshold", "p99<20s", "errors<0.1%", "rate>1")
        assert kept.stdout.count(": kept, ") == 3, kept.stdout
        missed = run(load, *asked, "--threshold", "p50<1ns", code=THRESHOLD_MISSED)
        assert "threshold p50<1ns: MISSED, p50 was " in missed.stdout, missed.stdout
        for wrong in (["--threshold", "p99<5"], ["--rate", "-1"], ["--body", "x"], ["--match", "number"], ["--send", "\\q"], ["--expect", "("]):
            assert "Fix: " in run(load, *asked, *wrong, code=USAGE).stderr
        limited = run(load, *asked, "--connections", "500", code=ENVIRONMENT,
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)))
        assert "EMFILE" in limited.stderr and "Fix: ulimit -n 536, or --connections 164" in limited.stderr, limited.stderr
        run(load, *asked, "--source-addresses", "192.0.2.1", code=ENVIRONMENT)
        run(load, *asked, "--json", "/nowhere/at/all", code=ENVIRONMENT)
    def slow(line: bytes) -> bytes:
        time.sleep(0.01)
        return greet(line)
    with Server(slow) as server:
        done = run(load, "tcp", server.target, "--rate", "1000", *SHORT, code=LOAD_NOT_REACHED)
        assert "LOAD NOT REACHED" in done.stdout and "The server cannot do 1000 a second" in done.stdout, done.stdout
    for word in ("Exit codes:", "OPEN LOOP", "CLOSED LOOP", "Examples:", "How to read the report"):
        assert word in run(load, "--help").stdout, word


def check_reports(load: str) -> None:
    with Server(greet) as server, report_file() as file, report_file() as table:
        run(load, "tcp", server.target, "--rate", "200", "--duration", "1500ms", "--warmup", "1s", "--json", str(file), "--csv", str(table))
        report = json.loads(file.read_text(encoding="utf-8"))
        assert report["due"] == report["answered"] == 300 == report["response_time"]["count"], report
        assert report["command"][1:3] == ["tcp", server.target] and report["load_reached"] is True, report
        header, *rows = [line.split(",") for line in table.read_text(encoding="utf-8").splitlines()]
        seconds = [dict(zip(header, row, strict=True)) for row in rows]
        assert [second["begin_s"] for second in seconds[:3]] == ["-1.000", "0.000", "1.000"], seconds
        assert sum(int(second["answered"]) for second in seconds if second["counted"] == "1") == 300, seconds


def check_logs(load: str) -> None:
    """What one recorder has seen in two runs is what the merged log of both holds."""
    if "--hlog" not in run(load, "--help").stdout:  # built without zlib
        return
    with Server(greet) as server, report_file() as first, report_file() as second, report_file() as both:
        for file, rate in ((first, ["--rate", "200"]), (second, ["--rate", "max"])):
            run(load, "tcp", server.target, *rate, "--duration", "1500ms", "--warmup", "100ms", "--hlog", str(file))
        assert "Tag=response," not in second.read_text(encoding="ascii"), "a closed loop has no response time"
        merged = run(load, "merge", str(first), str(second), "-o", str(both)).stdout
        assert re.search(r"(?m)^response +300\b", merged), merged
        assert [line for line in both.read_text(encoding="ascii").splitlines() if line.startswith("Tag=service,")], both
        assert run(load, "merge", str(both)).stdout == merged, "a log of all is what all logs are"
    run(load, "tcp", "127.0.0.1:1", "--hlog", "x", "--search", "p99<5ms", code=USAGE)
    run(load, "merge", "no such file", code=ENVIRONMENT)


def check_interrupt(load: str) -> None:
    """What there was is reported, and adds up."""
    for number in (signal.SIGINT, signal.SIGTERM):
        with Server(greet) as server, report_file() as table:
            program = subprocess.Popen([load, "tcp", server.target, "--rate", "100", "--duration", "60s", "--warmup", "0", "--csv", str(table)],
                                       stdout=subprocess.PIPE, text=True)
            deadline = time.monotonic() + 20
            while not server.peers and time.monotonic() < deadline:
                time.sleep(0.01)
            program.send_signal(number)
            text, _ = program.communicate(timeout=20)
            assert program.returncode == 128 + number, (program.returncode, text)
            assert re.search(r"[0-9]+ due = [0-9]+ answered", text), text


def check_source_addresses(load: str) -> None:
    if sys.platform != "linux":  # elsewhere these addresses have to be configured
        return
    with Server(greet) as server:
        run(load, "tcp", server.target, "--source-addresses", "127.0.0.2-127.0.0.3,127.0.0.7", "--connections", "6", *SHORT)
        assert server.peers == {"127.0.0.2", "127.0.0.3", "127.0.0.7"}, server.peers


def check_search(load: str) -> None:
    """A server that can do about 200 a second, and not twice that."""
    def slow(line: bytes) -> bytes:
        time.sleep(0.004)
        return greet(line)
    with Server(slow) as server:
        done = run(load, "tcp", server.target, "--rate", "50", "--duration", "400ms", "--warmup", "0", "--connections", "4", "--search", "p90<5s")
        found = re.search(r"The highest rate that keeps p90<5s: ([0-9.]+) a second, measured 3 times", done.stdout)
        assert found and 10 <= float(found[1]) <= 300, done.stdout
        run(load, "tcp", server.target, "--duration", "50ms", "--warmup", "0", "--search", "p50<1ns", code=THRESHOLD_MISSED)


def main() -> None:
    load = sys.argv[1]
    for check in (check_stall, check_protocols, check_wrong_servers, check_exit_codes, check_reports, check_logs, check_interrupt,
                  check_source_addresses, check_search):
        check(load)


if __name__ == "__main__":
    main()
