"""Other threads of a recorded program: stopped at breakpoints, held while any of them stands, looked into where they stand."""

import os
import signal
import unittest

from debug_driver import DebugRuntime, Told

BESIDE = """
    import threading
    done = threading.Event()
    def wait(number):
        done.wait()
        return number
    other = threading.Thread(target=wait, args=[1], name="waiter")
    other.start()
    count = 1
    count += 1
    done.set()
    other.join()
    print(count)
"""


POOL = """
    import threading
    from concurrent.futures import ThreadPoolExecutor
    class Failure(Exception):
        pass
    def work(number):
        total = number
        total += 1
        return total
    def fail():
        secret = 7
        raise Failure("lost")
    with ThreadPoolExecutor(2, thread_name_prefix="pool") as pool:
        print(sorted(pool.map(work, range(4))))
    threading.excepthook = lambda told: print("caught", told.exc_value)
    thread = threading.Thread(target=fail, name="failing")
    thread.start()
    thread.join()
    print("end")
"""

TURNS = """
    import threading
    count = 0
    def turn():
        global count
        while count < 200000:
            count += 1
            if count == 500:
                marked = count
    others = [threading.Thread(target=turn, name=f"turn-{n}") for n in range(2)]
    for one in others:
        one.start()
    for one in others:
        one.join()
    print(count >= 200000)
"""


def line_point(line: int, **more: object) -> dict[str, object]:
    return {"lines": [{"id": 1, "file": "/tmp/program.py", "line": line, **more}]}


class Threads(unittest.TestCase):
    def fresh(self) -> DebugRuntime:
        runtime = DebugRuntime(snapshots="always")
        self.addCleanup(runtime.close)
        return runtime

    def value(self, runtime: DebugRuntime, expression: str, **more: object) -> str:
        told = runtime.ask(runtime.worker, "look", what="evaluate", expression=expression, frame=0, **more)
        text: str = told["variable"]["value"]
        return text

    def where(self, stop: Told) -> tuple[str, str, int, str]:
        place = stop["place"]
        return (stop["reason"], place["name"].rpartition(".")[2], place["line"], place.get("thread", {}).get("name", ""))

    def test_the_main_thread_answers_where_it_stands_while_another_one_runs(self) -> None:
        runtime = self.fresh()
        runtime.record(BESIDE, line_point(10))
        stop = runtime.stopped()

        self.assertEqual((self.where(stop), stop["copied"]), (("breakpoint", "<module>", 10, ""), False))
        self.assertEqual(self.value(runtime, "count"), "1")
        threads = runtime.ask(runtime.worker, "look", what="threads")["threads"]
        self.assertEqual([one["name"] for one in threads], ["MainThread", "waiter"])
        stack = runtime.ask(runtime.worker, "look", what="stack", thread=threads[1]["id"])["frames"]
        self.assertEqual([frame["sourceLoc"]["line"] for frame in stack if frame["mine"]], [5])
        runtime.go()
        runtime.wait("outcome")
        self.assertEqual(runtime.output(), "2\n")

    def test_another_thread_stops_and_steps(self) -> None:
        runtime = self.fresh()
        runtime.record(BESIDE, line_point(6))
        stop = runtime.stopped()

        self.assertEqual(self.where(stop), ("breakpoint", "wait", 6, "waiter"))
        self.assertEqual(self.value(runtime, "number"), "1")
        runtime.go()
        runtime.wait("outcome")
        self.assertEqual(runtime.output(), "2\n")

    def test_a_replay_in_which_threads_run_anew_says_so(self) -> None:
        runtime = self.fresh()
        runtime.record(BESIDE, line_point(10))
        place = runtime.stopped()["place"]
        cursor = runtime.cursor(runtime.moments()[0]["id"])

        self.assertNotIn("threads", cursor.ask("run", goal={"kind": "step", "how": "over"}))
        told = cursor.go_to(**{name: place[name] for name in ("time", "depth", "offset")})
        self.assertEqual((told["place"], told["threads"]), (place, True))
        self.assertEqual(cursor.value("count"), "1")

    def test_conditions_counts_and_logpoints_hold_in_a_pool(self) -> None:
        runtime = self.fresh()
        points = [
            {"id": 1, "file": "/tmp/program.py", "line": 8, "condition": "number == 2"},
            {"id": 2, "file": "/tmp/program.py", "line": 9, "logMessage": "did {number}"},
            {"id": 3, "file": "/tmp/program.py", "line": 7, "hitCondition": "== 4"},
        ]
        runtime.record(POOL, {"lines": points})
        stops = []
        for _ in range(2):
            stop = runtime.stopped()
            stops.append((stop["place"]["line"], stop["breakpoints"], stop["place"]["thread"]["name"][:5]))
            runtime.go()
        runtime.wait("outcome")

        self.assertEqual(sorted(stops), [(7, [3], "pool_"), (8, [1], "pool_")])
        logged = sorted(frame["message"] for name, frame in runtime.items if name == "logged")
        self.assertEqual(logged, [f"did {number}" for number in range(4)])
        self.assertEqual(runtime.output(), "[1, 2, 3, 4]\ncaught lost\nend\n")

    def test_functions_and_exceptions_stop_in_other_threads(self) -> None:
        runtime = self.fresh()
        points = {"functions": [{"id": 7, "name": "fail"}], "exceptions": {"raised": True, "uncaught": True}}
        runtime.record(POOL, points)
        stops = []
        for _ in range(3):
            stop = runtime.stopped()
            mode = stop.get("exception", {}).get("mode", "")
            stops.append((*self.where(stop), stop.get("breakpoints", []), mode))
            if mode:
                self.assertEqual(self.value(runtime, "secret"), "7")
            runtime.go()
        runtime.wait("outcome")

        self.assertEqual(
            stops,
            [
                ("function-breakpoint", "fail", 11, "failing", [7], ""),
                ("exception", "fail", 12, "failing", [], "raised"),
                ("exception", "fail", 12, "failing", [], "uncaught"),
            ],
        )
        self.assertEqual(runtime.output(), "[1, 2, 3, 4]\ncaught lost\nend\n")

    def test_while_one_thread_stands_the_others_wait_and_steps_stay_in_it(self) -> None:
        runtime = self.fresh()
        runtime.record(TURNS, line_point(9, hitCondition="== 1"))
        name = self.where(runtime.stopped())[3]
        counts = [self.value(runtime, "count") for _ in range(5)]

        # Each of the others may have been in the middle of a line.
        self.assertEqual(len(set(counts[2:])), 1)
        self.assertEqual(self.where(runtime.step("over"))[1:], ("turn", 6, name))
        self.assertEqual(self.where(runtime.step("over"))[1:], ("turn", 7, name))
        runtime.go()
        runtime.wait("outcome")
        self.assertEqual(runtime.output(), "True\n")

    def test_a_pause_stops_whichever_thread_comes_to_a_line(self) -> None:
        runtime = self.fresh()
        runtime.record(TURNS)
        runtime.wait("started")
        asked = runtime.send_debug(runtime.worker, "pause")
        runtime.until(lambda: os.kill(runtime.pid, signal.SIGURG) or runtime.answers.get(asked))
        stop = runtime.stopped()

        self.assertEqual(stop["reason"], "pause")
        runtime.ask(runtime.worker, "assign", scope="Globals", name="count", value="200000")
        runtime.go()
        runtime.wait("outcome")
        self.assertEqual(runtime.output(), "True\n")

    def test_an_interrupt_ends_the_program_where_another_thread_stands(self) -> None:
        runtime = self.fresh()
        runtime.record(BESIDE.replace("done.wait()", "pass"), line_point(6))
        runtime.stopped()
        runtime.interrupt()

        self.assertEqual(runtime.wait("outcome")["exception_type"], "KeyboardInterrupt")


if __name__ == "__main__":
    unittest.main()
