// Files: a network that is loaded from one computes the same bits, and what is damaged is refused before anything changes.
// Knows files; refuses to know their format and what is in them.
using System;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using Batches = SeqGen.Generator.Tests.Generated.Passes;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    /// <summary>Saves, loads into fresh networks and damages the file.</summary>
    /// <param name="data">The batch.</param>
    /// <param name="first">What the network gives for it.</param>
    private void Files(PassData data, PassResults first) => Try("file", () =>
    {
        using var stream = new MemoryStream();
        ParameterFile.Write(_plan, _network.Core.Master.Memory, stream);
        byte[] file = stream.ToArray();
        INetwork fresh = _create(_case.Spec.Name), variant = _create(FuzzBatch.VariantSpace + "." + _case.Spec.Name);
        float[] before = fresh.Parameters.Values.ToArray();
        Refused(fresh, file[.._draws.Between(0, file.Length - 1)], before, mustFail: true);
        byte[] damaged = [.. file];
        damaged[_draws.Between(0, Math.Min(file.Length - 1, 400))] ^= (byte)(1 << _draws.Between(0, 7));
        Refused(fresh, damaged, before, mustFail: false);
        ParameterFile.Load(fresh.Core, file, "its file");
        ParameterFile.Load(variant.Core, file, "its file");
        Same(first, Batches.Predict(fresh, data), $"loaded from a file, batch {data.Batch}, steps {data.Steps}");
        foreach (Parameter parameter in _network.Parameters.Where(p => !p.ToArray().AsSpan().SequenceEqual(variant.Parameters[p.Name].ToArray())))
        {
            throw new MismatchException($"{parameter.Name} of a network with {_case.Variant.Name} is another than in the file");
        }
    });

    private static void Refused(INetwork network, byte[] file, float[] before, bool mustFail)
    {
        try
        {
            ParameterFile.Load(network.Core, file, "a damaged file");
            if (mustFail)
            {
                throw new MismatchException($"a file cut after {file.Length} bytes is loaded");
            }
        }
        catch (NetworkFileException)
        {
            Same(before, network.Parameters.Values, $"parameters after a refused file of {file.Length} bytes: ");
        }
    }
}
