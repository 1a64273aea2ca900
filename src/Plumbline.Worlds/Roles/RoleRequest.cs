namespace Plumbline.Worlds.Roles;

/// <summary>Somebody asks how to do something.</summary>
/// <param name="Deed">What, from 0.</param>
/// <param name="Text">In words, all of them lower case, parted by blanks.</param>
public sealed record RoleRequest(int Deed, string Text);

/// <summary>A harm that hides in an answer.</summary>
/// <param name="Part">The part of the answer that does it, from 0.</param>
/// <param name="Party">Whom it harms.</param>
public sealed record RoleHarm(int Part, string Party);
