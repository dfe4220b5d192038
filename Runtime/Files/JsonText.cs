// Small JSON texts: what is kept in headers and metadata of files. Knows how such a text is made and read; refuses to know what is in it.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.Json;

namespace SeqGen;

internal static class JsonText
{
    /// <summary>An object as text.</summary>
    /// <param name="members">Writes its members.</param>
    public static string Write(Action<Utf8JsonWriter> members)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>What a text says, which anybody can have written.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mistake">What is said of a text that is none: a sentence without its end.</param>
    /// <param name="read">Reads the object.</param>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static T Read<T>(string text, string mistake, Func<JsonElement, T> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new FormatException($"{mistake}: {e.Message}", e);
        }
    }
}
