"""Makes the files beside it: a tiny, never trained encoder in the form of a Hugging Face export.

    python3 make_tiny_encoder.py        (PyTorch 1.13 made the committed files)

tiny.pt      TorchScript: (input_ids, attention_mask) -> last hidden state, batch x tokens x 8
tiny.onnx    ONNX: the same network and weights
pooled.pt    TorchScript: (input_ids, attention_mask, token_type_ids) -> batch x 8, already pooled
golden.json  texts, and the vectors that PyTorch itself gives for them
tokenizer.json  WordPiece over letters and a few words

The TorchScript files are saved in training mode and hold a dropout: who forgets eval mode is found
out.
"""
import json
import os
import zipfile

import torch
from torch import nn

DIM, HEADS, POSITIONS = 8, 2, 64
WORDS = ["good", "bad", "drum", "cable", "the", "of"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCAB = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] + WORDS + list(LETTERS) + ["##" + c for c in LETTERS]
TEXTS = ["good drum", "The bad cable", "zebra of the drum", "good"]


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(len(VOCAB), DIM)
        self.positions = nn.Embedding(POSITIONS, DIM)
        self.qkv = nn.Linear(DIM, 3 * DIM)
        self.out = nn.Linear(DIM, DIM)
        self.norm = nn.LayerNorm(DIM)
        self.dropout = nn.Dropout(0.5)
        self.heads, self.width = HEADS, DIM // HEADS

    def forward(self, input_ids, attention_mask):
        place = torch.arange(input_ids.size(1), device=input_ids.device)
        x = self.words(input_ids) + self.positions(place).unsqueeze(0)
        b, t = input_ids.size(0), input_ids.size(1)
        qkv = self.qkv(x).view(b, t, 3, self.heads, self.width).permute(2, 0, 3, 1, 4)
        scores = qkv[0].matmul(qkv[1].transpose(-1, -2)) / self.width**0.5
        hidden = (1.0 - attention_mask.to(x.dtype)) * -10000.0
        a = torch.softmax(scores + hidden.view(b, 1, 1, t), -1)
        y = a.matmul(qkv[2]).permute(0, 2, 1, 3).reshape(b, t, self.heads * self.width)
        return self.norm(x + self.dropout(self.out(y)))


class Pooled(nn.Module):
    def __init__(self, tiny):
        super().__init__()
        self.tiny = tiny
        self.types = nn.Embedding(2, DIM)

    def forward(self, input_ids, attention_mask, token_type_ids):
        x = self.tiny(input_ids, attention_mask) + self.types(token_type_ids)
        mask = attention_mask.to(x.dtype).unsqueeze(-1)
        return (x * mask).sum(1) / mask.sum(1)


def tokens(text):
    ids = [VOCAB.index("[CLS]")]
    for word in text.lower().split():
        if word in VOCAB:
            ids.append(VOCAB.index(word))
        else:
            ids.append(VOCAB.index(word[0]))
            ids += [VOCAB.index("##" + c) for c in word[1:]]
    return ids + [VOCAB.index("[SEP]")]


def unit(v):
    return [round(x, 7) for x in (v / v.norm()).tolist()]


def save(module, name):
    """Saves in training mode, without the debug tables: they name folders of the machine."""
    torch.jit.save(torch.jit.script(module.train()), name + ".full")
    with zipfile.ZipFile(name + ".full") as full, zipfile.ZipFile(name, "w") as slim:
        for entry in full.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                slim.writestr(zipfile.ZipInfo(entry.filename), full.read(entry))
    os.remove(name + ".full")


torch.manual_seed(7)
tiny = Tiny()
pooled = Pooled(tiny)

tiny.eval()
pooled.eval()
golden = {"texts": TEXTS, "mean": [], "cls": [], "pooled": []}
with torch.no_grad():
    for text in TEXTS:
        ids = torch.tensor([tokens(text)])
        mask = torch.ones_like(ids)
        hidden = tiny(ids, mask)[0]
        golden["mean"].append(unit(hidden.mean(0)))
        golden["cls"].append(unit(hidden[0]))
        golden["pooled"].append(unit(pooled(ids, mask, torch.zeros_like(ids))[0]))
with open("golden.json", "w") as f:
    json.dump(golden, f, indent=1)

ids = torch.tensor([tokens(TEXTS[0]), tokens(TEXTS[0])])
torch.onnx.export(
    tiny,
    (ids, torch.ones_like(ids)),
    "tiny.onnx",
    input_names=["input_ids", "attention_mask"],
    output_names=["last_hidden_state"],
    dynamic_axes={n: {0: "batch", 1: "tokens"} for n in ["input_ids", "attention_mask", "last_hidden_state"]},
    opset_version=13,
)
save(tiny, "tiny.pt")
save(pooled, "pooled.pt")

special = {c: {"id": c, "ids": [VOCAB.index(c)], "tokens": [c]} for c in ["[CLS]", "[SEP]"]}
with open("tokenizer.json", "w") as f:
    json.dump(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {"id": i, "content": c, "single_word": False, "lstrip": False, "rstrip": False,
                 "normalized": False, "special": True}
                for i, c in enumerate(VOCAB[:4])
            ],
            "normalizer": {"type": "BertNormalizer", "clean_text": True,
                           "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                           {"Sequence": {"id": "A", "type_id": 0}},
                           {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                         {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": special,
            },
            "decoder": None,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                      "max_input_chars_per_word": 100, "vocab": {c: i for i, c in enumerate(VOCAB)}},
        },
        f,
    )
