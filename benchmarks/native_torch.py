"""The four models as a person would write them in PyTorch: modules, torch.optim.Adam, an eager loop."""

from __future__ import annotations

import itertools

import torch
from torch import nn
from torch.nn import functional

from benchmarks import tasks


class _Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, tasks.UNITS, num_layers=2, batch_first=True)
        self.head = nn.Linear(tasks.UNITS, tasks.CLASSES)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class _Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(tasks.WIDTH, tasks.HEADS, batch_first=True)
        self.norm1, self.norm2 = nn.LayerNorm(tasks.WIDTH), nn.LayerNorm(tasks.WIDTH)
        self.inner = nn.Linear(tasks.WIDTH, tasks.FEED_FORWARD)
        self.outer = nn.Linear(tasks.FEED_FORWARD, tasks.WIDTH)

    def forward(self, x):
        x = self.norm1(x + self.attention(x, x, x, need_weights=False)[0])
        return self.norm2(x + self.outer(torch.relu(self.inner(x))))


class _Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(tasks.VOCABULARY, tasks.WIDTH)
        self.blocks = nn.Sequential(*(_Block() for _ in range(tasks.BLOCKS)))
        self.head = nn.Linear(tasks.WIDTH, tasks.CLASSES)

    def forward(self, x):
        return self.head(self.blocks(self.embed(x)).mean(dim=1))


def _mlp():
    sizes = (64, 128, 128, 128)
    hidden = [m for a, b in itertools.pairwise(sizes) for m in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(128, tasks.CLASSES))


def _cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 5 * 5, tasks.CLASSES),
    )  # fmt: skip


_MODULES = {"mlp": _mlp, "cnn": _cnn, "lstm": _Lstm, "transformer": _Transformer}


class Native:
    """A model with its training loop."""

    def __init__(self, task):
        self.task = task
        self.module = _MODULES[task.name]()
        self.optimizer = torch.optim.Adam(self.module.parameters())

    def tensors(self, x, y=None):
        x = torch.from_numpy(x)
        if self.task.name == "cnn":
            x = x.permute(0, 3, 1, 2)  # no copy, and torch takes the fast channels-last kernels from here on
        return x, None if y is None else torch.from_numpy(y.astype("int64"))

    def fit(self, x, y):
        """One epoch, shuffled; the mean loss and accuracy."""
        module, optimizer, batch = self.module.train(), self.optimizer, self.task.batch
        x, y = self.tensors(x, y)
        order = torch.randperm(len(x))
        total, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            labels = y[rows]
            logits = module(x[rows])
            loss = functional.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
            right += (logits.detach().argmax(dim=1) == labels).sum()
        return total.item() * batch / len(x), right.item() / len(x)

    @torch.no_grad()
    def predict(self, x):
        module, batch = self.module.eval(), self.task.batch
        x, _ = self.tensors(x)
        return torch.cat([module(x[start : start + batch]) for start in range(0, len(x), batch)]).numpy()

    def caller(self, x):
        """A function that calls the module on one batch, already a tensor."""
        module = self.module.eval()
        x, _ = self.tensors(x)
        return lambda: module(x)


def forget():
    """Nothing is cached between models."""
