"""What the tests of httpget share: a folder of one's own to save into, a server that does as told, and what must hold after."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import programs
import scripted_server
from clients import SECONDS_MAX, same
from scripted_server import ScriptedServer

HTTPGET = str((programs.BIN_DIR / "httpget").resolve())  # it is started in other folders
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def environment(**changes: str) -> dict[str, str]:
    """Ours, without its proxies."""
    kept = {name: value for name, value in os.environ.items() if name.lower() not in PROXY_VARIABLES}
    return {**kept, **changes}


def heed_signals() -> None:
    """For a program to be started: whoever runs the tests may ignore them, as nohup and shells without job control do."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def built_with(part: str) -> bool:
    """Whether httpget has that inside: "OpenSSL", "gzip"."""
    return part in programs.run("httpget", "--version").stdout


class HttpgetCase(unittest.TestCase):
    maxDiff = 4000

    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="halo-httpget-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def serve(self, script: scripted_server.Script | dict, **options) -> ScriptedServer:
        """A server for this test; a dict answers by path."""
        server = ScriptedServer(scripted_server.by_path(script) if isinstance(script, dict) else script, **options)
        self.addCleanup(server.stop)
        return server

    def httpget(self, *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> programs.Exit:
        """Runs httpget in the folder, to its end."""
        done = subprocess.run([HTTPGET, *arguments], cwd=self.folder, input=stdin, capture_output=True, timeout=SECONDS_MAX,
                              check=False, env=env or environment())
        return programs.Exit(done.returncode, done.stdout.decode("utf-8", "surrogateescape"),
                             done.stderr.decode("utf-8", "surrogateescape"))

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        """Starts httpget in the folder; it is killed at the end of the test if it still runs."""
        options.setdefault("preexec_fn", heed_signals)
        process = subprocess.Popen([HTTPGET, *arguments], cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

        def end() -> None:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=SECONDS_MAX)

        self.addCleanup(end)
        return process

    def files(self) -> dict[str, bytes]:
        """All that lies in the folder, hidden or not."""
        while True:
            try:
                return {path.name: path.read_bytes() for path in self.folder.iterdir()}
            except FileNotFoundError:  # an httpget that runs has just renamed what was listed
                pass

    # ---- what must hold ----

    def expect_success(self, end: programs.Exit, files: dict[str, bytes]) -> None:
        self.assertEqual((0, ""), (end.code, end.stderr))
        found = self.files()
        self.assertEqual(files.keys(), found.keys())
        for name, body in files.items():
            same(body, found[name])

    def expect_failure(self, end: programs.Exit, code: int, pattern: str, files: dict[str, bytes] | None = None) -> None:
        """One line that says why, and nothing left behind beside `files`."""
        self.assertEqual(code, end.code, end)
        self.assertRegex(end.stderr, rf"\Ahttpget: [^\n]*{pattern}[^\n]*\n\Z")
        self.assertEqual(files or {}, self.files())

    def json_of(self, end: programs.Exit) -> list[dict]:
        return [json.loads(line) for line in end.stdout.splitlines()]
