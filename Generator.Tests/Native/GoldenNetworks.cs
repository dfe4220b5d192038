// The golden cases of the native test program: networks that were generated when it was built. Stands where the tests' own GoldenNetworks
// compiles them; what a case must show is in files that both share.
using System.Collections.Generic;
using System.Linq;
using Goldens;
using SeqGen.Generator.Tests.Goldens;

namespace SeqGen.Generator.Tests.Generated;

internal static class GoldenNetworks
{
    /// <summary>The declared cases.</summary>
    public static IEnumerable<string> Names() => GoldenDeclarations.Networks.Keys.Where(k => !k.Logits).Select(k => k.Case);

    public static GoldenCase Load(string name) => GoldenCase.Load(name);

    /// <summary>A network with the case's parameters.</summary>
    public static INetwork Create(string name, GoldenCase golden, bool logits = false) =>
        GoldenData.SetParameters(GoldenDeclarations.Networks[(name, logits)](), golden);
}
