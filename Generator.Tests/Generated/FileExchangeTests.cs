// Which networks take each other's files: those of the same tensors, whatever else differs; and what a refusal says.
// Knows declarations; refuses to know what any of it computes.
using System;
using System.IO;
using System.Linq;
using SeqGen.Generator.Tests.Harness;
using Xunit;

namespace SeqGen.Generator.Tests.Generated;

public sealed class FileExchangeTests
{
    // The first one's file is loaded by the others.
    private static readonly string[] _same =
    [
        "[Network(Inputs = 3, Timesteps = 4)] [Gru(5)] [Dense(2)] [MeanSquaredError]",
        "[Network(Inputs = 3, Timesteps = 9, TimeMajor = true)] [Gru(5)] [Dropout(0.2)] [Dense(2)] [MeanSquaredError]",
        "[Network(Inputs = 3, Timesteps = 4)] [Gru(5, Zoneout = 0.3, VariationalInput = 0.2)] [Dropout(0.2, Name = \"quiet\")] [Dense(2)] [Huber]",
        "[Network(Inputs = 3, Timesteps = 4)] [Gru(5, Returns = Returns.Last)] [Dense(2, Activation = Activation.Sigmoid)]",
        "[Network(Inputs = 3, Timesteps = 4, NormalizeInputs = true)] [Gru(5, InputInitializer = Initializer.HeNormal)] [Dense(2)] [MeanAbsoluteError]",
        "[Network(Inputs = 3, Timesteps = 4)] [Gru(5, Trainable = false)] [Head(\"price\")] [Dense(2, Name = \"dense\")] [MeanSquaredError]",
        "[Network(Inputs = 3, Timesteps = 4)] [Gru(5)] [Head(\"way\")] [Dense(2, Name = \"dense\")] [SoftmaxCrossEntropy]",
    ];

    // Each differs from the first in some tensor.
    private static readonly (string Declaration, string Says)[] _other =
    [
        ("[Network(Inputs = 3, Timesteps = 4)] [Gru(6)] [Dense(2)]", "tensor 'gru.weight_ih_l0' should be F32 [18, 3]; the file's is F32 [15, 3]"),
        ("[Network(Inputs = 3, Timesteps = 4)] [Gru(5, Name = \"cell\")] [Dense(2)]", "needs a tensor 'cell.weight_ih_l0', F32 [15, 3]; the file has none of this name"),
        ("[Network(Inputs = 3, Timesteps = 4)] [Gru(5)]", "the file has a tensor 'dense.weight', F32 [2, 5], that Other2 does not have"),
        ("[Network(Inputs = 3, Timesteps = 4)] [Gru(5)] [Dense(2, Bias = false)]", "the file has a tensor 'dense.bias', F32 [2], that Other3 does not have"),
    ];

    [Fact]
    public void The_tensors_decide()
    {
        using LoadedNetworks loaded = NetworkHarness.Load(
        [
            .. _same.Select((d, i) => $"{d} public partial class Same{i};"),
            .. _other.Select((d, i) => $"{d.Declaration} public partial class Other{i};"),
        ]);
        string path = Path.Combine(Path.GetTempPath(), $"seqgen-{Guid.NewGuid():N}.safetensors");
        try
        {
            for (int from = 0; from < _same.Length; from++)
            {
                INetwork writer = Variants.Create(loaded[$"Same{from}"], seed: 1 + from);
                SeqGen.Kernels.V1.NetworkCalls.Save(writer.Core, path);
                for (int to = 0; to < _same.Length; to++)
                {
                    // Of one that normalizes, only one that does takes the means.
                    bool fits = from != 4 || to == 4;
                    INetwork reader = Variants.Create(loaded[$"Same{to}"], seed: 100);
                    Exception? refused = Record.Exception(() => SeqGen.Kernels.V1.NetworkCalls.Load(reader.Core, path));
                    Assert.True(refused is null == fits, $"{from} to {to}: {refused?.Message}");
                    Assert.Contains(fits ? "" : "the file has a tensor 'normalization", refused?.Message ?? "", StringComparison.Ordinal);
                    Assert.All(reader.Parameters.Where(p => fits && writer.Parameters.TryGet(p.Name, out _)), p => Assert.Equal(writer.Parameters[p.Name].ToArray(), p.ToArray()));
                    bool isOne = from == 4 == (to == 4);
                    Assert.Equal(isOne, writer.Core.Plan.Fingerprint == reader.Core.Plan.Fingerprint);
                }
            }

            INetwork first = Variants.Create(loaded["Same0"], seed: 1);
            SeqGen.Kernels.V1.NetworkCalls.Save(first.Core, path);
            for (int i = 0; i < _other.Length; i++)
            {
                INetwork reader = Variants.Create(loaded[$"Other{i}"], seed: 2);
                float[] before = reader.Parameters.Values.ToArray();
                string message = Assert.Throws<NetworkFileException>(() => SeqGen.Kernels.V1.NetworkCalls.Load(reader.Core, path)).Message;
                Assert.Contains(_other[i].Says, message, StringComparison.Ordinal);
                Assert.Contains("It was saved from Same0, 'gru 150 > dense 12 #", message, StringComparison.Ordinal);
                Assert.NotEqual(first.Core.Plan.Fingerprint, reader.Core.Plan.Fingerprint);
                Assert.Equal(before, reader.Parameters.Values.ToArray());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
