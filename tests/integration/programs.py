"""Starts the project's programs, stops them, and says what came of it.

The folder of the programs comes from HALO_BIN_DIR, by default build/debug/bin. What a test waits for is a line, a byte or the end of
a process; SECONDS_MAX only ends a hang.
"""

import dataclasses
import functools
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import threading
import time
import unittest
from collections.abc import Callable

from clients import SECONDS_MAX, Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN_DIR = pathlib.Path(os.environ.get("HALO_BIN_DIR", ROOT / "build/debug/bin"))


class Output:
    """What a program writes into a pipe, collected by a thread, so that the program never waits for us."""

    def __init__(self, pipe) -> None:
        self._pipe = pipe
        self._text = ""
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        while not self._pipe.closed and (data := os.read(self._pipe.fileno(), 65536)):
            with self._changed:
                self._text += data.decode("utf-8", "backslashreplace")
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def text(self) -> str:
        with self._changed:
            return self._text

    def wait_for_lines(self, count: int) -> list[str]:
        """Returns all whole lines as soon as there are `count` of them; fewer only when no more can come."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._text.count("\n") >= count, SECONDS_MAX)
            return self._text.split("\n")[:-1]

    def wait_for_end(self) -> str:
        self._thread.join(SECONDS_MAX)
        if not self._thread.is_alive():
            self._pipe.close()
        return self.text()


@dataclasses.dataclass(frozen=True)
class Exit:
    """How a program ended. `code`: as of subprocess, so minus the number of a signal that killed it."""

    code: int
    stdout: str
    stderr: str


class Program:
    """A running program; `stop` or `wait` reap it."""

    def __init__(self, command: list[str], stdin=subprocess.DEVNULL, stderr_is_read: bool = True) -> None:
        self.command = command
        self.process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.pid = self.process.pid
        self.stdout = Output(self.process.stdout)
        if not stderr_is_read:
            self.process.stderr.close()
        self.stderr = Output(self.process.stderr)

    def running(self) -> bool:
        return self.process.poll() is None

    def send_signal(self, number: int) -> None:
        self.process.send_signal(number)

    def send_sigterm(self) -> None:
        self.send_signal(signal.SIGTERM)

    def wait(self) -> Exit:
        """Fails when the program does not end."""
        try:
            code = self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self} did not end, it said: {self.stderr.wait_for_end()!r}") from None
        return Exit(code, self.stdout.wait_for_end(), self.stderr.wait_for_end())

    def stop(self, number: int = signal.SIGTERM) -> Exit:
        self.send_signal(number)
        return self.wait()

    def __str__(self) -> str:
        return " ".join([pathlib.Path(self.command[0]).name, *self.command[1:]])


def run(name: str, *arguments: str, stdin: bytes = b"") -> Exit:
    """Runs a program of ours to its end."""
    command = [str(BIN_DIR / name), *arguments]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired as expired:
        raise AssertionError(f"{' '.join(command)} did not end, it said: {expired.stdout!r} {expired.stderr!r}") from None
    return Exit(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape"))


class Server(Program):
    """A hello server that listens. Its clients are closed when it is stopped, so that they do not hold it."""

    START_LINE = re.compile(r"(\S+) listening on (\S+):(\d+) \((.+)\)")

    def __init__(self, command: list[str], **options) -> None:
        super().__init__(command, **options)
        self.clients: list[Client] = []
        lines = self.stdout.wait_for_lines(1)
        found = self.START_LINE.fullmatch(lines[0]) if lines else None
        if not found:
            self.process.kill()
            raise AssertionError(f"{self} did not start: {self.wait()}")
        self.start_line = lines[0]
        self.details = found[4]
        self.address = (found[2].strip("[]"), int(found[3]))

    def connect(self, **options) -> Client:
        client = Client(self.address, **options)
        self.clients.append(client)
        return client

    def connect_welcomed(self, **options) -> Client:
        """A connection that the server has accepted and greeted."""
        client = self.connect(**options)
        client.expect(client.hello.welcome)
        return client

    def close_clients(self) -> None:
        for client in self.clients:
            client.close()
        self.clients.clear()


@dataclasses.dataclass(frozen=True)
class Variant:
    """One of the servers, in one of the ways to run it."""

    program: str
    arguments: tuple[str, ...] = ()

    @property
    def is_threaded(self) -> bool:
        return self.program == "hello-threaded"

    @property
    def label(self) -> str:
        return re.sub(r"\W+", "_", " ".join((self.program, *self.arguments)))

    def start(self, *arguments: str, **options) -> Server:
        port = [] if "--port" in arguments else ["--port", "0"]
        return Server([str(BIN_DIR / self.program), *port, *self.arguments, *arguments], **options)


@functools.cache
def pollers() -> list[str]:
    """What `hello-tcp --poller` offers on this system."""
    found = re.search(r"--poller ([a-z|]+)", run("hello-tcp", "--help").stdout)
    offered = [word for word in found[1].split("|") if word != "best"] if found else []
    assert offered, "hello-tcp --help offers no poller"
    return offered


@functools.cache
def event_driven() -> list[Variant]:
    """Each poller with one loop or with two: loops share nothing, so that one poller with both says enough about their number."""
    best, *others = pollers()
    ways = [(best, "1"), (best, "2"), *((poller, "21"[place % 2]) for place, poller in enumerate(others))]
    return [Variant("hello-tcp", ("--poller", poller, "--loops", loops)) for poller, loops in ways]


@functools.cache
def all_servers() -> list[Variant]:
    return [Variant("hello-threaded"), *event_driven()]


@functools.cache
def event_driven_udp() -> list[Variant]:
    """Each poller, with one loop or with two, and what a kernel may have is not used."""
    ways = [variant.arguments for variant in event_driven()]
    best = ways[0]
    return [Variant("hello-udp", way) for way in [*ways, (*best, "--gso", "off"), (*best, "--batch", "1")]]


BLOCKING_UDP = Variant("hello-threaded", ("--udp",))


@functools.cache
def all_udp_servers() -> list[Variant]:
    return [BLOCKING_UDP, *event_driven_udp()]


@functools.cache
def handoff() -> list[Variant]:
    """Two loops, for one of which the other accepts: for tests to which the way of a new connection matters."""
    return [Variant("hello-tcp", ("--poller", pollers()[0], "--loops", "2", "--accept", "handoff"))]


class ServerTest:
    """What tests of a server share. Every server must end in order and without a word on standard error, unless the test stops it
    by itself and looks at that."""

    variant: Variant

    def serve(self, *arguments: str, **options) -> Server:
        server = self.variant.start(*arguments, **options)
        self.addCleanup(self._expect_orderly_end, server)
        return server

    def _expect_orderly_end(self, server: Server) -> None:
        server.close_clients()
        if server.process.returncode is None:
            end = server.stop()
            self.assertEqual((0, ""), (end.code, end.stderr), f"the end of {server}")


def for_each(variants: list[Variant]) -> Callable[[type], type]:
    """Makes a class of tests into a TestCase for each variant; a failure then names its server."""

    def make(tests: type) -> type:
        module = sys.modules[tests.__module__]
        for variant in variants:
            name = f"{tests.__name__}_{variant.label}"
            case = type(name, (tests, ServerTest, unittest.TestCase), {"variant": variant, "__module__": tests.__module__})
            setattr(module, name, case)
        return tests

    return make


def wait_until(what: str, condition: Callable[[], bool]) -> None:
    """For what tells nobody that it has happened: looks again and again."""
    deadline = time.monotonic() + SECONDS_MAX
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.002)


def seeded_random() -> random.Random:
    """Random numbers from HALO_TEST_SEED, else from a fresh seed; either is printed, so that a failure can be repeated."""
    given = os.environ.get("HALO_TEST_SEED")
    seed = int(given, 0) if given else random.SystemRandom().randrange(2**32)
    print(f"seed: HALO_TEST_SEED={seed} repeats this run", flush=True)
    return random.Random(seed)


def main() -> None:
    unittest.main(verbosity=2)
