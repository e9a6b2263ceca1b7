"""Loops: while and for with else, nested breaks and continues."""


def first_prime_gap(limit):
    previous = None
    for number in range(2, limit):
        for divisor in range(2, number):
            if number % divisor == 0:
                break
        else:
            if previous is not None and number - previous > 3:
                return previous, number
            previous = number
    return None


def collatz(number):
    steps = 0
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        steps += 1
        if steps > 50:
            break
    else:
        return steps
    return -1


gap = first_prime_gap(30)
lengths = [collatz(n) for n in (1, 6, 7, 27)]
(gap, lengths)
