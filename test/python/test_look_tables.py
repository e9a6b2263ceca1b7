"""Tables of rows of plain Python; those of frames and arrays are in test_venv_look_tables."""

import random
import unittest
from typing import Any

import look_support
from hindsight_worker import look
from hindsight_worker.look.table_cells import order_of, rows_with, text_of
from hostile import calls, make_hostile
from shadow_process import ShadowProcess


class Spoken:
    def __init__(self, word: str) -> None:
        self.word = word

    def __repr__(self) -> str:
        return f"says {self.word}"


def table(value: Any, **request: Any) -> dict[str, Any]:
    found = look.answer({"v": value}, {"kind": "table", "path": ["v"], **request})
    assert found is not None
    return found


class Rows(unittest.TestCase):
    def test_of_dicts_have_the_columns_of_all_of_them(self) -> None:
        self.assertEqual(
            table([{"a": 1, "b": "x"}, {"b": None, "c": 2.5}]),
            {
                "columns": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
                "index": ["0", "1"],
                "rows": [["1", "x", ""], ["", "None", "2.5"]],
                "total_rows": 2,
                "total_columns": 3,
                "type": "list",
            },
        )

    def test_of_tuples_and_lists_have_numbered_columns(self) -> None:
        found = table([(1, 2), [3, 4, 5]])

        self.assertEqual([each["name"] for each in found["columns"]], ["0", "1", "2"])
        self.assertEqual(found["rows"], [["1", "2", ""], ["3", "4", "5"]])

    def test_of_a_dict_of_columns(self) -> None:
        found = table({"n": [1, 2], "t": ("x", "y")})

        self.assertEqual((found["rows"], found["type"]), ([["1", "x"], ["2", "y"]], "dict"))

    def test_other_things_are_no_table(self) -> None:
        for value in (1, "text", [1, 2], [], {}, {"a": 1}, {"a": [1], "b": [1, 2]}, [{"a": 1}, (1,)], {(1,): [1]}, None):
            self.assertIsNone(look.answer({"v": value}, {"kind": "table", "path": ["v"]}), value)
        self.assertIsNone(look.answer({}, {"kind": "table", "path": ["v"]}))
        self.assertIsNone(look.answer({"v": 1}, {"kind": "table"}))

    def test_a_rectangle_of_rows_and_columns(self) -> None:
        rows = [{f"c{c}": f"{r}.{c}" for c in range(300)} for r in range(2_000)]
        found = table(rows, start=1998, count=5, column_start=298, column_count=7)

        self.assertEqual(found["rows"], [["1998.298", "1998.299"], ["1999.298", "1999.299"]])
        self.assertEqual((found["index"], found["total_rows"], found["total_columns"]), (["1998", "1999"], 2000, 300))
        self.assertEqual(table(rows, start=5000)["rows"], [])
        self.assertEqual(table(rows, column_start=5000, count=1)["rows"], [[]])
        self.assertEqual(len(table(rows)["rows"]), 100)

    def test_sorts_by_a_column_missing_ones_last_in_both_directions(self) -> None:
        rows = [{"n": n} for n in (3, None, 1, float("nan"), 2)]

        self.assertEqual(table(rows, sort={"column": 0})["index"], ["2", "4", "0", "1", "3"])
        self.assertEqual(table(rows, sort={"column": 0, "descending": True})["index"], ["0", "4", "2", "1", "3"])

    def test_sorting_is_stable(self) -> None:
        rows = [(n % 3, n) for n in range(9)]
        self.assertEqual([row[1] for row in table(rows, sort={"column": 0})["rows"]], list("036147258"))

    def test_a_column_of_mixed_values_is_sorted_by_what_is_shown(self) -> None:
        self.assertEqual(table([(2,), ("10",), (1,)], sort={"column": 0})["index"], ["2", "1", "0"])

    def test_an_order_by_a_column_that_there_is_not_is_none(self) -> None:
        for sort in ({"column": 5}, {"column": -1}, {}, "x"):
            self.assertEqual(table([(2,), (1,)], sort=sort)["index"], ["0", "1"])

    def test_filters_by_what_the_columns_asked_for_show(self) -> None:
        rows = [("Ada", 36), ("Bob", 7), ("Cleo", 367)]

        self.assertEqual(table(rows, filter="36")["index"], ["0", "2"])
        self.assertEqual(table(rows, filter="B")["index"], ["1"])
        self.assertEqual(table(rows, filter="36", column_count=1)["total_rows"], 0)
        self.assertEqual(table(rows, filter="36", sort={"column": 1, "descending": True})["index"], ["2", "0"])

    def test_of_any_filter_and_order_the_pages_together_are_the_whole(self) -> None:
        rng = random.Random(7)
        rows = [{"a": rng.choice("xyz"), "b": rng.randrange(50), "c": rng.random()} for _ in range(300)]
        for needle in ("", "x", "4", "zz"):
            for column in range(3):
                request = {"filter": needle, "sort": {"column": column, "descending": bool(column % 2)}}
                whole = table(rows, count=1000, **request)["rows"]
                pages = [row for start in range(0, 300, 70) for row in table(rows, start=start, count=70, **request)["rows"]]
                expected = [r for r in rows if needle in r["a"] or needle in str(r["b"]) or needle in text_of(r["c"])]
                keys = [r["abc"[column]] for r in sorted(expected, key=lambda r: r["abc"[column]], reverse=bool(column % 2))]

                self.assertEqual(pages, whole)
                self.assertEqual([row[column] for row in whole], [text_of(key) for key in keys])


class Cells(unittest.TestCase):
    def test_are_short_texts(self) -> None:
        shown = {
            "a\nb": "a\\nb", 0.1 + 0.2: "0.3", 1e300: "1e+300", 2.0: "2.0", True: "True", (1, 2): "(1, 2)", 12345678.25: "12345678.25",
        }  # fmt: skip
        for value, text in shown.items():
            self.assertEqual(text_of(value), text)
        self.assertEqual((text_of(None), text_of(float("nan")), len(text_of("x" * 10**6))), ("None", "NaN", 200))

    def test_finding_is_by_the_text_whatever_the_type(self) -> None:
        values: list[Any] = [1, 10, 2.5, "One", None, [1], True, float("nan")]
        for needle in ("1", "one", "n", "2.5", "["):
            for chosen in (values, [1, 10, 21], [1.5, 2.5], ["One", "two"]):
                expected = [i for i, value in enumerate(chosen) if needle in text_of(value).lower()]
                self.assertEqual(rows_with(chosen, needle), expected, (needle, chosen))

    def test_ordering_never_compares_by_a_users_code(self) -> None:
        calls.clear()
        order_of([make_hostile(), make_hostile(), 1, "x"], descending=False)
        table([(make_hostile(),), (make_hostile(),)], sort={"column": 0}, filter="x")
        self.assertEqual(calls, [])


class InAShadow(unittest.TestCase):
    def test_cells_with_objects_are_asked(self) -> None:
        shadow = ShadowProcess({"v": [(1, Spoken("yes")), (2, "plain object>")]})
        self.addCleanup(shadow.close)

        self.assertEqual(shadow.fields("table", path=["v"])["rows"], [["1", "says yes"], ["2", "plain object>"]])

    def test_an_order_that_was_found_is_used_for_the_next_page(self) -> None:
        shadow = ShadowProcess({"v": [(n * 7919 % 10_007, n) for n in range(10_007)]})
        self.addCleanup(shadow.close)
        pages = [shadow.fields("table", path=["v"], start=s, count=10, sort={"column": 0})["rows"] for s in (0, 10, 0)]

        self.assertEqual([row[0] for row in pages[0] + pages[1]], [str(n) for n in range(20)])
        self.assertEqual(pages[0], pages[2])


assert look_support
