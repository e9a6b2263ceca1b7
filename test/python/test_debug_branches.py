"""Changing the past: a copy of an earlier moment becomes a program, or a session, of its own."""

import unittest

from debug_driver import DebugRuntime
from test_debug_standing import LOOP, line_point


class Branches(unittest.TestCase):
    def setUp(self) -> None:
        self.runtime = DebugRuntime(snapshots="always")
        self.addCleanup(self.runtime.close)
        self.runtime.record(LOOP, line_point(4, condition="n == 3"))
        self.place = self.runtime.stopped()["place"]
        self.start = self.runtime.moments()[0]["id"]
        self.runtime.go()
        self.runtime.wait("outcome")
        self.assertEqual(self.runtime.output(), "30\n")

    def past(self):
        cursor = self.runtime.cursor(self.start)
        cursor.go_to(**{name: self.place[name] for name in ("time", "depth", "offset")})
        return cursor

    def test_a_changed_variable_changes_what_follows_and_not_what_was(self) -> None:
        cursor = self.past()
        told = cursor.ask("assign", scope="Locals", name="result", value="1000")
        self.assertEqual(told["variable"]["value"], "1000")

        cursor.promote()
        self.runtime.go()
        outcome = self.runtime.wait("outcome")

        self.assertEqual(outcome["kind"], "result")
        self.assertEqual(self.runtime.output(), "1021\n")
        self.assertEqual(self.past().value("result"), "9")

    def test_a_branch_stops_at_breakpoints_and_can_be_walked_through_itself(self) -> None:
        cursor = self.past()
        cursor.promote()
        self.runtime.ask(self.runtime.worker, "points", points=line_point(9))
        self.runtime.go()
        stop = self.runtime.stopped()

        again = self.runtime.cursor(self.runtime.moments()[-1]["id"])

        self.assertEqual((stop["reason"], stop["place"]["line"]), ("breakpoint", 9))
        self.assertEqual(again.value("total"), "30")

    def test_a_session_in_the_middle_of_a_function_sees_its_variables_and_goes_on(self) -> None:
        self.past().promote(idle=True)

        self.assertEqual(self.runtime.eval("result, n, i, square(12)")["value"], "(9, 3, 3, 144)")
        self.assertEqual(self.runtime.eval("print('here'); n += 1; n")["value"], "4")
        self.assertEqual(self.runtime.output(), "here\n")

    def test_states_of_such_a_session_answer_looks(self) -> None:
        self.past().promote(idle=True)
        self.runtime.eval("class Thing:\n    def __repr__(self): return 'a thing'\nthing = Thing()")
        shadow = self.runtime.thaw_shadow(self.runtime.freeze())

        found = self.runtime.look(shadow, "inspect", filter="thing")["fields"]["variables"]

        self.assertEqual([each["value"] for each in found if each["name"] == "thing"], ["a thing"])

    def test_such_a_session_can_be_recorded_again(self) -> None:
        self.past().promote(idle=True)

        self.runtime.record("for k in range(3):\n    pass\n", line_point(2, condition="k == 2"))

        self.assertEqual(self.runtime.stopped()["place"]["line"], 2)


if __name__ == "__main__":
    unittest.main()
