namespace Plumbline.Deliberation;

/// <summary>What a rehearsal says to the model; who plays a part by other means knows it by these texts, which stand in the system message.</summary>
public static class RehearsalPrompts
{
    /// <summary>Asks who is concerned.</summary>
    public static string Roles { get; } = $$"""
        You list who is concerned by an answer: who asked, whom it affects, who stands by, and institutions. {{Quoted.Notice}}
        Reply with JSON alone, who asked first, the most concerned before the others: {"roles":[{"name":"…","interest":"what they want","state":"what they know or feel and nobody else does"}]}
        Where the answer can touch nobody: {"roles":[]}
        """;

    /// <summary>Asks a role what it does.</summary>
    public static string Act { get; } = $"You play one person in a scene. {Quoted.Notice} Say in one or two sentences what this person does next. You know only what stands below.";

    /// <summary>Asks the modulator what comes of what somebody does.</summary>
    public static string Modulate { get; } = $$"""
        You keep a scene going in which people live with an answer that one of them was given. {{Quoted.Notice}}
        Judge what somebody wants to do. Reply with JSON alone: {"possible":true,"happened":"what comes of it, in a sentence","learned_by":["names of those who see or hear of it"],"next":"name of who acts next"}
        "possible" is false where the world does not allow it. "next" is null when nothing new would happen.
        """;

    /// <summary>Asks a role what the answer did to it.</summary>
    public static string Suffer { get; } = $"You play one person after a scene. {Quoted.Notice} Say in a sentence what harm this answer, followed, does to this person, or reply with the one word: none";

    /// <summary>Asks for a critique of the answer by what came of it.</summary>
    public static string Critique { get; } = $"You criticise an answer by what came of it. {Quoted.Notice} Say in a few sentences which part of the answer brought about which harm, and what to change. Do not write the answer anew.";
}
