"""The house: which floor may import which, where files are opened, and that nothing local leaks into it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import small_district

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "carbon_pipeline"
UPSTAIRS = {"assets", "dagster", "sensors"}
MAY_KNOW_UPSTAIRS = {"cli.py", "definitions.py"}
ROOMS = (
    ("metering/formats/", "incoming exports"),
    ("registry/workbook.py", "incoming registers"),
    ("lake/", "tables"),
    ("settings.py", "configuration"),
)
FLOORS = ("metering", "registry", "accounting", "efficiency", "budget", "tariff")
"""From below to above; metering and registry stand side by side, the register reads its cells as meter exports do."""
READERS = {
    "open", "read_bytes", "read_text", "read_csv", "read_excel", "read_parquet", "scan_csv", "scan_delta", "scan_parquet",
}  # fmt: skip
OPEN_FILES_OF_THEIR_OWN = {
    "demo/": "writes and reads the series that it ships",
    "page/": "its own template",
    "intake/": "asks the rooms for content, marks its own progress",
    "console/": "writes what people asked for",
    "serving.py": "logs and Dagster's own files",
    "settling.py": "marks what it has settled",
    "cli.py": "writes what people asked for",
}
"""Parts that open files which hold no data of a county."""


def modules(folder: Path = PACKAGE) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_imports__dagster_stays_upstairs() -> None:
    for name, tree in modules():
        if name not in MAY_KNOW_UPSTAIRS:
            assert not {one.partition(".")[0] for one in imported(tree)} & UPSTAIRS, name


def test_imports__django_stays_in_the_desk() -> None:
    for folder in (PACKAGE, ROOT / "assets", ROOT / "sensors"):
        for name, tree in modules(folder):
            if not name.startswith("desk/"):
                assert "django" not in {one.partition(".")[0] for one in imported(tree)}, name


def test_imports__no_floor_knows_one_above() -> None:
    for name, tree in modules():
        floor = name.partition("/")[0]
        if floor not in FLOORS:
            continue
        above = set(FLOORS[FLOORS.index(floor) + 1 :]) | {"cli", "console", "definitions", "explain", "intake", "reckoning", "serving"}
        known = {one.split(".")[1] for one in imported(tree) if one.startswith("carbon_pipeline.")}
        assert not known & above, name


def test_imports__relative_ones_are_not_used() -> None:
    for name, tree in modules():
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level], name


def test_files__are_opened_in_their_rooms_only() -> None:
    rooms = tuple(room for room, _ in ROOMS) + tuple(OPEN_FILES_OF_THEIR_OWN)
    for name, tree in modules():
        if name.startswith(rooms):
            continue
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        used = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
        assert not used & READERS, f"{name} opens files: {used & READERS}"


def test_config__holds_no_python() -> None:
    allowed = {".csv", ".md", ".yaml"}
    assert {path.suffix for path in (ROOT / "config").rglob("*") if path.is_file()} <= allowed


def test_modules__begin_by_saying_what_belongs_there() -> None:
    for folder in (PACKAGE, ROOT / "assets", ROOT / "sensors", ROOT / "benchmarks"):
        for name, tree in modules(folder):
            assert ast.get_docstring(tree), f"{folder.name}/{name}"


def test_modules__are_rarely_long() -> None:
    folders = (PACKAGE, ROOT / "assets", ROOT / "sensors")
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for folder in folders for path in folder.rglob("*.py")}
    assert max(lengths.values()) <= 450
    assert len([path for path, length in lengths.items() if length > 400]) <= 2


def test_functions__stay_short() -> None:
    lengths = []
    for folder in (PACKAGE, ROOT / "assets", ROOT / "sensors"):
        for name, tree in modules(folder):
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    lengths.append((node.end_lineno or 0) - node.lineno + 1)
                    assert lengths[-1] <= 60, f"{name}: {node.name}"
    assert sorted(lengths)[len(lengths) // 2] <= 12


def tracked() -> list[Path]:
    listed = subprocess.run([shutil.which("git") or "git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def test_repository__names_no_place_outside_itself() -> None:
    forbidden = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w|\.\./shared|https?://(?:[\w.-]*pypi|files\.|[\w.-]*artifactory)")
    if not (ROOT / ".git").exists():
        pytest.skip("no working copy")
    for path in tracked():
        if path.name == "test_house.py" or not path.is_file() or path.suffix in {".parquet", ".png", ".xlsx", ".zip", ".gz"}:
            continue
        assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), path


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"])
def test_lock__hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not re.search(r"^--?(?:index|extra|find|i|f)", text, re.MULTILINE)


def test_lock__holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {line.partition("==")[0].partition("[")[0] for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()}
    assert {re.match(r"[\w-]+", need)[0] for need in project["dependencies"]} <= locked  # type: ignore[index]


def test_makefile__lists_its_targets() -> None:
    listed = subprocess.run(
        [shutil.which("make") or "make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for target in ("install", "demo", "test", "check", "bench", "serve"):
        assert f"make {target} " in listed


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_wheel__works_outside_the_repository(tmp_path: Path) -> None:
    """The wheel brings its configuration; the packages that it needs are lent to it by this environment."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True)
    (lent,) = (path for path in sys.path if path.endswith("site-packages"))
    env = os.environ | {"PYTHONPATH": lent, "LC_ALL": "C.UTF-8"}
    register, readings = small_district.write(tmp_path)

    def run(*arguments: str) -> str:
        command = [python, "-m", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, text=True).stdout

    where = run("inspect", "--details", "carbon_pipeline")
    assert str(tmp_path / "venv") in where
    for arguments in (["ingest", str(register), str(readings)], ["refresh", "--as-of", "2025-01-31"]):
        run("carbon_pipeline.cli", *arguments, "--home", str(tmp_path / "home"))
    assert small_district.enterprise(5) in run("carbon_pipeline.cli", "show", "budgets", "--home", str(tmp_path / "home"))
