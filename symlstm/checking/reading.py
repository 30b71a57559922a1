r"""From the text of a student's work to its members: Markdown, LaTeX, plain text, lists and tables, each line for itself.

In come a text and the problem it belongs to; out goes `Work`. A line that can't be read never stops the rest. What a number is worth
against the derivation is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from symlstm.arithmetic import value as values_of
from symlstm.checking.capitals import Capitals, taken_for
from symlstm.checking.characters import Characters, copied, normalised, with_points
from symlstm.checking.commas import QUESTIONED, comma_taken_apart, gathered, paired
from symlstm.checking.lists import bare_list
from symlstm.checking.markup import unmarked, without_front, without_items
from symlstm.checking.numerals import Written, literal
from symlstm.checking.segments import Segment, segments
from symlstm.checking.tables import Cell, table_cells
from symlstm.checking.work import Member, Work
from symlstm.errors import DocumentError, NotationError, Source
from symlstm.model.cell import rows_of
from symlstm.model.problem import Posed, Problem, Run
from symlstm.model.sizes import sizes
from symlstm.notation.functions import WORDS
from symlstm.notation.lexer import SUBSCRIPTS, SUPERSCRIPTS
from symlstm.notation.parser import chain as read_chain
from symlstm.notation.parser import expression
from symlstm.notation.places import Place
from symlstm.notation.statements import Statement, statements
from symlstm.notation.symbols import Vocabulary, symbols_in
from symlstm.notation.tree import Chain, Expr, Fixed, Listing, Matrix, Name, Numeral, Power, Running, Symbol, children, rebuild

MOST_MEMBERS = 5_000
"""Members of one piece of work that are read; what is beyond is said to be unread."""
LONGEST_LINE = 10_000
_PROSE = 12
"""Characters of words beside the maths of a line that make it a sentence."""

_RELATION = re.compile(r"\s*&?\s*(=|≈|→|⟶|->|=>|≃|≅|\\approx|\\to\b|\\rightarrow|\\simeq|\\longrightarrow)\s*&?")
_QUESTION = re.compile(r"(?i)^\W*(?:question|problem|part|exercise|task|q|aufgabe|frage|teil)\W{0,3}(\d{1,3})\b[\s:.)*_]*")
_LABELLED = re.compile(
    r"(?i)^\s*[#*_]*\s*(?:(?:question|problem|part|exercise|task|q|aufgabe|frage|teil)\W{0,2})?\(?([a-zA-Z]|[ivx]{1,4})[).:]+[\s*_]*"
)
_NUMBERED = re.compile(r"\W*([^\W\d_]{1,8})[\s({\[]{0,2}\d{1,3}[)}\]]{0,2}\s*[=≈→](?!=)")
_SECTION = re.compile(r"\\(?:sub)*(?:section|paragraph)\*?\{([^{}\n]*)\}")
_ESCAPED = re.compile(r"\\([_#%])|[✓✔✗✘☑]()")
_TIMES = re.compile(r"(?<=[\d)\]])\s+[xX]\s+(?=[-−(\d.])")
_PROMPT = re.compile(r"(?m)^([ \t]*)(?:(?:In|Out)[ \t]*\[\d*\]:|>>>|\.\.\.:?)[ \t]*")
_CROSSED_OUT = re.compile(r"~~[^~\n]*~~|<(del|s|strike)>[^<\n]{0,500}</\1>|\\(?:sout|cancel|xcancel|st)\{[^{}]*\}")
_IMPLIES = re.compile(r"(?:⇒|⟹|=>|\\Rightarrow|\\implies|\\Longrightarrow)(?=\s*\\?[A-Za-zα-ω][^=≈]{0,30}[=≈])")
_IMPLIED = re.compile(r"(?:⇒|⟹|=>|\\Rightarrow(?![A-Za-z])|\\implies(?![A-Za-z])|\\Longrightarrow(?![A-Za-z]))")
_NEXT_STATEMENT = re.compile(r"(?<=[\d)\]])\s+(?=[^\W\d_][\w^{}\[\]̃~-]{0,12}\s*[=≈](?!=))")
_QUOTED_NAME = re.compile(r"[\"']([^\"'\s]{1,20})[\"']\s*:")
_COLON = re.compile(r"^(\s*[^\W\d_][\w^{}()\[\]-]{0,20}\s*):(?=\s*[-−\[(.\d])")
_NAMED_LIST = re.compile(r"^\s*([^\W\d_][\w^{}()-]{0,20})\s*(?:=|:|<-|:=)\s*(.*)$")
_NAME_ALONE = re.compile(r"^\s*([^\W\d_][\w^{}()-]{0,20})\s*[=:]\s*$")
_MATHS = re.compile(r"[=≈→⟶]|->|\\approx|\\to\b")
_WORDED_ROUNDING = re.compile(
    r"(?i)\s*(?:,|\()?\s*(?:which\s+|so\s+)?(?:is\s+)?(?:rounded|rounds|rounding|round|gerundet)\s*(?:up|down|off)?\s*"
    r"(?:to|gives|auf|is)?\s*(?=[-−–+]?[.\d]+\)?\s*[.,;]?\s*$)"
)
_TIME_GIVEN = re.compile(r"_(?:\{\s*t\s*=\s*([-−]?\d{1,6})\s*\}|t=([-−]?\d{1,6})(?=\s*[=≈→:]))")
_IN_ARRAY = re.compile(r"[\s\d.,;eE+\-−\[\]()]*")
_FARTHEST_ARRAY = 60
_LONGEST_ARRAY = 5_000
_RECORD = re.compile(r"[\"']([^\"'\s]{1,20})[\"']\s*:\s*(\[[^{}]*?\](?=\s*[,}\n]|$)|[-−+]?[\d.]+(?:[eE][-+]?\d+)?)")
_WORDED_EQUALS = re.compile(r"(?<=[\w\])}])\s+(?:is|equals|becomes|ist|=\s*>)\s+(?=[-−]?[.\d\[(])")
_WORD = re.compile(rf"(?:(?![{''.join(SUBSCRIPTS)}{''.join(SUPERSCRIPTS)}ᵀ])[^\W\d_]){{2,}}")


@dataclass
class _Context:
    """Where the reading stands: the question, the time that was said last, the chain that a bare relation continues."""

    question: int | None = None
    time: int | None = None
    last: int | None = None
    """Index of the last member of the chain above."""
    left: _Left | None = None
    pending: Symbol | None = None
    """A symbol whose numbers are expected in the next line."""
    prose: bool = False
    """Whether the line is mostly words: then a symbol whose step isn't said is a remark."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What a chain is about: its place, or the left side itself where that is none."""

    symbol: Symbol | None
    head: Expr | None


@dataclass
class _Reader:
    problem: Problem
    source: Source
    comma: bool
    vocabularies: tuple[Vocabulary, Vocabulary]
    """For LaTeX and for plain text."""
    context: _Context = field(default_factory=_Context)
    members: list[Member] = field(default_factory=list)
    aliases: list[tuple[int, Name, Expr]] = field(default_factory=list)
    chains: int = 0
    capitals: dict[int, str] = field(default_factory=dict)
    """Capital letters that are read as small ones, by their offset, as long as nothing was said of them."""

    def __post_init__(self) -> None:
        self.vocabulary, self.plain_vocabulary = self.vocabularies
        letter = re.escape(self.vocabulary.running)
        # "t = 2", "t=2:", "let t = 1", "Step 2", "(t = 0)"
        self._time = re.compile(
            rf"(?i)^\W*(?:let|at|for|when|bei|für)?\s*(?:time|step|zeit)?\W*(?:\b{letter}\s*=|\b(?:step|time|timestep|time\s+step|"
            rf"schritt))\s*[:#]?\s*([-−]?\d{{1,6}})\b[\s:.,;)*\]_#-]*"
        )
        bases = sorted({name.base for name in self.vocabulary.timed if not name.sup and not name.sub}, key=len, reverse=True)
        self._bases = {name.base for name in (*self.vocabulary.timed, *self.vocabulary.plain)}
        known = {str(name) for name in (*self.vocabulary.timed, *self.vocabulary.plain)}
        joined = "|".join(re.escape(base) for base in bases if f"{base}0" not in known)
        # "h(1) = 0.5", where the problem writes h_1
        self._called = re.compile(rf"(?<![\w\\^{{}}])({joined}|[^\W\d_]̃)\(([-−]?\d{{1,6}})\)(?=\s*[=≈→])") if joined else None
        # "h^{(1)} = 0.5", where the problem writes h_1
        self._raised = re.compile(rf"(?<![\w\\])({joined})\^\{{?\s*\(\s*([-−]?\d{{1,6}})\s*\)\s*\}}?") if joined else None
        # "C~_1", where the problem has a tilde over the letter
        tilded = [name.base[0] for name in self.vocabulary.timed if name.base[1:] == "\u0303"]
        self._tilded = re.compile(rf"(?<![\w\\])({'|'.join(map(re.escape, tilded))})~") if tilded else None
        # "h2 = 1" and "ht = ...", where the subscript was lost
        self._lost = re.compile(rf"(?<![\w\\^{{}}])({joined})([-−]?\d{{1,6}}|{letter})(?![\w.(])") if joined else None

        self._capitals = Capitals(self.vocabulary)
        self._wide = any(isinstance(given.value, values_of.Vector | values_of.Matrix) for run in self._runs()
                         for given in (*run.parameters.values(), *run.timed.values()))
        self._run_of: dict[int | None, Run] = {}
        self._widths: dict[int, dict[Name, int]] = {}
        self._parameters = frozenset(self.problem.cell.parameters)

    def _runs(self) -> list[Run]:
        return [self.problem.run, *(posed.run for posed in self.problem.questions)]

    # -- questions ---

    def run_of(self, question: int | None) -> Run:
        """The run that work on a question is held against."""
        known = self._run_of.get(question)
        if known is None:
            posed = self.posed(question)
            known = self._run_of[question] = posed.run if posed is not None else own_run(self.problem)
        return known

    def _width(self, run: Run, name: Name) -> int:
        """How many entries a symbol has."""
        known = self._widths.get(id(run))
        if known is None:
            known = self._widths[id(run)] = sizes(run.cell, run.parameters, run.timed)
        return known.get(name, 1)

    def posed(self, question: int | None) -> Posed | None:
        """The question as posed; None for the document's own data."""
        return next((p for p in self.problem.questions if p.question.number == question), None)

    # -- lines ---

    def read(self, text: str) -> None:
        """Read a whole text."""
        characters = normalised(text)
        if self.comma:
            characters = with_points(characters)
        characters = characters.sub(_SECTION, lambda match: match.group(1)).sub(_ESCAPED, lambda match: match.group(1))
        characters = characters.sub(_PROMPT, lambda match: match.group(1))
        characters = unmarked(characters.sub(_CROSSED_OUT, lambda match: " "))
        characters = characters.sub(_IMPLIES, lambda match: " , ").sub(_IMPLIED, lambda match: "→")
        characters = characters.sub(_TIME_GIVEN, lambda match: f"_{{{match.group(1) or match.group(2)}}}")
        if self._called is not None and not any(name.index == "call" for name in self.vocabulary.timed.values()):
            characters = characters.sub(self._called, lambda match: f"{match.group(1)}_{match.group(2)}")
        if self._raised is not None and not any(name.index in ("round", "sup", "call") for name in self.vocabulary.timed.values()):
            characters = characters.sub(self._raised, lambda match: f"{match.group(1)}_{{{match.group(2)}}}")
        characters, self.capitals = self._capitals.lowered(characters)
        characters = _unbroken(characters)
        for segment in segments(characters):
            if len(self.members) >= MOST_MEMBERS:
                self._other("unreadable", segment.characters, f"only the first {MOST_MEMBERS:,} pieces of work are read")
                return
            self._segment(segment)

    def _segment(self, segment: Segment) -> None:
        characters = segment.characters
        if segment.kind == "table":
            self._table(segment)
            return
        if len(characters.text) > LONGEST_LINE and segment.kind == "line":
            self._other("unreadable", characters, f"a line of {len(characters.text):,} characters; at most {LONGEST_LINE:,} are read")
            return
        if segment.kind == "maths":
            self._maths(characters, True)
            return
        characters = self._heading(without_front(characters))
        if not characters.text.strip():
            return
        if segment.kind == "mixed":
            self._mixed(segment, without_items(characters))
        else:
            self._line(characters)

    def _heading(self, characters: Characters) -> Characters:
        """Take what names a question or a time from the front of a line."""
        text = characters.text
        labelled = _LABELLED.match(text)
        if labelled is not None and (number := self._labelled(labelled)) is not None:
            self._enter(number)
            return characters.part(labelled.end(), len(text))
        match = _QUESTION.match(text)
        if match is not None and self.posed(int(match.group(1))) is not None and not self._states_value(text, match):
            self._enter(int(match.group(1)))
            characters = characters.part(match.end(), len(text))
        elif (label := self._label(text)) is not None:
            self._enter(label)
            return characters.part(len(text), len(text))
        match = self._time.match(characters.text)
        if match is not None:
            self.context.time = int(match.group(1).replace("−", "-"))
            self.context.left, self.context.last = None, None
            characters = characters.part(match.end(), len(characters.text))
        return characters

    def _states_value(self, text: str, match: re.Match[str]) -> bool:
        """Whether what looks like a question is a symbol of the problem that gets a value: `q1 = 0.7` where there is a q."""
        symbol = _NUMBERED.match(text, match.start())
        return symbol is not None and symbol.group(1) in self._bases

    def _enter(self, question: int) -> None:
        self.context = _Context(question)

    def _labelled(self, match: re.Match[str]) -> int | None:
        """The question whose label stands at the front of a line, as in `(c)` or `Question (c):`."""
        labels = {p.question.label.strip().strip("()").lower(): p.question.number for p in self.problem.questions if p.question.label}
        return labels.get(match.group(1).lower())

    def _label(self, text: str) -> int | None:
        heading = text.strip().strip("#*_: ").lower()
        if not heading or len(heading) > 100:
            return None
        labelled = ((p.question.label.strip().lower(), p.question.number) for p in self.problem.questions)
        return next((number for label, number in labelled if label and heading in (label, label.strip("()"))), None)

    def _line(self, characters: Characters) -> None:
        characters = without_items(characters)
        text = characters.text
        continues = self.context.left is not None and _RELATION.match(text) is not None
        if text.lstrip().startswith("{") and (entries := list(_RECORD.finditer(text))):
            for entry in entries:
                self._record(entry, characters)
            return
        characters = characters.sub(_QUOTED_NAME, lambda match: match.group(1) + ":")
        if not continues and (self._pending_list(characters) or self._list(characters) or self._named_list(characters)):
            return
        characters = characters.sub(_COLON, lambda match: match.group(1) + "=")
        text = characters.text
        if not _MATHS.search(text):
            self._other("other", characters)
            return
        latex = "\\" in text
        characters = characters.sub(_WORDED_ROUNDING, lambda match: " → ").sub(_TIMES, lambda match: "·")
        if latex:
            self._maths(characters, True)
            return
        characters = characters.sub(_WORDED_EQUALS, lambda match: " = ").sub(_NEXT_STATEMENT, lambda match: ", ")
        if self._tilded is not None:
            characters = characters.sub(self._tilded, lambda match: match.group(1) + "\u0303")
        if self._lost is not None:
            characters = characters.sub(self._lost, lambda match: f"{match.group(1)}_{match.group(2)}".replace("−", "-"))
        spans = list(self._spans_of_maths(characters.text))
        self.context.prose = spans != [] and len(characters.text.strip()) - sum(end - start for start, end in spans) > _PROSE
        for start, end in spans:
            self._maths(characters.part(start, end), False)
        self.context.prose = False
        if not spans:
            self._other("other", characters)

    def _spans_of_maths(self, text: str) -> Iterator[tuple[int, int]]:
        """What stands between the words of a plain line and has a relation in it."""
        start = 0
        for match in [*_WORD.finditer(text), None]:
            if match is not None and self._is_word(text, match):
                continue
            end = len(text) if match is None else match.start()
            inner = _without_remark(text[start:end])
            if _MATHS.search(inner):
                # A bracket that opens a remark in words isn't part of the maths before it.
                trailing = " .,;:!\t" if match is None else " (,;:.[{!\t"
                yield start + len(inner) - len(inner.lstrip(" ),;:.]")), start + len(inner.rstrip(trailing))
            start = end if match is None else match.end()

    def _is_word(self, text: str, match: re.Match[str]) -> bool:
        """Whether a run of letters belongs to mathematics: a function, a known name, a label, one that stands in a script."""
        word, before, after = match.group(), text[: match.start()], text[match.end() : match.end() + 1]
        if word in WORDS or word.lower() in WORDS or word in self._bases or after in ("_", "^"):
            return True
        return before[-1:] in ("_", "^", "{", "\\", ",") and not before.endswith(", ")

    def _mixed(self, segment: Segment, characters: Characters) -> None:
        """A line with maths in it: one chain where the words between are relations, otherwise each piece for itself."""
        first = segment.pieces[0].characters
        before = characters.text[: max(0, self._offset_in(characters, first))]
        between = segment.between
        if (len(segment.pieces) > 1 and any(_RELATION.match(words) for words in between)) or (
            segment.after and _RELATION.match(segment.after)
        ) or (before.strip() and _MATHS.search(before)):
            joined = characters.sub(_DOLLARS, lambda match: " ")
            if self._readable(joined):
                self._maths(joined, True)
                return
        for piece in segment.pieces:
            self._maths(piece.characters, True, inline=True)

    def _offset_in(self, characters: Characters, piece: Characters) -> int:
        start = piece.original(0)
        return next((k for k, offset in enumerate(characters.offsets) if offset >= start), 0)

    def _readable(self, characters: Characters) -> bool:
        found = statements(characters.text, self.vocabulary)
        return bool(found) and all(s.chain is not None for s in found)

    def _list(self, characters: Characters) -> bool:
        tree = bare_list(characters.text)
        if tree is None:
            return False
        inner = characters
        asked = [symbol for symbol in self._asked() if symbol is not None]
        if len(asked) != 1:
            names = ", ".join(str(symbol.name) for symbol in asked)
            what = f"which of {names} is this? Write {asked[0].name} = in front" if asked else "no symbol is asked for that it could be"
            self._other("unreadable", inner, what)
            return True
        self._begin(_Left(asked[0], None))
        lead = len(inner.text) - len(inner.text.lstrip())
        self._member(tree, inner, (lead, len(inner.text.rstrip())), "=", expand=True)
        return True

    def _named_list(self, characters: Characters) -> bool:
        """`h = tensor([0.1, 0.2])`, `h = 0 0 1`, `h <- c(0, 0, 1)`; and `h =` with its numbers in the lines below, as MATLAB prints."""
        text = characters.text
        self.context.pending = None
        if (alone := _NAME_ALONE.match(text)) is not None and (symbol := self._known_symbol(alone.group(1))) is not None:
            self.context.pending = symbol
            return True
        named = _NAMED_LIST.match(text)
        if named is None or (symbol := self._known_symbol(named.group(1))) is None:
            return False
        tree = bare_list(named.group(2))
        if tree is None:
            return False
        part = characters.part(named.start(2), len(text))
        self._begin(_Left(symbol, None))
        self._member(tree, part, (0, len(part.text.rstrip())), "=", expand=True)
        return True

    def _record(self, entry: re.Match[str], characters: Characters) -> None:
        """One entry of `{"h": [0.1, 0.2], "c_1": 0.5}`, as programs print a dictionary."""
        symbol, tree = self._known_symbol(entry.group(1)), bare_list(entry.group(2)) or bare_list(f"[{entry.group(2)}]")
        if symbol is None or tree is None:
            self._other("other", characters.part(entry.start(), entry.end()))
            return
        self._begin(_Left(symbol, None))
        part = characters.part(entry.start(2), entry.end(2))
        self._member(tree, part, (0, len(part.text)), "=", expand=True)

    def _pending_list(self, characters: Characters) -> bool:
        """Numbers in the line below `h =`."""
        symbol, self.context.pending = self.context.pending, None
        tree = bare_list(characters.text) or bare_list(f"[{characters.text}]")
        if symbol is None or tree is None:
            return False
        self._begin(_Left(symbol, None))
        self._member(tree, characters, (0, len(characters.text.rstrip())), "=", expand=True)
        return True

    def _known_symbol(self, text: str) -> Symbol | None:
        try:
            tree = expression(text, self.plain_vocabulary, latex=False)
        except NotationError:
            return None
        known = isinstance(tree, Symbol) and self.vocabulary.name(tree.name) in self.vocabulary.timed
        return tree if known and isinstance(tree, Symbol) else None

    def _asked(self) -> list[Symbol | None]:
        posed = self.posed(self.context.question) or next((p for p in self.problem.questions if p.places), None)
        if posed is None or not posed.places:
            return []
        names = dict.fromkeys(place.name for place in posed.places)
        if len(posed.places) == 1 and posed.places[0].time is not None:
            place = posed.places[0]
            assert place.time is not None
            return [Symbol(place.name, Fixed(place.time), place.entry)]
        return [Symbol(name) for name in names]

    # -- maths ---

    def _maths(self, characters: Characters, latex: bool, *, inline: bool = False) -> None:
        text = characters.text
        start = 0
        relation, left = _RELATION.match(text), self.context.left
        joined = ""
        if relation is not None and left is not None:
            start = relation.end()
            joined = _RELATIONS[relation.group(1)]
        match = self._time.match(text[start:]) if not joined else None
        if match is not None and match.end() == len(text[start:].rstrip()):
            self.context.time = int(match.group(1).replace("−", "-"))
            return
        part = characters.part(start, len(text))
        found = statements(part.text, self.vocabulary if latex else self.plain_vocabulary, latex=latex)
        continued = left.symbol if joined and left is not None else None
        if not self.comma and comma_taken_apart(part.text, found, self._numbers_of, continued):
            self._other("unreadable", characters, QUESTIONED)
            self.context.left = self.context.last = None
            return
        for k, statement in enumerate(gathered(found, self._numbers_of)):
            self._statement(statement, part, joined if k == 0 else "")

    def _statement(self, statement: Statement, part: Characters, joined: str) -> None:
        if statement.asks:
            self._other("other", part.part(max(0, statement.pos), len(part.text)))
            return
        chain = statement.chain
        if chain is None:
            assert statement.error is not None
            if self._means_something(statement, part, joined):
                self._unread(part, statement)
            else:
                self._other("other", part)
            return
        if joined:
            self._members(chain, part, joined, 0)
            return
        if not chain.relations:
            self._alone(chain, part)
            return
        self._begin(self._left(chain.members[0]))
        self._chain(chain, part)

    def _alone(self, chain: Chain, part: Characters) -> None:
        """An expression without a relation says nothing, unless its place is clear."""
        self._other("other", part.part(*chain.spans[0]))

    def _means_something(self, statement: Statement, part: Characters, joined: str) -> bool:
        if joined:
            return True
        left = statement.left
        if left is not None and any(self.vocabulary.name(s.name) for s in symbols_in(left)):
            return not isinstance(left, Symbol) or left.at is not None or self.vocabulary.name(left.name) is not None
        head = part.text[: 40].lstrip()
        return any(re.match(rf"{re.escape(name.base)}\s*[_^0-9₀-₉\[(=]", head) for name in self.vocabulary.timed)

    def _unread(self, part: Characters, statement: Statement) -> None:
        error = statement.error
        assert error is not None
        start = part.original(max(0, statement.pos))
        message = error.message
        if copied(self.source.text[start : part.original(len(part.text))]):
            message += (
                "; this looks copied from a rendered page, where sub- and superscripts are lost: copy the TeX instead (right-click the "
                "formula, Show Math As, TeX Commands), or write h_{t-1}"
            )
        at = part.original(max(0, error.offset))
        self.members.append(Member(
            "unreadable", self.source.text[start : part.original(len(part.text))].strip()[:200], at, question=self.context.question,
            message=message, chain=self._new_chain(),
        ))
        self.context.left = self.context.last = None

    def _new_chain(self) -> int:
        self.chains += 1
        return self.chains

    def _begin(self, left: _Left) -> None:
        self._new_chain()
        self.context.left, self.context.last = left, None

    def _components(self, tree: Expr) -> Expr:
        """The tree with `h_1^2` as the second entry of a vector."""
        if isinstance(tree, Power) and isinstance(tree.base, Symbol) and isinstance(tree.exponent, Numeral):
            name, number = self.vocabulary.name(tree.base.name), tree.exponent.value
            run = self.run_of(self.context.question)
            entry = number.denominator == 1 and number >= 1
            if entry and name is not None and name not in self._parameters and number <= self._width(run, name) > 1:
                return replace(tree.base, entry=int(number))
        return rebuild(tree, self._components)

    def _left(self, tree: Expr) -> _Left:
        tree = self._components(tree)
        if isinstance(tree, Symbol):
            return _Left(tree, None)
        return _Left(None, tree)

    def _chain(self, chain: Chain, part: Characters) -> None:
        left = chain.members[0]
        symbols = _stacked(left)
        if symbols is not None:
            self._stacked(symbols, chain, part)
            return
        if isinstance(left, Symbol) and self.vocabulary.name(left.name) is None and len(chain.members) > 1:
            self._members(chain, part, "", 1)
            self.aliases.append((len(self.members), left.name, chain.members[-1]))
            return
        self._members(chain, part, "", 1)

    def _stacked(self, symbols: Sequence[Symbol], chain: Chain, part: Characters) -> None:
        """A stack of symbols and what it is equal to, each symbol with its own row."""
        run = self.run_of(self.context.question)
        names = [self.vocabulary.name(symbol.name) for symbol in symbols]
        widths = [self._width(run, name) if name is not None else 1 for name in names]
        rows: list[tuple[Expr, ...]] = []
        for tree in chain.members[1:]:
            found = _split(tree, widths) if literal(tree) is not None else None
            if found is None and literal(tree) is None:
                try:
                    found = rows_of(chain.members[0], tree, self.source)
                except DocumentError:
                    found = None
            if found is None and literal(tree) is not None:
                self._begin(_Left(symbols[0], None))
                self._add("length", tree, part, chain.spans[len(rows) + 1], "=", self._place(symbols[0]),
                          f"{len(literal(tree) or ())} values for {len(symbols)} symbols")
                return
            if found is None or len(found) != len(symbols):
                self._other("other", part.part(*chain.spans[len(rows) + 1]))
                return
            rows.append(found)
        for k, symbol in enumerate(symbols):
            self._begin(_Left(symbol, None))
            for number, row in enumerate(rows):
                span = chain.spans[number + 1]
                self._member(row[k], part, _extent(row[k], span, part.text), chain.relations[number])

    def _members(self, chain: Chain, part: Characters, joined: str, start: int) -> None:
        for k in range(start, len(chain.members)):
            relation = joined if k == 0 else chain.relations[k - 1]
            only = k == len(chain.members) - 1 and self.context.last is None
            self._member(chain.members[k], part, chain.spans[k], relation, expand=only)

    def _member(self, tree: Expr, part: Characters, span: tuple[int, int], relation: str, *, expand: bool = False) -> None:
        left = self.context.left
        assert left is not None
        if self._wide:
            tree = self._components(tree)
        place = self._place(left.symbol) if left.symbol is not None else None
        if self.context.prose and place is not None and place.time is None and literal(tree) is not None and (
            place.name not in self._parameters
        ):
            self._other("other", part.part(*span))
            return
        if expand and left.symbol is not None and self._sequence(left.symbol, tree, part, span):
            return
        numbers = None if self.comma or left.symbol is None else self._numbers_of(left.symbol)
        if numbers is not None and place is not None and place.time is not None and paired(part.text[slice(*span)], numbers):
            self._other("unreadable", part, QUESTIONED)
            return
        self._add("member", tree, part, span, relation, place)

    def _add(
        self, kind: str, tree: Expr, part: Characters, span: tuple[int, int], relation: str, place: Place | None, message: str = "",
    ) -> None:
        left = self.context.left
        start, end = part.original(span[0]), part.behind(span[1])
        before = self.context.last
        working = before is not None and (self.members[before].working or self.members[before].numbers is None)
        self.members.append(Member(
            "length" if kind == "length" else "member", self.source.text[start:end].strip(), start, tree, literal(tree), relation,
            place, before, None if left is None else left.head, working, self.chains, self.context.question, message,
            self._taken(end),
        ))
        self.context.last = len(self.members) - 1

    def _taken(self, end: int) -> str:
        """In words, which capital letters up to a place were read as small ones; each is told once."""
        before = [at for at in self.capitals if at < end]
        return "; ".join(dict.fromkeys(taken_for(self.capitals.pop(at)) for at in before))

    def _sequence(self, symbol: Symbol, tree: Expr, part: Characters, span: tuple[int, int]) -> bool:
        """A list of values of one symbol, one a step; whether it was that."""
        name = self.vocabulary.name(symbol.name)
        numbers = literal(tree)
        if name is None or numbers is None or isinstance(symbol.at, Fixed) or symbol.entry is not None:
            return False
        run = self.run_of(self.context.question)
        items = _flat(tree)
        if items is None or name in self._parameters:
            return False
        times = self._times(run, name)
        wide = self._width(run, name)
        if wide > 1 and len(items) == wide and all(literal(i) is not None and len(literal(i) or ()) == 1 for i in items):
            return False  # one vector
        if len(items) == 1 and not isinstance(tree, Listing | Matrix):
            return False
        if len(items) != len(times):
            if len(times) == 1 and wide == len(items):
                return False
            if not self.comma and paired(part.text[slice(*span)], len(times) * wide):
                self._other("unreadable", part, QUESTIONED)
                return True
            self._add("length", tree, part, span, "=", Place(name, times[0] if times else run.first),
                      f"{len(items)} value{'s' if len(items) != 1 else ''} where {len(times)} are asked for"
                      + self._other_question(name, len(items)))
            return True
        for item, time in zip(items, times):
            self._begin(_Left(Symbol(name, Fixed(time)), None))
            at = _extent(item, span, part.text)
            self._member(item, part, at, "")
        return True

    def _times(self, run: Run, name: Name) -> list[int]:
        posed = self.posed(self.context.question) or next((p for p in self.problem.questions if p.places), None)
        if posed is not None and posed.run is run:
            fixed = [p.time for p in posed.places if p.name == name and p.time is not None and not p.rung]
            if fixed and not any(p.name == name and p.time is None for p in posed.places):
                return fixed
        return list(run.steps)

    def _other_question(self, name: Name, count: int) -> str:
        for posed in self.problem.questions:
            if posed.question.number != self.context.question and posed.places and len(posed.run.steps) == count and (
                any(p.name == name for p in posed.places)
            ):
                return f"; question {posed.question.number} asks for {count}: say --question {posed.question.number}"
        return ""

    def _numbers_of(self, symbol: Symbol) -> int | None:
        """How many numbers the value of a symbol, or its entry, has; None for a parameter and for what isn't known."""
        name = self.vocabulary.name(symbol.name)
        if name is None or name in self._parameters:
            return None
        return 1 if symbol.entry is not None else self._width(self.run_of(self.context.question), name)

    def _place(self, symbol: Symbol) -> Place | None:
        name = self.vocabulary.name(symbol.name)
        run = self.run_of(self.context.question)
        if name is None:
            return None
        if name in self._parameters:
            return Place(name)
        entry = symbol.entry if isinstance(symbol.entry, int) else None
        match symbol.at:
            case Fixed(time=time):
                return Place(name, time, entry)
            case Running(offset=offset):
                return Place(name, self._now(run, offset), entry)
            case _:
                if entry is not None and self._width(run, name) == 1:
                    return Place(name, entry)
                return Place(name, self._now(run, 0), entry)

    def _now(self, run: Run, offset: int) -> int | None:
        if self.context.time is not None:
            return self.context.time + offset
        return run.first + offset if len(run.steps) == 1 else None

    # -- tables and the rest ---

    def _table(self, segment: Segment) -> None:
        run = self.run_of(self.context.question)
        for cell in table_cells(segment.characters, self.vocabulary, run, segment.separator):
            if len(self.members) >= MOST_MEMBERS:
                return
            self._cell(cell)

    def _cell(self, cell: Cell) -> None:
        if cell.message:
            self._other("unreadable", cell.characters, cell.message)
            return
        if cell.symbol is None:
            self._other("other", cell.characters)
            return
        text = cell.characters.text
        latex = "\\" in text
        try:
            chain = read_chain(text, self.vocabulary if latex else self.plain_vocabulary, latex=latex)
        except NotationError as error:
            self._other("unreadable", cell.characters, QUESTIONED if not self.comma and paired(text, 1) else error.message)
            return
        self._begin(_Left(cell.symbol, None))
        for k, tree in enumerate(chain.members):
            self._member(tree, cell.characters, chain.spans[k], chain.relations[k - 1] if k else "")

    def _other(self, kind: str, characters: Characters, message: str = "") -> None:
        text = self.source.text[characters.original(0) : characters.original(len(characters.text))]
        stripped = text.strip()
        if not stripped:
            return
        offset = characters.original(0) + len(text) - len(text.lstrip())
        self.members.append(Member(
            "unreadable" if kind == "unreadable" else "other", stripped[:200], offset, question=self.context.question, message=message,
        ))


def _unbroken(characters: Characters) -> Characters:
    """Arrays that programs print over several lines, each in one line."""
    text = characters.text
    if "[" not in text:
        return characters
    lines = text.split("\n")
    joined: list[str] = []
    depth = size = 0
    for line in lines:
        if depth and _IN_ARRAY.fullmatch(line) and size < _LONGEST_ARRAY:
            joined.append(" ")
        else:
            depth = size = 0
            joined.append("\n")
            if len(line) > _LONGEST_ARRAY or "$" in line or "\\" in line or line.find("[") > _FARTHEST_ARRAY:
                joined.append(line)
                continue
        joined.append(line)
        depth = max(0, depth + line.count("[") - line.count("]"))
        size += len(line)
    return Characters("".join(joined)[1:], characters.offsets)


_RELATIONS = {"=": "=", "≈": "≈", "→": "→", "⟶": "→", "->": "→", "=>": "→", "≃": "≈", "≅": "≈", "\\approx": "≈", "\\to": "→",
              "\\rightarrow": "→", "\\simeq": "≈", "\\longrightarrow": "→"}
_SIGNS = "-−–+"
_DOLLARS = re.compile(r"\$\$?|\\[()]")


def _without_remark(text: str) -> str:
    """The text up to a bracket that nothing closes: a remark in words goes on behind it."""
    depth, opened = 0, len(text)
    for k, character in enumerate(text):
        if character == "(":
            opened = k if depth == 0 else opened
            depth += 1
        elif character == ")" and depth:
            depth -= 1
    return text[:opened] if depth else text


def _stacked(tree: Expr) -> list[Symbol] | None:
    if not isinstance(tree, Listing | Matrix):
        return None
    parts = list(children(tree))
    symbols = [part for part in parts if isinstance(part, Symbol)]
    return symbols if len(symbols) == len(parts) and len(symbols) > 1 else None


def _split(tree: Expr, widths: Sequence[int]) -> tuple[Expr, ...] | None:
    """The numbers of a column as one number or vector for each symbol of a stack; None where there are too many or too few."""
    items = _flat(tree)
    if items is not None and len(items) == len(widths):
        return tuple(items)
    numbers = _all_numbers(tree)
    if len(numbers) != sum(widths):
        return None
    out: list[Expr] = []
    for width in widths:
        out.append(numbers[0] if width == 1 else Listing(tuple(numbers[:width])))
        numbers = numbers[width:]
    return tuple(out)


def _all_numbers(tree: Expr) -> list[Expr]:
    if isinstance(tree, Listing | Matrix):
        return [number for part in children(tree) for number in _all_numbers(part)]
    return [tree]


def _flat(tree: Expr) -> list[Expr] | None:
    match tree:
        case Listing(items=items):
            return list(items)
        case Matrix(rows=rows):
            if all(len(row) == 1 for row in rows):
                return [row[0] for row in rows]
            if len(rows) == 1:
                return list(rows[0])
            return [Listing(row) for row in rows]
        case _:
            return [tree]


def _extent(tree: Expr, span: tuple[int, int], text: str) -> tuple[int, int]:
    """Where the numbers of a tree stand, sign and all."""
    numbers = literal(tree)
    if not numbers or numbers[0].pos < 0:
        return span
    (start, _), (_, end) = (_number_extent(number, text) for number in (numbers[0], numbers[-1]))
    return start, max(start, end)


def _number_extent(number: Written, text: str) -> tuple[int, int]:
    pos, digits = number.pos, number.text.lstrip("-+")
    if text[pos : pos + 1] in _SIGNS and text[pos : pos + 1]:
        return pos, pos + 1 + len(digits)
    start = pos - 1 if number.text.startswith("-") and pos and text[pos - 1] in _SIGNS else pos
    return start, pos + len(digits)


def own_run(problem: Problem) -> Run:
    """The data that work belongs to unless it says otherwise: the first with which steps can be taken."""
    runs = [posed.run for posed in problem.questions]
    return next((run for run in runs if len(run.steps)), runs[0] if runs else problem.run)


def vocabularies_of(problem: Problem) -> tuple[Vocabulary, Vocabulary]:
    """What a reader of work on a problem knows of letters, in LaTeX and in plain text; kept for all work, it remembers symbols."""
    latex = replace(problem.vocabulary, listed=True, _read={})
    # In plain text a time stands below, wherever the problem typesets it.
    below = {name: replace(shown, index="sub") for name, shown in latex.timed.items()}
    return latex, replace(latex, timed=below, _read={})


def read_work(
    source: Source, problem: Problem, *, question: int | None = None, comma: bool = False,
    vocabularies: tuple[Vocabulary, Vocabulary] | None = None,
) -> Work:
    """Read a student's work on a problem; `question` is what it belongs to unless it says otherwise."""
    reader = _Reader(problem, source, comma, vocabularies or vocabularies_of(problem))
    reader.context.question = question
    reader.read(source.text)
    return Work(source, tuple(reader.members), tuple(reader.aliases))


