"""A recorded program: where it stands, what it is asked there, and going back by cursors."""

import unittest

from debug_driver import DebugRuntime

LOOP = """
    def square(n):
        result = n * n
        return result

    total = 0
    for i in range(5):
        total += square(i)
    print(total)
"""


def line_point(line: int, **more: object) -> dict[str, object]:
    return {"lines": [{"id": 1, "file": "/tmp/program.py", "line": line, **more}]}


class Standing(unittest.TestCase):
    def fresh(self) -> DebugRuntime:
        runtime = DebugRuntime(snapshots="always")
        self.addCleanup(runtime.close)
        return runtime

    def test_a_program_without_breakpoints_runs_to_its_end(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP)
        outcome = runtime.wait("outcome")

        self.assertEqual(outcome["kind"], "result")
        self.assertEqual(runtime.output(), "30\n")
        self.assertEqual([moment["why"] for moment in runtime.moments()][:1], ["start"])

    def test_it_stops_before_the_first_line(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP, stopOnEntry=True)
        stop = runtime.stopped()

        self.assertEqual((stop["reason"], stop["place"]["line"], stop["place"]["depth"]), ("entry", 2, 1))

    def test_it_stops_at_a_breakpoint_and_goes_on(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP, line_point(4))
        lines = []
        for _ in range(5):
            stop = runtime.stopped()
            lines.append((stop["reason"], stop["place"]["line"], stop["place"]["name"], stop["breakpoints"]))
            runtime.go()

        self.assertEqual(lines, [("breakpoint", 4, "square", [1])] * 5)
        self.assertEqual(runtime.wait("outcome")["kind"], "result")
        self.assertEqual(runtime.output(), "30\n")

    def test_a_condition_and_a_number_of_hits_choose(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP, line_point(4, condition="n > 1", hitCondition="== 2"))
        stop = runtime.stopped()
        cursor = runtime.cursor(runtime.moments()[-1]["id"])

        self.assertEqual(cursor.value("n"), "3")
        self.assertEqual(stop["place"]["line"], 4)
        runtime.go()
        runtime.wait("outcome")

    def test_steps_over_in_and_out(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP, line_point(8))
        runtime.stopped()

        self.assertEqual(runtime.step("in")["place"]["line"], 3)
        self.assertEqual(runtime.step("over")["place"]["line"], 4)
        self.assertEqual(runtime.step("out")["place"]["line"], 7)
        self.assertEqual(runtime.step("over")["place"]["line"], 8)

    def test_a_cursor_stands_where_its_snapshot_was_taken_and_runs_to_any_moment(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP, line_point(4))
        seen = []
        for _ in range(5):
            seen.append(runtime.stopped()["place"])
            runtime.go()
        runtime.wait("outcome")
        start = next(moment for moment in runtime.moments() if moment["why"] == "start")

        for place in reversed(seen):
            cursor = runtime.cursor(start["id"])
            self.assertEqual(cursor.ask("tell")["place"]["line"], 2)
            at = {name: place[name] for name in ("time", "depth", "offset")}
            told = cursor.go_to(**at)
            self.assertEqual((told["reason"], told["place"]), ("goto", place))
            self.assertEqual(cursor.value("result"), str(seen.index(place) ** 2))
            self.assertEqual(cursor.value("total", frame=1), str(sum(i * i for i in range(seen.index(place)))))
            cursor.end()
        self.assertEqual(runtime.output(), "30\n")

    def test_a_walk_finds_the_hits_of_a_breakpoint_and_a_cursor_comes_to_the_end(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP)
        runtime.wait("outcome")
        cursor = runtime.cursor(runtime.moments()[0]["id"])
        cursor.ask("points", points=line_point(4, condition="n % 2 == 0"))

        told = cursor.ask("walk", want={"kind": "breakpoints"}, until={"time": 1 << 40}, most=2)

        self.assertEqual((told["reason"], told["count"], len(told["found"])), ("end", 3, 2))
        again = runtime.cursor(runtime.moments()[0]["id"])
        place = told["found"][-1]["place"]
        again.go_to(**{name: place[name] for name in ("time", "depth", "offset")})
        self.assertEqual(again.value("n"), "4")

    def test_a_walk_finds_where_a_function_was_entered(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP)
        runtime.wait("outcome")
        cursor = runtime.cursor(runtime.moments()[0]["id"])
        cursor.ask("points", points={"functions": [{"id": 7, "name": "square"}]})

        told = cursor.ask("walk", want={"kind": "breakpoints"}, until={"time": 1 << 40}, most=9)

        found = [(one["place"]["line"], one["breakpoints"], one["reason"]) for one in told["found"]]
        self.assertEqual((told["reason"], found), ("end", [(3, [7], "function-breakpoint")] * 5))

    def test_the_last_line_of_the_frames_on_the_stack_is_one_step_back_over_calls(self) -> None:
        runtime = self.fresh()
        runtime.record(LOOP, line_point(9))
        stop = runtime.stopped()
        cursor = runtime.cursor(runtime.moments()[0]["id"])
        until = {name: stop["place"][name] for name in ("time", "depth", "offset")}

        told = cursor.ask("walk", want={"kind": "lines", "scope": "chain"}, until=until)

        self.assertEqual([one["place"]["line"] for one in told["found"]], [7])


if __name__ == "__main__":
    unittest.main()
