"""nginx and haproxy for a test: configured in its folder, as whoever runs the test, on a port that is the test's own.

The port is bound here and inherited, so that nobody else can take it in between.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest

import programs
from clients import SECONDS_MAX

PLACES = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])


def find(name: str) -> str:
    """Where the program is. Ends the test, as one that was skipped, where it is nowhere."""
    found = shutil.which(name, path=PLACES)
    if found is None:
        print(f"skipped: {name} is not installed; tools/setup check does that")
        sys.exit(77)
    return found


class OutsideServer:
    """A process that serves on sockets that it inherits; `stop` ends it, by its own id."""

    def __init__(self, folder: pathlib.Path, sockets: int) -> None:
        self.folder = folder
        self._listeners = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(sockets)]
        self.ports = [listener.getsockname()[1] for listener in self._listeners]
        self.descriptors = [listener.fileno() for listener in self._listeners]
        self.process: subprocess.Popen | None = None

    @property
    def port(self) -> int:
        return self.ports[0]

    def url(self, path: str = "/", scheme: str = "http", number: int = 0) -> str:
        return f"{scheme}://127.0.0.1:{self.ports[number]}{path}"

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def start(self, command: list[str], **environment: str) -> None:
        """Returns when it answers on the first port, by whatever answer."""
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            pass_fds=self.descriptors, env={**os.environ, **environment})
        for listener in self._listeners:
            listener.close()
        if not self.answers():
            self.stop()
            raise AssertionError(f"{command[0]} did not start, it said: {self.log()}")

    def answers(self) -> bool:
        """Waits for an answer on the first port, whatever it is."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), SECONDS_MAX) as asked:
                asked.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
                return asked.recv(1) != b""
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nginx(OutsideServer):
    """A master and its worker. `inside` is what stands in http {}, with @0@ in place of the address to listen on."""

    def __init__(self, folder: pathlib.Path, inside: str, sockets: int = 1) -> None:
        super().__init__(folder, sockets)
        temporary = "".join(f"  {name}_temp_path {name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "" if os.geteuid() else "user root; "  # else the worker is nobody, who may not look into the folder
        for number, port in enumerate(self.ports):
            inside = inside.replace(f"@{number}@", f"127.0.0.1:{port}")
        (folder / "nginx.conf").write_text(
            f"{user}daemon off; worker_processes 1; error_log stderr; pid nginx.pid;\n"
            "events { worker_connections 512; }\n"
            "http {\n"
            "  log_format connections '$connection $status $request_method $request_uri';\n"
            f"  access_log access connections;\n{temporary}{inside}\n}}\n", encoding="ascii")
        inherited = "".join(f"{descriptor};" for descriptor in self.descriptors)
        self.start([find("nginx"), "-p", f"{folder}/", "-c", "nginx.conf", "-e", "stderr"], NGINX=inherited)

    def served(self, path: str) -> list[tuple[str, str]]:
        """For each request that `path` ended the target of: the connection's number and the status.

        A request is logged behind its answer, but before its only worker looks at another one: so it is asked for one more."""
        assert self.answers()
        lines = [line.split(" ") for line in (self.folder / "access").read_text("ascii").splitlines()]
        return [(line[0], line[1]) for line in lines if line[3].endswith(path)]


class Haproxy(OutsideServer):
    """`inside` is what follows the defaults, with @0@ and @1@ for what stands behind `bind`, #0# and #1# for their ports."""

    def __init__(self, folder: pathlib.Path, inside: str, sockets: int = 1) -> None:
        super().__init__(folder, sockets)
        for number, descriptor in enumerate(self.descriptors):
            inside = inside.replace(f"@{number}@", f"fd@{descriptor}").replace(f"#{number}#", f"{self.ports[number]}")
        (folder / "haproxy.cfg").write_text(
            "global\n  maxconn 256\n  log stderr local0 err\n"
            "defaults\n  mode http\n  timeout connect 10s\n  timeout client 30s\n  timeout server 30s\n  timeout check 30s\n" + inside + "\n",
            encoding="ascii")
        self.start([find("haproxy"), "-db", "-f", "haproxy.cfg"])


def start_hello(test: unittest.TestCase) -> programs.Server:
    """A hello-http of one loop, which tells of its connections; it must end in order, at the latest with the test."""
    hello = programs.Variant("hello-http", ("--loops", "1", "--log-connections")).start()

    def end() -> None:
        if hello.process.returncode is None:
            test.assertEqual(0, hello.stop().code)

    test.addCleanup(end)
    return hello


def connections_of(end: programs.Exit) -> int:
    """How many connections a hello-http of start_hello has accepted."""
    return end.stderr.count(" accepted\n")
