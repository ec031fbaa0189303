"""Search by words and by meaning, over paragraphs or over the definitions of a dictionary.

By words: BM25. By meaning: the cosine of the question's vector and a text's, both by the packaged
MiniLM, which was tuned for that. The same texts are searched by both, so that what one finds and
the other does not says something of the ways, and nothing of the texts.
"""

from embeddings.applications.search.answering import Cosines, answer
from embeddings.applications.search.meaning import (
    chunk,
    chunks,
    cosines,
    encode,
    in_8_bits,
    table_spec,
)
from embeddings.applications.search.questions import LONGEST, clean, spec
from embeddings.applications.search.remarks import remarks
from embeddings.applications.search.scoring import (
    HITS_AT,
    Rate,
    Summary,
    descriptions,
    measure,
    score_spec,
    summarise,
)
from embeddings.applications.search.texts import CHUNK, COMMON, SHIPPED, SOURCES, index, index_spec

__all__ = [
    "CHUNK",
    "COMMON",
    "HITS_AT",
    "LONGEST",
    "SHIPPED",
    "SOURCES",
    "Cosines",
    "Rate",
    "Summary",
    "answer",
    "chunk",
    "chunks",
    "clean",
    "cosines",
    "descriptions",
    "encode",
    "in_8_bits",
    "index",
    "index_spec",
    "measure",
    "remarks",
    "score_spec",
    "spec",
    "summarise",
    "table_spec",
]
