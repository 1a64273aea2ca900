using System.Runtime.InteropServices;

namespace Plumbline.Models.Inference;

/// <summary>Room for numbers that is kept between passes and grows as it must.</summary>
internal sealed unsafe class NumberBuffer : IDisposable
{
    private float* numbers;
    private long room;

    /// <returns>Room for so many numbers; what was there before is gone.</returns>
    public float* For(long count)
    {
        if (count > room)
        {
            NativeMemory.AlignedFree(numbers);
            numbers = null;
            room = Math.Max(count, room + room / 2);
            numbers = (float*)NativeMemory.AlignedAlloc((nuint)(room * sizeof(float)), 64);
        }
        return numbers;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(numbers);
        numbers = null;
        room = 0;
    }
}
