"""The import rule and the laws that imports cannot say. Each is also seen to notice a planted violation."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).parents[1]
PACKAGES = ("accounts", "config", "incidents", "jobs", "outbox")
LONGEST_FILE = 400
VAGUE_NAMES = {"utils", "helpers", "common", "services", "manager", "managers"}
WRITES = {"save", "create", "bulk_create", "update_or_create", "get_or_create"}
HTTP = ("django.http", "django.shortcuts", "django.contrib.messages", "django.views")

Law = Callable[[Path], list[str]]


# ── The import rule ─────────────────────────────────────────────────────────
def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    for name in (*PACKAGES, "bench", "tests"):
        shutil.copytree(BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(BASE_DIR / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_rule_holds() -> None:
    checked = lint_imports(BASE_DIR)
    assert checked.returncode == 0, checked.stdout
    assert " 0 broken." in checked.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("incidents/public/planted.py", "import incidents.authoring", "Doors in, then stages"),
        ("incidents/review/planted.py", "import incidents.publishing", "Doors in, then stages"),
        ("incidents/models/planted.py", "import incidents.permissions", "Doors in, then stages"),
        ("incidents/helpers.py", "", "Doors in, then stages"),  # a module without a place in the rule
        ("incidents/authoring/forms/planted.py", "import incidents.authoring.views", "Inside a package"),
        ("accounts/planted.py", "import incidents.models", "Accounts know nothing of incidents"),
        ("outbox/line.py", "import accounts", "what sends mail of neither"),
        ("jobs/planted.py", "import outbox.models", "Jobs know only when to run"),
        ("incidents/models/planted.py", "from config import env", "Apps read settings through django.conf"),
        ("accounts/planted.py", "import tests", "Apps read settings through django.conf"),
        ("incidents/public/planted.py", "import bench", "Apps read settings through django.conf"),
        ("config/planted.py", "import bench", "The program runs without tests and benchmarks"),
        ("incidents/parsing/planted.py", "import django.utils", "are plain Python"),
    ],
)
def test_the_import_rule_notices(copied_tree: Path, file: str, line: str, contract: str) -> None:
    (copied_tree / file).write_text(f"{line}\n")
    checked = lint_imports(copied_tree)
    assert checked.returncode == 1
    (broken,) = (row for row in checked.stdout.splitlines() if row.endswith(" BROKEN"))
    assert contract in broken


# ── The laws ────────────────────────────────────────────────────────────────
def python_files(root: Path, *packages: str) -> Iterator[Path]:
    for package in packages:
        yield from (path for path in (root / package).rglob("*.py") if "migrations" not in path.parts)


def is_called(path: Path, name: str, root: Path) -> bool:
    """Whether this is the module of that name, or one inside the package of that name."""
    return name in path.relative_to(root).with_suffix("").parts


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def views_do_not_write(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{call.lineno} calls {call.func.attr}"
        for path in python_files(root, *PACKAGES)
        if is_called(path, "views", root)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
    ]


def operations_know_no_http(root: Path) -> list[str]:
    found = []
    for path in python_files(root, *PACKAGES):
        if not is_called(path, "operations", root):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name}" for name in names]
            found += [f"{path.relative_to(root)} imports {name}" for name in names if name.startswith(HTTP)]
    return found


def forms_do_not_save(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{call.lineno} saves a form"
        for path in python_files(root, *PACKAGES)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "save"
        and ast.unparse(call.func.value).lower().endswith(("form", "formset"))
    ]


def modules_have_telling_names(root: Path) -> list[str]:
    return [
        str(path.relative_to(root))
        for path in python_files(root, *PACKAGES, "bench", "tests")
        if VAGUE_NAMES & set(path.relative_to(root).with_suffix("").parts)
    ]


def files_are_short(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)} has {lines} lines"
        for path in python_files(root, *PACKAGES, "bench", "tests")
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    ]


LAWS: dict[Law, tuple[str, str]] = {
    # each law, and what breaks it
    views_do_not_write: ("incidents/review/views.py", "Report.objects.create(title='')\n"),
    operations_know_no_http: ("incidents/review/operations.py", "from django.contrib import messages\n"),
    forms_do_not_save: ("accounts/views.py", "role_form.save()\n"),
    modules_have_telling_names: ("incidents/common/names.py", ""),
    files_are_short: ("tests/test_long.py", "\n" * 401),
}


@pytest.mark.parametrize("law", LAWS)
def test_the_law_holds(law: Law) -> None:
    assert law(BASE_DIR) == []


@pytest.mark.parametrize("law", LAWS)
def test_the_law_notices(law: Law, tmp_path: Path) -> None:
    file, violation = LAWS[law]
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text("")
    assert law(tmp_path) == [] or law is modules_have_telling_names
    (tmp_path / file).write_text(violation)
    assert len(law(tmp_path)) == 1
