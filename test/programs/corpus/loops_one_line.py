"""Loops and blocks on one line: several statements and jumps back to the same line."""

total = 0
for number in range(5): total += number
while total > 3: total -= 2
if total: a = 1; b = 2; total += a + b
x = [0]; x.append(1); x.append(2)
for i in range(2):
    for j in range(2): x.append(i * j)
def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
y = f(5)
class C: a = 1; b = a + 1
while True: break
(total, x, y, C.b)
