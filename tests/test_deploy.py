"""What the files of `deploy/` promise: the image holds all that runs, settings are documented."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
import uvicorn
import yaml

from tests.serving import free_port


def lines(repo, word: str) -> list[str]:
    """What stands behind an instruction of the Dockerfile."""
    text = (repo / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{word} +(.+)$", text, re.M)


def test_what_the_image_copies_is_all_that_the_app_needs(repo, tmp_path):
    """The image's files in a folder of their own, run by the image's own command."""
    image = tmp_path / "app"
    for line in lines(repo, "COPY"):
        source, into = line.split()
        target = image / into / (source if into == "./" else "")
        target.parent.mkdir(parents=True, exist_ok=True)
        if (repo / source).is_dir():
            shutil.copytree(repo / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target = image / into / os.path.basename(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repo / source, target)
    (command,) = lines(repo, "CMD")[-1:]
    port = free_port()
    words = [word.replace("8501", str(port)) for word in json.loads(command)]
    assert words[0] == "streamlit"
    settings = dict(pair.split("=", 1) for pair in shlex.split(lines(repo, "ENV")[-1]))
    log = tmp_path / "log.txt"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=image,
            env={**os.environ, **settings, "LSE_CACHE": str(tmp_path / "cache")},
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                address = f"http://127.0.0.1:{port}/health/ready"
                with urllib.request.urlopen(address, timeout=10) as answer:
                    parts = json.load(answer)["parts"]
                break
            time.sleep(0.2)
        else:
            pytest.fail(log.read_text(errors="replace"))
        assert set(parts.values()) == {"ok"}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert "/data/projection/" in answer.headers["link"]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_every_setting_of_the_deployment_is_documented(repo):
    readme = (repo / "README.md").read_text()
    documented = set(re.findall(r"LSE_[A-Z_]+", readme))
    own = {"LSE_PROCESSES", "LSE_PYTHON", "LSE_RUN", "LSE_PORTS"}  # between deploy's own files
    for path in (repo / "deploy").iterdir():
        assert set(re.findall(r"LSE_[A-Z_]+", path.read_text())) - own <= documented, path.name


def test_nginx_lets_go_of_an_idle_connection_before_the_app_does(repo):
    text = (repo / "deploy" / "nginx.conf").read_text()
    seconds = int(re.search(r"keepalive_timeout (\d+)s;", text)[1])
    assert 0 < seconds < uvicorn.Config("app:app").timeout_keep_alive


def test_the_compose_file_runs_what_is_there(repo):
    compose = yaml.safe_load((repo / "deploy" / "compose.yaml").read_text())
    services = compose["services"]
    assert {"nginx", "app1", "app2", "database", "scheduler", "worker"} == set(services)
    for service in services.values():
        build = service.get("build")
        if build:
            assert (repo / "deploy" / build["context"] / build["dockerfile"]).is_file()
        for name in service.get("depends_on") or ():
            assert name in services
        for each in service.get("configs", ()):
            assert each["source"] in compose["configs"]
            # A folder in memory would cover what compose has put there before the start.
            over = [path.partition(":")[0] for path in service.get("tmpfs", ())]
            assert not any(each["target"].startswith(f"{path}/") for path in over)
    for name, config in compose["configs"].items():
        assert "content" in config or (repo / "deploy" / config["file"]).is_file(), name
    # Every replica that runs is one that nginx knows.
    named = set(re.findall(r"server (\w+):8501", compose["configs"]["upstream"]["content"]))
    assert named == {name for name, of in services.items() if "LSE_INSTANCE" in str(of)}
    included = set(re.findall(r"include (\S+);", (repo / "deploy" / "nginx.conf").read_text()))
    assert included == {
        each["target"].rpartition("/")[2] for each in services["nginx"]["configs"]
    } - {"nginx.conf"}
