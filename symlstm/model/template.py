"""The document that `symlstm new` writes: a problem with comments that solves as it stands."""

TEMPLATE = r"""---
title: My LSTM problem
# How numbers are treated; {convention} in the text becomes the sentence that says so.
convention:
  round: {h: 3, c: 3}      # decimal places of h and c at every step; `all: 4` would mean every symbol
  ties: away               # even, up, away, zero, or truncate
  carry: true              # later lines use the rounded values
  # saturate: 50           # where |z| >= 50, sigmoid(z) becomes 0 or 1 and tanh(z) -1 or 1
---
A single LSTM unit reads one number a step. Its update equations are

$$\begin{aligned}
f_t &= \sigma(W^{f,h} h_{t-1} + W^{f,x} x_t + b_f) && \text{forget gate} \\
i_t &= \sigma(W^{i,h} h_{t-1} + W^{i,x} x_t + b_i) && \text{input gate} \\
o_t &= \sigma(W^{o,h} h_{t-1} + W^{o,x} x_t + b_o) && \text{output gate} \\
c_t &= f_t \odot c_{t-1} + i_t \odot \tanh(W^{c,h} h_{t-1} + W^{c,x} x_t + b_c) && \text{cell state} \\
h_t &= o_t \odot \tanh(c_t) && \text{hidden state}
\end{aligned}$$

<!-- Everything between dollar signs is read: values are given where the text gives them. -->

All recurrent weights are zero: $W^{f,h} = W^{i,h} = W^{o,h} = W^{c,h} = 0$. The weights of the input are $W^{f,x} = 0.5$,
$W^{i,x} = 1$, $W^{o,x} = -1$ and $W^{c,x} = 2$, and the biases $b_f = 1$ and $b_i = b_o = b_c = 0$. The unit starts with
$h_0 = c_0 = 0$ and reads $x = [1, 0, -1]$. {convention}

```question
# `find: h` asks for every step, `find: [f_1, c_1]` for single values.
# `answer:` is your own key; symlstm tells you when it is wrong.
find: h
```
"""
