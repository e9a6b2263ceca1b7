"""Code that is made at run time: exec with a namespace of its own, eval, compile with a name."""

namespace = {"start": 3}
exec("end = start + 4\nnames = [n for n in range(start, end)]", namespace)
source = """
def scaled(value, factor=2):
    result = value * factor
    return result

total = scaled(5) + scaled(1, 10)
"""
code = compile(source, "<generated>", "exec")
exec(code, namespace)
value = eval("total + end", namespace)
double = eval("lambda x: x * 2")
local = {}
exec("inside = value + 1", globals(), local)
(namespace["names"], value, double(4), local["inside"])
