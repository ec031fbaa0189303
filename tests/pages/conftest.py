"""What the tests of pages share: one small real map in the store, and jobs that run nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from embeddings import jobs, recipes
from embeddings.types import Request, Result, VocabularySpec
from pages.shared import access
from pages.shared.address import Choice, write

SMALL = Choice("glove", "topics", 2, "pca")


@pytest.fixture(scope="session")
def small_map() -> access.MapRequests:
    """GloVe's map of the topics by PCA: real, and made in a few seconds."""
    requests = access.map_requests(SMALL)
    for request in (*requests.wanted, VocabularySpec("common-10k")):
        recipes.fetch(request)
    return requests


@pytest.fixture(scope="session")
def small_address() -> dict[str, str]:
    """The query of the small map's address."""
    return write(SMALL)


@dataclass
class QuietJobs:
    """Stands for the workers: a test says how each job stands."""

    standing: jobs.Status = field(default_factory=lambda: jobs.Status("running", 0.4, "Drawing"))
    asked: list[Request] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)

    def submit(self, request: Request, who: str = "") -> str:
        self.asked.append(request)
        return request.key

    def status(self, key: str) -> jobs.Status:
        if all(key != request.key for request in self.asked):
            raise jobs.UserError("No job of this name is known; ask for its result once more.")
        return self.standing

    def wait(self, key: str, timeout: float | None = None) -> jobs.Status:
        return self.status(key)

    def cancel(self, key: str, who: str = "") -> None:
        self.cancelled.append(key)

    def leave(self, who: str, keep: Collection[str] = ()) -> None:
        self.cancelled += [r.key for r in self.asked if r.key not in {*keep, *self.cancelled}]

    def forget(self, name: str) -> None:
        """Nothing is held here of what visitors brought."""

    def result(self, request: Request) -> Result | None:
        return self.results.get(request.key)


@pytest.fixture
def quiet_jobs(monkeypatch) -> QuietJobs:
    """Put the stand-in where pages look for the workers."""
    quiet = QuietJobs()
    monkeypatch.setattr(jobs, "shared", lambda: quiet)
    return quiet
