"""Lines: statements over several, semicolons, strings over lines, chained conditions, calls on the way."""


def note(value):
    log.append(value)
    return value


log = []
value = (
    note(1)
    + note(2)
    * note(3)
)
chosen = (
    note("yes")
    if note(0)
    else note("no")
)
both = note(1) and (
    note(0)
    or note("last")
)
text = """first
second {}
""".format(
    note("x"),
)
chained = note(1) < note(5) < \
    note(3)
table = {
    note("k"): note("v"),
    **{
        "a": note(7),
    },
}
assert note(True), note("never")
(value, chosen, both, text, chained, table, log)
