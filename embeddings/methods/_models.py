"""BERTs to look into and to read words with: the packaged one, a folder, or one of the hub.

A model is read from safetensors alone, never from a pickle, and no code that comes with it is run.
Only what is named with a name of the Hugging Face hub is fetched over the network, and only where
it is not there already.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from embeddings.errors import MissingPackage, UserError
from embeddings.methods import _minilm
from embeddings.sources.content import Content
from embeddings.types import Progress, Scalar, no_progress

PACKAGED = "packaged"
PACKAGED_LABEL = "all-MiniLM-L6-v2"
MOST_TOKENS = 128
"""Longest text that a model reads, in tokens, marks included."""

LARGEST = 1_500_000_000
"""Bytes of weights beyond which a model is not loaded: BERT-large has 1.3e9."""

LONGEST_NAME = 400

KEPT = 3
"""How many models a process keeps in memory."""

ENDPOINT: str | None = None
HUB_CACHE: str | None = None
"""Where the hub is and its files are kept; None for what huggingface_hub has them."""

_HUB = re.compile(r"(?P<id>[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?)(?:@(?P<revision>[\w.-]+))?")
_COMMIT = re.compile("[0-9a-f]{40}")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_FILES = (
    *("config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json"),
    *("special_tokens_map.json", "added_tokens.json", "model*.safetensors"),
    "model.safetensors.index.json",
)


def kind_of(name: str) -> str:
    """Say whether a name is that of the packaged model, of a folder or of a model of the hub.

    Returns
    -------
    "packaged", "folder" or "hub"

    Raises
    ------
    UserError
        If it can be none of these.
    """
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UserError(f"A model's name has at most {LONGEST_NAME} printable characters.")
    if name == PACKAGED:
        return "packaged"
    if name.startswith(("\\\\", "//")):
        raise UserError(f"{name!r} is on another machine; name a folder of this one.")
    if name.startswith(("/", "~", ".")) or _DRIVE.match(name):
        return "folder"
    if not _HUB.fullmatch(name) or ".." in name or "--" in name:
        raise UserError(
            f"{name!r} is not the name of a model: write one such as google-bert/bert-base-uncased"
            " or the path of a folder."
        )
    return "hub"


def state_of(name: str) -> str:
    """Return what tells the present files of a folder from other ones; "" for all else.

    Raises
    ------
    UserError
        If there is no such folder, or no BERT in safetensors in it.
    """
    if kind_of(name) != "folder":
        return ""
    folder = _folder(name)
    _check(folder, name)
    files = sorted({path for pattern in _FILES for path in folder.glob(pattern)})
    stats = [(path.name, (about := path.stat()).st_size, about.st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps(stats).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Loaded:
    """A model that is ready to read.

    Attributes
    ----------
    label : what it is called
    tokenizer : a fast one of transformers
    body : transformers' BertModel, which returns its attention
    head : the BertForMaskedLM that the body is part of; None where the weights have no such head
    """

    label: str
    tokenizer: Any
    body: Any
    head: Any = None

    @property
    def longest(self) -> int:
        """How many tokens it can read."""
        return min(MOST_TOKENS, int(self.body.config.max_position_embeddings))


def load(name: str, state: str = "", progress: Progress = no_progress) -> Loaded:
    """Load a model once per process.

    Raises
    ------
    UserError
        In words that say what is wrong with it, or why it cannot be fetched.
    MissingPackage
        If the packaged one is not installed.
    """
    kind = kind_of(name)
    if kind == "packaged":
        progress(0.0, f"Loading {PACKAGED_LABEL}")
        return _packaged()
    progress(0.0, f"Loading {name}")
    folder = _folder(name) if kind == "folder" else _fetched(name, progress)
    return _loaded(name, str(folder), state)


def as_content(name: str, progress: Progress = no_progress) -> Content:
    """Load a model once to see that it can be, and return what finds the very same one again.

    A model of the hub is kept by the commit that was fetched, a folder by the state of its files.

    Raises
    ------
    UserError, MissingPackage
        As `load` does, and for the packaged one, which is a method already.
    """
    kind = kind_of(name)
    if kind == "packaged":
        raise UserError(f"{PACKAGED_LABEL} is packaged: choose it as the method BERT (MiniLM).")
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise MissingPackage("torch transformers", "A model")
    state = state_of(name)
    if kind == "hub":
        commit = _fetched(name, progress).name
        name = f"{name.partition('@')[0]}@{commit}" if _COMMIT.fullmatch(commit) else name
    progress(0.9, f"Loading {name}")
    loaded = load(name, state)
    about: dict[str, Scalar] = {"model": name, "state": state, "label": loaded.label}
    sizes = loaded.body.config
    about |= {"layers": int(sizes.num_hidden_layers), "dim": int(sizes.hidden_size)}
    return Content("model", origin=about)


@lru_cache(maxsize=1)
def _packaged() -> Loaded:
    folder = _minilm.folder()
    _minilm.check_weights(folder / "model.safetensors")
    return _read(folder, PACKAGED_LABEL)


@lru_cache(maxsize=KEPT)
def _loaded(name: str, folder: str, state: str) -> Loaded:
    _check(Path(folder), name)
    label = f"{Path(name).name} (folder)" if kind_of(name) == "folder" else name.partition("@")[0]
    return _read(Path(folder), label)


def _folder(name: str) -> Path:
    try:
        folder = Path(name).expanduser()
        found = folder.is_dir()
    except (OSError, RuntimeError, ValueError):
        found = False
    if not found:
        raise UserError(f"There is no folder {name!r} on the machine that the app runs on.")
    return folder.resolve()


def _check(folder: Path, name: str) -> None:
    """See that a folder holds a BERT of usable size in safetensors, before any of it is loaded."""
    _check_kind(folder, name)
    weights = list(folder.glob("model*.safetensors"))
    _check_weights(sum(path.stat().st_size for path in weights) if weights else None, name)


def _check_kind(folder: Path, name: str) -> None:
    try:
        config = json.loads((folder / "config.json").read_bytes())
        kind = config.get("model_type")
    except FileNotFoundError as error:
        raise UserError(f"{name!r} has no config.json: it is no model of transformers.") from error
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise UserError(f"The config.json of {name!r} cannot be read.") from error
    if kind != "bert":
        kind = str(kind)[:40] if kind else "no known kind"
        raise UserError(f"{name!r} is not a BERT but {kind!r}. Name a model of the type 'bert'.")


def _check_weights(size: int | None, name: str) -> None:
    if size is None:
        raise UserError(
            f"{name!r} has no safetensors. Other files of weights can run code when they are "
            "opened, so they are not read here. Name a model that has model.safetensors."
        )
    if size > LARGEST:
        raise UserError(
            f"{name!r} has {size / 1e9:.1f} GB of weights; at most {LARGEST / 1e9:.1f} are read."
        )


def _read(folder: Path, label: str) -> Loaded:
    """Load tokenizer and weights; what does not fit together is an error, not a guess."""
    from transformers import AutoTokenizer, BertForMaskedLM, BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        has_head = _has_head(folder)
        model, about = (BertForMaskedLM if has_head else BertModel).from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            attn_implementation="eager",  # the only one that returns what it attended to
            output_loading_info=True,
        )
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, use_fast=True
        )
    except Exception as error:  # whatever a stranger's files bring about
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise UserError(f"{label} could not be loaded: {first}") from error
    finally:
        logging.set_verbosity(before)
    lacking = [key for key in about["missing_keys"] if "pooler" not in key]
    if lacking or about["mismatched_keys"]:
        raise UserError(f"The weights of {label} lack parts that its config.json names.")
    if not tokenizer.is_fast or tokenizer.cls_token_id is None or tokenizer.sep_token_id is None:
        raise UserError(f"The tokenizer of {label} does not say where each token stands.")
    if len(tokenizer) > model.config.vocab_size:
        raise UserError(f"The tokenizer of {label} has more tokens than its weights.")
    model = model.float().eval()
    return Loaded(label, tokenizer, model.bert if has_head else model, model if has_head else None)


def _has_head(folder: Path) -> bool:
    from safetensors import safe_open

    for path in folder.glob("model*.safetensors"):
        with safe_open(path, framework="pt") as weights:
            if any(key.startswith("cls.predictions.") for key in weights.keys()):  # noqa: SIM118
                return True
    return False


# ------------------------------------------------------------------------------------- the hub


def _fetched(name: str, progress: Progress) -> Path:
    """Return the folder of a model of the hub; it is fetched if it is not there yet."""
    from huggingface_hub import HfApi, hf_hub_download, snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    found = _HUB.fullmatch(name)
    assert found is not None
    model, revision = found["id"], found["revision"]
    # Never in the name of whoever runs the app: what only he may read is not for his visitors.
    common: dict[str, Any] = {"cache_dir": HUB_CACHE, "endpoint": ENDPOINT, "token": False}
    kept = _kept(model, revision, common)
    if kept is not None:
        return kept
    try:
        progress(0.02, f"Asking the Hugging Face hub for {model}")
        about = HfApi(endpoint=ENDPOINT, token=False).model_info(
            model, revision=revision, files_metadata=True, timeout=10
        )
        files = {each.rfilename: each.size or 0 for each in about.siblings or ()}
        if "config.json" not in files:
            raise UserError(f"{name!r} has no config.json: it is no model of transformers.")
        config = hf_hub_download(model, "config.json", revision=about.sha, **common)
        _check_kind(Path(config).parent, name)
        sizes = [files[file] for file in files if re.fullmatch(r"model[^/]*\.safetensors", file)]
        _check_weights(sum(sizes) if sizes else None, name)
        progress(0.05, f"Fetching {model}, {sum(sizes) / 1e6:,.0f} MB")
        folder = snapshot_download(
            model,
            revision=revision,
            allow_patterns=list(_FILES),
            tqdm_class=_reporting(progress, model, sum(sizes)),
            **common,
        )
    except GatedRepoError as error:
        raise UserError(
            f"{model!r} is only given to those who agreed to its terms, so not to this app."
        ) from error
    except RevisionNotFoundError as error:
        raise UserError(f"{model!r} has no revision {revision!r}.") from error
    except RepositoryNotFoundError as error:
        raise UserError(
            f"The Hugging Face hub has no public model {model!r}. Check the spelling."
        ) from error
    except (HfHubHTTPError, HTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled) as error:
        raise UserError(_unreachable(model)) from error
    except OSError as error:
        raise UserError(f"{_unreachable(model)} ({error.strerror or error})") from error
    return Path(folder)


def _reporting(progress: Progress, model: str, total: int) -> type[Any]:
    """Return a progress bar for the hub's library that reports, and stops where nobody waits."""
    from tqdm.auto import tqdm

    class Reporting(tqdm):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            named.pop("name", None)
            super().__init__(*arguments, **{**named, "disable": True})
            self.done = 0.0

        def update(self, n: float | None = 1) -> None:
            self.done += n or 0
            share = min(1.0, self.done / max(1, total))
            progress(0.05 + 0.8 * share, f"Fetching {model}, {total / 1e6:,.0f} MB")

    return Reporting


def _unreachable(model: str) -> str:
    return (
        f"{model!r} is not on this machine and could not be fetched: there is no network, or the "
        "Hugging Face hub does not answer. The packaged model needs neither."
    )


def _kept(model: str, revision: str | None, common: dict[str, Any]) -> Path | None:
    """Return where a model is that was fetched before."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(
            snapshot_download(
                model,
                revision=revision,
                allow_patterns=list(_FILES),
                local_files_only=True,
                **common,
            )
        )
        _check(folder, model)
    except (LocalEntryNotFoundError, UserError, OSError):
        return None
    return folder
