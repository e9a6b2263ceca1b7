"""Random numbers with a seed: the same stream in every run, and state taken and put back."""

import random

generator = random.Random(42)
throws = [generator.randint(1, 6) for _ in range(8)]
state = generator.getstate()
one = [round(generator.random(), 6) for _ in range(3)]
generator.setstate(state)
two = [round(generator.random(), 6) for _ in range(3)]
random.seed("fixed")
deck = list(range(10))
random.shuffle(deck)
walk = 0
for _ in range(20):
    walk += random.choice((-1, 1))
(throws, one == two, deck, walk)
