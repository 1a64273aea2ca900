namespace Plumbline.Models.Generation;

/// <summary>Texts of one asker in the running batch: so many at the same time, the rest waits.</summary>
/// <param name="most">How many are written at the same time.</param>
internal sealed class GenerationLane(int most)
{
    private int inside;

    /// <returns>False if it is full.</returns>
    public bool Enter()
    {
        if (inside >= most)
            return false;
        inside++;
        return true;
    }

    public void Leave() => inside--;
}
