"""Recursion: the towers of Hanoi, with lists that are changed in place."""

pegs = {"a": [4, 3, 2, 1], "b": [], "c": []}
moves = 0


def move(count, source, target, spare):
    global moves
    if count == 0:
        return
    move(count - 1, source, spare, target)
    pegs[target].append(pegs[source].pop())
    moves += 1
    move(count - 1, spare, target, source)


move(4, "a", "c", "b")
(moves, pegs)
