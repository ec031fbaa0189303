"""What a fresh clone relies on: the packages it names, the Python it finds, a light start."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    *("torch", "transformers", "sentence_transformers", "gensim", "sklearn", "faiss"),
    *("numba", "umap", "pynndescent", "distributed", "dask", "matplotlib"),
)
SH = shutil.which("sh")


def test_importing_the_app_and_all_its_modules_loads_nothing_heavy(repo):
    script = """
import importlib, pkgutil, sys
import app, embeddings, pages.shared
for package in (embeddings, pages.shared):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""
    found = subprocess.run(
        [sys.executable, "-c", script, *HEAVY], cwd=repo, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []


def pins(path: Path) -> dict[str, str]:
    """Return the version that a requirements file pins for each package."""
    lines = [line.partition("#")[0].strip() for line in path.read_text().splitlines()]
    names = [line.split("==") for line in lines if line and not line.startswith("-r")]
    bare = ((name.partition("[")[0], version) for name, version in names)  # "moto[server]"
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in bare}


def imported(paths: list[Path]) -> set[str]:
    """Return the top-level names that those files import, anywhere in them."""
    names: set[str] = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names


def test_every_package_that_is_imported_is_in_the_requirements(repo):
    files = [repo / "app.py", *repo.glob("embeddings/**/*.py"), *repo.glob("pages/**/*.py")]
    ours = {"app", "embeddings", "pages"}
    providers = importlib.metadata.packages_distributions()
    pinned = pins(repo / "requirements.txt")
    for name in imported(files) - set(sys.stdlib_module_names) - ours:
        packages = {re.sub(r"[-_.]+", "-", p).lower() for p in providers.get(name, [name])}
        assert packages & set(pinned), f"{name} is imported but not in requirements.txt"


def test_the_pinned_versions_are_the_ones_under_test(repo):
    pinned = pins(repo / "requirements.txt") | pins(repo / "requirements-dev.txt")
    # A local label such as +cpu says how a package was built, not which version it is.
    have = {name: importlib.metadata.version(name).partition("+")[0] for name in pinned}
    assert have == pinned


def pretend_python(folder: Path, name: str, version: str, venv: bool = True) -> Path:
    """Write a program that answers the two questions which tools/find_python asks."""
    program = folder / name
    program.write_text(
        f"#!{SH}\n"
        f'case "$2" in *version*) echo {version} ;; *ensurepip*) exit {0 if venv else 1} ;; esac\n'
    )
    program.chmod(0o755)
    return program


def find_python(repo: Path, path: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SH, repo / "tools" / "find_python", given],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
    )


def test_the_first_python_that_fits_is_taken(repo, tmp_path):
    pretend_python(tmp_path, "python", "2.7")
    pretend_python(tmp_path, "python3", "3.14")
    pretend_python(tmp_path, "python3.12", "3.12")
    pretend_python(tmp_path, "python3.13", "3.13")
    assert find_python(repo, tmp_path).stdout == "python3.12\n"


def test_a_name_that_does_not_run_is_passed_over(repo, tmp_path):
    broken = tmp_path / "python3.11"
    broken.write_text(f"#!{SH}\nexit 127\n")
    broken.chmod(0o755)
    pretend_python(tmp_path, "python3", "3.13")
    assert find_python(repo, tmp_path).stdout == "python3\n"


def test_a_python_can_be_named(repo, tmp_path):
    folder = tmp_path / "with a space"
    folder.mkdir()
    python = pretend_python(folder, "python", "3.11")
    assert find_python(repo, tmp_path, str(python)).stdout == f"{python}\n"


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("3.14", "Python 3.14 is too new"),
        ("4.0", "Python 4.0 is too new"),
        ("3.10", "Python 3.10 is too old"),
        ("3.6", "Python 3.6 is too old"),
        ("2.7", "Python 2.7 is too old"),
    ],
)
def test_a_python_that_does_not_fit_gets_one_line(repo, tmp_path, version, says):
    pretend_python(tmp_path, "python3", version)
    result = find_python(repo, tmp_path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(says)
    assert "3.11, 3.12 or 3.13" in result.stderr


def test_no_python_and_no_venv_get_one_line_each(repo, tmp_path):
    nothing = find_python(repo, tmp_path)
    assert nothing.returncode == 1
    assert nothing.stderr.startswith("No Python found: install")
    assert find_python(repo, tmp_path, "missing").stderr.startswith("missing does not run: ")
    pretend_python(tmp_path, "python3", "3.11", venv=False)
    pretend_python(tmp_path, "python", "2.7")
    lacking = find_python(repo, tmp_path)
    assert lacking.returncode == 1
    assert lacking.stderr.count("\n") == 1
    assert "python3.11-venv" in lacking.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_another_python_makes_the_environment_anew(repo, tmp_path):
    """Told by what make would do: the environment here is nothing but its Python."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "tools"):
        (tmp_path / name).symlink_to(repo / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / "installed").touch()
    pretend_python(tmp_path, "other", "3.12")

    def would_do(*arguments: str) -> str:
        command = ["make", "--dry-run", "run", *arguments]
        return subprocess.check_output(command, cwd=tmp_path, text=True)

    for arguments in ((), (f"PYTHON={sys.executable}",)):
        assert "-m venv" not in would_do(*arguments)
        assert "pip install" not in would_do(*arguments)
    other = would_do(f"PYTHON={tmp_path / 'other'}")
    assert other.index("-m venv") < other.index("pip install") < other.index("streamlit run")


@pytest.fixture
def busy_port():
    with socket.socket() as listener:
        listener.bind(("", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


def check_port(repo: Path, port: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, repo / "tools" / "port_is_free.py", port]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_port_in_use_gets_one_line(repo, busy_port):
    result = check_port(repo, busy_port)
    assert result.returncode == 1
    advice = f"stop what uses it, or say make run PORT={int(busy_port) + 1}"
    assert result.stderr == f"Port {busy_port} is in use: {advice}\n"


@pytest.mark.parametrize("port", ["", "abc", "0", "65536", "-1", "8501x"])
def test_what_is_no_port_gets_one_line(repo, port):
    result = check_port(repo, port)
    assert result.returncode == 1
    assert result.stderr == f"PORT is {port!r}; it must be a whole number from 1 to 65535.\n"


def test_a_free_port_is_silent(repo):
    with socket.socket() as probe:
        probe.bind(("", 0))
        port = str(probe.getsockname()[1])
    result = check_port(repo, port)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_streamlit_itself_says_that_a_port_is_in_use(repo, busy_port):
    result = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", busy_port],
        cwd=repo,
        env={**os.environ, "STREAMLIT_BROWSER_SERVER_ADDRESS": "localhost"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert f"Port {busy_port} is not available" in result.stderr
    assert "Traceback" not in result.stderr
