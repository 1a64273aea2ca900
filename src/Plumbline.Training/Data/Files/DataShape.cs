namespace Plumbline.Training;

/// <summary>What a row of a data file says.</summary>
public enum DataShape
{
    /// <summary>A prompt and the answer to imitate: columns <c>prompt</c> and <c>completion</c>.</summary>
    PromptCompletion,

    /// <summary>A conversation whose assistant turns are to be imitated: column <c>messages</c>.</summary>
    Messages,

    /// <summary>A better and a worse answer: columns <c>chosen</c> and <c>rejected</c>, and <c>prompt</c> unless both begin with it.</summary>
    Preference,

    /// <summary>An answer and whether it was good: columns <c>prompt</c>, <c>completion</c> and <c>label</c>.</summary>
    Labelled,

    /// <summary>An answer and how good it was: columns <c>prompt</c>, <c>completion</c> and <c>rating</c> or <c>score</c>.</summary>
    Rated,

    /// <summary>Plain text of which every token is learnt: column <c>text</c>.</summary>
    Text,

    /// <summary>Something to answer: column <c>prompt</c>; all other columns are kept for whoever scores the answer.</summary>
    Prompt,
}

/// <summary>Names of shapes, as people write them.</summary>
public static class DataShapes
{
    /// <summary>For example <c>prompt-completion</c>.</summary>
    public static string Name(DataShape shape) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(shape.ToString());

    /// <summary>The shape of a name, or null.</summary>
    public static DataShape? Find(string name) => Enum.GetValues<DataShape>().Select(shape => (DataShape?)shape).FirstOrDefault(shape => Name(shape!.Value) == name);
}
