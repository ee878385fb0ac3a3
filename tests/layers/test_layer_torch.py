"""On torch a layer is an `nn.Module`, with all that follows from it."""

import copy
import pickle

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers, ops

torch = pytest.importorskip("torch")
X = np.random.RandomState(0).rand(6, 4).astype("float32")
XT = torch.from_numpy(X)


@pytest.fixture(autouse=True)
def _on_torch():
    with keras.backend_scope("torch"):
        yield


class Block(layers.Layer):
    """Pickle needs it here."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(3)
        self.others = [layers.Dense(3)]

    def call(self, x, training=None):
        for layer in self.others:
            x = x + 0 * ops.sum(layer(x))
        return self.dense(x)


class Mixed(torch.nn.Module):
    """A torch module that holds a layer."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(4, 5)
        self.second = layers.Dense(2)
        self.second.build((None, 5))

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))


def functional():
    inputs = keras.Input((4,))
    x = layers.Dense(5, activation="tanh", name="hidden")(inputs)
    return keras.Model(inputs, layers.Dense(2, name="head")(x))


def models():
    built = keras.Sequential([layers.Dense(5, activation="tanh"), layers.Dense(2)])
    built(X)
    block = Block()
    block(X)
    return {"functional": functional(), "sequential": built, "layer": block}


@pytest.mark.parametrize("kind", ["functional", "sequential", "layer"])
def test_parameters_and_state_dict(kind):
    model = models()[kind]
    assert isinstance(model, torch.nn.Module) and isinstance(model, keras.Layer)
    assert type(model).__name__ == type(model)._public_class().__name__
    parameters = list(model.parameters())
    assert {id(p) for p in parameters} == {id(v.value) for v in model.trainable_variables}
    assert len(dict(model.named_parameters())) == len(model.trainable_variables)
    state = model.state_dict()
    assert len(state) == len(model.weights)
    twin = models()[kind]
    with torch.no_grad():
        for value in twin.parameters():
            value.add_(1.0)
    before = model(XT)
    twin.load_state_dict(dict(zip(twin.state_dict(), state.values(), strict=True)))
    torch.testing.assert_close(twin(XT), before)
    zeros = {key: torch.zeros_like(value) for key, value in twin.state_dict().items()}
    twin.load_state_dict(zeros, assign=True)
    assert float(abs(twin(XT)).sum()) == 0.0
    assert all((value.numpy() == 0).all() for value in twin.weights)
    with pytest.raises(RuntimeError):
        model.load_state_dict({"nonsense": torch.zeros(1)})


def test_buffers_and_frozen_weights():
    layer = layers.BatchNormalization()
    layer(X)
    assert len(list(layer.parameters())) == 2
    assert set(layer.state_dict()) == {"gamma", "beta", "moving_mean", "moving_variance"}
    layer.trainable = False
    assert not any(p.requires_grad for p in layer.parameters())
    layer.trainable = True
    assert [p.requires_grad for p in layer.parameters() if p.shape == (4,)].count(True) >= 2
    layer.requires_grad_(False)
    assert not layer.trainable_weights


def test_what_is_taken_out_is_no_parameter_any_more():
    block = Block()
    block(X)
    assert len(list(block.parameters())) == 4
    removed = block.others.pop()
    assert len(list(block.parameters())) == 2
    assert removed(X[:, :3] @ np.ones((3, 4), "float32")).shape == (6, 3)
    layer = layers.Layer()
    layer.weight = variable = keras.Variable(1.0)
    layer.weight = keras.Variable(2.0)
    assert len(list(layer.parameters())) == 1
    variable.assign(5.0)
    assert float(variable) == 5.0 and float(layer.weight) == 2.0


def test_a_native_loop_trains():
    model = functional()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    target = XT[:, :2] * 2 - 1
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = ((model(XT) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 5
    assert model.weights[0].value.grad is not None
    model.zero_grad()
    np.testing.assert_allclose(model.predict(X, verbose=0), model(XT).detach().numpy(), rtol=1e-5)


def test_a_torch_module_inside_a_model():
    class Holder(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = torch.nn.Linear(4, 3)
            self.many = torch.nn.ModuleList([torch.nn.Linear(3, 3)])
            self.raw = torch.nn.Parameter(torch.ones(3))
            self.head = layers.Dense(1)

        def call(self, x):
            return self.head(self.many[0](self.inner(x)) * self.raw)

    model = Holder()
    model(X)
    assert len(list(model.parameters())) == 7 == len(model.trainable_variables)
    before = [p.detach().clone() for p in model.parameters()]
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(X, X[:, :1], epochs=2, verbose=0)
    for old, new in zip(before, model.parameters(), strict=True):
        assert not torch.equal(old, new)
    assert float(abs(model(XT) - torch.from_numpy(model.predict(X, verbose=0))).max()) < 1e-5
    model.inner = torch.nn.Linear(4, 3)
    model.raw = torch.nn.Parameter(torch.zeros(3))
    assert len(list(model.parameters())) == 7 == len(model.trainable_variables)
    assert float(abs(model(XT) - model.head.bias.value).max().detach()) == 0.0
    model.many = None
    del model.raw
    assert len(list(model.parameters())) == 4 == len(model.trainable_variables)


def test_a_layer_inside_a_torch_module():
    module = Mixed()
    assert len(list(module.parameters())) == 4
    assert "second.kernel" in module.state_dict()
    loss = module(XT).sum()
    loss.backward()
    assert module.second.kernel.value.grad is not None
    holder = keras.Sequential([keras.Input((4,))])
    holder.extra = module
    assert len(list(holder.parameters())) == 4 == len(holder.trainable_variables)


@pytest.mark.parametrize("kind", ["functional", "sequential", "layer"])
def test_hooks(kind):
    model = models()[kind]
    model(XT)
    seen = []
    target = model.dense if kind == "layer" else model.layers[-1]
    handles = [target.register_forward_hook(lambda module, args, output: seen.append("forward")),
               model.register_forward_pre_hook(lambda module, args: seen.append("pre")),
               target.register_full_backward_hook(lambda *_: seen.append("backward"))]  # fmt: skip
    model(XT).sum().backward()
    assert sorted(seen) == ["backward", "forward", "pre"]
    for handle in handles:
        handle.remove()
    seen.clear()
    model(XT).sum().backward()
    assert not seen
    handle = target.register_forward_hook(lambda module, args, output: output * 0)
    assert float(abs(model(XT)).sum()) == 0.0
    handle.remove()
    assert float(abs(model(XT)).sum()) > 0.0


def test_functional_call_and_grad():
    from torch.func import functional_call, grad, vmap

    for model in models().values():
        zeros = {key: torch.zeros_like(value) for key, value in model.named_parameters()}
        assert float(abs(functional_call(model, zeros, (XT,))).sum()) == 0.0
        assert float(abs(model(XT)).sum().detach()) > 0.0
        parameters = dict(model.named_parameters())
        gradients = grad(lambda p, model=model: functional_call(model, p, (XT,)).sum())(parameters)
        expected = torch.autograd.grad(model(XT).sum(), list(parameters.values()), allow_unused=True)
        for one, other in zip(gradients.values(), expected, strict=True):
            torch.testing.assert_close(one, torch.zeros_like(one) if other is None else other)
    per_row = vmap(lambda row: functional_call(model, parameters, (row[None],))[0])(XT)
    torch.testing.assert_close(per_row, model(XT))


@pytest.mark.parametrize("kind", ["functional", "sequential", "layer", "torch module"])
@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copies(kind, how):
    model = Mixed() if kind == "torch module" else models()[kind]
    before = model(XT).detach()
    twin = copy.deepcopy(model) if how == "deepcopy" else pickle.loads(pickle.dumps(model))
    torch.testing.assert_close(twin(XT).detach(), before)
    assert not {id(p) for p in model.parameters()} & {id(p) for p in twin.parameters()}
    with torch.no_grad():
        for p in twin.parameters():
            p.zero_()
    assert float(abs(twin(XT)).sum().detach()) == 0.0
    torch.testing.assert_close(model(XT).detach(), before)
    if kind in ("functional", "sequential"):
        twin.compile("sgd", "mse")
        twin.fit(X, X[:, :2], verbose=0)
        assert float(abs(twin(XT)).sum().detach()) > 0.0
        torch.testing.assert_close(model(XT).detach(), before)


def test_a_deep_graph_can_be_copied():
    x = inputs = keras.Input((2,))
    for _ in range(120):
        x = layers.Activation("linear")(x)
    model = keras.Model(inputs, layers.Dense(1)(x))
    ones = torch.ones(1, 2)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        torch.testing.assert_close(twin(ones), model(ones))


def test_a_copy_still_tracks():
    twin = copy.deepcopy(models()["layer"])
    twin.others.append(layers.Dense(3, name="later"))
    assert "later" in [layer.name for layer in twin._layers]


def test_modes():
    model = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5)])
    ones = torch.ones(64, 4)
    torch.testing.assert_close(model(ones), ones)
    model.train()
    assert float((model(ones) == 0).float().mean()) > 0.2
    torch.testing.assert_close(model(ones, training=False), ones)
    model.eval()
    torch.testing.assert_close(model(ones), ones)
    assert not torch.equal(model(ones, training=True), ones)


def test_moving_and_casting_modules():
    model = functional()
    model.double()
    assert next(model.parameters()).dtype == torch.float64
    model.float()
    model.to("cpu")
    assert model(XT).dtype == torch.float32
    assert [name for name, _ in model.named_children()] and len(list(model.modules())) >= 3
    count = []
    model.apply(lambda module: count.append(module))
    assert len(count) == len(list(model.modules()))


def test_the_compiler_takes_a_model():
    model = functional()
    compiled = torch.compile(model, backend="eager")
    torch.testing.assert_close(compiled(XT), model(XT))


def test_export():
    model = functional()
    exported = torch.export.export(model, (XT,))
    torch.testing.assert_close(exported.module()(XT), model(XT))


def test_a_model_on_another_engine_is_no_module():
    with keras.backend_scope("jax"):
        assert not isinstance(layers.Dense(2), torch.nn.Module)
