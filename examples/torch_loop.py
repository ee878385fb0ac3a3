"""A Tricorn model in a PyTorch loop: it is an nn.Module like any other."""

import torch
from small_model import make_data, make_model

import tricorn as keras

keras.utils.set_random_seed(0)
with keras.backend_scope("torch"):
    model = make_model()

x, y = (torch.from_numpy(part) for part in make_data())
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(60):
    logits = model(x, training=True)
    loss = torch.nn.functional.cross_entropy(logits, y.long())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 19:
        accuracy = (logits.argmax(1) == y).float().mean()
        print(f"step {step + 1}: loss {loss.item():.3f}, accuracy {accuracy.item():.3f}")
