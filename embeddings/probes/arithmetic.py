"""Analogies by the thousand: the best d of every question "a is to b as c is to d", exactly.

The score of a word is its cosine with c, and its product with b - a. A test asks a few pairs a, b
with a few words c: so few products are to be made, and each question takes the greatest of their
sums. Most words need not even be added up. For a tile of questions, of ten pairs and as many
words c, the greatest of its cosines and the greatest of its products show together that no sum of
the tile can reach what its question has with another word already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.types import Progress, no_progress

WORDS_AT_ONCE = 4_096
"""Words whose products a thread holds at a time: for Google's questions some 15 MiB."""

TILE = 10
"""So many pairs and so many words c make the questions of a tile."""

TILES_AT_ONCE = 64
"""Enough for long calls of numpy, between which threads wait for the lock of Python."""

KEPT_AT_ONCE = 32_768
"""Words that matter, of all tiles at once: where all are equal, all of them do."""

THREADS = 2
"""They help, as numpy computes without the lock of Python."""

SHARED = 4
"""Questions for each pair and each word c, from which on tiles are full enough."""

LEAST, NEVER = -4.0, 8.0
"""Every score is above the one; less the other, each is below it."""

STEP = 2.0**-10
"""Shifts are whole numbers of it: so small a number of digits is taken away without rounding."""

SLACK = 1e-5
"""Sums of float32 differ by far less: no answer is passed over for their rounding."""


@contextmanager
def threads() -> Iterator[Executor]:
    """Give threads that each multiply for themselves; those of BLAS would wait for each other."""
    import threadpoolctl

    with threadpoolctl.threadpool_limits(1, "blas"), ThreadPoolExecutor(THREADS) as pool:
        yield pool


def pays(rows: NDArray[np.intp]) -> bool:
    """Whether questions share their pairs a, b and their words c, so that `best` is fast."""
    pairs = np.unique(rows[:, 0] * (rows.max(initial=0) + 1) + rows[:, 1])
    cs = np.unique(rows[:, 2])
    return SHARED * (len(pairs) + len(cs)) <= len(rows)


def best(
    units: NDArray[np.float32],
    rows: NDArray[np.intp],
    others: Mapping[int, Sequence[int]],
    progress: Progress = no_progress,
) -> NDArray[np.intp]:
    """Return the word that answers each question best by 3CosAdd.

    Parameters
    ----------
    units : float32 array of shape (n_words, dim), of unit vectors
    rows : intp array of shape (n_questions, 4)
        The rows of a, b, c, and of what may well be the answer: good guesses save time.
    others : by row, further rows that may not be answers where this one may not

    Returns
    -------
    intp array of shape (n_questions,)
        The row of the answer, the first of several that score the same; -1 where none is left.
    """
    if not len(rows):
        return np.empty(0, np.intp)
    pairs, cs = _side(units, rows[:, [1, 0]], others), _side(units, rows[:, [2]], others)
    tiles = _tiles(pairs, cs)
    with threads() as pool:
        bounds = _guessed(units, rows)
        search = Search.up_to(bounds, units, pairs, cs, tiles)
        found = search.run(np.unique(rows), pool)
        search = Search.up_to(np.maximum(bounds, search.scores(found)), units, pairs, cs, tiles)
        found = search.run(np.arange(len(units)), pool, progress)
    return found.rows[tiles.cells]


@dataclass(frozen=True, eq=False)
class Found:
    """The best so far, in each cell of each tile.

    Attributes
    ----------
    values : float32 array, sums of shifted products
    rows : intp array, -1 for none
    """

    values: NDArray[np.float32]
    rows: NDArray[np.intp]

    def add(self, cells: NDArray[Any], values: NDArray[np.float32], rows: NDArray[Any]) -> None:
        """Take what is better than before; ``rows`` of a cell ascend, and all are above those."""
        before = self.values[cells]
        np.maximum.at(self.values, cells, values)
        better = (values > before) & (values == self.values[cells])
        # Of several for a cell the last one written stays, which is to be the first of the rows.
        self.rows[cells[better][::-1]] = rows[better][::-1]

    def merged(self, other: Found) -> Found:
        """Return the better of both in each cell, and of equals the first row."""
        first = (other.rows >= 0) & (other.rows < self.rows)
        take = (other.values > self.values) | ((other.values == self.values) & first)
        return Found(
            np.where(take, other.values, self.values), np.where(take, other.rows, self.rows)
        )


@dataclass(frozen=True, eq=False)
class Desk:
    """What one thread works with: what it has found, and room for the products of a block."""

    found: Found
    of_pairs: NDArray[np.float32]
    of_cs: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Search:
    """What is the same for all words.

    Attributes
    ----------
    of_pairs, of_cs : arrays of shape (size,)
        What is taken away from the products of each member, see `_shifts`.
    needed : float32 array of shape (n_cells,)
        What the sum must reach; infinity where there is no question.
    """

    units: NDArray[np.float32]
    pairs: Side
    cs: Side
    tiles: Tiles
    of_pairs: NDArray[Any]
    of_cs: NDArray[Any]
    needed: NDArray[np.float32]

    @classmethod
    def up_to(
        cls,
        bounds: NDArray[Any],
        units: NDArray[np.float32],
        pairs: Side,
        cs: Side,
        tiles: Tiles,
    ) -> Search:
        """Return the search for all scores that reach the bounds of the questions."""
        bounds = bounds - SLACK
        of_pairs, of_cs = _shifts(bounds, pairs, cs)
        needed = np.full(tiles.n_cells, np.inf, np.float32)
        needed[tiles.cells] = bounds - of_pairs[pairs.of] - of_cs[cs.of]
        return cls(units, pairs, cs, tiles, of_pairs, of_cs, needed)

    def scores(self, found: Found) -> NDArray[Any]:
        """Return the scores of what was found for each question."""
        shifts = self.of_pairs[self.pairs.of] + self.of_cs[self.cs.of]
        return np.asarray(found.values[self.tiles.cells] + shifts)

    def run(
        self, rows: NDArray[np.intp], pool: Executor, progress: Progress = no_progress
    ) -> Found:
        """Return the best answers among the words in some rows, which ascend."""
        free = [self._desk(len(rows)) for _ in range(THREADS)]

        def look(block: NDArray[np.intp]) -> None:
            desk = free.pop()
            self.look(block, desk)
            free.append(desk)

        n, asked = len(rows), len(self.pairs.of)
        # As many blocks for each thread, and none larger than the others.
        blocks = np.array_split(rows, THREADS * -(-n // (THREADS * WORDS_AT_ONCE)))
        for i, _ in enumerate(pool.map(look, blocks)):
            done = n * i // len(blocks)
            progress(done / n, f"Answering {asked:,} questions, word {done:,} of {n:,}")
        progress(1.0, "Answering questions")
        return reduce(Found.merged, (desk.found for desk in free))

    def _desk(self, n: int) -> Desk:
        cells, width = self.tiles.n_cells, min(n, WORDS_AT_ONCE)
        none = Found(np.full(cells, -np.inf, np.float32), np.full(cells, -1))
        return Desk(none, *(np.empty(each.size * width, np.float32) for each in self.sides))

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides of the questions."""
        return self.pairs, self.cs

    def look(self, rows: NDArray[np.intp], desk: Desk) -> None:
        """Look for better answers among the words in some rows, which ascend."""
        n = len(rows)
        if not n:
            return
        words = np.column_stack((self.units[rows], np.ones(n, np.float32)))
        of_pairs = self.pairs.products(words, rows, self.of_pairs, desk.of_pairs)
        of_cs = self.cs.products(words, rows, self.of_cs, desk.of_cs)
        tops = of_pairs.max(axis=0), of_cs.max(axis=0)
        block = Block(rows, of_pairs.reshape(TILE, -1), of_cs.reshape(TILE, -1), *tops)
        for few in self.tiles.batches:
            cells = slice(few.start * TILE**2, few.stop * TILE**2)
            beaten = np.nextafter(desk.found.values[cells], np.float32(np.inf))
            needed = np.maximum(self.needed[cells], beaten).reshape(TILE, -1)
            block.look(self.tiles.pairs[few], self.tiles.cs[few], needed, desk.found, cells.start)


@dataclass(frozen=True, eq=False)
class Block:
    """Some words, and their products less the shifts.

    Attributes
    ----------
    rows : intp array of shape (n_block_words,)
    of_pairs, of_cs : float32 arrays of shape (TILE, n_groups * n_block_words)
    top_pairs, top_cs : float32 arrays of shape (n_groups, n_block_words), the greatest of a group
    """

    rows: NDArray[np.intp]
    of_pairs: NDArray[np.float32]
    of_cs: NDArray[np.float32]
    top_pairs: NDArray[np.float32]
    top_cs: NDArray[np.float32]

    def look(
        self,
        pair: NDArray[np.intp],
        c: NDArray[np.intp],
        needed: NDArray[np.float32],
        found: Found,
        first: int,
    ) -> None:
        """Add the sums that reach what is needed to what was found.

        Parameters
        ----------
        pair, c : arrays of shape (n_tiles,), groups
        needed : array of shape (TILE, n_tiles * TILE), one for each cell
        first : the first of these cells among those of all tiles
        """
        of_c = needed.min(axis=0).reshape(-1, TILE)
        # Which words matter in a tile, then with which of its words c, then in which cell.
        matters = self.top_cs[c] + self.top_pairs[pair] >= of_c.min(axis=1)[:, None]
        all_kept = np.flatnonzero(matters)
        for kept in np.array_split(all_kept, -(-len(all_kept) // KEPT_AT_ONCE) or 1):
            tile, word = np.divmod(kept, len(self.rows))
            at_pair, at_c = pair[tile] * len(self.rows) + word, c[tile] * len(self.rows) + word
            right = self.of_cs.take(at_c, axis=1)
            matters = right + self.top_pairs.take(at_pair) >= of_c.T.take(tile, axis=1)
            chosen = np.flatnonzero(matters)
            if not len(chosen):
                continue
            place, item = np.divmod(chosen, len(kept))
            column = tile[item] * TILE + place
            sums = self.of_pairs.take(at_pair[item], axis=1)
            sums += right.reshape(-1)[chosen]
            hits = np.flatnonzero(sums >= needed.take(column, axis=1))
            place, hit = np.divmod(hits, len(chosen))
            cells = first + place * needed.shape[1] + column[hit]
            found.add(cells, sums.reshape(-1)[hits], self.rows[word[item[hit]]])


# What has to be beaten -----------------------------------------------------------------------


def _guessed(units: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the score of the fourth word of each question, where it may be the answer."""
    a, b, c, d = rows.T
    scores = np.einsum("ij,ij->i", units[b] - units[a] + units[c], units[d])
    scores[(d == a) | (d == b) | (d == c)] = LEAST
    return scores


def _shifts(bounds: NDArray[Any], pairs: Side, cs: Side) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a number for each pair and each c; the two of a question add up to at most its bound.

    The nearer they are to it, the more the greatest sums of a tile say about its questions.
    """
    half = np.bincount(pairs.of, bounds) / np.maximum(np.bincount(pairs.of), 1) / 2
    of_cs = np.full(cs.size, NEVER)
    np.minimum.at(of_cs, cs.of, bounds - half[pairs.of])
    of_cs = np.floor(of_cs / STEP) * STEP
    of_pairs = np.full(pairs.size, NEVER)
    np.minimum.at(of_pairs, pairs.of, bounds - of_cs[cs.of])
    return np.floor(of_pairs / STEP) * STEP, of_cs


# Pairs, words c, and their tiles -------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Side:
    """What the questions have on one side: their pairs, or their words c, in groups of `TILE`.

    Members are kept so that those of one place in their groups are neighbours: member p of group g
    is number ``p * n_groups + g``.

    Attributes
    ----------
    vectors : float32 array of shape (size, dim); those that fill up the last group are zero
    of : intp array of shape (n_questions,), the member of each question
    members, banned : intp arrays of one length, which member has which row as no answer
    """

    vectors: NDArray[np.float32]
    of: NDArray[np.intp]
    members: NDArray[np.intp]
    banned: NDArray[np.intp]

    @property
    def size(self) -> int:
        """Number of members, fillers included."""
        return len(self.vectors)

    @property
    def groups(self) -> int:
        """Number of groups."""
        return self.size // TILE

    def products(
        self,
        words: NDArray[np.float32],
        rows: NDArray[np.intp],
        shifts: NDArray[Any],
        room: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Write the products with some words less a shift, minus infinity for no answer.

        Parameters
        ----------
        words : array of shape (n_columns, dim + 1), ones in its last column
        rows : their rows in the table, sorted
        shifts : array of shape (size,)
        room : array in which they are written

        Returns
        -------
        float32 array of shape (TILE, n_groups, n_columns)
        """
        shifted = np.column_stack((self.vectors, -shifts)).astype(np.float32)
        found = room[: self.size * len(words)].reshape(self.size, len(words))
        np.matmul(shifted, words.T, out=found)
        column = np.minimum(np.searchsorted(rows, self.banned), len(rows) - 1)
        here = rows[column] == self.banned
        found[self.members[here], column[here]] = -np.inf
        return found.reshape(TILE, self.groups, -1)


@dataclass(frozen=True, eq=False)
class Tiles:
    """Where a group of pairs meets a group of words c in a question.

    Attributes
    ----------
    pairs, cs : intp arrays of shape (n_tiles,), their groups; sorted
    batches : a few of them each
    cells : intp array of shape (n_questions,)
        Its place among all cells: those of a batch form an array of shape (TILE, n_tiles, TILE).
    """

    pairs: NDArray[np.intp]
    cs: NDArray[np.intp]
    batches: tuple[slice, ...]
    cells: NDArray[np.intp]

    @property
    def n_cells(self) -> int:
        """Number of cells of all tiles, most of them questions."""
        return len(self.cs) * TILE**2


def _side(
    units: NDArray[np.float32], rows: NDArray[np.intp], others: Mapping[int, Sequence[int]]
) -> Side:
    """Return the distinct members, grouped in the order in which the questions name them.

    Parameters
    ----------
    rows : of shape (n_questions, 1 or 2); where there are two, the second is taken away
    """
    key = rows @ np.array([len(units), 1])[: rows.shape[1]]
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    appearance = np.argsort(np.argsort(first))
    groups = -(-len(first) // TILE)
    number = appearance % TILE * groups + appearance // TILE
    vectors = np.zeros((groups * TILE, units.shape[1]), np.float32)
    vectors[number] = units[rows[first, 0]]
    if rows.shape[1] > 1:
        vectors[number] -= units[rows[first, 1]]
    banned = [
        (member, row)
        for member, words in zip(number.tolist(), rows[first].tolist(), strict=True)
        for word in words
        for row in (word, *others.get(word, ()))
    ]
    return Side(vectors, number[inverse], *np.array(banned, np.intp).T)


def _tiles(pairs: Side, cs: Side) -> Tiles:
    place_of_pair, pair = np.divmod(pairs.of, pairs.groups)
    place_of_c, c = np.divmod(cs.of, cs.groups)
    tiles, tile = np.unique(pair * cs.groups + c, return_inverse=True)
    of_pairs, of_cs = np.divmod(tiles, cs.groups)
    n = len(tiles)
    batches = tuple(slice(i, min(i + TILES_AT_ONCE, n)) for i in range(0, n, TILES_AT_ONCE))
    first = tile // TILES_AT_ONCE * TILES_AT_ONCE
    row = first * TILE + np.minimum(TILES_AT_ONCE, n - first) * place_of_pair + tile - first
    return Tiles(of_pairs, of_cs, batches, row * TILE + place_of_c)
