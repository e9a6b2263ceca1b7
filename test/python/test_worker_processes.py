"""Processes: death, children of user code, and that nothing is left behind."""

import os
import signal
import tempfile
import unittest

from worker_case import WorkerCase
from worker_driver import Runtime


def is_running(pid: int) -> bool:
    """False once the process is gone or a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


class Death(WorkerCase):
    def exited(self, code: str) -> dict[str, object]:
        runtime = self.fresh()
        runtime.start(code)
        return runtime.until(lambda: next((f for f in runtime.control if f["type"] == "exited"), None))

    def test_the_zygote_says_how_a_worker_ended(self) -> None:
        cases = {
            "import os; os._exit(3)": (3, None),
            "import ctypes; ctypes.string_at(0)": (None, signal.SIGSEGV),
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": (None, signal.SIGKILL),
        }
        for code, expected in cases.items():
            with self.subTest(code=code):
                frame = self.exited(code)
                self.assertEqual((frame["code"], frame["signal"]), expected)

    def test_two_workers_of_a_zygote_have_random_streams_of_their_own(self) -> None:
        runtime = self.fresh()
        code = "import random, tempfile, uuid; (random.random(), tempfile.mktemp(), uuid.uuid4())"
        first = runtime.eval(code)["value"]
        runtime.fork_worker("second")

        second = runtime.eval(code)["value"]

        for mine, other in zip(first.split(","), second.split(",")):
            self.assertNotEqual(mine, other)

    def test_exit_ends_the_worker(self) -> None:
        runtime = self.fresh()
        runtime.eval("import atexit; atexit.register(print, 'goodbye');")
        runtime.worker.send("exit")

        runtime.until(lambda: "goodbye\n" in runtime.output())
        frame = runtime.until(lambda: next((f for f in runtime.control if f["type"] == "exited"), None))
        self.assertEqual((frame["id"], frame["code"]), ("worker", 0))

    def test_nothing_runs_on_when_the_runtime_is_gone(self) -> None:
        runtime = Runtime()
        runtime.eval("import subprocess\np = subprocess.Popen(['sleep', '1000'])")
        child = int(runtime.eval("p.pid")["value"])
        shadow = runtime.fresh_shadow(2).hello["pid"]
        frozen = runtime.frozen[-1].hello["pid"]
        runtime.items.clear()
        runtime.start("while True: pass")
        runtime.wait("started")
        pids = [runtime.pid, runtime.process.pid, child, shadow, frozen]

        runtime.close()

        waiting = self.runtime
        waiting.until(lambda: not any(is_running(pid) for pid in pids))

    def test_without_fork_nothing_runs_on_either(self) -> None:
        runtime = Runtime(fork=False)
        runtime.eval("import subprocess\np = subprocess.Popen(['sleep', '1000'])")
        child = int(runtime.eval("p.pid")["value"])
        runtime.items.clear()
        runtime.start("while True: pass")
        runtime.wait("started")

        runtime.close()

        self.runtime.until(lambda: not is_running(child))

    def test_a_bad_start_line_is_one_clear_error(self) -> None:
        import subprocess
        import sys

        main = os.path.join(self.runtime.folder, "hindsight_worker", "__main__.py")
        for line in (b"", b"rubbish\n", b"{}\n", b"[1]\n"):
            with self.subTest(line=line):
                done = subprocess.run([sys.executable, main], input=line, capture_output=True)

                self.assertNotEqual(done.returncode, 0)
                self.assertIn(b"one JSON line on standard input", done.stderr)
                self.assertNotIn(b"Traceback", done.stderr)


class Children(WorkerCase):
    def test_a_forked_child_prints_and_ends_like_a_script(self) -> None:
        self.runtime.eval(
            "import os, sys\npid = os.fork()\nif pid == 0:\n  print('in the child')\n  sys.exit(7)\n"
            "print('exit code', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
        )

        self.assertEqual(self.runtime.output(), "in the child\nexit code 7\n")

    def test_the_traceback_of_a_forked_child_has_none_of_our_frames(self) -> None:
        self.runtime.eval("import os\npid = os.fork()\nif pid == 0: raise ValueError('in the child')\nos.waitpid(pid, 0);")

        printed = self.runtime.output("stderr")
        self.assertIn("ValueError: in the child", printed)
        self.assertRegex(printed, r'File "<cell \d+>", line 3')
        self.assertNotIn("hindsight_worker", printed)

    def test_a_forked_child_that_runs_to_the_end_does_not_answer_for_the_session(self) -> None:
        outcome = self.runtime.eval("import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\n'parent' if pid else 'child'")

        self.assertEqual(outcome["value"], "'parent'")
        self.assertEqual([name for name, _ in self.runtime.items].count("outcome"), 1)

    def test_what_was_printed_before_a_fork_is_not_printed_twice(self) -> None:
        self.runtime.eval(
            "import os\nfor i in range(1000): print(i)\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0);"
        )

        self.assertEqual(self.runtime.output(), "".join(f"{i}\n" for i in range(1000)))

    def test_a_child_cannot_ask_and_says_so(self) -> None:
        self.runtime.eval(
            "import os\npid = os.fork()\nif pid == 0:\n  try: input('?')\n  except RuntimeError as e: print(e)\n  os._exit(0)\nos.waitpid(pid, 0);"
        )

        self.assertEqual(self.runtime.output(), "input() is not available in a child process of a session\n")

    def test_multiprocessing_works_by_fork_and_by_spawn(self) -> None:
        self.assertEqual(
            self.value("import multiprocessing as mp\ndef double(x): return 2 * x\nwith mp.get_context('fork').Pool(2) as p: r = p.map(double, [1, 2, 3])\nr"),
            "[2, 4, 6]",
        )
        self.assertEqual(self.value("import math\nwith mp.get_context('spawn').Pool(1) as p: r = p.map(math.sqrt, [4, 9])\nr"), "[2.0, 3.0]")

    def test_executors_and_asyncio_subprocesses_work(self) -> None:
        self.assertEqual(
            self.value("from concurrent.futures import ProcessPoolExecutor\nimport math\nwith ProcessPoolExecutor(1) as e: r = e.submit(math.sqrt, 16).result()\nr"),
            "4.0",
        )
        code = "import asyncio\np = await asyncio.create_subprocess_exec('echo', 'from asyncio')\nawait p.wait()"
        self.assertEqual(self.value(code), "0")
        self.assertEqual(self.runtime.output(), "from asyncio\n")

    def test_the_environment_and_standard_input_of_children_are_ordinary(self) -> None:
        self.assertEqual(self.value("import subprocess\nsubprocess.run(['cat'], capture_output=True).stdout"), "b''")
        self.assertEqual(self.value("import os\n[k for k in os.environ if 'HINDSIGHT' in k or k == 'MPLBACKEND']"), "[]")


class Folder(WorkerCase):
    def test_a_folder_that_cannot_be_entered_is_a_notice_and_the_session_begins(self) -> None:
        runtime = self.fresh()
        with tempfile.TemporaryDirectory() as folder:
            missing = os.path.join(folder, "missing")
        runtime.items.clear()
        runtime.worker.send("configure", cwd=missing)

        self.assertIn(missing, runtime.wait("notice")["message"])
        runtime.wait("configured")


if __name__ == "__main__":
    unittest.main()
