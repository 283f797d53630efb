"""The tutorial's programs and ours understand each other with --framing chunk."""

import pathlib
import subprocess
import sys
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


if __name__ == "__main__":
    programs.main()
