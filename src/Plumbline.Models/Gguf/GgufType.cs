namespace Plumbline.Models;

/// <summary>How the matrices of a GGUF file are stored. Norms and biases are always float32.</summary>
public enum GgufType
{
    /// <summary>float32: as they are in memory.</summary>
    F32,

    /// <summary>float16.</summary>
    F16,

    /// <summary>Blocks of 32 whole numbers from −127 to 127 with a float16 scale: about a quarter of float32. Matrices whose rows do not split into blocks stay float16.</summary>
    Q8,
}
