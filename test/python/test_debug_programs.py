"""Programs that a debugger finds hard: they fork, end the process, replace what is under it, or never come back."""

import unittest

from debug_driver import DebugRuntime
from test_debug_standing import line_point


class Programs(unittest.TestCase):
    def setUp(self) -> None:
        self.runtime = DebugRuntime(snapshots="always")
        self.addCleanup(self.runtime.close)

    def ended(self, code: str, **record: object):
        self.runtime.record(code, **record)
        return self.runtime.wait("outcome")

    def test_a_child_that_the_program_forks_runs_by_itself(self) -> None:
        outcome = self.ended(
            """
            import os
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                for i in range(100_000):
                    pass
                os.write(write, b'child')
                os._exit(7)
            said = os.read(read, 5)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            (said, status)
            """
        )

        self.assertEqual(outcome.get("value"), "(b'child', 7)", outcome)

    def test_a_child_that_comes_to_the_end_of_the_program_just_ends(self) -> None:
        outcome = self.ended(
            """
            import os
            child = os.fork()
            status = None if child == 0 else os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            status
            """
        )

        self.assertEqual(outcome.get("value"), "0", outcome)

    def test_an_exception_comes_out_as_without_a_debugger(self) -> None:
        code = "def f(n):\n    return 1 / n\n\nf(0)\n"
        bare = self.runtime.eval(code, file="/tmp/program.py", line=1)
        recorded = self.ended(code)

        self.assertEqual(recorded["traceback"], bare["traceback"])
        self.assertEqual(recorded["frames"], bare["frames"])

    def test_recursion_ends_at_the_same_depth(self) -> None:
        code = "def f(n):\n    return f(n + 1)\n\ntry:\n    f(0)\nexcept RecursionError as e:\n    text = str(e)\ntext\n"
        bare = self.runtime.eval(code, file="/tmp/program.py", line=1)

        self.assertEqual(self.ended(code).get("value"), bare["value"])

    def test_a_program_that_sets_a_trace_function_is_recorded_up_to_there(self) -> None:
        outcome = self.ended("import sys\nx = 1\nsys.settrace(lambda *a: None)\nsys.settrace(None)\nx + 1\n")

        self.assertEqual(outcome.get("value"), "2", outcome)
        notices = [item["message"] for name, item in self.runtime.items if name == "notice"]
        self.assertTrue(any("settrace" in message for message in notices), notices)
        cursor = self.runtime.cursor(self.runtime.moments()[0]["id"])
        self.assertEqual(cursor.ask("run", goal={"kind": "continue"})["reason"], "end")

    def test_a_trace_function_of_the_program_sees_nothing_of_the_recorder(self) -> None:
        outcome = self.ended(
            """
            import os, random, sys, tempfile, time
            seen = set()
            def trace(frame, event, argument):
                seen.add(frame.f_code.co_filename)
                return trace
            def work():
                with tempfile.TemporaryFile() as file:
                    file.write(b'x')
                os.listdir('.'), os.stat('.'), time.time(), random.SystemRandom().random(), os.getpid()
            work()
            sys.settrace(trace)
            work()
            sys.settrace(None)
            [name for name in seen if 'hindsight' in name]
            """
        )

        self.assertEqual(outcome.get("value"), "[]", outcome)

    def test_a_replaced_stdout_and_a_changed_folder_stay_the_programs_own(self) -> None:
        outcome = self.ended(
            """
            import io, os, sys
            old, folder = sys.stdout, os.getcwd()
            sys.stdout = io.StringIO()
            os.chdir('/')
            print('caught')
            text, sys.stdout = sys.stdout.getvalue(), old
            os.chdir(folder)
            text
            """
        )

        self.assertEqual(outcome.get("value"), "'caught\\n'", outcome)

    def test_an_interrupt_ends_a_program_that_stands(self) -> None:
        self.runtime.record("x = 1\nx += 1\n", line_point(2))
        self.runtime.stopped()
        self.runtime.interrupt()

        outcome = self.runtime.wait("outcome")
        self.assertEqual((outcome["kind"], outcome["interrupted"]), ("error", True))
        self.assertEqual(self.runtime.eval("x")["value"], "1")

    def test_a_program_that_runs_is_paused(self) -> None:
        import os
        import signal

        self.runtime.record("n = 0\nwhile True:\n    n += 1\n")
        self.runtime.wait("moment")
        self.runtime.send_debug(self.runtime.worker, "pause")
        os.kill(self.runtime.pid, signal.SIGURG)

        stop = self.runtime.stopped()
        self.assertEqual(stop["reason"], "pause")
        self.assertIn(stop["place"]["line"], (1, 2, 3))


if __name__ == "__main__":
    unittest.main()
