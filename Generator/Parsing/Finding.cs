// A mistake with its place in the source. It lives for one analyzer call or one transform and never enters the pipeline.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace SeqGen.Generator.Parsing;

/// <summary>A mistake and where it is.</summary>
/// <param name="Id">Diagnostic id.</param>
/// <param name="Location">Where to report it, in the user's source.</param>
/// <param name="Values">What fills the message's placeholders.</param>
internal sealed record Finding(string Id, Location Location, IReadOnlyList<string> Values)
{
    public static Finding At(string id, Location? location, params object[] values) => new(
        id,
        location ?? Location.None,
        values.Select(v => System.Convert.ToString(v, CultureInfo.InvariantCulture) ?? "").ToArray());
}
