"""What jedi knows of source code that has not run, and the analyst's loop."""

import os
import pathlib
import sys
import tempfile
import unittest
from typing import Any

from look_support import at_cursor

_VENDOR = pathlib.Path(__file__).parents[2] / "dist" / "python" / "vendor"
if str(_VENDOR) not in sys.path:
    sys.path.insert(0, str(_VENDOR))

from hindsight_worker import analyst  # noqa: E402
from hindsight_worker.analyst.patience import patiently  # noqa: E402
from hindsight_worker.analyst.serving import reply  # noqa: E402

CODE = '''import json

def greet(name: str, times=1):
    """Say hello."""
    number = 5
    return name * times

class Person:
    def speak(self):
        return 1
'''


def ask(kind: str, code: str, **more: Any) -> dict[str, Any]:
    answer = reply({"type": "look", "id": "l1", "kind": kind, **at_cursor(code, **more)})
    assert answer["ok"], answer
    return answer.get("fields", {})


class Static(unittest.TestCase):
    def test_completes_names_that_have_not_run(self) -> None:
        found = ask("complete", CODE + "gre|")

        self.assertEqual(
            found["completions"][0],
            {"candidate": "greet", "type": "function", "source": "static", "symbol": "__main__.greet"},
        )
        self.assertEqual(found["start"], {"line": 11, "column": 0})

    def test_completes_a_functions_own_names(self) -> None:
        self.assertIn(
            "number",
            [c["candidate"] for c in ask("complete", CODE.replace("return name", "return n|ame"))["completions"]],
        )

    def test_completes_what_a_call_gives(self) -> None:
        self.assertIn("speak", [c["candidate"] for c in ask("complete", CODE + "Person().|")["completions"]])

    def test_counts_columns_in_utf16_units(self) -> None:
        self.assertEqual(ask("complete", CODE + '"😀", gre|')["start"], {"line": 11, "column": 6})

    def test_tells_signature_doc_and_definition(self) -> None:
        told = ask("info", CODE + "gre|et", file="/somewhere/file.py")

        self.assertEqual((told["name"], told["type"], told["doc"]), ("greet", "function", "Say hello."))
        self.assertEqual(told["arglists"], ["greet(name: str, times=1)"])
        self.assertEqual((told["file"], told["line"], told["column"]), ("/somewhere/file.py", 3, 4))
        self.assertEqual(told["range"], {"start": {"line": 11, "column": 0}, "end": {"line": 11, "column": 5}})

    def test_finds_definitions_in_other_files(self) -> None:
        self.assertTrue(ask("info", CODE + "json.dum|ps")["file"].replace(os.sep, "/").endswith("json/__init__.py"))

    def test_helps_with_signatures(self) -> None:
        signature = ask("info", CODE + "greet('a', |", context="call")["signature"]

        self.assertEqual((signature["label"], signature["active"]), ("greet(name: str, times=1)", 1))
        self.assertEqual([p["label"] for p in signature["parameters"]], ["name: str", "times=1"])

    def test_works_around_errors(self) -> None:
        self.assertEqual(ask("info", "def broken(:\n" + CODE + "x = = 2\ngre|et")["name"], "greet")

    def test_says_when_it_does_not_know(self) -> None:
        self.assertEqual(ask("info", "unknow|n"), {})
        self.assertEqual(ask("info", "|", context="call"), {})

    def test_writes_nothing_into_the_home(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "fresh_module.py").write_text("def fresh(): ...\n", encoding="utf-8")
            before = _jedi_cache()

            ask("complete", "import fresh_module\nfresh_module.fr|", file=os.path.join(folder, "main.py"))

            self.assertEqual(_jedi_cache(), before)


class Loop(unittest.TestCase):
    def test_answers_each_look_and_ends_with_the_link(self) -> None:
        link = _Link(
            [
                {
                    "type": "look",
                    "id": "a",
                    "kind": "locate",
                    "code": "x = 1",
                    "line": 1,
                    "column": 0,
                    "unit": "statement",
                },
                {"type": "something else"},
                {
                    "type": "look",
                    "id": "b",
                    "kind": "locate",
                    "code": "",
                    "line": 1,
                    "column": 0,
                    "unit": "statement",
                },
                {"type": "look", "id": "c", "kind": "locate", "code": "x", "line": 1, "column": 0, "unit": "cell"},
                {"type": "look", "id": "d", "kind": "nonsense"},
                {"type": "look", "id": "e", "kind": "complete", "code": "x\ud800.", "line": 1, "column": 3},
            ]
        )

        analyst.serve(link)

        self.assertEqual(
            [(frame["id"], frame["ok"], frame.get("found")) for frame in link.sent[:4]],
            [("a", True, True), ("b", True, False), ("c", False, None), ("d", False, None)],
        )
        self.assertEqual(link.sent[4]["id"], "e")


class _Link:
    def __init__(self, frames: list[dict[str, Any]]) -> None:
        self.frames = frames
        self.sent: list[dict[str, Any]] = []

    def receive(self) -> dict[str, Any]:
        if not self.frames:
            raise EOFError
        return self.frames.pop(0)

    def wait(self, seconds: Any) -> bool:
        return bool(self.frames)

    def send(self, frame: dict[str, Any]) -> None:
        self.sent.append(frame)


def _jedi_cache() -> list[str]:
    home = pathlib.Path.home()
    return sorted(
        str(path) for folder in (".cache/jedi", ".cache/parso") for path in home.joinpath(folder).rglob("*")
    )


class Patience(unittest.TestCase):
    def test_gives_up_a_long_question_when_another_waits(self) -> None:
        def endless() -> None:
            while True:
                pass

        self.assertIsNone(patiently(endless, lambda: True))

    def test_goes_on_while_none_waits(self) -> None:
        asked: list[bool] = []

        def until_asked() -> str:
            while len(asked) < 3:
                pass
            return "answer"

        self.assertEqual(patiently(until_asked, lambda: bool(asked.append(True))), "answer")
