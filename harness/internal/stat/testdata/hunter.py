"""Writes the series of hunter.json, and what Apache Otava finds in them.

Run it with: pip install apache-otava==0.8.0 && python hunter.py >hunter.json
"""

import json

import numpy
from otava.analysis import compute_change_points

random = numpy.random.default_rng(20261130)


def series():
    """Series with up to four changes, of 0 to 6 standard deviations each."""
    for number in range(150):
        length = int(random.integers(1, 140))
        values = random.normal(10, 1, length)
        for _ in range(int(random.integers(0, 5))):
            values[int(random.integers(0, length)):] += random.choice([-1, 1]) * random.uniform(0, 6)
        if number % 5 == 0:
            values = numpy.round(values)
        yield [round(float(v), 4) for v in values]


def found(points):
    return [[int(p.index), float(p.stats.pvalue)] for p in points]


print("[")
lines = []
for values in series():
    points, _ = compute_change_points(list(values))
    lines.append(json.dumps({"values": values, "found": found(points)}))
print(",\n".join(lines))
print("]")
