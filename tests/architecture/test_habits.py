"""Names and sizes. The lists of exceptions may only shrink."""

import ast

from tests.architecture.house import DJANGO_ROOMS, PACKAGE, ROOT, is_test, python_files, room_of, tree

FORBIDDEN_NAMES = {
    "utils",
    "helpers",
    "common",
    "core",
    "base",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def test_file_names_say_what_they_hold() -> None:
    vague = [str(path.relative_to(ROOT)) for path in python_files() if path.stem in FORBIDDEN_NAMES]
    assert vague == []


def test_files_stay_under_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT))
        for path in python_files()
        if not is_test(path) and len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    }
    assert long == LONG_FILES


def test_functions_stay_under_60_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in python_files()
        if not is_test(path)
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == LONG_FUNCTIONS


def test_views_are_functions() -> None:
    classes = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        if "views" in path.relative_to(PACKAGE).parts[1:2] or path.name == "views.py"
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    ]
    assert classes == []


def test_signals_carry_no_business() -> None:
    receivers = [
        f"{path.relative_to(ROOT)}"
        for path in python_files()
        if "django.dispatch" in path.read_text(encoding="utf-8")
        or "django.db.models.signals" in path.read_text("utf-8")
    ]
    assert receivers == []


def test_every_operation_is_keyword_only_signed_dated_and_tested() -> None:
    faults = []
    for room in DJANGO_ROOMS:
        for path in python_files():
            parts = path.relative_to(PACKAGE).parts
            if room_of(path) != room or is_test(path) or parts[1].removesuffix(".py") != "operations":
                continue
            tests = "".join(
                test.read_text(encoding="utf-8") for test in (PACKAGE / room / "tests").rglob("test_*.py")
            )
            for node in tree(path).body:
                if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                    continue
                names = {argument.arg for argument in node.args.kwonlyargs}
                if node.args.args or not {"by", "on"} <= names:
                    faults.append(f"{room}.{node.name}: arguments are keyword-only, with `by` and `on`")
                if f"{node.name}(" not in tests:
                    faults.append(f"{room}.{node.name}: no test calls it")
    assert faults == []
