"""Output: one order for all channels, bursts, threads, C code, child processes, rubbish, a slow reader."""

import unittest

from worker_case import WorkerCase

ALL_CHANNELS = """
import ctypes, os, subprocess, sys
libc = ctypes.CDLL(None)
for i in range(5):
    print('out', i)
    print('err', i, file=sys.stderr)
    libc.puts(b'c %d' % i)
    display(i)
    subprocess.run(['echo', f'child {i}'])
    os.write(1, b'raw\\n')
    os.system('echo system >&2')
    sys.stderr.buffer.write(b'bytes\\n')
"""


def expected_of_all_channels() -> list[tuple[str, str]]:
    items = []
    for i in range(5):
        items += [("stdout", f"out {i}\n"), ("stderr", f"err {i}\n"), ("stdout", f"c {i}\n"), ("display", str(i))]
        items += [("stdout", f"child {i}\nraw\n"), ("stderr", "system\nbytes\n")]
    return items


class Ordered(WorkerCase):
    def test_python_c_children_and_displays_keep_their_order(self) -> None:
        self.runtime.eval(ALL_CHANNELS)

        self.assertEqual(self.runtime.order(), expected_of_all_channels())

    def test_a_burst_keeps_its_order_with_everything_else(self) -> None:
        self.runtime.eval(
            "import sys, subprocess\nfor i in range(5000):\n  print(i)\n  if i % 1000 == 999: print('E', file=sys.stderr)\n"
            "subprocess.run(['echo', 'child'])\nprint('last')\ndisplay('d')\nprint('after')"
        )

        expected: list[tuple[str, str]] = []
        for start in range(0, 5000, 1000):
            expected += [("stdout", "".join(f"{i}\n" for i in range(start, start + 1000))), ("stderr", "E\n")]
        self.assertEqual(self.runtime.order(), [*expected, ("stdout", "child\nlast\n"), ("display", "'d'"), ("stdout", "after\n")])

    def test_output_never_comes_after_the_outcome(self) -> None:
        for _ in range(20):
            self.runtime.eval("for i in range(300): print(i)")

            self.assertEqual(self.runtime.output().count("\n"), 300)

    def test_output_in_a_burst_is_not_late_when_the_program_then_blocks(self) -> None:
        runtime = self.fresh()
        runtime.start("import time\nfor i in range(1000): print(i)\nprint('end', end='')\ntime.sleep(100)")

        runtime.until(lambda: runtime.output().endswith("999\nend"))

        runtime.interrupt()
        self.assertTrue(runtime.wait("outcome")["interrupted"])

    def test_a_partial_line_comes_at_once(self) -> None:
        self.runtime.items.clear()
        self.runtime.start("import time\nprint('no newline', end='')\ntime.sleep(100)")

        self.runtime.until(lambda: self.runtime.output() == "no newline")

        self.runtime.interrupt()
        self.runtime.wait("outcome")

    def test_a_hundred_thousand_lines_are_few_writes(self) -> None:
        """A write to the system for each line would make it slow; how long it takes depends on the machine."""
        count = "open('/proc/self/io').read().split('syscw:')[1].split()[0]"
        before = int(str(self.runtime.eval(f"int({count})")["value"]))

        self.runtime.eval("for i in range(100_000): print(i)")

        pieces = sum(name == "stdout" for name, _ in self.runtime.items)
        self.assertEqual(self.runtime.output(), "".join(f"{i}\n" for i in range(100_000)))
        after = int(str(self.runtime.eval(f"int({count})")["value"]))
        # Without fork they are frames on the link, which are counted where they arrive.
        self.assertLess(max(after - before, pieces), 20_000)

    def test_threads_print_and_go_on_after_the_end(self) -> None:
        self.runtime.eval(
            "import threading\ngo = threading.Event()\n"
            "def late():\n  go.wait()\n  for i in range(3): print('late', i)\nthreading.Thread(target=late).start()"
        )

        self.runtime.eval("go.set()")
        self.runtime.until(lambda: "late 2\n" in self.runtime.output())

    def test_many_threads_lose_nothing(self) -> None:
        self.runtime.eval(
            "import sys, threading\ndef work(n):\n  for i in range(1000): (sys.stdout if n % 2 else sys.stderr).write(f'{n}-{i}\\n')\n"
            "ts = [threading.Thread(target=work, args=(n,)) for n in range(4)]\n[t.start() for t in ts]\n[t.join() for t in ts];"
        )

        lines = (self.runtime.output("stdout") + self.runtime.output("stderr")).split()
        self.assertEqual(sorted(lines), sorted(f"{n}-{i}" for n in range(4) for i in range(1000)))

    def test_a_flooding_child_does_not_hold_up_the_outcome(self) -> None:
        runtime = self.fresh()

        outcome = runtime.eval(
            "import subprocess\np = subprocess.Popen(['sh', '-c', 'while :; do echo flood; done'])\nprint('mine')"
        )

        self.assertEqual(outcome["kind"], "result")
        self.assertIn("mine", runtime.output())
        runtime.eval("p.kill(); p.wait();")

    def test_a_reader_that_pauses_makes_the_program_wait_and_loses_nothing(self) -> None:
        runtime = self.fresh()
        runtime.pause()
        runtime.start("print('x' * 1_000_000)\nprint('end')")
        runtime.wait("started")
        for _ in range(10):
            runtime.pump(0.01)
        self.assertFalse([name for name, _ in runtime.items if name == "outcome"])

        runtime.resume()

        runtime.wait("outcome")
        self.assertEqual(runtime.output(), "x" * 1_000_000 + "\nend\n")

    def test_ten_megabytes_in_one_write_arrive_whole(self) -> None:
        self.runtime.eval("import sys; sys.stdout.write('é' * 5_000_000);")

        self.assertEqual(len("".join(self.runtime.output())), len("é") * 5_000_000)

    def test_lone_surrogates_and_other_rubbish_are_written_somehow(self) -> None:
        self.runtime.eval("import sys\nprint('a\\ud800b')\nsys.stdout.buffer.write(b'\\xff\\xfe\\n')\nprint('end')")

        self.assertEqual(self.runtime.output(), "a\\ud800b\n\ufffd\ufffd\nend\n")


class Streams(WorkerCase):
    def test_the_streams_are_real_text_streams(self) -> None:
        code = (
            "import io, sys\n[(isinstance(s, io.TextIOWrapper), s.encoding, s.isatty(), s.fileno(), s.writable(), s.errors, "
            "s is d) for s, d in ((sys.stdout, sys.__stdout__), (sys.stderr, sys.__stderr__))]"
        )

        self.assertEqual(
            self.value(code),
            "[(True, 'utf-8', False, 1, True, 'backslashreplace', True), (True, 'utf-8', False, 2, True, 'backslashreplace', True)]",
        )

    def test_a_program_may_put_a_file_on_fd_1_and_take_it_back(self) -> None:
        self.assertEqual(
            self.value(
                "import os, sys, tempfile\nwith tempfile.TemporaryFile() as f:\n  saved = os.dup(1)\n  os.dup2(f.fileno(), 1)\n"
                "  print('into the file')\n  print('beside', file=sys.stderr)\n  os.dup2(saved, 1)\n  f.seek(0)\n  text = f.read()\ntext"
            ),
            "b'into the file\\n'",
        )
        self.runtime.eval("print('back')")
        self.assertEqual(self.runtime.output(), "back\n")

    def test_redirecting_and_closing_do_not_end_the_output(self) -> None:
        self.assertEqual(
            self.value("import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s: print('x')\ns.getvalue()"), "'x\\n'"
        )
        runtime = self.fresh()
        runtime.eval("import sys\nsys.stdout.buffer.close()\nprint('still')")
        self.assertEqual(runtime.output(), "still\n")

    def test_a_child_that_makes_the_pipe_non_blocking_does_not_break_print(self) -> None:
        runtime = self.fresh()
        runtime.eval("import os; os.set_blocking(1, False)\nprint('x' * 3_000_000)")

        self.assertEqual(len(runtime.output()), 3_000_001)

    def test_a_signal_handler_of_the_user_may_print(self) -> None:
        self.runtime.eval(
            "import os, signal\nsignal.signal(signal.SIGUSR1, lambda *a: print('handler'))\n"
            "for i in range(50):\n  print(i)\n  os.kill(os.getpid(), signal.SIGUSR1)"
        )

        self.assertEqual(self.runtime.output().count("handler\n"), 50)


class WithoutFork(Ordered):
    """The same promises in a process without FIFOs, where they can be kept."""

    fork = False

    def test_one_huge_write_comes_in_frames_of_a_megabyte(self) -> None:
        self.runtime.eval("print('x' * 5_000_000)")

        sizes = [len(text) for name, text in self.runtime.items if name == "stdout"]
        self.assertEqual(sum(sizes), 5_000_001)
        self.assertLessEqual(max(sizes), 1 << 20)

    # These need FIFOs, or a runtime of their own with fork; they are tested above.
    test_a_reader_that_pauses_makes_the_program_wait_and_loses_nothing = None  # type: ignore[assignment]
    test_a_flooding_child_does_not_hold_up_the_outcome = None  # type: ignore[assignment]
    test_output_in_a_burst_is_not_late_when_the_program_then_blocks = None  # type: ignore[assignment]


if __name__ == "__main__":
    unittest.main()
