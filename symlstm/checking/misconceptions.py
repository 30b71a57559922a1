"""The misconceptions that explain slips: a table. Each is a mutation of cell, data or convention, with a sentence and a hint.

A row's `{a}` and `{b}` are filled by what was changed. The hint says what to look at and never gives a value away. Adding one is adding
a row here, its mutation in `mutations`, and a row to the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symlstm.checking import mutations
from symlstm.checking.mutations import Mutations
from symlstm.model.problem import Run


@dataclass(frozen=True, slots=True)
class Misconception:
    """One row: its code, what went wrong in a sentence to a student, what to look at, and the runs in which it is so."""

    code: str
    words: str
    hint: str
    mutations: Callable[[Run], Mutations]
    seen: bool = False
    """Whether it is named only where the work states the symbol that it changes: nobody would overlook it otherwise."""
    unrounded: bool = False
    """Whether values before their rounding are what it explains."""


MISCONCEPTIONS: tuple[Misconception, ...] = (
    # o·c where the equation says o·tanh(c)
    Misconception("tanh-left-off", "The tanh of the memory is left off in {a}.",
                  "Read the equation of {a} once more: which function stands around the memory?", mutations.tanh_left_off),
    Misconception("tanh-stored", "tanh({a}) is written down as {a}, so later steps begin with the wrong memory.",
                  "What is {a} itself, and where is its tanh used?", mutations.tanh_stored),
    # f·c + i·g -> i·c + f·g
    Misconception("gates-swapped", "The gates {a} and {b} are exchanged.",
                  "Which of {a} and {b} multiplies which value, and which weights belong to which?", mutations.gates_swapped),
    Misconception("gates-rounded", "The gates are rounded to integers on the way, which the problem doesn't ask for.",
                  "Which symbols does the problem tell you to round?", mutations.gates_rounded),
    # h = 1·tanh(c)
    Misconception("gate-ignored", "The gate {a} is taken as 1 and not worked out.",
                  "What is {a} at this step?", mutations.gate_ignored),
    Misconception("gate-shut", "The gate {a} is taken as 0.", "What is {a} at this step?", mutations.gate_shut),
    Misconception("forget-gate-left-out", "The forget gate {a} is left out: all of the old memory is kept.",
                  "How much of the old memory does {a} let through?", mutations.forget_gate_left_out),
    Misconception("memory-left-out", "The old memory is left out, as if {a} were 0.",
                  "Does {a} remove all of the old memory here?", mutations.memory_left_out),
    Misconception("gate-complemented", "{a} and 1 − {a} are exchanged.",
                  "Which of the two terms does the equation multiply by {a} itself?", mutations.gate_complemented),
    Misconception("reset-left-out", "The candidate is made without the reset gate {a}.",
                  "What does the candidate's equation multiply the old state by?", mutations.reset_left_out),
    Misconception("reset-misplaced", "The reset gate in {a} acts on {b}.",
                  "Is the old state multiplied by the reset gate before the weights, or after?", mutations.reset_on_other_side),
    # σ(W h + U x + b) -> σ(W h + U x)
    Misconception("bias-dropped", "The bias {a} is left out in {b}.", "Are all terms of {b}'s equation there?", mutations.bias_dropped),
    Misconception("biases-dropped", "All biases are left out.", "Are all terms of the equations there?", mutations.biases_dropped),
    Misconception("recurrent-dropped", "What comes from the step before is left out in {a}.",
                  "Which terms of the equation read the step before?", mutations.recurrent_dropped),
    Misconception("sign-lost", "A minus sign is lost: {a}.", "Compare the signs with the problem.", mutations.sign_lost),
    Misconception("tanh-for-sigmoid", "tanh is used for the sigmoid in {a}.",
                  "Which function does the problem have in {a}?", mutations.tanh_for_sigmoid),
    Misconception("sigmoid-for-tanh", "A sigmoid is used for tanh in {a}.",
                  "Which function does the problem have in {a}?", mutations.sigmoid_for_tanh),
    Misconception("hard-for-soft", "The hard sigmoid is used for the sigmoid in {a}.",
                  "Is the sigmoid of the problem the curve 1/(1 + e^−z) or a straight line?", mutations.hard_for_soft),
    Misconception("soft-for-hard", "The sigmoid is used for the hard sigmoid in {a}.",
                  "Is the sigmoid of the problem the curve 1/(1 + e^−z) or a straight line?", mutations.soft_for_hard),
    Misconception("activation-left-off", "The pre-activation of {a} is used for {a}: its function is left off.",
                  "What does the equation do with the sum?", mutations.activation_left_off, seen=True),
    Misconception("states-swapped", "{b} of the step before is used where {a} belongs.",
                  "Which state does each term of the equation read?", mutations.states_swapped),
    Misconception("state-not-updated", "The initial {a} is used at every step.",
                  "Which {a} does this step begin with?", mutations.state_not_updated),
    Misconception("state-too-early", "{b} reads {a} of the same step instead of the step before.",
                  "Which step's {a} does the equation read?", mutations.state_too_early),
    Misconception("state-too-late", "{b} reads {a} of the step before instead of the same step.",
                  "Which step's {a} does the equation read?", mutations.state_too_late),
    Misconception("input-of-wrong-step", "The input of {a} is used.",
                  "Which input belongs to this step?", mutations.input_of_wrong_step),
    Misconception("initial-state-wrong", "The initial value {a} isn't the problem's: {b} was used.",
                  "With which values does the problem begin?", mutations.initial_state_wrong),
    Misconception("sum-for-product", "In {a} two values are added that are to be multiplied.",
                  "Which sign stands between them in the equation?", mutations.sum_for_product),
    Misconception("product-for-sum", "In {a} two terms are multiplied that are to be added.",
                  "Which sign stands between them in the equation?", mutations.product_for_sum),
    Misconception("matrix-elementwise", "The matrix product with {a} is taken entry by entry.",
                  "A matrix times a vector adds up along each row.", mutations.matrix_elementwise),
    Misconception("matrix-transposed", "A matrix is transposed ({a}): its columns are read as rows.",
                  "An entry of the result goes with a row of the matrix.", mutations.matrix_transposed),
    Misconception("stack-turned", "The stack is turned round: [x; h] for [h; x], or the other way.",
                  "In which order does the equation stack the two vectors?", mutations.stack_turned),
    Misconception("rows-reordered", "The rows of the stacked weights are read in the order {a}; here it is {b}.",
                  "Which gate do the first rows of the stacked weights belong to?", mutations.rows_in_another_order),
    Misconception("saturation-not-allowed", "Functions are saturated where the problem doesn't allow it.",
                  "From which size on does the problem let you replace a function by its limit?", mutations.saturation_not_allowed),
    Misconception("saturation-left-out", "Functions are evaluated where the problem says that they saturate.",
                  "From which size on does the problem replace a function by its limit?", mutations.saturation_left_out),
    Misconception("decimals-given", "Values are left unrounded that the problem rounds.",
                  "Which symbols does the problem round, and to how many places?", mutations.decimals_given, unrounded=True),
    Misconception("other-ties", "Rounding follows another rule than the problem's: {a}.",
                  "What does the problem say about a value exactly half way?", mutations.other_ties),
)
