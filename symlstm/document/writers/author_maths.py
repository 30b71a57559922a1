r"""The author's own LaTeX maths: brought into one form, split at its rows, and judged whether plain amsmath sets it.

In: maths source without its delimiters. Out: source again, or what is wrong with it in words. Only commands on a list pass,
so nothing that writes files, reads them or redefines TeX ever reaches a LaTeX run.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_OUTER = re.compile(
    r"\\begin\{(equation|align|alignat|gather|multline|eqnarray|displaymath|math)(\*?)\}(.*)\\end\{\1\2\}", re.S
)
_INNER = {"align": "aligned", "eqnarray": "aligned", "gather": "gathered", "multline": "gathered"}
_UNNUMBERED = re.compile(r"\\(?:label\{[^{}]*\}|nonumber(?![A-Za-z])|notag(?![A-Za-z]))")
_NO_DELIMITER = re.compile(r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])(?!\s*(?:[()\[\]|./<>]|\\[{}|A-Za-z]))")
_TOKEN = re.compile(r"\\(?:begin|end)\s*\{[A-Za-z]+\*?\}|\\[A-Za-z]+|\\.|\s+|.", re.S)

ENVIRONMENTS = frozenset((
    "matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "cases", "aligned", "gathered", "split",
    "array",
))
GRIDS = frozenset(("aligned", "gathered", "split"))

_SYMBOLS = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma varsigma
tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath Re Im aleph
partial nabla infty emptyset varnothing forall exists nexists prime top bot angle checkmark
cdot times div pm mp ast star circ bullet oplus ominus otimes odot cup cap setminus wedge vee land lor lnot neg
le leq ge geq ne neq ll gg approx sim simeq cong equiv propto triangleq in ni notin subset subseteq supset supseteq mid nmid
parallel perp models vdash to gets mapsto leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow longrightarrow
longleftarrow Longrightarrow Longleftrightarrow longmapsto implies impliedby iff uparrow downarrow therefore because
sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan exp log ln lg min max sup inf lim limsup liminf arg det dim ker
deg gcd Pr sum prod int iint oint bigcup bigcap bigoplus bigotimes bigodot bigvee bigwedge
langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert vert Vert lbrace rbrace lbrack rbrack backslash
dots ldots cdots vdots ddots dotsc dotsb quad qquad limits nolimits displaystyle textstyle scriptstyle
left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr colon lt gt hline not bmod
"""
_TWO = "frac dfrac tfrac binom dbinom tbinom overset underset stackrel"
_ONE = """
sqrt text textbf textit textrm textsf texttt mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol operatorname
hat widehat tilde widetilde bar overline underline vec dot ddot acute grave check breve mathring overrightarrow overleftarrow
underbrace overbrace boxed mathop mathrel mathbin mathord mathopen mathclose substack xrightarrow xleftarrow phantom pmod
"""
SYMBOLS = frozenset(_SYMBOLS.split())
"""Commands without arguments."""
ARGUMENTS: dict[str, int] = {**dict.fromkeys(_TWO.split(), 2), **dict.fromkeys(_ONE.split(), 1)}
"""From a command to how many arguments it takes."""

_WORDS = frozenset((r"\text", r"\textbf", r"\textit", r"\textrm", r"\textsf", r"\texttt"))
_SINGLE = frozenset("\\" + character for character in ",;:!>{}|\\_%&#$ \n")


def cleaned(latex: str) -> str:
    r"""The source without comments, blank lines and equation numbers, its outer environment in its inner form.

    >>> cleaned("\\begin{align}\na &= b % so\n\n\\end{align}")
    '\\begin{aligned}\na &= b\n\\end{aligned}'
    """
    latex = _COMMENT.sub(r"\1", latex).strip()
    outer = _OUTER.fullmatch(latex)
    if outer:
        inner = _INNER.get(outer[1])
        body = re.sub(r"^\{\d+\}", "", outer[3]) if outer[1] == "alignat" else outer[3]
        inner = "aligned" if outer[1] == "alignat" else inner
        latex = rf"\begin{{{inner}}}{body}\end{{{inner}}}" if inner else body
    latex = _UNNUMBERED.sub("", latex)
    return "\n".join(line.rstrip() for line in latex.split("\n") if line.strip()).strip()


def one_line(latex: str) -> str:
    """The source on one line, without comments.

    >>> one_line("a % first\\n  + b")
    'a + b'
    """
    return " ".join(cleaned(latex).split())


def argument_end(latex: str, start: int) -> int:
    r"""Where the argument that starts at `start` (after spaces) ends; -1 where there is none.

    >>> argument_end(r"\frac{a}{b}", 5), argument_end("x}", 1)
    (8, -1)
    """
    while start < len(latex) and latex[start].isspace():
        start += 1
    if start >= len(latex) or latex[start] in "}&^_":
        return -1
    if latex[start] != "{":
        token = _TOKEN.match(latex, start)
        return token.end() if token and not token[0].startswith((r"\begin", r"\end", r"\\", r"\right")) else -1
    depth = 0
    for token in _TOKEN.finditer(latex, start):
        depth += (token[0] == "{") - (token[0] == "}")
        if depth == 0:
            return token.end()
    return -1


def fault(latex: str, display: bool = False) -> str:
    r"""Why plain amsmath can't set this source, in words; empty where it can. `display` allows rows at the outside.

    >>> fault(r"\frac{1}{2} + \sigma(z)"), fault(r"\input{secret}"), fault("a}"), fault("a^b^c")
    ('', 'the command \\input is not known here', 'a } has no {', 'two superscripts stand on one base')
    """
    bare = _NO_DELIMITER.search(latex)
    if bare:
        return f"no delimiter follows {bare[0].strip()}"
    opened: list[str] = []
    scripts: list[str] = [""]
    script_next = False
    position = 0
    while position < len(latex):
        token = _TOKEN.match(latex, position)
        assert token is not None
        what, position = token[0], token.end()
        if what.isspace():
            continue
        wrong, position = _step(what, latex, position, opened, display)
        if wrong:
            return wrong
        # One superscript and one subscript on a base, however they are ordered.
        if what in "^_" and len(what) == 1:
            if what in scripts[-1]:
                return f"two {'superscripts' if what == '^' else 'subscripts'} stand on one base"
            if argument_end(latex, position) < 0:
                return f"nothing follows the last {what}"
            scripts[-1] += what
            script_next = True
        elif what == "{" or what.startswith(r"\begin") or what == r"\left":
            if not script_next:
                scripts[-1] = ""
            scripts.append("")
            script_next = False
        elif what == "}" or what.startswith(r"\end") or what == r"\right":
            scripts.pop()
        elif script_next:
            script_next = False
        elif what not in (r"\limits", r"\nolimits"):
            scripts[-1] = scripts[-1] if what == "'" else ""
    return f"{opened[-1]} is never closed" if opened else ""


def _step(what: str, latex: str, position: int, opened: list[str], display: bool) -> tuple[str, int]:
    """What is wrong with one token, and where reading goes on; keeps `opened`, what still has to be closed."""
    grid = any(one.startswith(r"\begin") for one in opened) or (display and not opened)
    environment = re.fullmatch(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}", what)
    if environment and environment[1] == "begin":
        if environment[2] not in ENVIRONMENTS:
            return f"the environment {environment[2]} is not known here", position
        opened.append(rf"\begin{{{environment[2]}}}")
        columns = re.compile(r"\s*\{[lcr|\s]*\}").match(latex, position) if environment[2] == "array" else None
        if environment[2] == "array" and not columns:
            return "an array needs its columns", position
        return "", columns.end() if columns else position
    if environment:
        if not opened or opened.pop() != rf"\begin{{{environment[2]}}}":
            return f"{what} has no \\begin", position
        return "", position
    if what in ("{", r"\left"):
        opened.append(what)
        return "", position
    if what in ("}", r"\right"):
        match = "{" if what == "}" else r"\left"
        return ("", position) if opened and opened.pop() == match else (f"a {what} has no {match}", position)
    if what in ("$", "#", "~"):
        return f"a bare {what} stands in it", position
    if what in ("&", r"\\"):
        return ("", position) if grid else (f"a {what} stands outside an environment", position)
    if what.startswith("\\"):
        return _command(what, latex, position)
    return (f"the character {what!r} can't be set", position) if not what.isprintable() else ("", position)


def _command(what: str, latex: str, position: int) -> tuple[str, int]:
    name = what[1:]
    if what in _SINGLE or name in SYMBOLS:
        return "", position
    if name not in ARGUMENTS:
        return f"the command {what} is not known here", position
    end = position
    if name == "operatorname" and latex.startswith("*", end):
        end += 1
    for _ in range(ARGUMENTS[name]):
        end = argument_end(latex, end)
        if end < 0:
            return f"an argument of {what} is missing", position
    if what not in _WORDS:
        return "", position
    words = latex[position:end].strip()
    if re.search(r"(?<!\\)[$&#~^_]|\\(?![{}%&#$_, ])", words):
        return f"the words in {what} hold maths", position
    return "", end


def grid(latex: str) -> list[list[str]]:
    r"""The rows and cells of a display: those of the environment it consists of, or else of the source itself.

    >>> grid(r"\begin{aligned} a &= b \\ &= c \end{aligned}")
    [['a', '= b'], ['', '= c']]
    """
    whole = re.fullmatch(r"\\begin\{(\w+)\}(.*)\\end\{\1\}", latex, re.S)
    if whole and whole[1] in GRIDS and rf"\begin{{{whole[1]}}}" not in whole[2]:
        latex = whole[2]
    rows: list[list[str]] = [[""]]
    depth = 0
    for token in _TOKEN.finditer(latex):
        what = token[0]
        depth += what.startswith(("{", r"\begin")) - what.startswith(("}", r"\end"))
        if depth == 0 and what == r"\\":
            rows.append([""])
        elif depth == 0 and what == "&":
            rows[-1].append("")
        else:
            rows[-1][-1] += what
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cells if any(row)]
