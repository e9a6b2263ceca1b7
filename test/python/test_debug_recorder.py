"""The recorder of each kind: what it counts, and that alarms, lines and samples are exact."""

from __future__ import annotations

import sys
import time
import unittest
from types import FrameType

from recorder_support import PROGRAMS, Moment, RecorderCase, depth_of, is_program, kinds, make, moments, run


class Counting(RecorderCase):
    def test_each_line_of_each_construct_has_a_name_of_its_own(self) -> None:
        for kind in self.each_kind():
            for name, source in PROGRAMS.items():
                with self.subTest(program=name), self.recording(kind) as recorder:
                    found = moments(recorder, source)

                    self.assertEqual(len(found), len({moment[:3] for moment in found}), found)
                    self.assertEqual([at[0] for at in found], sorted(at[0] for at in found))

    def test_a_program_counts_the_same_each_time_whether_lines_are_told_or_not(self) -> None:
        for kind in self.each_kind():
            for name, source in PROGRAMS.items():
                with self.subTest(program=name):
                    counts: list[int] = []
                    for told in (False, True, False):
                        with self.recording(kind) as recorder:
                            moments(recorder, source) if told else run(source)
                            counts.append(recorder.time)

                    self.assertEqual(counts, counts[:1] * 3)

    def test_those_in_c_count_what_those_in_python_count(self) -> None:
        for in_c, in_python in (("native", "monitoring"), ("tracing-c", "tracing")):
            if in_c not in kinds():
                continue
            for name, source in PROGRAMS.items():
                with self.subTest(program=name):
                    found: dict[str, list[Moment]] = {}
                    for kind in (in_c, in_python):
                        with self.recording(kind) as recorder:
                            found[kind] = moments(recorder, source)
                    self.assertEqual(found[in_c], found[in_python])

    def test_a_recorded_program_computes_what_it_computes_otherwise(self) -> None:
        source = "def f(n):\n    for i in range(n):\n        yield i * i\nresult = sum(f(100)), [x for x in f(3)]\n"
        plain = run(source)["result"]
        for kind in self.each_kind():
            with self.recording(kind):
                self.assertEqual(run(source)["result"], plain)

    def test_only_the_users_code_is_counted(self) -> None:
        library: dict[str, object] = {}
        exec(compile("def work():\n    for i in range(1000): pass\n", "<library>", "exec"), library)
        for kind in self.each_kind():
            with self.recording(kind) as recorder:
                run("work(); work()\n", {"work": library["work"]})
                self.assertEqual(recorder.time, 1)

    def test_each_file_is_asked_for_once(self) -> None:
        for kind in self.each_kind():
            asked: list[str] = []

            def is_mine(file: str, asked: list[str] = asked) -> bool:
                asked.append(file)
                return is_program(file)

            recorder = make(kind)
            recorder.start(is_mine, lambda _frame: None)
            run(PROGRAMS["exec"])
            run(PROGRAMS["with"])
            recorder.stop()
            self.assertEqual(sorted(asked), sorted(set(asked)))

    def test_frames_that_are_on_the_stack_at_the_start_are_counted(self) -> None:
        for kind in self.each_kind():
            recorder = make(kind)
            times: list[int] = []
            source = "start()\nfor i in range(3):\n    note()\nstop()\n"
            names = {"start": lambda recorder=recorder: recorder.start(is_program, lambda _frame: None), "stop": recorder.stop}
            run(source, {**names, "note": lambda times=times, recorder=recorder: times.append(recorder.time)})
            self.assertEqual(len(set(times)), 3, times)

    def test_the_end_of_a_recording_leaves_nothing_behind(self) -> None:
        for kind in self.each_kind():
            recorder = make(kind)
            for _ in range(3):
                recorder.start(is_program, lambda _frame: None)
                recorder.watch_lines(lambda _frame, _line: True, None)
                run(PROGRAMS["for"])
                count = recorder.time
                recorder.stop()
                recorder.stop()
                run(PROGRAMS["for"])
                self.assertEqual(recorder.time, count)
                self.assertIsNone(sys.gettrace())
                self.assertFalse(recorder.running)

    def test_what_was_not_mine_in_one_recording_can_be_mine_in_the_next(self) -> None:
        for kind in self.each_kind():
            work = run("def work():\n    for i in range(3): pass\n")["work"]
            counts: list[int] = []
            for mine in (False, True, False, True):
                recorder = make(kind)
                recorder.start(lambda file, mine=mine: mine and is_program(file), lambda _frame: None)
                work()
                counts.append(recorder.time)
                recorder.stop()
            self.assertEqual((counts[0], counts[2]), (0, 0))
            self.assertEqual(counts[1], counts[3])
            self.assertGreaterEqual(counts[1], 4)

    def test_two_do_not_run_at_once(self) -> None:
        for kind in self.each_kind():
            with self.recording(kind) as recorder, self.assertRaises(RuntimeError):
                recorder.start(is_program, lambda _frame: None)


class Alarms(RecorderCase):
    def test_an_alarm_comes_at_each_time_before_the_first_line_of_that_time(self) -> None:
        for kind in self.each_kind():
            for name in ("for", "recursion", "generator", "exceptions in a loop", "coroutine"):
                source = PROGRAMS[name]
                with self.recording(kind) as recorder:
                    known = moments(recorder, source)
                for wanted in {moment[0]: moment for moment in reversed(known)}.values():
                    with self.subTest(program=name, time=wanted[0]):
                        self.assertEqual(self.first_moment_at(kind, source, wanted[0]), (wanted[0], wanted))

    def first_moment_at(self, kind: str, source: str, at: int) -> tuple[int, Moment]:
        """The time at which the alarm came, and the first line after it."""
        times: list[int] = []
        found: list[Moment] = []

        def on_due(_frame: FrameType) -> None:
            times.append(recorder.time)
            recorder.watch_lines(on_line, None)

        def on_line(frame: FrameType, line: int) -> bool:
            found.append((recorder.time, depth_of(frame), frame.f_lasti, line))
            recorder.unwatch_lines()
            return True

        with self.recording(kind, on_due) as recorder:
            recorder.set_alarm(at)
            run(source)
        [time_of_alarm] = times
        return time_of_alarm, found[0]

    def test_an_alarm_can_be_set_anew_within_one(self) -> None:
        for kind in self.each_kind():
            times: list[int] = []

            def on_due(_frame: FrameType, times: list[int] = times) -> None:
                times.append(recorder.time)
                recorder.set_alarm(recorder.time + 2)

            with self.recording(kind, on_due) as recorder:
                recorder.set_alarm(3)
                run("for i in range(10):\n    pass\n")
            self.assertEqual(times[:3], [3, 5, 7])

    def test_the_clock_comes_once_and_not_early(self) -> None:
        for kind in self.each_kind():
            waits: list[float] = []

            def on_due(_frame: FrameType, waits: list[float] = waits) -> None:
                waits.append(time.monotonic() - began)  # noqa: B023 - of this turn

            with self.recording(kind, on_due) as recorder:
                began = time.monotonic()
                recorder.set_clock(0.02)
                run("while clock() < end:\n    x = 1\n", {"clock": time.monotonic, "end": began + 0.2})
            self.assertEqual(len(waits), 1)
            self.assertGreaterEqual(waits[0], 0.02)

    def test_the_clock_is_looked_at_often_where_events_are_rare(self) -> None:
        for kind in self.each_kind():
            seen: list[int] = []
            rounds: list[int] = []
            with self.recording(kind, lambda _frame, seen=seen, rounds=rounds: seen.append(len(rounds))) as recorder:

                def work(rounds: list[int] = rounds) -> None:
                    rounds.append(1)
                    end = time.monotonic() + 0.01
                    while time.monotonic() < end:
                        pass

                recorder.set_clock(0.1)
                run("for i in range(30): work()\n", {"work": work})
            [when] = seen
            self.assertLess(when, 20, "it should have come after ten of thirty rounds")

    def test_a_clock_that_is_turned_off_does_not_come(self) -> None:
        for kind in self.each_kind():
            seen: list[int] = []
            with self.recording(kind, lambda _frame, seen=seen: seen.append(1)) as recorder:
                recorder.set_clock(0.001)
                recorder.set_clock(0)
                run("while clock() < end: pass\n", {"clock": time.monotonic, "end": time.monotonic() + 0.02})
            self.assertEqual(seen, [])


class CountedLines(RecorderCase):
    def test_lines_are_counted_as_they_are_told(self) -> None:
        for kind in self.each_kind():
            for name, source in PROGRAMS.items():
                with self.subTest(program=name), self.recording(kind) as recorder:
                    told = moments(recorder, source)
                    before = recorder.time

                    recorder.begin_lines(0, 1)
                    run(source)
                    count = recorder.lines
                    samples = recorder.end_lines()

                    self.assertEqual(count, len(told))
                    lines = [(at - before, number, recorder.sample_files[file], line) for at, number, _, file, line in samples]
                    self.assertEqual(lines, [(at[0], number, "<program>", at[3]) for number, at in enumerate(told, 1)])
                    self.assertEqual([deepest for _, _, deepest, _, _ in samples], [at[1] for at in told])

    def test_a_sample_knows_the_deepest_frame_since_the_one_before(self) -> None:
        for kind in self.each_kind():
            with self.recording(kind) as recorder:
                told = moments(recorder, PROGRAMS["recursion"])
                recorder.begin_lines(0, 7)
                run(PROGRAMS["recursion"])
                samples = recorder.end_lines()
            depths = [at[1] for at in told]
            expected = [max(depths[end - 7 : end]) for end in range(7, len(depths) + 1, 7)]
            self.assertEqual([sample[2] for sample in samples], expected)

    def test_an_alarm_by_lines_comes_within_that_line(self) -> None:
        for kind in self.each_kind():
            source = PROGRAMS["exceptions"]
            with self.recording(kind) as recorder:
                told = moments(recorder, source)
            for number in range(1, len(told) + 1):
                with self.subTest(number=number):
                    found: list[Moment] = []

                    def on_due(frame: FrameType, found: list[Moment] = found) -> None:
                        found.append((recorder.time, depth_of(frame), frame.f_lasti, frame.f_lineno))

                    with self.recording(kind, on_due) as recorder:
                        recorder.begin_lines(number, 0)
                        run(source)
                    self.assertEqual(found, [told[number - 1]])

    def test_the_count_begins_anew_within_an_alarm(self) -> None:
        for kind in self.each_kind():
            source = PROGRAMS["for"]
            with self.recording(kind) as recorder:
                told = moments(recorder, source)
            start = told[5][0]
            after = [at for at in told if at[0] >= start]
            found: list[Moment] = []

            def on_due(frame: FrameType, found: list[Moment] = found, start: int = start) -> None:
                if recorder.lines == 0:
                    recorder.begin_lines(2, 0)
                else:
                    found.append((recorder.time, depth_of(frame), frame.f_lasti, frame.f_lineno))

            with self.recording(kind, on_due) as recorder:
                recorder.set_alarm(start)
                run(source)
            self.assertEqual(found, [after[1]])




if __name__ == "__main__":
    unittest.main()
