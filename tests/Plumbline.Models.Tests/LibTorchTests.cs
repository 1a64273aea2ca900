using TorchSharp;

namespace Plumbline.Models.Tests;

/// <summary>How many threads libtorch uses is the whole process's: alone, so that no other test sees it change.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class WholeProcess;

[Collection(typeof(WholeProcess))]
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

    [Fact] // libtorch itself keeps the number that a thread computed with before: work that moves to such a thread ended with other last bits
    public void A_thread_that_has_computed_with_another_number_of_threads_computes_with_the_one_that_is_set()
    {
        var before = LibTorch.Threads;
        using var model = TinyModel.Make();
        using var computed = new ManualResetEventSlim();
        using var changed = new ManualResetEventSlim();
        var there = 0;
        try
        {
            LibTorch.Threads = 2;
            var thread = new Thread(() =>
            {
                Compute();
                computed.Set();
                changed.Wait();
                Compute();
                there = torch.get_num_threads();
            });
            thread.Start();
            computed.Wait(TestContext.Current.CancellationToken);
            LibTorch.Threads = 1;
            changed.Set();
            thread.Join();
            Assert.Equal(1, there);
        }
        finally
        {
            LibTorch.Threads = before;
        }

        void Compute()
        {
            using var scope = torch.NewDisposeScope();
            using var off = torch.no_grad();
            _ = torch.ones(300, 300).mm(torch.ones(300, 300)).sum(); // large enough to be shared out
            var ids = torch.tensor((long[])[1, 2, 3]).unsqueeze(0);
            _ = model.Decoder.Hidden(ids, ids);
        }
    }
}
