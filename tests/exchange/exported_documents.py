"""Problem documents that several tests of exports share."""

UNIT = """\
---
title: Two steps of a small unit
convention: {round: {h: 2}, ties: away, saturate: off, carry: true}
vary:
  w: [0.25, 0.5, 0.75]
  u: [0.5, 0.75, 1, 1.25]
---
A unit with $w = 0.5$ and $u = 0.75$ computes

$$h_t = \\tanh(w h_{t-1} + u x_t)$$

and starts from $h_0 = 0.5$. Its inputs are $x = [1, 0.5]$. {convention}

```question
find: h
```

```question
comment: h_1
answer: What it remembers.
```
"""
"""Varies, and has a question that no format marks by itself."""
