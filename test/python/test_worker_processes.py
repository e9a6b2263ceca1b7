"""Processes: shadows, death, children of user code, and that nothing is left behind."""

import os
import signal
import socket
import tempfile
import time
import unittest

from worker_case import WorkerCase
from worker_driver import Runtime


def is_running(pid: int) -> bool:
    """False once the process is gone or a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


class Shadows(WorkerCase):
    def candidates(self, peer: object, prefix: str) -> list[str]:
        answer = self.runtime.look(peer, "complete", prefix=prefix)  # type: ignore[arg-type]
        return [item["candidate"] for item in answer["fields"]["completions"]] if answer["found"] else []

    def test_a_shadow_comes_after_each_evaluation_and_knows_its_names(self) -> None:
        generation = self.runtime.eval("shadow_name = 1")["generation"]

        shadow = self.runtime.fresh_shadow(generation)

        self.assertEqual((shadow.hello["worker"], shadow.hello["role"]), ("worker", "shadow"))
        self.assertNotEqual(shadow.hello["pid"], self.runtime.pid)
        self.assertEqual(self.candidates(shadow, "shadow_na"), ["shadow_name"])

    def test_it_answers_while_the_session_computes_and_ignores_the_interrupt(self) -> None:
        shadow = self.runtime.fresh_shadow(self.runtime.eval("busy_name = 1")["generation"])
        self.runtime.items.clear()
        self.runtime.start("while True: pass")
        self.runtime.wait("started")

        found = self.candidates(shadow, "busy_na")
        self.runtime.interrupt()
        self.runtime.wait("outcome")

        self.assertEqual(found, ["busy_name"])
        self.assertFalse(shadow.closed)

    def test_it_is_refreshed_before_an_evaluation_when_it_has_become_old(self) -> None:
        runtime = self.fresh()
        runtime.fresh_shadow(0)
        # All of them are there before the first ends, so that no idle moment comes between them.
        runtime.start(
            "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})\nprint('ready')\n"
            "signal.sigwait({signal.SIGUSR1});"
        )
        runtime.until(lambda: "ready" in runtime.output())
        began = time.monotonic()
        for i in range(40):
            runtime.start(f"name_{i} = 1; time.sleep(0.003)")
        runtime.start("print('busy')\nwhile True: pass")
        os.kill(runtime.pid, signal.SIGUSR1)
        runtime.until(lambda: "busy" in runtime.output())
        took = time.monotonic() - began

        # 41 have ended, each of 3 ms at least, and a shadow is old after 50 ms: at most 17 are newer than it.
        runtime.until(lambda: max(shadow.hello["generation"] for shadow in runtime.shadows) > 41 - 19)
        self.assertLess(len(runtime.shadows), took / 0.05 + 3)
        runtime.interrupt()
        runtime.until(lambda: [n for n, _ in runtime.items].count("outcome") == 42)

    def test_user_code_never_meets_it_as_a_child(self) -> None:
        self.runtime.fresh_shadow(self.runtime.eval("1")["generation"])

        outcome = self.error("import os\nos.waitpid(-1, os.WNOHANG)")

        self.assertEqual(outcome["exception_type"], "ChildProcessError")

    def test_it_holds_nothing_open_that_user_code_closes(self) -> None:
        self.runtime.eval("import subprocess\np = subprocess.Popen(['cat'], stdin=subprocess.PIPE)")
        self.runtime.fresh_shadow(self.runtime.eval("1")["generation"])

        self.assertEqual(self.value("p.stdin.close(); p.wait(20)"), "0")

    def test_it_exits_when_its_link_closes(self) -> None:
        shadow = self.runtime.fresh_shadow(self.runtime.eval("1")["generation"])

        shadow.sock.shutdown(socket.SHUT_RDWR)

        self.runtime.until(lambda: not is_running(shadow.hello["pid"]))

    def test_it_is_made_with_running_threads_too(self) -> None:
        generation = self.runtime.eval(
            "import threading\nstop = threading.Event()\nthread_name = 1\nthreading.Thread(target=stop.wait).start()"
        )["generation"]

        shadow = self.runtime.fresh_shadow(generation)

        self.assertEqual(self.candidates(shadow, "thread_na"), ["thread_name"])
        self.runtime.eval("stop.set()")

    def test_the_random_stream_is_not_disturbed_by_it(self) -> None:
        self.runtime.fresh_shadow(self.runtime.eval("import random; random.seed(1); a = random.random()")["generation"])

        self.assertEqual(self.value("random.random() == (random.seed(1), random.random(), random.random())[2]"), "True")


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
        runtime.items.clear()
        runtime.start("while True: pass")
        runtime.wait("started")
        pids = [runtime.pid, runtime.process.pid, child, shadow]

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
