namespace Plumbline.Models.Tokenizers;

/// <summary>A token that stands outside of the subword model: it is looked for in the text before anything else happens.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">What it looks like in text.</param>
/// <param name="SingleWord">It counts only where no letter or digit touches it.</param>
/// <param name="StripLeft">It swallows the white space before it.</param>
/// <param name="StripRight">It swallows the white space after it.</param>
/// <param name="Normalized">It is looked for in the normalised text, in its own normalised form.</param>
/// <param name="Special">It is no text; decoding may skip it.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);
