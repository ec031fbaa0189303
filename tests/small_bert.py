"""A small BERT, made and taught here in a few seconds: it needs both sides of a blank."""

from __future__ import annotations

from pathlib import Path

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = (
    *("the", "a", "hot", "cold", "day", "night", "sun", "frost", "fire", "ice", "is", "was"),
    *("king", "queen", "un", "##kind", "##ness", ".", ",", "[", "]", "sep"),
)
MIDDLE = {
    ("hot", "day"): "sun",
    ("hot", "night"): "fire",
    ("cold", "day"): "frost",
    ("cold", "night"): "ice",
}
"""What stands between two words: either word leaves two of four, both together leave one."""


def config(**changes):
    from transformers import BertConfig

    return BertConfig(
        **{
            "vocab_size": len(MARKS) + len(WORDS),
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 64,
            "max_position_embeddings": 160,
            **changes,
        }
    )


def save_tokenizer(folder: Path) -> None:
    from transformers import BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join((*MARKS, *WORDS)) + "\n")
    BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True).save_pretrained(folder)


def teach(model, tokenizer) -> None:
    """Teach the four sentences, with either side hidden now and then."""
    import torch

    read = tokenizer([f"the {a} [MASK] {b}" for a, b in MIDDLE], return_tensors="pt")
    wanted = torch.tensor(tokenizer.convert_tokens_to_ids(list(MIDDLE.values())))
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    model.train()
    for step in range(240):
        seen = read["attention_mask"].clone()
        if step % 3 == 1:
            seen[:, 4] = 0
        if step % 3 == 2:
            seen[:, 1:3] = 0
        logits = model(input_ids=read["input_ids"], attention_mask=seen).logits[:, 3]
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(logits, wanted).backward()
        optimizer.step()


def make(folder: Path) -> Path:
    """Write a BERT of two layers and four heads that has a head for masked words."""
    import torch
    from transformers import AutoTokenizer, BertForMaskedLM

    save_tokenizer(folder)
    torch.manual_seed(1)
    model = BertForMaskedLM(config(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))
    teach(model, AutoTokenizer.from_pretrained(folder))
    model.save_pretrained(folder)
    return folder
