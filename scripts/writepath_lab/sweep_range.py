"""The values of a range, exact: 0.1 + 0.2 is 0.3."""
import decimal
import fractions
import math

MOST = 100_000
EXACT = decimal.Context(prec=60)


class BadRange(ValueError):
    def __init__(self, key, text):
        super().__init__(text)
        self.key, self.text = key, text


def values_of(low, high, way, by):
    """From low to high: by "step" or "factor" as far as it goes, or as "count" values."""
    a, b, c = (fractions.Fraction(str(value)) for value in (low, high, by))
    if b < a:
        raise BadRange("to", "lies below from")
    if way == "count" and not (c.denominator == 1 and c >= 2):
        raise BadRange("count", "takes a whole number of at least 2")
    if way == "step" and c <= 0:
        raise BadRange("step", "must be above 0")
    if way == "factor" and (c <= 1 or a <= 0):
        raise BadRange("factor", "must be above 1, and from above 0")
    if way == "factor":
        return by_factor(a, b, c)
    number = few(c if way == "count" else (b - a) // c + 1)
    step = (b - a) / (number - 1) if way == "count" else c
    return [whole_or_float(a + step * i) for i in range(number)]


def few(number):
    if number > MOST:
        raise BadRange(None, f"makes more than {MOST:,} values")
    return int(number)


def by_factor(low, high, factor):
    """To 60 digits: fractions would grow with each step."""
    few((math.log(high) - math.log(low)) / math.log1p(factor - 1) if high > low else 1)
    with decimal.localcontext(EXACT):
        a, b, c = (decimal.Decimal(v.numerator) / v.denominator for v in (low, high, factor))
        values = [a]
        while values[-1] * c <= b:
            values.append(a * c ** len(values))
        return [int(v) if v == v.to_integral_value() else float(v) for v in values]


def whole_or_float(value):
    return int(value) if value.denominator == 1 else float(value)
