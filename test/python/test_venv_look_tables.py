"""Tables and variables of frames and arrays; run by the Python of the project's virtual environment, which has them."""

import time
import unittest
from typing import Any

import look_support
from hindsight_worker import look
from shadow_process import ShadowProcess

import numpy as np
import pandas as pd


class Spoken:
    def __repr__(self) -> str:
        return "a word"

    def __lt__(self, other: object) -> bool:
        raise AssertionError("an order was asked of a user's object")


FRAME = pd.DataFrame(
    {
        "name": ["Cleo", "Ada", None], "age": [3.5, float("nan"), 1.0], "when": pd.to_datetime(["2026-01-03", "2026-01-01", None]),
        "kind": pd.Categorical(["b", "a", "b"]), 4: pd.array([1, None, 3], dtype="Int64"),
    },
    index=["x", "y", "z"],
)  # fmt: skip


def table(value: Any, *path: int, **request: Any) -> dict[str, Any]:
    found = look.answer({"v": value}, {"kind": "table", "path": ["v", *path], **request})
    assert found is not None
    return found


def variable(value: Any) -> dict[str, Any]:
    found = look.answer({"v": value}, {"kind": "inspect"})
    assert found is not None
    told: dict[str, Any] = found["variables"][0]
    return told


class Variables(unittest.TestCase):
    def test_say_shape_dtype_and_size(self) -> None:
        array = variable(np.zeros((3, 4)))
        self.assertEqual((array["shape"], array["dtype"], array["size_bytes"], array["table"]), ([3, 4], "float64", 96, True))
        frame = variable(FRAME)
        self.assertEqual((frame["shape"], frame["children"], frame["table"]), ([3, 5], 5, True))
        self.assertEqual(frame["value"], "name, age, when, kind, 4")
        self.assertEqual(variable(pd.Series([1, 2]))["value"], "[1, 2]")
        self.assertFalse(variable(np.zeros((2, 2, 2)))["table"])

    def test_the_size_of_a_frame_counts_its_texts(self) -> None:
        frame = pd.DataFrame({"t": pd.Series([f"text number {i}" * 5 for i in range(10_000)], dtype=object)})
        exact = int(frame.memory_usage(deep=True).sum())
        self.assertAlmostEqual(variable(frame)["size_bytes"], exact, delta=exact * 0.1)

    def test_hold_columns_elements_and_rows(self) -> None:
        def children(value: Any, *path: int) -> list[tuple[str, str]]:
            found = look.answer({"v": value}, {"kind": "inspect", "path": ["v", *path]})
            assert found is not None
            return [(each["name"], each["type"]) for each in found["variables"]]

        self.assertEqual(children(FRAME)[0], ("name", "Series"))
        self.assertEqual(children(FRAME, 1)[0], ("x", "float64"))
        self.assertEqual(children(np.zeros((2, 3))), [("[0]", "ndarray"), ("[1]", "ndarray")])
        self.assertEqual(children(np.zeros((2, 3)), 0)[2], ("[2]", "float64"))
        self.assertEqual(children(np.float64(1)), [])


class Frames(unittest.TestCase):
    def test_show_header_labels_and_cells(self) -> None:
        found = table(FRAME)

        self.assertEqual([each["name"] for each in found["columns"]], ["name", "age", "when", "kind", "4"])
        self.assertEqual([each["dtype"] for each in found["columns"]][1:], ["float64", found["columns"][2]["dtype"], "category", "Int64"])
        self.assertEqual(found["index"], ["x", "y", "z"])
        self.assertEqual(found["rows"][0], ["Cleo", "3.5", "2026-01-03 00:00:00", "b", "1"])
        self.assertEqual(found["rows"][1], ["Ada", "NaN", "2026-01-01 00:00:00", "a", "<NA>"])
        self.assertEqual(found["rows"][2][2], "NaT")

    def test_are_sorted_by_every_kind_of_column_with_what_is_missing_last(self) -> None:
        orders = {
            0: (["y", "x", "z"], ["x", "y", "z"]), 1: (["z", "x", "y"], ["x", "z", "y"]), 2: (["y", "x", "z"], ["x", "y", "z"]),
            3: (["y", "x", "z"], ["x", "z", "y"]), 4: (["x", "z", "y"], ["z", "x", "y"]),
        }  # fmt: skip
        for column, (up, down) in orders.items():
            with self.subTest(column=column):
                self.assertEqual(table(FRAME, sort={"column": column})["index"], up)
                self.assertEqual(table(FRAME, sort={"column": column, "descending": True})["index"], down)

    def test_are_filtered(self) -> None:
        self.assertEqual(table(FRAME, filter="ada")["index"], ["y"])
        self.assertEqual(table(FRAME, filter="2026")["index"], ["x", "y"])
        self.assertEqual(table(FRAME, filter="b", column_start=3, column_count=1)["index"], ["x", "z"])

    def test_with_two_columns_of_one_name_and_with_levels(self) -> None:
        twice = pd.DataFrame([[1, 2]], columns=["a", "a"])
        self.assertEqual(table(twice)["rows"], [["1", "2"]])
        self.assertEqual(table(twice, sort={"column": 1})["rows"], [["1", "2"]])
        nested = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("top", "left")]), index=pd.MultiIndex.from_tuples([(1, "r")]))
        found = table(nested)
        self.assertEqual((found["columns"][0]["name"], found["index"]), ("top, left", ["1, r"]))

    def test_that_are_empty(self) -> None:
        for frame in (pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=[1, 2])):
            found = table(frame)
            self.assertEqual((found["total_rows"], found["total_columns"]), frame.shape)

    def test_with_objects_never_ask_them_for_an_order(self) -> None:
        frame = pd.DataFrame({"o": pd.Series([Spoken(), Spoken(), 1], dtype=object)})
        self.assertEqual(table(frame, sort={"column": 0})["total_rows"], 3)
        shadow = ShadowProcess({"v": frame})
        self.addCleanup(shadow.close)
        self.assertEqual(shadow.fields("table", path=["v"])["rows"], [["a word"], ["a word"], ["1"]])

    def test_of_a_million_rows_are_quick(self) -> None:
        rng = np.random.default_rng(1)
        frame = pd.DataFrame({"n": rng.permutation(1_000_000), "x": rng.random(1_000_000)})
        table(frame)
        began = time.process_time()
        table(frame, start=900_000)
        plain = time.process_time() - began
        found = table(frame, sort={"column": 0})
        sorted_in = time.process_time() - began - plain

        self.assertEqual([row[0] for row in found["rows"][:3]], ["0", "1", "2"])
        self.assertLess(plain, 0.05)
        self.assertLess(sorted_in, 1.0)


class OtherTables(unittest.TestCase):
    def test_series_and_indexes(self) -> None:
        series = table(pd.Series([3, 1], index=["p", "q"], name="count"))
        self.assertEqual((series["columns"], series["rows"]), ([{"name": "count", "dtype": "int64"}], [["3"], ["1"]]))
        self.assertEqual(table(pd.Index(["b", "a"]), sort={"column": 0})["rows"], [["a"], ["b"]])

    def test_arrays_of_one_and_two_dimensions_and_slices_of_more(self) -> None:
        self.assertEqual(table(np.array([[1, 2], [3, 4]]))["rows"], [["1", "2"], ["3", "4"]])
        self.assertEqual(table(np.array([2.5, 1.0]), sort={"column": 0})["rows"], [["1.0"], ["2.5"]])
        self.assertEqual(table(np.arange(8).reshape(2, 2, 2), 1)["rows"], [["4", "5"], ["6", "7"]])
        self.assertIsNone(look.answer({"v": np.zeros((2, 2, 2))}, {"kind": "table", "path": ["v"]}))

    def test_arrays_with_nan_are_sorted_in_both_directions_and_stably(self) -> None:
        array = np.array([2.0, np.nan, 1.0, 2.0, np.nan])
        self.assertEqual(table(array, sort={"column": 0})["index"], ["2", "0", "3", "1", "4"])
        self.assertEqual(table(array, sort={"column": 0, "descending": True})["index"], ["0", "3", "2", "1", "4"])

    def test_structured_arrays(self) -> None:
        found = table(np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]))
        self.assertEqual((found["columns"], found["rows"]), ([{"name": "a", "dtype": "int32"}, {"name": "b", "dtype": "float64"}], [["1", "2.5"]]))

    def test_a_dict_of_arrays(self) -> None:
        found = table({"a": np.array([1, 2]), "b": pd.Series(["x", "y"])}, sort={"column": 0, "descending": True})
        self.assertEqual(found["rows"], [["2", "y"], ["1", "x"]])


assert look_support
