using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumbline.Models;

/// <summary>Writes <c>adapter_config.json</c>.</summary>
internal static class AdapterConfigFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, JsonObject config) =>
        AtomicFile.Write(Path.Combine(folder, Adapter.ConfigName), config.ToJsonString(Indented) + "\n");
}
