"""LaTeX of formulas: as KaTeX, MathJax and MathML carry it, else translated from the elements of MathML.

KaTeX and MathJax write a formula twice or more: for the eye, and as MathML for readers of screens. Whatever is in such
an element is one formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from selectolax.lexbor import LexborNode

CLASSES = frozenset(
    "katex katex-display MathJax MathJax_Display MathJax_SVG MathJax_SVG_Display MathJax_CHTML MathJax_Preview "
    "mjx-chtml MJXc-display mwe-math-element".split()
)
"""Classes of elements that are a formula as a whole."""
TAGS = frozenset(("math", "mjx-container"))
"""Elements that are a formula as a whole."""
_DISPLAY = frozenset("katex-display MathJax_Display MathJax_SVG_Display MJXc-display mwe-math-element-block".split())
_IMAGES = frozenset(("tex", "latex", "mathjax", "math", "equation"))
_STYLE = re.compile(r"^\s*\{?\s*\\(displaystyle|textstyle)\b\s*(.*?)\s*$", re.DOTALL)
_MAX_DEPTH = 60  # elements of MathML nested deeper are read as text

_SIGNS = {
    "×": r"\times", "÷": r"\div", "±": r"\pm", "∓": r"\mp", "⋅": r"\cdot", "·": r"\cdot", "∗": "*", "−": "-",
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∼": r"\sim", "∝": r"\propto",
    "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∮": r"\oint",
    "→": r"\to", "←": r"\leftarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "↦": r"\mapsto", "∈": r"\in",
    "∉": r"\notin", "⊂": r"\subset", "⊆": r"\subseteq", "∪": r"\cup", "∩": r"\cap", "∅": r"\emptyset",
    "∀": r"\forall", "∃": r"\exists", "¬": r"\neg", "∧": r"\land", "∨": r"\lor", "…": r"\dots", "⋯": r"\cdots",
    "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "\u2061": "", "\u2062": "", "\u2063": ",",
    "\u2064": "",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩϵϑφϕ",
        r"alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi "
        r"psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega epsilon vartheta varphi phi".split(),
        strict=True,
    )
)
_FUNCTIONS = frozenset("sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln exp lim max min sup inf det "
                       "dim ker gcd".split())  # fmt: skip
_OVER = {
    "¯": r"\bar", "‾": r"\bar", "^": r"\hat", "ˆ": r"\hat", "~": r"\tilde", "˜": r"\tilde", "→": r"\vec",
    "\u20d7": r"\vec", "˙": r"\dot", "¨": r"\ddot", "_": r"\underline", "⏞": r"\overbrace", "⏟": r"\underbrace",
}  # fmt: skip


def is_formula(name: str, classes: Sequence[str]) -> bool:
    """Whether an element is a formula as a whole."""
    return name in TAGS or not CLASSES.isdisjoint(classes)


def is_image_of_formula(classes: Sequence[str]) -> bool:
    """Whether an image shows a formula, which is then its alternative text."""
    return not _IMAGES.isdisjoint(classes)


def is_display(node: LexborNode) -> bool:
    """Whether a formula is on a line of its own."""
    attributes = node.attributes
    if not _DISPLAY.isdisjoint((attributes.get("class") or "").split()):
        return True
    if attributes.get("display") in ("block", "true") or "mode=display" in (attributes.get("type") or ""):
        return True
    math = None if node.tag == "math" else node.css_first("math")
    return math is not None and math.attributes.get("display") == "block"


def script_latex(node: LexborNode) -> str:
    """The formula in a script of MathJax 2; empty if it is another script."""
    return tidy_latex(node.text(deep=True)) if (node.attributes.get("type") or "").startswith("math/tex") else ""


def latex_of(node: LexborNode) -> str:
    """The LaTeX of an element that is a formula; empty if there is none in it."""
    for note in node.css("annotation"):
        if "tex" in (note.attributes.get("encoding") or "").lower():
            return tidy_latex(note.text(deep=True))
    for script in node.css("script"):
        if latex := script_latex(script):
            return latex
    math = node if node.tag == "math" else node.css_first("math")
    for place in (node, math):
        for name in ("alttext", "data-latex", "data-tex", "data-expr"):
            if place is not None and (latex := tidy_latex(place.attributes.get(name) or "")):
                return latex
    return tidy_latex(_translated(math)) if math is not None else ""


def tidy_latex(latex: str) -> str:
    """``latex`` on one line, without signs around it that only set its style or delimit it."""
    latex = " ".join(latex.split())
    for start, end in ((r"\(", r"\)"), (r"\[", r"\]"), ("$$", "$$"), ("$", "$")):
        if len(latex) > len(start + end) and latex.startswith(start) and latex.endswith(end):
            latex = latex[len(start) : -len(end)].strip()
    found = _STYLE.match(latex)
    if found and latex.startswith("{") and found[2].endswith("}"):
        return found[2][:-1].strip()
    return found[2] if found and not latex.startswith("{") else latex


def _translated(math: LexborNode) -> str:
    return _row(math, 0)


def _row(node: LexborNode, depth: int) -> str:
    """The children of an element, one after the other."""
    return _joined([_element(child, depth + 1) for child in node.iter(include_text=False)]) or _token(node)


def _joined(parts: Sequence[str]) -> str:
    """Parts one after the other; a command is separated from a letter after it."""
    text = ""
    for part in parts:
        if part[:1].isalpha() and re.search(r"\\[a-zA-Z]+$", text):
            text += " "
        text += part
    return text


def _token(node: LexborNode) -> str:
    text = " ".join(node.text(deep=True).split())
    if node.tag == "mtext":
        return rf"\text{{{text}}}" if text else ""
    if node.tag in ("mi", "mo") and text in _FUNCTIONS:
        return f"\\{text}"
    if node.tag == "mi" and len(text) > 1 and text.isalpha():
        return rf"\mathrm{{{text}}}"
    return _joined([_SIGNS.get(char, "\\" + _GREEK[char] if char in _GREEK else char) for char in text])


def _element(node: LexborNode, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return node.text(deep=True)
    write = _WRITERS.get(node.tag or "")
    if write is None:
        return _row(node, depth)
    return write([_element(child, depth + 1) for child in node.iter(include_text=False)])


def _group(text: str) -> str:
    """``text`` in braces, unless it is one sign."""
    return text if len(text) == 1 else f"{{{text}}}"


def _part(parts: Sequence[str], n: int) -> str:
    return parts[n] if n < len(parts) else ""


def _over(parts: Sequence[str]) -> str:
    base, sign = _part(parts, 0), _part(parts, 1)
    bare = {r"\to": "→"}.get(sign, sign)
    if bare in _OVER:
        return f"{_OVER[bare]}{{{base}}}"
    return f"{base}^{_group(sign)}" if base in (r"\sum", r"\prod", r"\int") else rf"\overset{{{sign}}}{{{base}}}"


def _under(parts: Sequence[str]) -> str:
    base, sign = _part(parts, 0), _part(parts, 1)
    if sign in ("_", "⏟"):
        return f"{_OVER[sign]}{{{base}}}"
    takes_limits = base in (r"\sum", r"\prod", r"\int", r"\lim", r"\max", r"\min", r"\sup", r"\inf")
    return f"{base}_{_group(sign)}" if takes_limits else rf"\underset{{{sign}}}{{{base}}}"


def _both(parts: Sequence[str]) -> str:
    return f"{_based(parts)}_{_group(_part(parts, 1))}^{_group(_part(parts, 2))}"


def _based(parts: Sequence[str]) -> str:
    """What has an index: a group if it is more than a sign or a command."""
    base = _part(parts, 0)
    return base if len(base) == 1 or re.fullmatch(r"\\[a-zA-Z]+|\\\w+\{[^{}]*\}|.*[)\]|]", base) else f"{{{base}}}"


_WRITERS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "mfrac": lambda parts: rf"\frac{{{_part(parts, 0)}}}{{{_part(parts, 1)}}}",
    "msqrt": lambda parts: rf"\sqrt{{{_joined(parts)}}}",
    "mroot": lambda parts: rf"\sqrt[{_part(parts, 1)}]{{{_part(parts, 0)}}}",
    "msup": lambda parts: f"{_based(parts)}^{_group(_part(parts, 1))}",
    "msub": lambda parts: f"{_based(parts)}_{_group(_part(parts, 1))}",
    "msubsup": _both,
    "munderover": _both,
    "mover": _over,
    "munder": _under,
    "mtable": lambda parts: r"\begin{matrix}" + r" \\ ".join(parts) + r"\end{matrix}",
    "mtr": " & ".join,
    "mfenced": lambda parts: f"({','.join(parts)})",
    "mspace": lambda _: " ",
    "mphantom": lambda _: "",
    "annotation": lambda _: "",
    "annotation-xml": lambda _: "",
}
