"""Numbers: big integers, division with signs, fractions, decimals, floats."""

from decimal import Decimal, getcontext
from fractions import Fraction

factorial = 1
for number in range(1, 41):
    factorial *= number
digits = sum(int(digit) for digit in str(factorial))
power = pow(3, 200, 10**9 + 7)
signs = [divmod(a, b) for a, b in ((7, 3), (-7, 3), (7, -3))]
harmonic = sum((Fraction(1, n) for n in range(1, 8)), Fraction())
getcontext().prec = 30
root = Decimal(2).sqrt()
floats = [0.1 + 0.2, float("inf") - 1, -0.0, 1e308 * 10]
shifted = (1 << 100) >> 97
(factorial, digits, power, signs, str(harmonic), str(root), floats, shifted)
