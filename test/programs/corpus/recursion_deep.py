"""Recursion: deep, with work on the way down and on the way up."""


def depth(number, path):
    if number == 0:
        return 0
    path.append(number % 7)
    below = 1 + depth(number - 1, path)
    path.pop()
    return below


path = []
reached = depth(150, path)
(reached, path)
