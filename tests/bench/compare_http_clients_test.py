#!/usr/bin/env python3
"""Runs tools/compare-http-clients and http-client-bench with tiny counts, and looks at what they write, say and return.

usage: compare_http_clients_test.py SCRIPT PROGRAMS
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SCRIPT, PROGRAMS = (pathlib.Path(sys.argv.pop(1)) for _ in range(2))
TINY = ["--quick", "--rounds", "2", "--requests", "200", "--connections", "4", "--bytes", "3000000"]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


class Fickle(BaseHTTPRequestHandler):
    """The first answers are alike, the later ones are not."""
    protocol_version = "HTTP/1.1"
    answers = 0

    def do_GET(self) -> None:
        Fickle.answers += 1
        body = b"one" if Fickle.answers < 20 else b"two"
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    """Clients that have seen enough reset their connections: no news."""

    def handle_error(self, *_: object) -> None:
        pass


class CompareTest(unittest.TestCase):

    def test_compares_clients_and_downloads(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "clients.json"
            done = run(sys.executable, str(SCRIPT), "--programs", str(PROGRAMS), "--json", str(file), *TINY)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            report = json.loads(file.read_text(encoding="utf-8"))
        requests, download = report["comparisons"]
        self.assertEqual(requests["clients"][0]["client"], "halo")
        self.assertEqual([client["client"] for client in download["clients"]][:2], ["httpget", "plain recv"])
        for comparison in report["comparisons"]:
            names = [client["client"] for client in comparison["clients"]]
            self.assertEqual(list(comparison["ratios"]), names[1:])
            self.assertEqual("curl" in " ".join(names), shutil.which("curl") is not None)
            for client in comparison["clients"]:
                self.assertEqual(len(client["rounds"]), 2)
                self.assertLessEqual(client["min"], client["median"])
                self.assertIn(client["client"], done.stdout)

    def test_what_is_missing_is_named(self) -> None:
        done = run(sys.executable, str(SCRIPT), "--programs", "/nowhere", *TINY)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot find hello-http", done.stderr)
        self.assertIn("Fix: ", done.stderr)
        self.assertEqual(run(sys.executable, str(SCRIPT), "--rounds", "0").returncode, 2)


class BenchTest(unittest.TestCase):

    def setUp(self) -> None:
        Fickle.answers = 0
        self.server = QuietServer(("127.0.0.1", 0), Fickle)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def bench(self, *options: str) -> subprocess.CompletedProcess[str]:
        return run(str(PROGRAMS / "http-client-bench"), *options)

    def test_counts_what_was_answered(self) -> None:
        done = self.bench("--url", self.url, "--connections", "3", "--requests", "10", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        figures = json.loads(done.stdout)
        self.assertEqual((figures["connections"], figures["requests"]), (3, 10))
        self.assertGreater(figures["requests_per_s"], 0)
        self.assertEqual(Fickle.answers, 13)
        self.assertRegex(self.bench("--url", self.url, "--requests", "1", "--connections", "1").stdout,
                         r"^1 requests over 1 connections: \d+ requests/s, CPU ([\d.]+|n/a) us/request\n$")

    def test_an_answer_that_is_not_like_the_first_ends_it(self) -> None:
        done = self.bench("--url", self.url, "--connections", "1", "--requests", "100")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("differs from the first one", done.stderr)

    def test_a_status_that_is_not_200_ends_it(self) -> None:
        done = self.bench("--url", self.url + "none", "--requests", "10")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("404", done.stderr)

    def test_wrong_usage(self) -> None:
        for options in ([], ["--url", "https://127.0.0.1/"], ["--url", "http://a b/"], ["--url", self.url, "--requests", "0"]):
            with self.subTest(options=options):
                done = self.bench(*options)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done)


class PlainBodyTest(unittest.TestCase):

    def test_bytes_that_lack_are_an_error(self) -> None:
        program = str(PROGRAMS / "http-plain-body")
        with subprocess.Popen([program, "--port", "0", "--bytes", "1000"], stdout=subprocess.PIPE, text=True) as server:
            self.addCleanup(server.kill)
            port = server.stdout.readline().rstrip().rsplit(":", 1)[1]
            self.assertEqual(run(program, "--receive", "--port", port, "--bytes", "1000").returncode, 0)
            done = run(program, "--receive", "--port", port, "--bytes", "1001")
            self.assertEqual(done.returncode, 1)
            self.assertIn("received 1000 bytes of 1001", done.stderr)
            server.terminate()


if __name__ == "__main__":
    unittest.main()
