"""Formulas of every kind that authors write for MathJax: the same letters and numbers in HTML, PDF and EPUB."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from xml.etree import ElementTree

import pypdfium2
import pytest
import typst
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from bookpress.mathml import UnreadableFormula, mathml, read
from bookpress.mathml.money import tell_money
from bookpress.typst.maths import to_typst
from tests.bookpress import books
from tests.bookpress.test_epub_elsewhere import faults

pytestmark = pytest.mark.long

FORMULAS = {  # formula -> rows of its first table; 0: it has none
    r"\begin{aligned} a &= b + c \\ d &= e - f \end{aligned}": 2,
    r"\begin{align} a &= b + c \\ d &= e - f \end{align}": 2,
    r"\begin{align*} x_t &= A x_{t-1} + C w_t \\ y_t &= G x_t \end{align*}": 2,
    r"\begin{aligned}[t] p &= q & r &= s \\ t &= u & v &= w \end{aligned}": 2,
    r"\begin{split} a &= b \\ &= c \\ &= d \end{split}": 3,
    r"a &= b + c \\ d &= e": 2,
    r"a = 1 \\ b = 2": 2,
    "a = 1\n\nb = 2": 2,
    r"\begin{gather} a = b \\ c + d = e \end{gather}": 2,
    r"\begin{gathered} a \\ b \\ c \end{gathered}": 3,
    r"\begin{multline} a + b + c \\ + d + e = f \end{multline}": 2,
    r"\begin{alignat}{2} x &= 1 & y &= 2 \\ z &= 3 & w &= 4 \end{alignat}": 2,
    r"\begin{alignedat}{2} x &= 1 & y &= 2 \end{alignedat}": 1,
    r"\begin{eqnarray} a & = & b \\ c & = & d \end{eqnarray}": 2,
    r"\begin{flalign} a &= b \\ c &= d \end{flalign}": 2,
    r"\begin{equation} \begin{split} x &= 1 \\ y &= 2 \end{split} \end{equation}": 2,
    r"f(x) = \begin{cases} 0 & \text{if } x < 0 \\ 1 & \text{otherwise} \end{cases}": 2,
    r"\begin{dcases} \frac{1}{2} & x > 0 \\ 0 & x \le 0 \end{dcases}": 2,
    r"P = \begin{bmatrix} 1-\alpha & \alpha \\ \beta & 1-\beta \end{bmatrix}": 2,
    r"\det A = \begin{vmatrix} a & b \\ c & d \end{vmatrix} = ad - bc": 2,
    r"\left( \begin{smallmatrix} a & b \\ c & d \end{smallmatrix} \right)": 2,
    r"\left[ \begin{array}{c|c} A & B \\ \hline C & D \end{array} \right]": 2,
    r"\left[ \matrix{a & b \cr c & d} \right]": 2,
    r"\begin{array}{lr} x & 10 \\[1ex] yy & 2 \end{array}": 2,
    r"\boxed{\begin{aligned} a &= b \\ c &= d \end{aligned}}": 2,
    r"\boxed{a^2 + b^2 = c^2}": 0,
    r"\frac{\cancel{x} y}{\bcancel{x} \xcancel{z}}": 0,
    r"a \phantom{+ b} = c \vphantom{d}": 0,
    r"\left| \frac{a}{b} \right| + \left\| \sum_{i=1}^n x_i \right\|": 0,
    r"\operatorname{Var}(X) = \operatorname*{arg\,max}_{\theta} L": 0,
    r"\mathop{\rm arg\,max}_x f(x) + \mathop{\mathrm{plim}}\limits_{n} y": 0,
    r"\max_{c_t} \sum_{t=0}^\infty \beta^t u(c_t)": 0,
    r"\underbrace{a + b}_{\text{sum}} = \overbrace{c}^{d}": 0,
    r"a \overset{!}{=} b \underset{n}{\to} c \stackrel{\text{def}}{=} d": 0,
    r"X_n \xrightarrow[n \to m]{d} N(0,1)": 0,
    r"\sum_{\substack{i<n \\ j<m}} a_{ij}": 2,
    r"\binom{n}{k} + {a \choose b} + \cfrac{1}{1 + \cfrac{1}{x}}": 0,
    r"\sqrt[3]{x + \sqrt{y}} \int_0^1 e^{-x^2}\,dx": 0,
    r"\text{A \& B} = \text{50\%}, \text{if $x > 0$ then}, \mbox{where}": 0,
    r"\textbf{v} + \mathrm{d}x + \mathsf{S} + \mathbb{R} + \mathcal{L} + \boldsymbol{\beta} + \mathbbm{1}": 0,
    r"\hat{x} \tilde{y} \bar{z} \vec{u} \dot{v} \ddot{w} \widehat{ab} \overline{cd} \underline{e}": 0,
    r"f'(x) + f''(x) + g^{\prime}, a \neq b \not= c \notin D": 0,
    r"\big( \Big[ \bigg\{ x \bigg\} \Big] \big) P\left( A \middle| B \right)": 0,
    r"\color{red}{x} + \textcolor{blue}{y}": 0,
    r"a \equiv b \pmod n, \lim_{n\to\infty} \inf_{x} \sup\limits_y": 0,
    r"\lVert v \rVert + \lfloor w \rfloor + \langle x, y \rangle": 0,
    r"\prescript{14}{2}{C} + {}_a^b X": 0,
    r"\newcommand{\sq}[1]{#1^2} \sq{x} + \def\tw{2} \tw + \DeclareMathOperator{\tr}{tr} \tr A": 0,
    r"10\% \; \$5 \quad a\!b\,c \hspace{1em} d": 0,
    r"a \rightleftharpoons b \iff c \hookrightarrow d \perp e": 0,
}  # fmt: skip


def letters(text: str) -> Counter[str]:
    """The letters and digits of a text in their plain form."""
    plain = unicodedata.normalize("NFKD", text)
    return Counter(char for char in plain if char.isalnum() and unicodedata.category(char) != "Lm")


def local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What each formula is in print, a page for each."""
    pages = [f"$ {to_typst(read(latex, block=True).tree)} $" for latex in FORMULAS]
    pdf = typst.compile(("#set page(width: 30cm)\n" + "\n#pagebreak()\n".join(pages)).encode(), format="pdf")
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize("number", range(len(FORMULAS)), ids=lambda number: list(FORMULAS)[number][:40])
def test_a_formula_has_its_rows_and_its_letters_on_the_screen_and_on_paper(printed, number):
    latex, rows = list(FORMULAS.items())[number]
    root = read(latex, block=True).tree
    seen = "".join(
        text for element in root.iter() if local(element) not in ("mphantom",) for text in [element.text or ""]
    )
    hidden = "".join(text for phantom in root.iter() if local(phantom) == "mphantom" for text in phantom.itertext())
    assert not re.search(r"[\\&](?!\s*B)", seen.replace("A & B", "")), "source of the formula is on the page"
    table = next((element for element in root.iter() if local(element) == "mtable"), None)
    assert (0 if table is None else len(table)) == rows
    assert letters(seen) - letters(hidden) == letters(printed[number]) - letters(hidden)


def test_columns_of_equations_meet_at_their_signs():
    root = read(r"a &= bbbbbb \\ cccccc &= d", block=True).tree
    cells = [cell.get("columnalign") for cell in root.iter() if local(cell) == "mtd"]
    assert cells == ["right", "left", "right", "left"]
    assert to_typst(root).count("&") == 2


@pytest.mark.parametrize(
    "latex",
    [r"\nosuchcommand{x}", r"\frac{a}{", r"\begin{broken", r"\cancelto{0}{x}", r"\def\a{\a\a}\a", "{" * 3000],
    ids=["unknown", "open", "environment", "no form in print", "endless", "deep"],
)
def test_what_cannot_be_read_is_refused_in_one_line(latex):
    with pytest.raises(UnreadableFormula) as caught:
        mathml(latex, "block")
    assert "\n" not in str(caught.value) and "\u0332" not in str(caught.value)


def test_an_e_book_of_all_of_them_is_valid(tmp_path):
    text = "# Page\n\n" + "\n".join(f"```{{math}}\n{latex}\n```\n\n{{math}}`{latex}`\n" for latex in FORMULAS)
    conf = "extensions = ['myst_nb', 'bookpress.epub']\nnb_execution_mode = 'off'\nproject = 'P'\n"
    out, warnings = books.build(books.write(tmp_path, conf_py=conf, index_md=text.replace("\n\nb = 2", " b")), "epub")
    assert "WARNING" not in warnings
    assert faults(next(out.glob("*.epub"))) == []


PAGE = r"""# Page

Between $3 and $4, or \$5; and $x^2$.

$$
e = m c^2
$$ (energy)

$$ \RR^n \EE{y} $$

$$\newcommand{\own}{\mathrm{own}}$$

$$ \own = 1 \tag{7} $$

\begin{align}
u &= v \\
w &= z
\end{align}

$$ \nosuch $$

By {eq}`energy`, and $\own$ in a line.
"""
CONF = r"""
extensions = ['myst_nb', 'bookpress.web', 'bookpress.epub', 'bookpress.typst']
project = 'P'
nb_execution_mode = 'off'
myst_enable_extensions = ['amsmath', 'dollarmath']
numfig = True
math_numfig = True
show_warning_types = True
typst_timestamp = 1700000000
mathjax3_config = {'tex': {'macros': {'RR': r'\mathbb{R}', 'EE': [r'\mathbb{E}[#1]', 1]}}}
"""


def test_numbers_macros_and_faults_are_the_same_in_all_three_forms(tmp_path):
    source = books.write(
        tmp_path, conf_py=CONF, index_rst="Index\n=====\n\n.. toctree::\n   :numbered:\n\n   page\n", page_md=PAGE
    )
    said = {}
    for builder in ("html", "epub", "typst"):
        out, warnings = books.build(source, builder)
        (line,) = [line for line in warnings.splitlines() if "[bookpress.maths]" in line]
        said[builder] = re.sub(r"^.*?(page\.md:\d+)", r"\1", line)
        assert "WARNING" not in warnings.replace(line, "")
        if builder == "typst":
            pages = pypdfium2.PdfDocument(out / "book.pdf")
            text = re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in pages))
        else:
            page = (out / ("page.html" if builder == "html" else "page.xhtml")).read_text("utf-8")
            text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        plain = unicodedata.normalize("NFKC", text)
        assert "Between $3 and $4, or $5; and" in plain
        assert plain.count("(1.1)") == 2 and "By (1.1)" in plain, builder
        assert "(7)" in plain and "(1.2)" in plain
        assert plain.replace(" ", "").count("own") >= 2 and "newcommand" not in plain and r"\RR" not in plain
    assert set(said.values()) == {
        r"page.md:20: WARNING: a formula stands as its source: Unsupported function name: \nosuch at position 2 in "
        r"'\\nosuch' [bookpress.maths]"
    }


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("between $3 and $4", []),
        ("from $5 to $10, where $x$ is", ["x"]),
        ("$3/$4, $3–$4 and US$5 million or US$6", []),
        ("it cost $5 and more (see $x$)", ["x"]),
        ("$3 x + 2$ and $2^n$", ["3 x + 2", "2^n"]),
        (r"a 3$\times$4 matrix, $ y $ and $10\%$", [r"\times", " y ", r"10\%"]),
        (r"$2 \text{ and more words}$", [r"2 \text{ and more words}"]),
        ("only $7", []),
    ],
)
def test_money_is_no_formula(text, formulas):
    tell_money()
    tokens = create_md_parser(MdParserConfig(enable_extensions={"dollarmath"}), RendererHTML).parse(f"It is {text}.")
    inline = [child for token in tokens for child in token.children or () if child.type == "math_inline"]
    assert [token.content for token in inline] == formulas
