using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>What every page begins with: its title, its style sheet, and a policy that allows that style sheet, by hash, and nothing else.</summary>
/// <remarks>So even markup that slipped through could neither run nor load nor restyle.</remarks>
internal static class PageHead
{
    /// <summary>Up to the body.</summary>
    /// <param name="title">Title of the page.</param>
    /// <param name="style">Its style sheet.</param>
    public static Html Write(string title, string style) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{new Html(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style))))}'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <style>{new Html(style)}</style>
        </head>
        """);
}
