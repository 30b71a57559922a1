"""The layers: a later line may import an earlier one, never the reverse; heavy libraries have one door each, and open late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "symlstm"
LAYERS = ("errors", "notation", "arithmetic", "document", "model", "derivation", "analysis", "checking", "presentation", "pipelines", "teaching", "exchange", "cli", "__main__")
"""From the bottom up. `document` stands below `model`, because a problem keeps its prose as blocks."""

# What may be imported only for its types, or late: (importer, imported), each with a reason.
UPWARD_FOR_TYPES = {("presentation", "pipelines")}

FILES = sorted(path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts != ("__init__.py",))


def layer(path: Path) -> str:
    """The layer that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, and whether only for its types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner) for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in for_types
            yield from ((f"{node.module}.{alias.name}", id(node) in for_types) for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    own = layer(path)
    assert own in LAYERS
    for name, for_types in imports(path):
        parts = name.split(".")
        if parts[0] != "symlstm" or len(parts) < 2 or parts[1] not in LAYERS:
            continue
        if for_types and (own, parts[1]) in UPWARD_FOR_TYPES:
            continue
        assert LAYERS.index(parts[1]) <= LAYERS.index(own), f"{path} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_libraries_have_one_door(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    names = {name.split(".")[0] for name, for_types in imports(path) if not for_types}
    if "sympy" in names:
        assert place == "notation/meaning.py" or place.startswith("analysis/")
    if "typst" in names:
        assert place == "document/writers/pdf.py"
    if "latex2mathml" in names:
        assert place.startswith("document/writers/html")
    if place.startswith("document/"):
        inner = {name for name, _ in imports(path) if name.startswith("symlstm.notation.")}
        modules = {name.split(".")[2] for name in inner}
        assert modules <= {"typeset", "tree"} if "writers" in place else modules <= {"typeset"}


def test_help_starts_without_the_heavy_libraries() -> None:
    code = "import sys; from symlstm.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    modules = out.splitlines()[-1]
    for heavy in ("'sympy'", "'typst'", "'tqdm'", "'flint'", "'markdown_it'", "'yaml'", "'latex2mathml'", "'distributed'", "'sqlite3'", "'zipfile'"):
        assert heavy not in modules
