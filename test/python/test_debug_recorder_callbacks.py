"""The recorder of each kind: what its callbacks are told, and what they may do."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
import unittest
from types import CodeType, FrameType

from recorder_support import PROGRAM, PROGRAMS, RecorderCase, is_program, kinds, make, run

Told = list[tuple[str, str, object]]

FRAMES = """
def plain(x):
    return x
def several():
    got = yield 1
    yield None
def nothing():
    pass
def passes():
    raise ValueError(1)
plain(7)
nothing()
s = several()
next(s)
s.send('a')
list(s)
try:
    passes()
except ValueError:
    pass
s = several()
next(s)
try:
    s.throw(KeyError('k'))
except KeyError:
    pass
"""


class Watching(RecorderCase):
    def test_starts_resumes_and_throws_are_told(self) -> None:
        for kind in self.each_kind():
            with self.recording(kind) as recorder:
                names: list[str] = []
                recorder.watch_starts(lambda frame, names=names: names.append(frame.f_code.co_name))
                run(FRAMES)
                recorder.watch_starts(None)
                run(FRAMES)
            calls = ["plain", "nothing", "several", "several", "several", "passes", "several", "several"]
            self.assertEqual(names, ["<module>", *calls])

    def test_how_frames_are_left_is_told(self) -> None:
        for kind in self.each_kind():
            told: Told = []

            def on_return(frame: FrameType, how: str, value: object, told: Told = told) -> None:
                told.append((frame.f_code.co_name, how, repr(value)))

            with self.recording(kind) as recorder:
                recorder.watch_returns(on_return)
                run(FRAMES)
                recorder.watch_returns(None)
                run(FRAMES)
            expected: Told = [
                ("plain", "return", "7"),
                ("nothing", "return", "None"),
                ("several", "yield", "1"),
                ("several", "yield", "None"),
                ("several", "return", "None"),
                ("passes", "unwind", "ValueError(1)"),
                ("several", "yield", "1"),
                ("several", "unwind", "KeyError('k')"),
                ("<module>", "return", "None"),
            ]
            self.assertEqual(told, expected)

    def test_an_exception_is_told_once_in_each_frame_also_in_code_that_is_not_mine(self) -> None:
        library: dict[str, object] = {}
        exec(compile("def call(f):\n    return f()\n", "<library>", "exec"), library)
        source = "def fails():\n    return 1 // 0\ndef middle():\n    call(fails)\ntry:\n    middle()\nexcept ZeroDivisionError:\n    pass\n"
        for kind in self.each_kind():
            told: list[tuple[str, int]] = []
            with self.recording(kind) as recorder:
                recorder.watch_raises(lambda frame, _e, told=told: told.append((frame.f_code.co_name, frame.f_lineno)))
                run(source, {"call": library["call"]})
                recorder.watch_raises(None)
                run(source, {"call": library["call"]})
            self.assertEqual(told, [("fails", 2), ("call", 2), ("middle", 4), ("<module>", 6)])

    def test_a_line_that_was_answered_false_is_not_told_again_until_lines_are_watched_anew(self) -> None:
        for kind in self.each_kind():
            for counting in (False, True):
                with self.subTest(counting=counting), self.recording(kind) as recorder:
                    told: list[int] = []

                    def on_line(_frame: FrameType, line: int, told: list[int] = told) -> bool:
                        told.append(line)
                        return line == 2

                    recorder.watch_lines(on_line, None)
                    if counting:
                        recorder.begin_lines(0, 0)
                    scope = run("def f():\n    a = 1\n    b = 2\nfor i in range(3): f()\n")
                    first, told[:] = list(told), []
                    scope["f"]()
                    second, told[:] = list(told), []
                    recorder.watch_lines(on_line, None)
                    scope["f"]()

                    self.assertEqual((first.count(2), first.count(3), second, told), (3, 1, [2], [2, 3]))

    def test_only_lines_of_the_code_that_is_asked_for_are_told(self) -> None:
        source = "def f():\n    a = 1\ndef g():\n    f()\n    b = 2\ng()\n"
        for kind in self.each_kind():
            scope = run(source)
            choices = {"objects": [scope["g"].__code__], "function": lambda code: code.co_name == "g"}
            for how, codes in choices.items():
                with self.subTest(how=how), self.recording(kind) as recorder:
                    told: list[int] = []
                    recorder.watch_lines(lambda _frame, line, told=told: not told.append(line), codes)
                    scope["g"]()
                    self.assertEqual(told, [4, 5])
                    if how == "function":
                        run(source)
                        self.assertEqual(told, [4, 5, 4, 5], "code that is made later is asked for, too")

    def test_lines_of_code_that_is_not_mine_are_told_where_they_are_asked_for(self) -> None:
        library: dict[str, object] = {}
        exec(compile("def work():\n    a = 1\n    return a\n", "<library>", "exec"), library)
        work = library["work"]
        for kind in self.each_kind():
            with self.recording(kind) as recorder:
                told: list[int] = []
                recorder.watch_lines(lambda _frame, line, told=told: not told.append(line), [work.__code__])
                run("work()\n", {"work": work})
                count = recorder.time
                recorder.unwatch_lines()
                run("work()\n", {"work": work})
            self.assertEqual((told, count), ([2, 3], 1))

    def test_watching_begins_and_ends_at_once_for_frames_on_the_stack(self) -> None:
        source = "def f():\n    begin()\n    a = 1\n    end()\n    b = 2\nf()\nc = 3\n"
        for kind in self.each_kind():
            with self.recording(kind) as recorder:
                told: list[int] = []

                def begin(told: list[int] = told) -> None:
                    recorder.watch_lines(lambda _frame, line: not told.append(line), None)

                run(source, {"begin": begin, "end": recorder.unwatch_lines})
            self.assertEqual(told, [3, 4])

    def test_code_that_a_program_makes_in_a_loop_is_not_kept(self) -> None:
        for kind in self.each_kind():
            if kind != "native":
                continue  # What Python counts with keeps it: there, a program that does this is slow already.
            with self.recording(kind):
                run("for i in range(3000): exec(compile('x = 1', '<program>', 'exec'))\n")
                gc.collect()
                kept = sum(type(o) is CodeType for o in gc.get_referrers("<module>"))
            self.assertLess(kept, 2000)


class Acting(RecorderCase):
    def test_what_a_callback_raises_goes_on_in_the_program_and_counting_goes_on(self) -> None:
        source = "caught = 0\nfor i in range(4):\n    try:\n        a = 1\n        b = 2\n    except KeyboardInterrupt:\n        caught += 1\ndone = True\n"
        for kind in self.each_kind():
            with self.recording(kind) as recorder:

                def on_line(frame: FrameType, line: int) -> bool:
                    if line == 5 and frame.f_locals["i"] == 1:
                        raise KeyboardInterrupt
                    return True

                recorder.watch_lines(on_line, None)
                scope = run(source)
                before = recorder.time
                run("for i in range(5): pass\n")

                self.assertEqual((scope["caught"], scope["done"]), (1, True))
                self.assertGreaterEqual(recorder.time - before, 5)

    def test_what_any_callback_raises_ends_the_program(self) -> None:
        def fail(frame: FrameType, *_: object) -> bool:
            # Exceptions are told in all code, those in the test's own, too.
            if is_program(frame.f_code.co_filename):
                raise SystemExit(3)
            return True

        for kind in self.each_kind():
            for name in ("watch_starts", "watch_returns", "watch_raises", "alarm", "lines"):
                with self.subTest(callback=name), self.recording(kind, fail) as recorder:
                    if name == "alarm":
                        recorder.set_alarm(3)
                    elif name == "lines":
                        recorder.begin_lines(3, 0)
                    else:
                        getattr(recorder, name)(fail)
                    with self.assertRaises(SystemExit):
                        run("def f():\n    return {}[1]\nfor i in range(3):\n    try: f()\n    except KeyError: pass\n")

    def test_a_callback_of_the_recorder_in_c_has_frames_of_its_own_at_the_recursion_limit(self) -> None:
        def deep(more: int) -> int:
            return deep(more - 1) + 1 if more else 0

        def on_raise(_frame: FrameType, _error: BaseException) -> None:
            deep(50)

        def on_line(_frame: FrameType, _line: int) -> bool:
            return deep(50) > 0

        endless = "def endless(n):\n    return endless(n + 1) + 1\ntry:\n    endless(0)\nexcept RecursionError:\n    pass\n"
        limit = sys.getrecursionlimit()
        # The interpreter itself calls the others, and it has no more frames for them.
        for kind in (kind for kind in self.each_kind() if kind == "native"):
            times: list[int] = []
            for is_told in (False, True):
                with self.recording(kind) as recorder:
                    if is_told:
                        recorder.watch_raises(on_raise)
                        recorder.watch_lines(on_line, None)
                    run(endless)
                    times.append(recorder.time)
            self.assertGreater(times[0], limit // 2)
            self.assertEqual(times, times[:1] * 2)
            self.assertEqual(sys.getrecursionlimit(), limit)

    def test_no_events_happen_within_a_callback(self) -> None:
        for kind in self.each_kind():
            counts: list[int] = []

            def on_line(_frame: FrameType, _line: int, counts: list[int] = counts) -> bool:
                before = recorder.time
                run("for i in range(5): pass\n")
                counts.append(recorder.time - before)
                return True

            with self.recording(kind) as recorder:
                recorder.watch_lines(on_line, None)
                run(PROGRAMS["for"])
            self.assertEqual(set(counts), {0})

    def test_a_recording_can_end_within_each_callback(self) -> None:
        for kind in self.each_kind():
            for name in ("watch_starts", "watch_returns", "watch_raises", "alarm", "line alarm", "watch_lines"):
                with self.subTest(callback=name):
                    stopped: list[str] = []

                    def end(*_: object, stopped: list[str] = stopped) -> bool:
                        stopped.append("once")
                        recorder.stop()
                        return False

                    with self.recording(kind, end) as recorder:
                        if name == "alarm":
                            recorder.set_alarm(5)
                        elif name == "line alarm":
                            recorder.begin_lines(5, 2)
                        elif name == "watch_lines":
                            recorder.watch_lines(end, None)
                        else:
                            getattr(recorder, name)(end)
                        run(FRAMES)
                        run(PROGRAMS["exceptions"])
                    self.assertEqual(stopped, ["once"])

    def test_only_the_thread_that_started_it_is_counted(self) -> None:
        source = "import threading\ndef work():\n    for i in range(1000): pass\nt = threading.Thread(target=work)\nt.start()\nt.join()\n"
        for kind in self.each_kind():
            threads: set[int] = set()
            with self.recording(kind) as recorder:
                recorder.watch_lines(lambda _f, _l, threads=threads: not threads.add(threading.get_ident()), None)
                run(source)
                self.assertLess(recorder.time, 100)
            self.assertEqual(threads, {threading.get_ident()})

    def test_a_fork_within_a_callback_goes_on_identically(self) -> None:
        for kind in self.each_kind():
            readings: list[int] = []

            def on_due(_frame: FrameType, readings: list[int] = readings) -> None:
                reading, writing = os.pipe()
                if ctypes.PyDLL(None).fork() == 0:
                    readings[:] = [-writing]
                else:
                    os.close(writing)
                    readings.append(reading)

            recorder = make(kind)
            recorder.start(is_program, on_due)
            recorder.set_alarm(40)
            scope = run(_ORDERED)
            answer = repr((recorder.time, scope["order"]))
            recorder.stop()
            if readings[0] <= 0:
                os.write(-readings[0], answer.encode())
                os._exit(0)
            with open(readings[0], encoding="utf-8") as file:
                told = file.read()
            os.wait()
            self.assertEqual(told, answer)


# The order of a set of plain objects is that of their addresses.
_ORDERED = """
class Thing:
    def __init__(self, n):
        self.n = n
things = {Thing(n) for n in range(300)}
for thing in list(things):
    if thing.n % 3: things.discard(thing)
for n in range(300):
    things.add(Thing(n))
order = [thing.n for thing in things]
"""


class Exactness(RecorderCase):
    def test_a_replay_that_counts_lines_has_its_objects_where_the_recording_had_them(self) -> None:
        if "native" not in kinds():
            return  # What counts in Python makes objects itself.
        fork = ctypes.PyDLL(None).fork
        reading, writing = os.pipe()
        recorder = make("native")
        in_copy = [False]
        acts = {False: (recorder.set_alarm, (0,)), True: (recorder.begin_lines, (0, 0))}

        def on_due(_frame: FrameType) -> None:
            in_copy[0] = fork() == 0
            act, arguments = acts[in_copy[0]]
            act(*arguments)

        recorder.start(is_program, on_due)
        recorder.set_alarm(6000)
        scope = run(_MOVING)
        answer = repr((recorder.time, scope["result"]))
        lines = recorder.lines
        recorder.stop()
        if in_copy[0]:
            os.write(writing, answer.encode() if lines > 1000 else b"no lines")
            os._exit(0)
        os.wait()
        self.assertEqual(os.read(reading, 1000).decode(), answer)


# In what order a set of plain objects is walked, and when the collector finds the dead, follows from each address there was.
_MOVING = """
class Thing:
    def __init__(self, n):
        self.n = n
class Dying:
    def __init__(self, n):
        self.me = self
        self.n = n
    def __del__(self):
        log.append((self.n, tick))
log = []
tick = 0
things = {Thing(n) for n in range(3000)}
def work(n):
    global tick
    tick += 1
    Dying(n)
    for i in range(3):
        things.add(Thing(n))
    if n % 7 == 0:
        for thing in list(things)[:5]: things.discard(thing)
def make_code(n):
    class Local:
        x = n
    exec(compile("y = [i for i in range(3)]", "<program>", "exec"), {})
    return Local(), type(f"New{n}", (), {})
kept = []
for n in range(1500):
    work(n)
    if n % 50 == 0: kept.append(make_code(n))
result = hash(tuple(thing.n for thing in things)), hash(tuple(log)), len(log)
"""


class Intruders(RecorderCase):
    def test_a_program_that_traces_itself_is_told_before_it_does(self) -> None:
        sources = {
            "sys.settrace": "import sys\nsys.settrace(lambda *a: None)\nsys.settrace(None)\n",
            "breakpoint": "import sys\nsys.breakpointhook = lambda: None\nbreakpoint()\n",
        }
        if sys.version_info >= (3, 12):
            sources["sys.monitoring"] = (
                "import sys\nfor n in range(5): sys.monitoring.use_tool_id(n, 'x')\nfor n in range(5): sys.monitoring.free_tool_id(n)\n"
            )
        for kind in self.each_kind():
            for name, source in sources.items():
                with self.subTest(intruder=name):
                    told: list[str] = []
                    hook = sys.breakpointhook
                    with self.recording(kind) as recorder:

                        def on_intruder(intruder: str, told: list[str] = told) -> None:
                            told.append(intruder)
                            recorder.stop()

                        recorder.watch_intruders(on_intruder)
                        try:
                            run(source)
                        finally:
                            sys.breakpointhook = hook
                    self.assertEqual(told, [name])

    def test_what_a_recorder_does_itself_is_not_told(self) -> None:
        for kind in self.each_kind():
            told: list[str] = []
            recorder = make(kind)
            recorder.watch_intruders(told.append)
            recorder.start(is_program, lambda _frame: None)
            recorder.watch_raises(lambda _frame, _error: None)
            run(PROGRAMS["exceptions"])
            recorder.stop()
            self.assertEqual(told, [])


class Choosing(unittest.TestCase):
    def test_the_best_kind_is_chosen(self) -> None:
        best = make("")
        self.assertEqual((best.kind, type(best)), (kinds()[0].partition("-")[0], type(make(kinds()[0]))))

    def test_a_kind_that_there_is_not_is_refused(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "quantum is no kind"):
            make("quantum")

    def test_the_files_of_samples_have_names(self) -> None:
        recorder = make("")
        recorder.start(is_program, lambda _frame: None)
        run(PROGRAMS["lines"])
        self.assertEqual(recorder.sample_files, [PROGRAM])
        recorder.stop()


if __name__ == "__main__":
    unittest.main()
