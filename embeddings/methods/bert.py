"""BERT, the word alone: a small transformer reads the single word and nothing around it."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.methods import Method
from embeddings.methods._minilm import LAYER, PACKAGE, encoder, read_alone
from embeddings.types import Matrix, Progress, Spec


def bert(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Encode each word by itself and average its word pieces, [CLS] and [SEP] left out.

    Returns
    -------
    words : those that the tokenizer can spell
    vectors : float32 array of shape (n_words, 384)
    """
    progress(0.0, "Loading MiniLM")
    return read_alone(encoder(), words, spec["layer"], "MiniLM", progress)


METHOD = Method(
    key="bert",
    label="BERT (MiniLM)",
    year=2018,
    reference="Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers",
    reference_url="https://arxiv.org/abs/1810.04805",
    summary="A small transformer reads the word alone, without a sentence.",
    explanation=(
        "In 2017 the transformer replaced the fixed window by attention: every word of a text "
        "looks at all the others and decides how much to take from each. BERT (2018) is a stack of "
        "such layers that learned from very much text to fill in masked words. This one is "
        "all-MiniLM-L6-v2, not BERT-base: six layers of 384 numbers, taken from a model that was "
        "taught to imitate a larger one (MiniLM) and then tuned so that sentences of like meaning "
        "get like vectors. It reads each word here on its own, so there is nothing to attend to "
        "but the word itself and the two marks around it. A word that is not in its list is "
        "spelled in pieces (pence is pen + ce). The vector is the mean over the word's pieces in "
        "the chosen layer; the marks [CLS] and [SEP] are left out."
    ),
    numbers=(
        "384 activations of the chosen layer, without names of their own; layer 0 is the input, "
        "layer 6 the last."
    ),
    sees="Likeness of meaning, better than the older methods, and of form: plurals, tenses.",
    misses=(
        "Context: alone, bank has one vector, as in the older methods. Words in pieces drift "
        "to words that are spelled alike: pence stands near pen."
    ),
    learns_from="package",
    compute=bert,
    parameters=(LAYER,),
    needs=("torch", "transformers", PACKAGE),
    by_lot=False,
    own_words="wordpieces",
    further=(
        (
            "Wang et al. 2020, MiniLM: Deep Self-Attention Distillation for Task-Agnostic "
            "Compression of Pre-Trained Transformers",
            "https://arxiv.org/abs/2002.10957",
        ),
        (
            "Reimers and Gurevych 2019, Sentence-BERT: Sentence Embeddings using Siamese "
            "BERT-Networks (tuning for sentences)",
            "https://aclanthology.org/D19-1410/",
        ),
    ),
)
