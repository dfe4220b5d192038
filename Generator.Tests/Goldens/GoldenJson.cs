// Shorthands for reading a case's json. Knows no property.
using System.Text.Json;

namespace SeqGen.Generator.Tests.Goldens;

internal static class GoldenJson
{
    public static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static int Int(JsonElement element, string property) => element.GetProperty(property).GetInt32();

    public static bool Flag(JsonElement element, string property) => element.TryGetProperty(property, out JsonElement value) && value.GetBoolean();
}
