"""The tutorial's programs and ours understand each other with --framing chunk."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import programs

FOLDER = pathlib.Path(__file__).parent
TALK = "Welcome!\nHello, Lambda!\nHello, Bond!\nHello, alpha!\n"


def run_tutorial_client(port: int) -> str:
    command = [sys.executable, "-B", str(FOLDER / "tutorial_client.py"), str(port)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=programs.SECONDS_MAX, check=True).stdout


def start_tutorial_server(test: unittest.TestCase) -> programs.Server:
    server = programs.Server([sys.executable, "-B", str(FOLDER / "tutorial_server.py")], stdin=subprocess.PIPE)

    def end() -> None:
        server.process.stdin.close()
        test.assertEqual(0, server.wait().code)

    test.addCleanup(end)
    return server


@programs.for_each(programs.all_servers())
class TutorialClient:
    def test_is_answered(self) -> None:
        server = self.serve("--framing", "chunk")
        for _ in range(3):
            self.assertEqual(TALK, run_tutorial_client(server.address[1]))

    def test_is_answered_although_work_takes_time(self) -> None:
        server = self.serve("--framing", "chunk", "--work", "sleep:20ms",
                            *([] if self.variant.is_threaded else ["--work-on", "timer"]))
        self.assertEqual(TALK, run_tutorial_client(server.address[1]))


class TutorialServer(unittest.TestCase):
    def test_answers_hello_client(self) -> None:
        port = str(start_tutorial_server(self).address[1])
        for _ in range(3):
            end = programs.run("hello-client", "--port", port, "--framing", "chunk", "Lambda", "Bond", "alpha")
            self.assertEqual((0, TALK, ""), (end.code, end.stdout, end.stderr))

    def test_answers_the_tutorial_client(self) -> None:
        self.assertEqual(TALK, run_tutorial_client(start_tutorial_server(self).address[1]))


class TutorialDownload(unittest.TestCase):
    """A site's home page, by the tutorial's program and by httpget: the same head, the same file."""

    PAGE = b"<html>\r\n\r\n" + bytes(range(256)) * 1000 + b"</html>\n"

    def setUp(self) -> None:
        if not (programs.BIN_DIR / "httpget").exists():
            self.skipTest("built without HTTP")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="halo-tutorial-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def serve(self) -> int:
        """The port of a site."""
        site = self.folder / "site"
        site.mkdir()
        (site / "index.html").write_bytes(self.PAGE)
        command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(site)]
        server = programs.Program(command)
        self.addCleanup(server.stop)
        said = "".join(server.stdout.wait_for_lines(1))
        return int(re.search(r" port (\d+) ", said)[1])

    def run_in_folder(self, *command: str) -> list[str]:
        """The lines that it prints, but for the date."""
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=programs.SECONDS_MAX, check=True)
        self.assertEqual("", done.stderr)
        return [line for line in done.stdout.split("\n") if line and not line.startswith("Date: ")]

    def test_the_same_head_and_the_same_body(self) -> None:
        port = str(self.serve())
        theirs = self.run_in_folder(sys.executable, "-B", str(FOLDER / "tutorial_http_client.py"), "127.0.0.1", port, "theirs.html")
        ours = self.run_in_folder(str(programs.BIN_DIR / "httpget"), f"http://127.0.0.1:{port}/")
        self.assertEqual(theirs, ours)
        self.assertEqual("HTTP/1.0 200 OK", ours[0])
        self.assertEqual((self.PAGE, self.PAGE), tuple((self.folder / name).read_bytes() for name in ("theirs.html", "index.html")))


if __name__ == "__main__":
    programs.main()
