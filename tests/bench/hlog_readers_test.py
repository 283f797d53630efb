#!/usr/bin/env python3
"""Reads a log of ours with the readers that others use: the same intervals, counts and percentiles.

usage: hlog_readers_test.py HLOG_SAMPLE

HALO_HLOG_NODE_MODULES is the folder in which npm has put hdr-histogram-js, elsewhere it is looked for where node does. A reader that
is not installed is left out, and its test is skipped, unless HALO_HLOG_READERS=required: then that is a failure, as in CI.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SAMPLE = sys.argv.pop(1) if len(sys.argv) > 1 else "hlog-sample"
READERS = pathlib.Path(__file__).parent / "hlog_readers"
JAR = pathlib.Path("/usr/share/java/hdrhistogram.jar")  # Debian's libhdrhistogram-java
NODE_ENVIRONMENT = dict(os.environ)
if "HALO_HLOG_NODE_MODULES" in os.environ:
    NODE_ENVIRONMENT["NODE_PATH"] = os.environ["HALO_HLOG_NODE_MODULES"]


def has_java_reader() -> bool:
    return JAR.exists() and shutil.which("javac") is not None


def has_js_reader() -> bool:
    if shutil.which("node") is None:
        return False
    command = ["node", "-e", "require('hdr-histogram-js')"]
    return subprocess.run(command, env=NODE_ENVIRONMENT, stderr=subprocess.DEVNULL, check=False).returncode == 0


class HlogReadersTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.log = str(pathlib.Path(folder.name, "sample.hlog"))
        sample = subprocess.run([SAMPLE, cls.log], stdout=subprocess.PIPE, text=True, check=True)
        cls.intervals = [line for line in sample.stdout.splitlines() if not line.startswith("seed: ")]

    def need(self, there: bool, how: str) -> None:
        if not there:
            self.assertNotEqual(os.environ.get("HALO_HLOG_READERS"), "required", f"not installed: {how}")
            self.skipTest(f"not installed: {how}")

    def expect_all_intervals(self, command: list[str], **options: dict) -> None:
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **options).stdout.splitlines()
        self.assertEqual(len(self.intervals), 10)
        self.assertEqual(len(found), len(self.intervals))
        for ours, theirs in zip(self.intervals, found):
            for one, other in zip(ours.split(), theirs.split()):
                self.assertEqual(one, other, f"in the interval {ours[:200]}")
            self.assertEqual(len(theirs.split()), len(ours.split()))

    def test_java(self) -> None:
        self.need(has_java_reader(), "apt-get install libhdrhistogram-java default-jdk-headless")
        self.expect_all_intervals(["java", "-cp", str(JAR), str(READERS / "ReadLog.java"), self.log])

    def test_javascript(self) -> None:
        self.need(has_js_reader(), "npm install hdr-histogram-js, its folder node_modules in HALO_HLOG_NODE_MODULES")
        self.expect_all_intervals(["node", str(READERS / "read_log.js"), self.log], env=NODE_ENVIRONMENT)


if __name__ == "__main__":
    unittest.main()
