// A runtime of signatures alone, for tests of what happens when the referenced one is not the right one. Everything else uses the real one.
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Harness;

/// <summary>Signatures of the runtime, without behaviour.</summary>
internal static class FakeRuntime
{
    /// <summary>The runtime's surface, as far as declarations and failed surfaces name it.</summary>
    public static string Source(int contract = RuntimeContract.Version) => $$"""
        using System;
        namespace SeqGen
        {
            public interface INetwork
            {
                Kernels.V1.NetworkCore Core { get; }
                ParameterSet Parameters { get; }
                Workspace CreateWorkspace(int maxBatch, int maxSteps = 0, bool training = true, int maxTargetSteps = 0);
            }

            public interface INetwork<TSelf> : INetwork where TSelf : INetwork<TSelf>
            {
                static abstract NetworkInfo Info { get; }
            }

            public sealed class NetworkInfo;
            public sealed class ParameterSet;
            public sealed class NetworkMetadata;
            public sealed class Workspace;
            public sealed class StreamBatch;

            public abstract class RecurrentStream
            {
                protected RecurrentStream(Kernels.V1.NetworkCore core) { }
                public virtual bool Step(ReadOnlySpan<float> x, Span<float> y) => true;
                public virtual bool Step(int token, Span<float> y) => true;
                public void Reset() { }
            }
        }

        namespace SeqGen.Kernels.V1
        {
            public abstract class NetworkProgram;
            public sealed class NetworkCore;
            public sealed class NetworkPlan { public const int CurrentContract = {{contract}}; }
        }
        """;
}
