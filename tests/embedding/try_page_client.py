#!/usr/bin/env python3
"""Serves two pages, lets a program fetch them and one that is cut short: `try_page_client.py PROGRAM`. Exits 0 when all went well."""

import http.server
import subprocess
import sys
import threading

LIMIT_S = 60
PAGE = b"Hello!" * 20_000


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        cut = self.path == "/cut"
        self.close_connection = cut
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE) + cut))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        pass


def fetch(*paths: str) -> tuple[int, list[str]]:
    """The program's exit code, and what it said of each path, in the order of the paths."""
    command = [sys.argv[1], *(origin + path for path in paths)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S)
    said = dict(line.removeprefix(origin).split(": ", 1) for line in run.stdout.splitlines())
    return run.returncode, [said.get(path, "nothing") for path in paths]


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
    origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    whole = f"200, {len(PAGE)} bytes, whole"
    if (got := fetch("/a", "/b")) != (0, [whole, whole]):
        sys.exit(f"two pages: {got}")
    code, said = fetch("/a", "/cut")
    if code != 1 or said[0] != whole or "whole" in said[1] or not said[1].startswith(f"200, {len(PAGE)} bytes, "):
        sys.exit(f"a page that is cut short: exit code {code}, {said}")
    server.shutdown()
