"""The options of a question, each with whether it holds and why; and the author's key to them, verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from symlstm.errors import DocumentError, Source
from symlstm.model.yaml_text import Mapping, Node, Scalar, shown
from symlstm.model.yaml_text import Sequence as NodeSequence

if TYPE_CHECKING:
    from symlstm.analysis.gates.counterexample import Counterexample
    from symlstm.analysis.gates.proof import ProofStep


@dataclass(frozen=True, slots=True)
class Option:
    """One claim: as written, whether it holds (None: open), the reason in words, and what shows it."""

    claim: str
    holds: bool | None
    reason: str
    proof: tuple[ProofStep, ...] = ()
    counterexample: Counterexample | None = None

    @property
    def text(self) -> str:
        """The option as the author wrote it."""
        return self.claim


class Judged(Protocol):
    """Whatever is offered and holds or doesn't."""

    @property
    def text(self) -> str:
        """As the author wrote it."""
        ...

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where that is open."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """What the author's key comes to: whether it agrees (None: no key, or an option is open), and the options where it doesn't."""

    agrees: bool | None
    disagreements: tuple[tuple[str, bool], ...] = ()
    """Each option that the key gets wrong, with whether it holds."""


_TRUTHS = {"true": True, "yes": True, "holds": True, "false": False, "no": False}
_NONE = ("none", "none of these", "")


def verified(node: Node | None, options: Sequence[Judged], source: Source) -> Key:
    """The author's key: the options that hold, by text or by number from 1; or true or false for each.

    >>> from symlstm.model.yaml_text import Scalar
    >>> options = [Option("$a = b$", True, ""), Option("$b = c$", False, "")]
    >>> verified(NodeSequence((Scalar("2"),)), options, Source("a.md", "")).disagreements
    (('$a = b$', True), ('$b = c$', False))
    """
    if node is None:
        return Key(None)
    said = _said(node, options, source)
    wrong = tuple((option.text, option.holds) for option, says in zip(options, said)
                  if option.holds is not None and option.holds is not says)
    if wrong:
        return Key(False, wrong)
    return Key(None if any(option.holds is None for option in options) else True)


def _said(node: Node, options: Sequence[Judged], source: Source) -> list[bool]:
    """For each option, whether the key says that it holds."""
    if isinstance(node, Mapping):
        said = {_which(key, options, source): _truth(item, source) for key, item in node.entries}
        return [said.get(k, False) for k in range(len(options))]
    items = _items(node)
    truths = [isinstance(item, Scalar) and item.text.strip().lower() in _TRUTHS for item in items]
    if items and all(truths):
        if len(items) != len(options):
            raise DocumentError(
                f"the answer says true or false {len(items)} times; there are {len(options)} options", source, node.pos)
        return [_truth(item, source) for item in items]
    if len(items) == 1 and isinstance(items[0], Scalar) and items[0].text.strip().lower() in _NONE:
        return [False] * len(options)
    named = {_which(item, options, source) for item in items}
    return [k in named for k in range(len(options))]


def _items(node: Node) -> list[Node]:
    if isinstance(node, NodeSequence):
        return list(node.items)
    return [node]


def _truth(node: Node, source: Source) -> bool:
    text = node.text.strip().lower() if isinstance(node, Scalar) else ""
    if text not in _TRUTHS:
        raise DocumentError(f"true or false is expected here, not {shown(node)}", source, node.pos)
    return _TRUTHS[text]


def _which(node: Node, options: Sequence[Judged], source: Source) -> int:
    """Which option a key names, from 0."""
    if not isinstance(node, Scalar):
        raise DocumentError("an answer is a list of the options that hold", source, node.pos)
    text = bare_text(node.text)
    found = [k for k, option in enumerate(options) if bare_text(option.text) == text]
    if found:
        return found[0]
    if text.isdecimal() and 1 <= int(text) <= len(options):
        return int(text) - 1
    names = ", ".join(option.text for option in options)
    raise DocumentError(
        f"{shown(node)} is none of the options; write one as it stands above, or its number from 1 to {len(options)}: {names}"[:300],
        source, node.pos,
    )


def bare_text(text: str) -> str:
    """A text without what doesn't tell options apart: dollar signs, spaces, braces around one sign.

    >>> bare_text("$c_{t}$") == bare_text("c_t")
    True
    """
    return "".join(sign for sign in text if sign not in "${} \n\t")
