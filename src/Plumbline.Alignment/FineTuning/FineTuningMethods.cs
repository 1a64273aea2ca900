using System.Text.Json;

namespace Plumbline.Alignment;

/// <summary>The methods of fine-tuning by name.</summary>
public static class FineTuningMethods
{
    extension(FineTuningMethod method)
    {
        /// <summary>Its name on the command line, for example <c>online-dpo</c>.</summary>
        public string Name => JsonNamingPolicy.KebabCaseLower.ConvertName(method.ToString());
    }
}
