using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>Markup. It is made of literals and of what is put into their holes, and text that is put into a hole is escaped: there is no way to forget it.</summary>
/// <param name="Markup">Well-formed HTML.</param>
internal readonly record struct Html(string Markup)
{
    /// <summary>Letters of every script stand as they are; what HTML reads, controls and lone surrogates do not.</summary>
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static Html Empty { get; } = new("");

    public static Html Of(Template template) => new(template.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    public override string ToString() => Markup;

    /// <summary>Literals as they are, markup as it is, text escaped. Quotes are escaped too, so a hole may stand in an attribute between double quotes.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Template(int literalLength, int holes)
    {
        private readonly StringBuilder _markup = new(literalLength + 16 * holes);

        public void AppendLiteral(string literal) => _markup.Append(literal);

        public void AppendFormatted(Html html) => _markup.Append(html.Markup);

        public void AppendFormatted(IEnumerable<Html> parts)
        {
            foreach (var part in parts)
                _markup.Append(part.Markup);
        }

        public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted(int number) => _markup.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number, string format) => _markup.Append(number.ToString(format, CultureInfo.InvariantCulture));

        public override string ToString() => _markup.ToString();
    }
}
