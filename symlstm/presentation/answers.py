"""The answers that aren't numbers as blocks: options of a question with their reasons and proofs, and what a value means.

In come an option's verdict and what shows it; out go blocks. A verdict is a word beside its sign, so that it is heard as well as
seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symlstm.analysis.answers import CarriedAnswer, ClaimsAnswer, CommentAnswer, StateAnswer
from symlstm.analysis.gates.proof import ProofStep
from symlstm.analysis.machines.deciding import speaks_of_inputs
from symlstm.analysis.machines.input_claims import InputOption
from symlstm.analysis.options import Key, Option
from symlstm.analysis.state_symbols import StateOption
from symlstm.analysis.statements.reader import read_term
from symlstm.analysis.statements.tree import Comparison, Statement, Term
from symlstm.analysis.statements.words import words, words_of_term
from symlstm.document.blocks import Aside, Block, Display, Emphasis, Inlines, Items, Line, Maths, Paragraph, Text
from symlstm.errors import NotationError
from symlstm.model.problem import Run
from symlstm.notation.symbols import Vocabulary
from symlstm.notation.typeset import formula
from symlstm.presentation.words import SYMBOL, claim_inlines, with_symbols

_VERDICTS: dict[bool | None, str] = {True: "✓ holds", False: "✗ doesn't hold", None: "? open"}
_CARRIED: dict[bool | None, str] = {True: "✓ carried", False: "✗ not carried", None: "? open"}
_STATE = {True: "✓ belongs to the state", False: "✗ doesn't belong to it"}


def answer_blocks(
    answer: StateAnswer | ClaimsAnswer | CarriedAnswer | CommentAnswer, title: Inlines, vocabulary: Vocabulary
) -> Iterator[Block]:
    """The answer to a question about the state, about claims, or about what a value means."""
    match answer:
        case CommentAnswer(comments=comments):
            yield Paragraph((*title, *with_symbols(" ".join(comment.words for comment in comments), vocabulary)))
        case StateAnswer(options=options, key=key):
            yield Paragraph((*title, Text("The state is what an equation reads one step later." + closing(key))))
            yield Items(tuple((state_block(option, vocabulary),) for option in options), tight=True)
        case ClaimsAnswer(options=claims, key=key):
            holding = [k for k, option in enumerate(claims, 1) if option.holds]
            which = "None of the statements holds." if not holding else (
                "All of the statements hold." if len(holding) == len(claims) else _counted(holding))
            if any(option.holds is None for option in claims) and not holding:
                which = "No statement was proved."
            yield Paragraph((*title, Text(which + closing(key))))
            yield Items(tuple(tuple(claim_blocks(option, vocabulary)) for option in claims), start=1, tight=False)
        case CarriedAnswer(options=carried, key=key, readout=readout):
            holding = [k for k, option in enumerate(carried, 1) if option.holds]
            verb = "nothing of this" if not holding else "all of this" if len(holding) == len(carried) else _numbered(holding)
            lead = with_symbols(f"{readout.text} carries {verb}.", vocabulary)
            yield Paragraph((*title, *lead, Text(closing(key))))
            yield Items(tuple(tuple(claim_blocks(option, vocabulary)) for option in carried), start=1, tight=False)


def _numbered(holding: list[int]) -> str:
    every = [str(k) for k in holding]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"


def _counted(holding: list[int]) -> str:
    every = [str(k) for k in holding]
    if len(every) == 1:
        return f"Statement {every[0]} holds."
    return f"Statements {', '.join(every[:-1])} and {every[-1]} hold."


def closing(key: Key) -> str:
    """What is said of the author's key, with a space in front; nothing where there is none."""
    return {True: " This is the author's answer.", False: " This is not the author's answer.", None: ""}[key.agrees]


def disagreements(answer: StateAnswer | ClaimsAnswer | CarriedAnswer, vocabulary: Vocabulary) -> Iterator[Block]:
    """A warning for each option that the author's key gets wrong."""
    for text, holds in answer.key.disagreements:
        verb = {True: "holds", False: "doesn't hold"}[holds]
        if isinstance(answer, StateAnswer):
            verb = {True: "belongs to the state", False: "doesn't belong to the state"}[holds]
        yield Aside("warning", (Paragraph((
            Text(f"The answer given for question {answer.posed.question.number} is wrong at "), *_as_maths(text, vocabulary),
            Text(f", which {verb}."))),))


def _as_maths(text: str, vocabulary: Vocabulary) -> Inlines:
    return claim_inlines(text if "$" in text else f"${text}$", vocabulary)


def state_block(option: StateOption, vocabulary: Vocabulary) -> Block:
    """A symbol with whether it belongs to the state, and why."""
    verdict = Emphasis((Text(_STATE[option.holds]),), True)
    return Paragraph((Maths(formula(option.symbol)), Text(" "), verdict, Text(": "), *with_symbols(option.reason + ".", vocabulary)))


def claim_blocks(option: Option | InputOption, vocabulary: Vocabulary) -> Iterator[Block]:
    """The claim with its verdict and reason; below it the lines of its proof."""
    if isinstance(option, InputOption):
        verdicts = _CARRIED if option.asked == "carried" else _VERDICTS
        said = _said(option.item, option.claim, option.letters, vocabulary)
        verdict = Emphasis((Text(verdicts[option.holds]),), True)
        yield Paragraph((*said, Text(" "), verdict, Text(": "), *with_symbols(option.reason + ".", vocabulary)))
        return
    yield Paragraph((*_as_maths(option.claim, vocabulary), Text(" "), Emphasis((Text(_VERDICTS[option.holds]),), True),
                     Text(": "), *with_symbols(option.reason + ".", vocabulary)))
    if option.proof:
        yield Display(tuple(_line(step, vocabulary) for step in option.proof), "the proof")


def option_inlines(text: str, run: Run, vocabulary: Vocabulary) -> Inlines:
    """An option of a question: what is said of the inputs as an English sentence, anything else as it was written."""
    try:
        item = read_term(text, vocabulary, run.letter_names, [letter.value for letter in run.alphabet])
    except NotationError:
        return claim_inlines(text, vocabulary)
    return _said(item, text, run.letter_names, vocabulary)


def _said(item: Statement | Term, text: str, letters: Sequence[str], vocabulary: Vocabulary) -> Inlines:
    if not speaks_of_inputs(item) and isinstance(item, Comparison):
        return _as_maths(text, vocabulary)
    running = vocabulary.running
    sentence = words(item, letters, running) if isinstance(item, Statement) else words_of_term(item, letters, running)
    # A sentence that begins with a symbol or function keeps its small letter.
    begins_with_word = not SYMBOL.match(sentence) and re.match(r"[a-z]+ ", sentence) is not None
    start = sentence[:1].upper() if begins_with_word else sentence[:1]
    return with_symbols(start + sentence[1:], vocabulary)


def _line(step: ProofStep, vocabulary: Vocabulary) -> Line:
    left = formula(step.left) if step.left is not None else None
    return Line(left, tuple((sign, formula(tree)) for sign, tree in step.links), with_symbols(step.reason, vocabulary))
