"""Recursion: two functions that call each other, and a table of what was answered."""

memory = {}


def is_even(number):
    if number == 0:
        return True
    memory[number] = is_odd(number - 1)
    return memory[number]


def is_odd(number):
    if number == 0:
        return False
    return is_even(number - 1)


answers = [is_even(10), is_odd(7), is_even(3)]
answers
