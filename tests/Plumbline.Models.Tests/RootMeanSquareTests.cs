using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests;

public sealed class RootMeanSquareTests
{
    [Theory] // widths that fill registers and that do not; against the formula and autograd in float64
    [InlineData(512)]
    [InlineData(517)]
    public void Many_rows_at_once_come_to_what_the_formula_says_and_so_do_their_gradients(int width)
    {
        using var scope = NewDisposeScope();
        var input = randn([2, 50, width], generator: new Generator(1));
        var slopes = randn([2, 50, width], generator: new Generator(2));
        var (fast, exact) = (input.detach().requires_grad_(), input.to(float64).detach().requires_grad_());
        var output = RootMeanSquare.Normalise(fast, 1e-3);
        var expected = exact / exact.Squared().mean([-1], keepdim: true).Plus(1e-3).sqrt();
        (output * slopes).sum().backward();
        (expected * slopes).sum().backward();
        Assert.True((output - expected).abs().max().item<double>() < 1e-5);
        Assert.True((fast.grad! - exact.grad!).abs().max().item<double>() < 1e-5);
        Assert.True(exact.grad!.abs().max().item<double>() > 0.1);
        using var off = no_grad();
        Assert.True(RootMeanSquare.Normalise(input, 1e-3).allclose(output.detach(), 0, 0)); // bit for bit, with gradients and without
    }
}
