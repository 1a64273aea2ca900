namespace Plumbline.Models.Generation.Constraints.Schemas;

/// <summary>A schema: the shapes that it allows. They are read when they are first asked for, so that a schema can hold itself.</summary>
/// <param name="place">Where it stands, as errors name it.</param>
/// <param name="read">Reads the shapes.</param>
internal sealed class SchemaNode(string place, Func<IReadOnlyList<Shape>> read)
{
    /// <summary>The height of what no value can be.</summary>
    public const int Unsatisfiable = int.MaxValue;

    private bool reading;

    /// <summary>The schema that nothing satisfies.</summary>
    public static SchemaNode Nothing { get; } = new("", () => []);

    public string Place => place;

    /// <exception cref="InputException">The schema is malformed, not supported, or refers to itself without a value in between.</exception>
    public IReadOnlyList<Shape> Shapes
    {
        get
        {
            if (field is not null)
                return field;
            if (reading)
                throw new InputException(place, "the schema refers to itself without a property or an element in between.", "Let the reference stand inside of 'properties' or 'items'.");
            reading = true;
            return field = read();
        }
    }

    /// <summary>The least height of its shapes.</summary>
    public int Height { get; set; } = Unsatisfiable;

    /// <summary>The height of what holds all of these.</summary>
    public static int Above(IEnumerable<int> heights) => heights.Append(0).Max() is < Unsatisfiable and var highest ? highest + 1 : Unsatisfiable;

    /// <summary>Finds the heights of all schemas that can be reached from this one (a fixed point from below: what is not found has no finite value).</summary>
    /// <param name="limit">The most schemas.</param>
    /// <returns>Whether there are no more than that.</returns>
    public bool Settle(int limit)
    {
        var (nodes, waiting) = (new HashSet<SchemaNode> { this }, new Queue<SchemaNode>([this]));
        while (waiting.TryDequeue(out var node))
        {
            foreach (var part in node.Shapes.SelectMany(shape => shape.Parts).Where(nodes.Add))
                waiting.Enqueue(part);
            if (nodes.Count > limit)
                return false;
        }
        bool changed;
        do
        {
            changed = false;
            foreach (var node in nodes)
            {
                foreach (var shape in node.Shapes)
                    shape.Height = shape.Measure();
                var height = node.Shapes.Select(shape => shape.Height).Append(Unsatisfiable).Min();
                changed |= height != node.Height;
                node.Height = height;
            }
        }
        while (changed);
        return true;
    }
}
