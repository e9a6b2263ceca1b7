"""The recorder of each kind: what it tells of threads that it does not count."""

from __future__ import annotations

import sys
import threading
import unittest
from types import FrameType

from recorder_support import RecorderCase, depth_of, run

SEVERAL = """
import threading
def work(number):
    total = 0
    for i in range(number):
        total += i
    try:
        raise KeyError(number)
    except KeyError:
        return total
def main():
    threads = [threading.Thread(target=work, args=[n]) for n in (2, 3)]
    for one in threads:
        one.start()
        one.join()
main()
"""


def here() -> bool:
    """Whether this is the thread that is counted."""
    return threading.current_thread() is threading.main_thread()


class Threads(RecorderCase):
    def test_what_is_watched_is_told_of_other_threads_in_them_and_nothing_is_counted(self) -> None:
        for kind in self.each_kind():
            with self.recording(kind) as recorder:
                run(SEVERAL)
                alone = recorder.time
            told: list[object] = []

            def on_line(frame: FrameType, line: int, told: list[object] = told) -> bool:
                if not here():
                    told.append(line)
                return True

            def on_start(frame: FrameType, told: list[object] = told) -> None:
                if not here():
                    told.append(("start", frame.f_code.co_name))

            def on_return(frame: FrameType, how: str, value: object, told: list[object] = told) -> None:
                if not here():
                    told.append((how, value))

            def on_raise(frame: FrameType, error: BaseException, told: list[object] = told) -> None:
                if not here() and depth_of(frame):
                    told.append(("raise", type(error).__name__))

            with self.recording(kind) as recorder:
                recorder.watch_lines(on_line, None)
                recorder.watch_starts(on_start)
                recorder.watch_returns(on_return)
                recorder.watch_raises(on_raise)
                recorder.watch_threads(True)
                run(SEVERAL)
                counted = recorder.time

            expected: list[object] = []
            for number in (2, 3):
                loop = [line for _ in range(number) for line in (5, 6)]
                raised = [7, 8, ("raise", "KeyError"), 9, 10]
                expected += [("start", "work"), 4, *loop, 5, *raised, ("return", sum(range(number)))]
            self.assertEqual(told, expected)
            self.assertEqual(counted, alone)

    def test_threads_are_not_told_of_unless_it_is_asked_for(self) -> None:
        for kind in self.each_kind():
            told: list[int] = []

            def on_line(frame: FrameType, line: int, told: list[int] = told) -> bool:
                if not here():
                    told.append(line)
                return True

            with self.recording(kind) as recorder:
                recorder.watch_lines(on_line, None)
                run(SEVERAL)
                recorder.watch_threads(True)
                recorder.watch_threads(False)
                run(SEVERAL)
            self.assertEqual(told, [])

    def test_lines_that_are_watched_later_are_told_of_a_thread_that_runs(self) -> None:
        for kind in self.each_kind():
            told: list[int] = []
            began, watched = threading.Event(), threading.Event()

            def on_line(frame: FrameType, line: int, told: list[int] = told) -> bool:
                if not here():
                    told.append(line)
                return False

            program = (
                "import threading\ndef work():\n    began.set()\n    watched.wait()\n    done = True\n    return done\n"
                "other = threading.Thread(target=work)\nother.start()\nbegan.wait()\nwatch()\nwatched.set()\nother.join()\n"
            )
            with self.recording(kind) as recorder:
                recorder.watch_threads(True)
                watch = lambda recorder=recorder, on_line=on_line: recorder.watch_lines(on_line, None)  # noqa: E731
                run(program, {"began": began, "watched": watched, "watch": watch})
            self.assertEqual(told, [5, 6])

    def test_a_trace_function_that_the_recorder_gives_to_threads_is_no_intruder(self) -> None:
        for kind in self.each_kind():
            told: list[str] = []
            with self.recording(kind) as recorder:
                recorder.watch_intruders(told.append)
                recorder.watch_threads(True)
                run(SEVERAL)
                before = list(told)
                run("import threading, sys\nt = threading.Thread(target=sys.settrace, args=[None])\nt.start()\nt.join()\n")
            self.assertEqual((before, threading.gettrace()), ([], None))
            if kind != "tracing-c" and kind != "tracing":
                self.assertEqual(told, ["sys.settrace"])


if __name__ == "__main__":
    sys.exit(unittest.main())
