using TorchSharp;

namespace Plumbline.Models.Tests;

public sealed class LibTorchTests
{
    [Fact]
    public void Torch_computes_once_the_library_is_loaded()
    {
        LibTorch.EnsureLoaded();
        LibTorch.EnsureLoaded();
        using var product = torch.tensor((float[])[1, 2, 3]).dot(torch.tensor((float[])[4, 5, 6]));
        Assert.Equal(32f, product.item<float>());
    }
}
