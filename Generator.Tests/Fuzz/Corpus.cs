// Declarations that failed once, in files beside this one: a line each, the seed of its data before it.
// Knows files; refuses to know why they failed.
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;

namespace SeqGen.Generator.Tests.Fuzz;

internal static class Corpus
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "Generator.Tests", "Fuzz", "corpus");

    /// <summary>All cases of a folder, or the usual one; each gets a name of its own.</summary>
    public static IEnumerable<FuzzCase> Read(string folder = "") => Directory.GetFiles(folder.Length > 0 ? folder : Folder, "*.txt").Order(System.StringComparer.Ordinal)
        .SelectMany(File.ReadAllLines).Where(l => l.Length > 0 && l[0] != '#').Select(FuzzRunner.Read)
        .Select((c, i) => c with { Spec = Shrinker.Named(c.Spec, "Corpus" + i.ToString(System.Globalization.CultureInfo.InvariantCulture)) });
}
