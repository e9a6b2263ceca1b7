"""A JSON parser in pure Python."""

import os
import time


class Parser:
    def __init__(self, text):
        self.text = text
        self.place = 0

    def value(self):
        start = self.text[self.place]
        if start == "{":
            return self.mapping()
        if start == "[":
            return self.array()
        if start == '"':
            return self.string()
        return self.number()

    def string(self):
        self.place += 1
        begin = self.place
        while self.text[self.place] != '"':
            self.place += 1
        self.place += 1
        return self.text[begin : self.place - 1]

    def number(self):
        begin = self.place
        while self.text[self.place] in "-0123456789.":
            self.place += 1
        return float(self.text[begin : self.place])

    def array(self):
        self.place += 1
        items = []
        while self.text[self.place] != "]":
            items.append(self.value())
            if self.text[self.place] == ",":
                self.place += 1
        self.place += 1
        return items

    def mapping(self):
        self.place += 1
        pairs = {}
        while self.text[self.place] != "}":
            key = self.string()
            self.place += 1
            pairs[key] = self.value()
            if self.text[self.place] == ",":
                self.place += 1
        self.place += 1
        return pairs


def hot(count):
    parsed = []
    for number in range(count):
        if number < 0:
            print("never")  # breakpoint
        parsed = Parser('{"name":"value","list":[1,2.5,-3,["deep",{"a":"b"}]],"end":{"x":"1234567890"}} ').value()
    return parsed


began = time.perf_counter()
hot(int(40_000 * float(os.environ.get("BENCH_SCALE", "1"))))
print("SECONDS", time.perf_counter() - began)
