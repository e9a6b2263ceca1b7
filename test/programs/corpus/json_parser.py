"""A small recursive parser: JSON from text, with errors that say where."""


class Parser:
    def __init__(self, text):
        self.text, self.place = text, 0

    def skip(self):
        while self.place < len(self.text) and self.text[self.place] in " \n":
            self.place += 1

    def take(self, wanted):
        self.skip()
        if not self.text.startswith(wanted, self.place):
            raise ValueError(f"{wanted!r} expected at {self.place}")
        self.place += len(wanted)

    def value(self):
        self.skip()
        start = self.text[self.place]
        if start == "{":
            return self.dictionary()
        if start == "[":
            return self.array()
        if start == '"':
            return self.string()
        end = self.place
        while end < len(self.text) and self.text[end] not in ",]} ":
            end += 1
        word, self.place = self.text[self.place : end], end
        return {"true": True, "false": False, "null": None}.get(word) if word.isalpha() else float(word)

    def string(self):
        end = self.text.index('"', self.place + 1)
        text, self.place = self.text[self.place + 1 : end], end + 1
        return text

    def array(self):
        self.take("[")
        items = []
        while True:
            items.append(self.value())
            self.skip()
            if self.text[self.place] == "]":
                self.place += 1
                return items
            self.take(",")

    def dictionary(self):
        self.take("{")
        pairs = {}
        while True:
            self.skip()
            key = self.string()
            self.take(":")
            pairs[key] = self.value()
            self.skip()
            if self.text[self.place] == "}":
                self.place += 1
                return pairs
            self.take(",")


parsed = Parser('{"a": [1, 2.5, true], "b": {"c": "text", "d": null}}').value()
try:
    Parser("[1 2]").value()
except ValueError as error:
    message = str(error)
(parsed, message)
