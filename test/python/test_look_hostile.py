"""Looking runs no code of the user's, whatever their classes define."""

import unittest
from typing import Any

import look_support
from hindsight_worker import look
from hindsight_worker.look.summary import summarize
from hostile import Descriptor, calls, make_hostile
from look_support import at_cursor


class LookingRunsNoUserCode(unittest.TestCase):
    def setUp(self) -> None:
        self.thing = make_hostile()
        self.mapping = make_hostile(dict)
        dict.__setitem__(self.mapping, "key", 1)
        self.sequence = make_hostile(list)
        self.text = make_hostile(str)
        self.namespace: dict[str, Any] = {
            "thing": self.thing,
            "mapping": self.mapping,
            "sequence": self.sequence,
            "text": self.text,
            "held": {"a": self.thing, "b": [self.thing, self.mapping]},
            "cls": type(self.thing),
            "by_thing": {_Key(): 1, "plain": 2},
            "default": _with_hostile_default(self.thing),
            "descriptor": Descriptor(),
        }
        calls.clear()

    def looks(self, kind: str, code: str, **more: Any) -> dict[str, Any] | None:
        answer = look.answer(self.namespace, at_cursor(code, kind=kind, **more))
        self.assertEqual(calls, [], f"{kind} at {code!r}")
        return answer

    def test_completes_without_calling_anything(self) -> None:
        for code in (
            "|", "th|", "thing.|", "thing.ow|", "thing.prop.|", "thing.custom.|", "cls.|", "cls.__|", "mapping.|",
            'mapping["|', 'held["|', 'held["a"].|', 'by_thing["|', "by_thing[|", "sequence.|", "sequence[0].|",
            "text.|", "thing.method(|", "thing(|", "cls(|", "default(|", "descriptor.|", "thing['|",
        ):  # fmt: skip
            with self.subTest(code):
                self.looks("complete", code)

    def test_informs_without_calling_anything(self) -> None:
        for code in (
            "thin|g", "thing.own|", "thing.prop|", "thing.custom|", "thing.metho|d", "cl|s", "mappin|g",
            'mapping["key|"]', "hel|d", 'held["a"|]', 'held["b"][0|]', "sequenc|e", "tex|t", "by_thin|g",
            'by_thing["plain|"]', "defaul|t", "descripto|r",
        ):  # fmt: skip
            with self.subTest(code):
                self.looks("info", code)

    def test_helps_with_signatures_without_calling_anything(self) -> None:
        for code in ("thing.method(|", "thing(|", "cls(|", "default(1, |", "mapping(|"):
            with self.subTest(code):
                self.looks("info", code, context="call")

    def test_summarizes_without_calling_anything(self) -> None:
        for value in self.namespace.values():
            summarize(value)

        self.assertEqual(calls, [])

    def test_finds_what_can_be_known_statically(self) -> None:
        found = self.looks("complete", "thing.|") or {}

        self.assertLessEqual({"own", "prop", "method", "custom"}, {c["candidate"] for c in found["completions"]})

    def test_names_a_default_by_its_class(self) -> None:
        told = self.looks("info", "default(|", context="call") or {}

        self.assertEqual(
            told["signature"]["label"],
            "default(a=<Hostile object>, *, b: Hostile=<Hostile object>)".replace(
                "=<Hostile object>)", " = <Hostile object>)"
            ),
        )

    def test_shows_an_object_without_its_repr(self) -> None:
        told = self.looks("info", "hel|d") or {}

        self.assertEqual(told["preview"], "{'a': <Hostile object>, 'b': [<Hostile object>, <Hostile object>]}")


class _Key:
    """Hashes like the text `plain`, so that looking that up would ask it whether it is equal."""

    def __hash__(self) -> int:
        return hash("plain")

    def __eq__(self, other: object) -> bool:
        calls.append("_Key.__eq__")
        return False


def _with_hostile_default(thing: Any) -> Any:
    def default(a=thing, *, b=thing):  # type: ignore[no-untyped-def]
        return a, b

    default.__annotations__["b"] = type(thing)
    default.__signature__ = thing  # type: ignore[attr-defined]
    return default


assert look_support
