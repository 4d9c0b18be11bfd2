"""The student: a small fully convolutional network, every layer fit for 8-bit integers.

With `quantised(net)` every layer computes what the crate's integer network computes: batch norm folded by its running
statistics, weights of at most 64 by one scale a channel, activations 0..255 in steps of STEP, the input in steps of 1/32 around
128, biases in steps of scale · step.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

CLIP = 6.0  # activations lie in 0..CLIP, so that 8 bits hold them with one fixed step
STEP = CLIP / 255
INPUT = 1 / 32
LARGEST = 64  # of a weight: two products of 255 · 64 fit the 16 bits to which `vpmaddubsw` saturates
# heat, ending and foreground are log odds; cos2 and sin2 are of the ridges' orientation, y growing downwards
MAPS = ("heat", "dx", "dy", "cos", "sin", "ending", "foreground", "cos2", "sin2")


class Round(torch.autograd.Function):
    """Rounds; the gradient passes as if it did not."""

    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class Layer(nn.Module):
    """Convolution and batch norm, or bias where `norm` is false. `step` is the input's."""

    def __init__(self, i, o, k, stride=1, dilation=1, norm=True, step=STEP, groups=1):
        super().__init__()
        padding = dilation * (k // 2) if k % 2 else 0
        self.c = nn.Conv2d(i, o, k, stride, padding, dilation, groups, bias=not norm)
        self.n = nn.BatchNorm2d(o) if norm else None
        self.step, self.q = step, False

    def folded(self):
        if self.n is None:
            return self.c.weight, self.c.bias
        g = self.n.weight / torch.sqrt(self.n.running_var + self.n.eps)
        return self.c.weight * g[:, None, None, None], self.n.bias - self.n.running_mean * g

    def forward(self, x):
        if not self.q:
            y = self.c(x)
            return y if self.n is None else self.n(y)
        w, b = self.folded()
        scale = w.detach().abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-8) / LARGEST
        w = Round.apply(w / scale) * scale
        unit = scale.flatten() * self.step
        b = Round.apply(b / unit) * unit
        return F.conv2d(x, w, b, self.c.stride, self.c.padding, self.c.dilation, self.c.groups)


def act(x, q=False):
    x = torch.clamp(x, 0, CLIP)
    return Round.apply(x / STEP) * STEP if q else x


class Conv(nn.Module):
    def __init__(self, *shape, **options):
        super().__init__()
        self.l = Layer(*shape, **options)

    def forward(self, x):
        return act(self.l(x), self.l.q)


class Res(nn.Module):
    """x + norm(3 × 3 (x)), clipped."""

    def __init__(self, c, dilation=1, groups=1):
        super().__init__()
        self.l = Layer(c, c, 3, 1, dilation, groups=groups)

    def forward(self, x):
        return act(x + self.l(x), self.l.q)


class Net(nn.Module):
    """1 × H × W, normalised → MAPS at a quarter of the sides; H and W are multiples of 8."""

    def __init__(self, half=16, fine=32, coarse=48, context=(1, 2, 3)):
        super().__init__()
        self.stem = Conv(1, half, 3, 2, step=INPUT)
        self.quarter = Conv(half, fine, 3, 2)
        self.fine = Res(fine, groups=2)
        self.down = Conv(fine, coarse, 2, 2)
        self.context = nn.Sequential(*(Res(coarse, d) for d in context))
        self.up = Layer(coarse, 4 * fine, 1, norm=False)
        self.join = Res(fine)
        self.head = Layer(fine, len(MAPS), 1, norm=False)

    def forward(self, x):
        if self.head.q:
            x = Round.apply(torch.clamp(x / INPUT, -128, 127)) * INPUT
        fine = self.fine(self.quarter(self.stem(x)))
        wide = F.pixel_shuffle(self.up(self.context(self.down(fine))), 2)
        return self.head(self.join(act(fine + wide, self.head.q)))


def quantised(net, on=True):
    for m in net.modules():
        if isinstance(m, Layer):
            m.q = on
    return net


def macs(net, h=376, w=392):
    """Multiply-adds of one image."""
    total = [0]

    def count(m, _, out):
        total[0] += out.shape[2] * out.shape[3] * m.weight.numel()

    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, nn.Conv2d)]
    training = net.training
    net.eval()
    with torch.no_grad():
        net(torch.zeros(1, 1, h, w))
    net.train(training)
    for hook in hooks:
        hook.remove()
    return total[0]
