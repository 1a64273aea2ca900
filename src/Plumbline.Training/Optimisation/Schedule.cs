namespace Plumbline.Training;

/// <summary>How the learning rate goes: up in a line, then down in a line or along a cosine, or level.</summary>
/// <param name="Peak">Highest learning rate.</param>
/// <param name="WarmUp">Steps of the way up.</param>
/// <param name="Shape">The way down.</param>
/// <param name="Floor">Where the way down ends, as a share of the peak.</param>
public sealed record Schedule(double Peak, int WarmUp = 0, Decay Shape = Decay.Linear, double Floor = 0)
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Which, from 0.</param>
    /// <param name="steps">How many there are.</param>
    public double At(int step, int steps)
    {
        if (step < WarmUp)
            return Peak * (step + 1) / WarmUp;
        var done = (step - WarmUp) / (double)Math.Max(1, steps - WarmUp);
        return Shape switch
        {
            Decay.Linear => Peak * (1 - (1 - Floor) * done),
            Decay.Cosine => Peak * (Floor + (1 - Floor) * (1 + Math.Cos(Math.PI * done)) / 2),
            _ => Peak,
        };
    }
}

/// <summary>How a learning rate falls.</summary>
public enum Decay
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>In a straight line.</summary>
    Linear,

    /// <summary>Along half a cosine.</summary>
    Cosine,
}
