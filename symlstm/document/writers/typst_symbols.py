r"""What LaTeX's commands are: a character for Typst and words for who listens. Tables only.

In: a command's name without its backslash, or a character. Out: the character it shows and how it is said. Every command without
arguments that `author_maths` lets pass has its row here, or is a function, a space or a mark of layout.
"""

from __future__ import annotations

_LETTERS = """
alpha α|beta β|gamma γ|delta δ|epsilon ϵ|varepsilon ε|zeta ζ|eta η|theta θ|vartheta ϑ|iota ι|kappa κ|lambda λ|mu μ|nu ν|xi ξ|pi π
varpi ϖ pi|rho ρ|varrho ϱ rho|sigma σ|varsigma ς sigma|tau τ|upsilon υ|phi ϕ|varphi φ phi|chi χ|psi ψ|omega ω
Gamma Γ capital gamma|Delta Δ capital delta|Theta Θ capital theta|Lambda Λ capital lambda|Xi Ξ capital xi|Pi Π capital pi
Sigma Σ capital sigma|Upsilon Υ capital upsilon|Phi Φ capital phi|Psi Ψ capital psi|Omega Ω capital omega
ell ℓ l|hbar ℏ h bar|imath ı i|jmath ȷ j|Re ℜ real part|Im ℑ imaginary part|aleph ℵ|partial ∂|nabla ∇|infty ∞ infinity
emptyset ∅ the empty set|varnothing ∅ the empty set|forall ∀ for all|exists ∃ there is|nexists ∄ there is no
prime ′|top ⊤ transposed|bot ⊥ bottom|angle ∠|checkmark ✓ tick|star ⋆|neg ¬ not|lnot ¬ not|colon :
dots … and so on|ldots … and so on|cdots ⋯ and so on
vdots ⋮ and so on|ddots ⋱ and so on
dotsc … and so on|dotsb ⋯ and so on
"""
_BETWEEN = """
cdot · times|times × times|div ÷ divided by|pm ± plus or minus|mp ∓ minus or plus|ast ∗ times|circ ∘ circle|bullet • bullet
oplus ⊕ direct sum|ominus ⊖ element-wise minus|otimes ⊗ tensor product|odot ⊙ element-wise times|cup ∪ union|cap ∩ intersection
setminus ∖ without|wedge ∧ and|vee ∨ or|land ∧ and|lor ∨ or
le ≤ is at most|leq ≤ is at most|ge ≥ is at least|geq ≥ is at least|ne ≠ is not equal to|neq ≠ is not equal to
ll ≪ is much less than|gg ≫ is much greater than|lt < is less than|gt > is greater than
approx ≈ is approximately|sim ∼ is similar to|simeq ≃ is similar to|cong ≅ is congruent to|equiv ≡ is identical to
propto ∝ is proportional to|triangleq ≜ is defined as|in ∈ in|ni ∋ contains|notin ∉ not in|subset ⊂ is a subset of
subseteq ⊆ is a subset of|supset ⊃ is a superset of|supseteq ⊇ is a superset of|mid ∣ such that|nmid ∤ does not divide
parallel ∥ is parallel to|perp ⟂ is perpendicular to|models ⊨ models|vdash ⊢ proves|to → goes to|gets ← is set to|mapsto ↦ maps to
leftarrow ← is set to|rightarrow → goes to|leftrightarrow ↔ corresponds to|Leftarrow ⇐ follows from|Rightarrow ⇒ implies
Leftrightarrow ⇔ if and only if|longrightarrow ⟶ goes to|longleftarrow ⟵ comes from|Longrightarrow ⟹ implies
Longleftrightarrow ⟺ if and only if|longmapsto ⟼ maps to|implies ⟹ implies|impliedby ⟸ follows from|iff ⟺ if and only if
uparrow ↑ up|downarrow ↓ down|therefore ∴ therefore|because ∵ because
"""
_LARGE = """
sum ∑ the sum|prod ∏ the product|int ∫ the integral|iint ∬ the double integral|oint ∮ the contour integral|bigcup ⋃ the union
bigcap ⋂ the intersection|bigoplus ⨁ the direct sum|bigotimes ⨂ the tensor product|bigodot ⨀ the element-wise product
bigvee ⋁ the disjunction|bigwedge ⋀ the conjunction
"""
_FENCES = """
langle ⟨ open angle bracket|rangle ⟩ close angle bracket|lfloor ⌊ floor of|rfloor ⌋ end floor
lceil ⌈ ceiling of|rceil ⌉ end ceiling|lbrace { open brace|rbrace } close brace|lbrack [ open bracket|rbrack ] close bracket
"""


def _rows(*tables: str) -> dict[str, tuple[str, str]]:
    rows = [row.split(" ", 2) for table in tables for row in table.strip().replace("\n", "|").split("|")]
    return {row[0]: (row[1], row[-1] if len(row) > 2 else row[0]) for row in rows}


SYMBOLS: dict[str, tuple[str, str]] = {
    **_rows(_LETTERS, _BETWEEN, _LARGE, _FENCES),
    **dict.fromkeys(("vert", "lvert", "rvert"), ("|", "bar")), **dict.fromkeys(("Vert", "lVert", "rVert"), ("‖", "double bar")),
    "backslash": ("\\", "backslash"),
}
"""From a command to the character it shows and how that is said."""

FUNCTIONS: dict[str, tuple[str, bool, str]] = {
    **{name: (name, False, said) for name, said in (
        ("sin", "sine"), ("cos", "cosine"), ("tan", "tangent"), ("cot", "cotangent"), ("sec", "secant"), ("csc", "cosecant"),
        *((name, name) for name in "sinh cosh tanh coth arcsin arccos arctan exp log ln lg arg dim ker deg".split()),
    )},
    **{name: (name, True, said) for name, said in (
        ("min", "min"), ("max", "max"), ("sup", "supremum"), ("inf", "infimum"), ("lim", "the limit"), ("det", "determinant"),
        ("gcd", "gcd"), ("Pr", "the probability"),
    )},
    "limsup": ("lim sup", True, "the limit superior"), "liminf": ("lim inf", True, "the limit inferior"),
}
"""From a command to the function's name as it is shown, whether its limits stand below it, and how it is said."""

SPACES: dict[str, str] = {
    ",": "0.167em", ":": "0.222em", ">": "0.222em", ";": "0.278em", "!": "-0.167em", " ": "0.33em", "\n": "0.33em", "quad": "1em",
    "qquad": "2em",
}
"""From a command to the width of its space."""

SAID: dict[str, str] = {
    **dict(SYMBOLS.values()),
    "≔": "is defined as",
    "+": "plus", "-": "minus", "−": "minus", "=": "equals", "*": "times", "∗": "times", "/": "over", "<": "is less than",
    ">": "is greater than", "!": "factorial", "%": "per cent", "′": "prime", ":": "such that", "→": "goes to", "∘": "circle",
    "σ": "sigma", "ε": "epsilon", "ϵ": "epsilon", "π": "pi", "ϕ": "phi", "φ": "phi", "ς": "sigma", "ρ": "rho",
    "⊤": "transposed", "|": "bar", "…": "and so on", "⋯": "and so on", "‖": "double bar", "\\": "backslash", "·": "times",
    "(": "open bracket", ")": "close bracket", "[": "open bracket", "]": "close bracket", "{": "open brace", "}": "close brace",
    "^": "hat", "_": "underscore", "~": "tilde", "#": "hash", "$": "dollar", "&": "and", "@": "at",
}
"""From a character to how it is said; what isn't here is said as it stands."""

ACCENTS: dict[str, tuple[str, str]] = {
    "hat": ("hat", "hat"), "widehat": ("hat", "hat"), "tilde": ("tilde", "tilde"), "widetilde": ("tilde", "tilde"),
    "bar": ("macron", "bar"), "vec": ("arrow", "vector"), "dot": ("dot", "dot"), "ddot": ("dot.double", "double dot"),
    "acute": ("acute", "acute"), "grave": ("grave", "grave"), "check": ("caron", "check"), "breve": ("breve", "breve"),
    "mathring": ("circle", "ring"), "overrightarrow": ("arrow", "vector"), "overleftarrow": ("arrow.l", "left arrow"),
}
"""From a command to Typst's name of the accent and how it is said."""

FACES: dict[str, str] = {
    "mathbf": "bold(upright(%s))", "mathit": "italic(%s)", "mathsf": "sans(%s)", "mathtt": "mono(%s)", "mathcal": "cal(%s)",
    "mathbb": "bb(%s)", "mathfrak": "frak(%s)", "boldsymbol": "bold(%s)", "mathrm": "upright(%s)",
    "textbf": "bold(%s)", "textit": "italic(%s)", "textsf": "sans(%s)", "texttt": "mono(%s)", "text": "%s", "textrm": "%s",
    "underline": "underline(%s)", "overline": "overline(%s)", "underbrace": "underbrace(%s)", "overbrace": "overbrace(%s)",
    "boxed": "#box(stroke: 0.5pt, inset: 2pt, baseline: 2pt)[$%s$]", "mathop": 'class("large", %s)',
    "mathrel": 'class("relation", %s)', "mathbin": 'class("binary", %s)', "mathord": 'class("normal", %s)',
    "mathopen": 'class("opening", %s)', "mathclose": 'class("closing", %s)', "phantom": "#hide[$%s$]",
}
"""From a command with one argument to its Typst, `%s` for what it holds."""
