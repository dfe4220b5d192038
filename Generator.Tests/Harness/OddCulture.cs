// A culture in which numbers written carelessly become wrong C#. It knows nothing of networks.
using System;
using System.Globalization;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>Makes a culture current that writes -1.5 as <c>−1,5</c> with a minus sign U+2212, until it is disposed.</summary>
internal sealed class OddCulture : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public OddCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "\u00a0";
        CultureInfo.CurrentCulture = culture;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;
}
