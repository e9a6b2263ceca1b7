"""Which code a cursor or a selection stands for, in right code and in wrong."""

import ast
import os
import random
import time
import unittest
import warnings
from typing import Any, Optional

from look_support import at_cursor
from hindsight_worker.analyst.locate import locate


def located(code: str, unit: str = "statement") -> Optional[str]:
    """Give the text for a cursor `|`, or for a selection between two of them."""
    answer = answered(code, unit)
    return None if answer is None else answer["text"]


def answered(code: str, unit: str = "statement") -> Optional[dict[str, Any]]:
    if unit != "selection":
        return locate(at_cursor(code, unit=unit))
    before, selected, after = code.split("|")
    end = at_cursor(before + selected + "|" + after)
    return locate(
        at_cursor(before + "|" + selected + after, unit=unit, end={"line": end["line"], "column": end["column"]})
    )


class Statements(unittest.TestCase):
    def test_takes_the_whole_statement_around_the_cursor(self) -> None:
        whole = "@one\n# why\n@two(\n  1)\nasync def f(\n    a,\n):\n    x = '''\nnot code\n'''\n\n    # inside\n    return a"
        for line in range(whole.count("\n") + 1):
            with self.subTest(line):
                lines = f"a = 1\n{whole}\n\nb = 2".split("\n")
                lines[line + 1] += "|"
                self.assertEqual(located("\n".join(lines)), whole)

    def test_takes_clauses_along(self) -> None:
        for whole in (
            "if a:\n  b\nelif c:\n  d\nelse:\n  e",
            "try:\n  a\nexcept A:\n  b\nelse:\n  c\nfinally:\n  d",
            "for a in b:\n  c\nelse:\n  d",
        ):
            for line in range(whole.count("\n") + 1):
                lines = whole.split("\n")
                lines[line] += "|"
                with self.subTest(lines):
                    self.assertEqual(located("x\n" + "\n".join(lines) + "\ny"), whole)

    def test_takes_the_next_on_a_blank_line_or_a_comment(self) -> None:
        self.assertEqual(located("a\n|\n\n# c\nb"), "b")
        self.assertEqual(located("a\n# c|\n\nb"), "b")
        self.assertEqual(located("|\n\nb"), "b")

    def test_finds_nothing_at_the_end_of_the_text(self) -> None:
        for code in ("|", "a\n|", "# c|", "a\n\n# c|\n"):
            with self.subTest(code):
                self.assertIsNone(located(code))

    def test_takes_a_line_of_several_statements_whole(self) -> None:
        self.assertEqual(located("a = 1; b| = 2; c = 3"), "a = 1; b = 2; c = 3")

    def test_joins_lines_by_backslash_bracket_and_quotes(self) -> None:
        self.assertEqual(located("a = 1 + \\\n  2|\nb"), "a = 1 + \\\n  2")
        self.assertEqual(located("a = [\n1,\n|2]\nb"), "a = [\n1,\n2]")
        self.assertEqual(located('a = """\n(\n|"""\nb'), 'a = """\n(\n"""')
        self.assertEqual(located("a = 'it\\'s (' # (\n|b"), "b")

    def test_tells_range_and_next(self) -> None:
        self.assertEqual(
            answered("x = '😀'|\n\n  # c\ny"),
            {
                "range": {"start": {"line": 1, "column": 0}, "end": {"line": 1, "column": 8}},
                "text": "x = '😀'",
                "dedent": 0,
                "next": {"line": 4, "column": 0},
            },
        )
        self.assertEqual((answered("x|\n\n") or {})["next"], {"line": 3, "column": 0})
        self.assertEqual((answered("x = '😀'|") or {})["next"], {"line": 1, "column": 8})

    def test_reads_other_line_ends_byte_order_marks_and_form_feeds(self) -> None:
        self.assertEqual(located("a\r\nif b:\r\n  c|\r\nd"), "if b:\n  c")
        self.assertEqual(
            (locate({"code": "a\rb\rc", "line": 2, "column": 0, "unit": "statement"}) or {})["text"], "b"
        )
        self.assertEqual(located("\ufeffa|\nb"), "a")
        self.assertEqual((answered("\ufeffa|\nb") or {})["range"]["start"], {"line": 1, "column": 1})
        self.assertEqual(located("a\n\fdef f():\n  b|\nc"), "\fdef f():\n  b")

    def test_does_not_mind_places_beyond_the_text(self) -> None:
        self.assertEqual((locate({"code": "a\nb", "line": 99, "column": 99, "unit": "statement"}) or {})["text"], "b")

    def test_refuses_an_unknown_unit(self) -> None:
        with self.assertRaisesRegex(ValueError, "unit 'cell'"):
            locate({"code": "a", "line": 1, "column": 0, "unit": "cell"})


class WrongCode(unittest.TestCase):
    def test_an_error_elsewhere_does_not_matter(self) -> None:
        for wrong in (
            "x = = 1",
            "def f(:\n    pass",
            "foo(",
            "a = [1,\n",
            "x = 'open",
            'x = """open',
            "if x\n  y",
            "}",
            "%magic",
            "x y z",
            "for",
        ):
            for code in (f"{wrong}\nb = [\n  1|]\nc = 2", f"a\nb = [\n  1|]\n{wrong}"):
                with self.subTest(code):
                    self.assertEqual(located(code), "b = [\n  1]")

    def test_gives_a_wrong_statement_as_far_as_it_goes(self) -> None:
        self.assertEqual(located("a\ndef f(:|\n    x\n\nb"), "def f(:\n    x")
        self.assertEqual(located("foo(1,|\nb = 2"), "foo(1,")
        self.assertEqual(located("x = = |1\nb"), "x = = 1")
        self.assertEqual(located("return = |\nb"), "return = ")

    def test_does_not_fail_on_rubbish(self) -> None:
        generator = random.Random(2)
        pieces = [
            "(",
            ")",
            "[",
            "]",
            '"""',
            "'",
            '"',
            "\n",
            "\n",
            "    ",
            "\t",
            "def f():",
            "else:",
            "@x",
            "\\",
            "#",
            "\0",
            "\ud800",
            "é",
            "match x:",
            "case 1:",
            "\f",
            "x",
            "=",
        ]
        for _ in range(2_000):
            code = "".join(generator.choices(pieces, k=generator.randint(0, 40)))
            line = generator.randint(1, code.count("\n") + 2)
            end = {"line": line + generator.randint(0, 3), "column": generator.randint(0, 9)}
            for unit in ("statement", "block", "selection"):
                locate({"code": code, "line": line, "column": 1, "end": end, "unit": unit})


class Blocks(unittest.TestCase):
    CODE = "class A:\n    @p\n    def f(self):\n        x = 1\n        if x:\n            y\n        else:\n            z\n\n        return x\n\n    w = 1\n"

    def block(self, marked: str) -> Optional[str]:
        assert marked in self.CODE
        return located(self.CODE.replace(marked, marked + "|", 1), "block")

    def test_takes_the_innermost_compound_statement_dedented(self) -> None:
        function = "@p\ndef f(self):\n    x = 1\n    if x:\n        y\n    else:\n        z\n\n    return x"
        for marked in ("@p", "def f", "x = 1", "return"):
            with self.subTest(marked):
                self.assertEqual(self.block(marked), function)
        for marked in ("if x", "   y", "else", "   z"):
            with self.subTest(marked):
                self.assertEqual(self.block(marked), "if x:\n    y\nelse:\n    z")
        self.assertEqual(self.block("w = 1"), self.CODE.rstrip("\n"))

    def test_tells_how_much_was_taken_off(self) -> None:
        self.assertEqual((answered(self.CODE.replace("y\n", "y|\n"), "block") or {})["dedent"], 8)

    def test_takes_a_plain_statement_at_the_margin(self) -> None:
        self.assertEqual(located("a\nb|\nc", "block"), "b")

    def test_takes_match_with_its_cases(self) -> None:
        whole = "match x:\n    case 1:\n        a\n    case _:\n        b"
        for line in range(5):
            lines = whole.split("\n")
            lines[line] += "|"
            self.assertEqual(located("\n".join(lines) + "\nmatch = 1", "block"), whole)
        self.assertEqual(located("match = {\n 1: 2}|\nmatch[1:]", "block"), "match = {\n 1: 2}")

    def test_leaves_the_inside_of_texts_as_it_is(self) -> None:
        self.assertEqual(
            located("if a:\n    if b|:\n        x = '''\n    y\nz'''\n        f(\n  1)", "block"),
            "if b:\n    x = '''\n    y\nz'''\n    f(\n1)",
        )


class Selections(unittest.TestCase):
    def selected(self, code: str) -> Optional[str]:
        return located(code, "selection")

    def test_takes_an_expression_exactly(self) -> None:
        self.assertEqual(self.selected("x = |foo(1)| + 2"), "foo(1)")
        self.assertEqual(
            (answered("x = '😀' + | foo |", "selection") or {})["range"],
            {"start": {"line": 1, "column": 12}, "end": {"line": 1, "column": 15}},
        )

    def test_widens_to_whole_lines(self) -> None:
        self.assertEqual(self.selected("a = |1\nb| = 2\nc"), "a = 1\nb = 2")
        self.assertEqual(self.selected("a |= 1|\nb"), "a = 1")
        self.assertEqual(self.selected("f(\n  |a,\n  b|\n)"), "f(\n  a,\n  b\n)")

    def test_does_not_take_the_line_that_it_only_touches(self) -> None:
        self.assertEqual(self.selected("|a\nb\n|c"), "a\nb")

    def test_dedents(self) -> None:
        self.assertEqual(self.selected("if x:\n    |a = 1\n    if y:\n        b|\n    c"), "a = 1\nif y:\n    b")
        self.assertEqual(self.selected("if x:\n\t|a = 1\n\tb = 2|"), "a = 1\nb = 2")
        self.assertEqual(self.selected("if x:\n    a = |1\n  # c\n    b| = 2"), "a = 1\n# c\nb = 2")

    def test_takes_blank_lines_off_and_finds_nothing_in_them(self) -> None:
        self.assertEqual(self.selected("|\n\na\n\nb\n\n|\nc"), "a\n\nb")
        self.assertIsNone(self.selected("a\n|\n\n|b"))

    def test_takes_a_clauses_statement_and_a_headers_body(self) -> None:
        self.assertEqual(self.selected("if a:\n  b\n|else:\n  c|\nd"), "if a:\n  b\nelse:\n  c")
        self.assertEqual(self.selected("|for a in b:|\n  c\n  d\ne"), "for a in b:\n  c\n  d")
        self.assertEqual(self.selected("|@p|\ndef f():\n  c\nd"), "@p\ndef f():\n  c")

    def test_tells_where_to_go_on(self) -> None:
        self.assertEqual(
            (answered("if x:\n    |a = 1\n    b = 2|\n\n    c", "selection") or {})["next"], {"line": 5, "column": 4}
        )

    def test_is_the_statement_when_it_is_empty(self) -> None:
        self.assertEqual(self.selected("if a:\n  ||b\nc"), "if a:\n  b")


class OverTheStandardLibrary(unittest.TestCase):
    MODULES = (
        "argparse",
        "ast",
        "dataclasses",
        "difflib",
        "enum",
        "inspect",
        "typing",
        "statistics",
        "textwrap",
        "tokenize",
    )

    def test_agrees_with_the_parser_on_every_statement(self) -> None:
        for name in self.MODULES:
            source = _source(name)
            for first, last in _statements(source):
                for line in {first, (first + last) // 2, last}:
                    found = locate({"code": source, "line": line, "column": 0, "unit": "statement"}) or {}
                    place = (found["range"]["start"]["line"], found["range"]["end"]["line"])
                    self.assertEqual(place, (first, last), f"{name}:{line}")

    def test_every_block_parses(self) -> None:
        generator = random.Random(1)
        for name in self.MODULES:
            source = _source(name)
            for line in generator.sample(range(1, source.count("\n")), 60):
                found = locate({"code": source, "line": line, "column": 0, "unit": "block"})
                if found is not None:
                    ast.parse(found["text"])

    def test_ten_thousand_lines_take_no_time(self) -> None:
        source = "\n".join(_source(name) for name in self.MODULES)
        source = "\n".join((source * 2).split("\n")[:10_000])

        began = time.process_time()
        locate({"code": source, "line": 5_000, "column": 0, "unit": "statement"})

        # 25 ms on a quiet machine; the limit is for a busy one.
        self.assertLess(time.process_time() - began, 0.2)


def _source(name: str) -> str:
    path = os.path.join(os.path.dirname(os.__file__), f"{name}.py")
    with open(path, encoding="utf-8") as file:
        return file.read()


def _statements(source: str) -> list[tuple[int, int]]:
    """First and last line of each top-level statement, those that share a line taken together."""
    found: list[tuple[int, int]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    for node in tree.body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if found and first <= found[-1][1]:
            first = found.pop()[0]
        found.append((first, node.end_lineno or node.lineno))
    return found
