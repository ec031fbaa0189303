"""Jobs on real processes: once for all who ask, with progress, cancelled, killed, closed."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
import types
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from embeddings import methods, projection, store
from embeddings.errors import UserError
from embeddings.jobs import Jobs, Status, _table_of
from embeddings.jobs.settings import Settings
from embeddings.jobs.worker import describe
from embeddings.types import (
    AgreementSpec,
    AttentionSpec,
    FillInSpec,
    NeighborsSpec,
    ProjectionSpec,
    Spec,
    TrustSpec,
    VocabularySpec,
)

# The computing processes import it too, and look for modules where this process does.
sys.path.append(str(Path(__file__).parent))
jobs_tasks = importlib.import_module("jobs_tasks")

QUICK = Settings(workers=2, memory="1GiB", max_queue=5, delay=0, warm_up=False)
LONG = 60


class Memory:
    """A store that keeps bytes."""

    def __init__(self, writable=True):
        self.kept, self.writable = {}, writable

    def load(self, request):
        return self.kept.get(request.key)

    def save(self, request, result):
        if self.writable:
            self.kept[request.key] = result
        return self.writable

    def loads(self, request, data):
        return data


@pytest.fixture(scope="module")
def jobs():
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=QUICK) as running:
        yield running


def spec(task, folder, seed=0):
    return Spec(task, vocabulary=str(folder), seed=seed)


def runs(folder, task, seed=0):
    file = folder / f"{task}-{seed}.ran"
    return file.read_text().split() if file.exists() else []


def until(condition):
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def done(jobs, request):
    status = jobs.wait(jobs.submit(request), LONG)
    assert status.state == "done", status
    return jobs.result(request)


def start_running(jobs, request):
    key = jobs.submit(request)
    until(lambda: jobs.status(key).state == "running")
    of = getattr(request, "table", request)
    until(lambda: runs(Path(of.vocabulary), of.method, of.seed))
    return key


def processes_of(jobs):
    parent = psutil.Process(jobs._connection.processes.pid)
    return [parent, *parent.children(recursive=True)]


def test_fifty_people_asking_for_the_same_cost_one_computation(jobs, tmp_path):
    request = spec("answer", tmp_path)
    with ThreadPoolExecutor(50) as people:
        keys = set(people.map(lambda _: jobs.submit(request), range(50)))
    assert keys == {request.key}
    assert jobs.wait(request.key, LONG) == Status("done", 1.0)
    assert len(runs(tmp_path, "answer")) == 1
    assert jobs.result(request) == b"42"


def test_progress_arrives_while_the_job_runs(jobs, tmp_path):
    key = start_running(jobs, spec("steps", tmp_path))
    until(lambda: jobs.status(key).message.startswith("step"))
    first = jobs.status(key).fraction
    until(lambda: jobs.status(key).fraction > first)
    assert not jobs.wait(key, timeout=0.01).ended
    (tmp_path / "go").touch()
    assert jobs.wait(key, LONG).state == "done"


def test_nothing_of_a_finished_job_stays_in_the_cluster(jobs, tmp_path):
    request = spec("answer", tmp_path, seed=1)
    done(jobs, request)

    def held():
        return jobs._connection.client.run_on_scheduler(
            lambda dask_scheduler: list(dask_scheduler.tasks)
        )

    until(lambda: not any(request.key in key for key in held()))


def test_a_job_that_is_told_to_stop_stops(jobs, tmp_path):
    request = spec("steps", tmp_path)
    key = start_running(jobs, request)
    jobs.cancel(key)
    assert jobs.status(key).state == "cancelled"
    until(lambda: not jobs._executing)
    before = processes_of(jobs)
    (tmp_path / "go").touch()
    assert done(jobs, request) == b"walked"
    assert processes_of(jobs) == before


def test_a_job_asked_for_again_while_it_stops_is_done(jobs, tmp_path):
    request = spec("steps", tmp_path)
    for _ in range(5):
        jobs.cancel(start_running(jobs, request))
        jobs.submit(request)
        jobs.cancel(request.key)
    jobs.submit(request)
    (tmp_path / "go").touch()
    assert jobs.wait(request.key, LONG).state == "done"


def test_only_the_last_who_wants_a_job_cancels_it(jobs, tmp_path):
    request = spec("steps", tmp_path)
    key = start_running(jobs, request)
    jobs.submit(request)
    jobs.cancel(key)
    assert jobs.status(key).state == "running"
    jobs.cancel(key)
    assert jobs.status(key).state == "cancelled"
    jobs.cancel(key)


def test_a_named_reader_wants_a_job_once_and_withdraws_it_once(jobs, tmp_path):
    request = spec("steps", tmp_path)
    key = request.key
    for who in ("ann", "ann", "bob"):
        jobs.submit(request, who)
    until(lambda: jobs.status(key).state == "running")
    for _ in range(3):
        jobs.cancel(key, "ann")
    jobs.cancel(key, "eve")
    assert jobs.status(key).state == "running"
    jobs.leave("bob", keep={key})
    assert jobs.status(key).state == "running"
    jobs.leave("bob")
    assert jobs.status(key).state == "cancelled"


def test_what_is_about_the_same_vectors_goes_to_the_same_process(jobs, tmp_path):
    until(lambda: not jobs._executing)
    for k in range(1, 5):
        table = spec("answer", tmp_path, seed=11)
        done(jobs, NeighborsSpec(table, k))
        until(lambda: not jobs._executing)
    assert len(set(runs(tmp_path, "answer", 11))) == 1
    assert len(runs(tmp_path, "answer", 11)) == 4


def test_waiting_jobs_know_their_place_are_limited_and_leave_at_once(jobs, tmp_path):
    until(lambda: not jobs._executing)
    running = [start_running(jobs, spec("steps", tmp_path, seed)) for seed in (1, 2)]
    waiting = [jobs.submit(spec("answer", tmp_path, seed)) for seed in range(4)]
    maps = ProjectionSpec(spec("answer", tmp_path))
    last = jobs.submit(maps)
    assert jobs.status(waiting[0]) == Status(
        "queued", 0.0, "2 jobs are being computed before yours.", ahead=2
    )
    assert jobs.status(last).ahead == 6
    with pytest.raises(UserError, match=r"The queue is full: 5 jobs are waiting\. Try again"):
        jobs.submit(spec("answer", tmp_path, 9))
    jobs.cancel(last)
    jobs.cancel(waiting[0])
    assert jobs.wait(waiting[0], LONG).state == "cancelled"
    assert jobs.status(waiting[1]).ahead == 2
    (tmp_path / "go").touch()
    assert {jobs.wait(key, LONG).state for key in [*running, *waiting[1:]]} == {"done"}
    assert runs(tmp_path, "answer", 0) == []


def test_a_visitor_wants_so_many_jobs_at_once_in_all_his_sessions_together(tmp_path):
    settings = replace(QUICK, workers=1, max_queue=50, per_visitor=3)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as jobs:
        first, second, third, fourth = (spec("steps", tmp_path, seed) for seed in range(4))
        for request, who in ((first, "ann.1"), (second, "ann.2"), (third, "ann.2")):
            jobs.submit(request, who)
        with pytest.raises(UserError, match=r"asked for 3 results .* may have 3 .* cancel one"):
            jobs.submit(fourth, "ann.1")
        with pytest.raises(UserError, match="No job of this name"):
            jobs.status(fourth.key)
        jobs.submit(second, "ann.1")  # what he wants already, in another session
        jobs.submit(fourth, "bob.1")
        with pytest.raises(UserError, match="may have 3"):
            jobs.submit(fourth, "ann.1")  # another visitor's job counts as well
        jobs.leave("ann.2")
        assert jobs.status(third.key).state == "cancelled"
        assert not jobs.status(second.key).ended, "his other session still wants it"
        jobs.submit(fourth, "ann.1")
        for seed in range(10, 14):
            jobs.submit(spec("answer", tmp_path, seed))  # without a name there is no limit
        (tmp_path / "go").touch()
        assert {jobs.wait(each.key, LONG).state for each in (first, second, fourth)} == {"done"}
        jobs.submit(spec("answer", tmp_path, 20), "ann.1")


def order_of(folder, count):
    """The seeds of the task "answer" in the order in which they were begun."""
    files = sorted(folder.glob("answer-*.ran"), key=lambda file: file.stat().st_mtime_ns)
    assert len(files) == count
    return [int(file.stem.partition("-")[2]) for file in files]


def test_visitors_take_turns_and_each_keeps_his_order(tmp_path):
    settings = replace(QUICK, workers=1, max_queue=50)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as jobs:
        blocker = spec("steps", tmp_path)
        jobs.submit(blocker, "ann.1")
        until(lambda: jobs.status(blocker.key).state == "running")
        asked = [(seed, "ann.1") for seed in range(1, 5)] + [(11, "bob.1"), (21, "eve.1")]
        asked += [(12, "bob.2"), (22, "eve.1")]
        keys = {seed: jobs.submit(spec("answer", tmp_path, seed), who) for seed, who in asked}
        expected = [11, 21, 1, 12, 22, 2, 3, 4]
        assert [jobs.status(keys[seed]).ahead for seed in expected] == list(range(1, 9))
        assert jobs.status(keys[1]).message == "3 jobs are being computed before yours."
        jobs.submit(spec("answer", tmp_path, 4), "zoe.1")  # wanted by one who has had nothing yet
        expected = [4, 11, 21, 1, 12, 22, 2, 3]
        assert [jobs.status(keys[seed]).ahead for seed in expected] == list(range(1, 9))
        (tmp_path / "go").touch()
        for key in keys.values():
            assert jobs.wait(key, LONG).state == "done"
    assert order_of(tmp_path, 8) == expected


def test_whoever_has_less_under_way_goes_first(tmp_path):
    settings = replace(QUICK, workers=2, max_queue=50)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as jobs:
        mine = [jobs.submit(spec("steps", tmp_path, seed), "ann.1") for seed in (1, 2)]
        until(lambda: all(jobs.status(key).state == "running" for key in mine))
        late = [jobs.submit(spec("answer", tmp_path, seed), "ann.1") for seed in (3, 4)]
        bobs = jobs.submit(spec("stuck", tmp_path), "bob.1")
        assert [jobs.status(key).ahead for key in (bobs, *late)] == [2, 3, 4]
        jobs.cancel(mine[0], "ann.1")
        until(lambda: jobs.status(bobs).state == "running")
        assert [jobs.status(key).state for key in late] == ["queued", "queued"]
        assert jobs.status(bobs).ahead == 0
        (tmp_path / "go").touch()
        assert {jobs.wait(key, LONG).state for key in (*late, bobs)} == {"done"}


def test_a_stuck_job_loses_its_process_and_no_other_job_suffers(jobs, tmp_path):
    other = start_running(jobs, spec("steps", tmp_path))
    key = start_running(jobs, spec("stuck", tmp_path))
    (process,) = runs(tmp_path, "stuck")
    jobs.cancel(key)
    until(lambda: not psutil.pid_exists(int(process)))
    assert jobs.status(other).state == "running"
    assert len(runs(tmp_path, "steps")) == 1
    (tmp_path / "go").touch()
    assert jobs.wait(other, LONG).state == "done"
    assert done(jobs, spec("answer", tmp_path)) == b"42"


def test_a_job_whose_process_died_is_tried_once_more(jobs, tmp_path):
    (tmp_path / "deaths").write_text("1")
    assert done(jobs, spec("dies", tmp_path)) == b"alive"
    assert len(runs(tmp_path, "dies")) == 2


def test_a_job_whose_process_died_twice_has_failed_and_can_be_asked_for_again(jobs, tmp_path):
    (tmp_path / "deaths").write_text("2")
    request = spec("dies", tmp_path)
    status = jobs.wait(jobs.submit(request), LONG)
    assert status.state == "failed"
    assert status.message == (
        f"The computing process ended twice while computing the vectors of dies on {tmp_path}; "
        "perhaps it ran out of memory. Try a smaller vocabulary."
    )
    assert len(runs(tmp_path, "dies")) == 2
    assert done(jobs, request) == b"alive"


def test_the_last_words_of_a_dead_process_do_not_keep_its_place_taken(jobs, tmp_path):
    (tmp_path / "deaths").write_text("1")
    assert done(jobs, spec("dies", tmp_path)) == b"alive"
    connection = jobs._connection
    until(lambda: connection._gone)
    late = {"job": "0" * 20, "event": "progress", "worker": next(iter(connection._gone))}
    connection._hear((0.0, {**late, "fraction": 0.5, "message": "late"}))
    assert late["job"] not in {job for _, job in jobs._executing}
    assert done(jobs, spec("answer", tmp_path, seed=3)) == b"42"


def test_what_a_person_did_wrong_is_said_in_its_own_words(jobs, tmp_path):
    status = jobs.wait(jobs.submit(spec("misnamed", tmp_path)), LONG)
    assert status == Status("failed", message="There is no word called 'kimg'. Did you mean king?")


def test_any_other_error_is_one_line_and_its_traceback_is_in_the_log(jobs, tmp_path, caplog):
    status = jobs.wait(jobs.submit(spec("broken", tmp_path)), LONG)
    assert status.state == "failed"
    assert status.message.startswith("Something went wrong while computing the vectors of broken")
    assert "KeyError: 'first line" in status.message
    assert "\n" not in status.message
    assert "in broken" in caplog.text


def test_an_unknown_job_is_an_error_in_one_line(jobs):
    with pytest.raises(UserError, match="No job of this name"):
        jobs.status("0" * 20)


def test_results_are_kept_where_the_store_cannot_be_written(jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "_given_store", Memory(writable=False))
    request = spec("answer", tmp_path, seed=2)
    assert done(jobs, request) == b"42"
    assert done(jobs, request) == b"42"
    assert len(runs(tmp_path, "answer", 2)) == 1


def test_the_app_goes_on_when_all_processes_were_killed(jobs, tmp_path):
    request = spec("steps", tmp_path)
    key = start_running(jobs, request)
    processes_of(jobs)[0].kill()
    status = jobs.wait(key, LONG)
    assert status.state == "failed"
    assert "They start anew: ask again." in status.message
    (tmp_path / "go").touch()
    assert done(jobs, request) == b"walked"


def test_processes_are_spawned_apart_from_the_page_that_is_shown(tmp_path, monkeypatch):
    """Under Streamlit the main script is the page, and spawning imports the main script again."""
    page = tmp_path / "page.py"
    page.write_text(f"import streamlit; open({str(tmp_path / 'shown')!r}, 'w')")
    main = types.ModuleType("__main__")
    main.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", main)
    settings = Settings(workers=1, memory="1GiB", delay=0, warm_up=False)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as jobs:
        seen = json.loads(done(jobs, spec("look_around", tmp_path)))
        cluster, *workers = processes_of(jobs)
        listening = [
            c.laddr.ip
            for p in (cluster, *workers)
            for c in p.net_connections()
            if c.status == psutil.CONN_LISTEN
        ]
    assert seen["distributed"] and not seen["streamlit"]
    assert not (tmp_path / "shown").exists()
    assert seen["memory"] == 2**30
    assert seen["nice"] > os.nice(0) or seen["nice"] == 19
    assert None not in seen["threads"].values()
    assert set(listening) == {"127.0.0.1"}
    assert psutil.wait_procs([cluster, *workers], timeout=LONG)[1] == []


def test_each_new_process_is_warmed_once(tmp_path, monkeypatch):
    monkeypatch.setattr("embeddings.jobs.connection.WARM_UP", (jobs_tasks.warm,))
    seeds = iter(range(10_000))
    settings = Settings(workers=1, memory="1GiB", delay=0, warm_up=True)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as jobs:

        def look():
            return json.loads(done(jobs, spec("look_around", tmp_path, next(seeds))))

        until(lambda: look()["warmed"])
        first = look()
        os.kill(first["pid"], signal.SIGKILL)
        until(lambda: look()["pid"] != first["pid"])
        until(lambda: look()["warmed"])
        second = look()
    assert first["warmed"] == [first["pid"]]
    assert second["warmed"] == [second["pid"]]


def test_a_real_map_is_drawn_by_a_warm_process():
    """GloVe's vectors of the hand-written topics, from the package to UMAP's coordinates."""
    request = projection.spec(
        methods.get("glove").spec("topics"), seed=7, parameters={"n_epochs": 60}
    )
    messages = []
    settings = Settings(workers=1, memory="3GiB", delay=0, warm_up=True)
    with Jobs(settings=settings) as jobs:
        key = jobs.submit(request)
        while not jobs.wait(key, timeout=0.05).ended:
            messages.append(jobs.status(key).message)
        assert jobs.status(key) == Status("done", 1.0)
        made = jobs.result(request)
        process = processes_of(jobs)[-1]
        long = replace(request, parameters={**dict(request.parameters), "n_epochs": 1000})
        key = jobs.submit(long)
        until(lambda: "epoch" in jobs.status(key).message)
        jobs.cancel(key)
        until(lambda: not jobs._executing)
        assert process.is_running(), "a map stops by itself, its process stays warm"
    assert not store.default().has(long)
    assert made.spec == request
    words = store.default().load(VocabularySpec("topics")).words
    assert made.coordinates.shape == (len(words), 2)
    assert len({message for message in messages if message}) > 2
    assert store.default().has(request)


APP = """
import sys, time
import jobs_tasks
from embeddings.jobs import Jobs
from embeddings.jobs.settings import Settings
from embeddings.types import Spec

settings = Settings(workers=1, memory="1GiB", delay=0, warm_up=False)
jobs = Jobs(run=jobs_tasks.run, store=object(), settings=settings)
started = [name for name in ("distributed", "numba", "umap") if name in sys.modules]
key = jobs.submit(Spec("stuck", vocabulary=sys.argv[1]))
while jobs.status(key).state != "running":
    time.sleep(0.05)
print(jobs._connection.processes.pid, *started, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_app(tmp_path, signum):
    app = subprocess.Popen(
        [sys.executable, "-c", APP, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    (pid,) = app.stdout.readline().split()
    cluster = psutil.Process(int(pid))
    family = [cluster, *cluster.children(recursive=True)]
    app.send_signal(signum)
    app.wait(LONG)
    assert psutil.wait_procs(family, timeout=LONG)[1] == []


def test_a_cluster_that_does_not_answer_fails_the_job_and_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr("embeddings.jobs.connection.CONNECT_WITHIN", 1)
    settings = Settings(address="tcp://127.0.0.1:1", delay=0)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as jobs:
        for _ in range(2):
            status = jobs.wait(jobs.submit(spec("answer", tmp_path)), LONG)
            assert status.state == "failed"
            assert status.message == (
                "The Dask cluster at tcp://127.0.0.1:1 does not answer. Start it, correct "
                "LSE_DASK_ADDRESS, or unset that to compute on this machine."
            )
    with pytest.raises(UserError, match="The app is ending"):
        jobs.submit(spec("answer", tmp_path))


def test_an_existing_cluster_can_do_the_work(jobs, tmp_path):
    done(jobs, spec("answer", tmp_path))
    address = jobs._connection.client.scheduler.address
    settings = Settings(address=address, delay=0, warm_up=False)
    with Jobs(run=jobs_tasks.run, store=Memory(), settings=settings) as other:
        request = spec("steps", tmp_path)
        mine, theirs = start_running(jobs, request), start_running(other, request)
        assert len(runs(tmp_path, "steps")) == 1
        jobs.cancel(mine)
        (tmp_path / "go").touch()
        assert other.wait(theirs, LONG).state == "done"
    assert done(jobs, spec("answer", tmp_path, seed=7)) == b"42"


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("LSE_WORKERS", "many", "whole number from 1 to 256"),
        ("LSE_WORKERS", "0", "whole number from 1 to 256"),
        ("LSE_WORKER_MEMORY", "plenty", "such as 4GiB"),
        ("LSE_WORKER_MEMORY", "4", "such as 4GiB"),
        ("LSE_MAX_QUEUE", "-1", "whole number from 1 to 100000"),
        ("LSE_JOBS_PER_VISITOR", "0", "whole number from 1 to 100000"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_may_be(name, value, advice):
    with pytest.raises(UserError, match=f"^{name} is '{value}'; it must be .*{advice}"):
        Settings.from_environment({name: value})


def test_settings_come_from_the_environment():
    given = {"LSE_DASK_ADDRESS": "tcp://host:8786", "LSE_WORKERS": "3", "LSE_WARM_DELAY": "0"}
    settings = Settings.from_environment(
        {**given, "LSE_WORKER_MEMORY": "2GiB", "LSE_JOBS_PER_VISITOR": "7"}
    )
    assert (settings.per_visitor, Settings().per_visitor) == (7, 20)
    assert (settings.address, settings.workers) == ("tcp://host:8786", 3)
    assert (settings.memory, settings.delay) == ("2GiB", 0)


def test_texts_go_to_the_worker_that_has_their_model():
    first, other = AttentionSpec("one text"), AttentionSpec("another", "and its pair")
    assert _table_of(first) == _table_of(other) != _table_of(AttentionSpec("x", model="./bert"))
    assert _table_of(FillInSpec("___", "./bert")) == _table_of(AttentionSpec("x", model="./bert"))


def test_what_is_being_done_is_said_in_words():
    glove, bert = Spec("glove", "topics"), Spec("bert", "topics")
    told = {
        VocabularySpec("topics"): "listing the words of topics",
        bert: "computing the vectors of bert on topics",
        ProjectionSpec(bert): "drawing the map of bert on topics",
        TrustSpec(ProjectionSpec(bert)): "judging the map of bert on topics",
        AgreementSpec(glove, bert): "comparing glove with bert on topics",
        AttentionSpec("some text"): "reading a text",
        FillInSpec("a ___ text", "./bert"): "filling in a blank",
    }
    assert {request: describe(request) for request in told} == told
