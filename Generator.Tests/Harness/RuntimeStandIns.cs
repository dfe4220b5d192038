// Declares the runtime's types in a test compilation for as long as the SeqGen assembly lacks them; with the runtime there it adds nothing.
namespace SeqGen.Generator.Tests.Harness;

/// <summary>Signatures of the runtime, without behaviour.</summary>
internal static class RuntimeStandIns
{
    /// <summary>Whether the real runtime is missing.</summary>
    public static bool AreNeeded { get; } = typeof(NetworkAttribute).Assembly.GetType("SeqGen.Kernels.V1.NetworkProgram") is null;

    /// <summary>The runtime's surface, as far as declarations and failed surfaces name it.</summary>
    public static string Source(int contract = 1) => $$"""
        using System;
        namespace SeqGen
        {
            public interface INetwork
            {
                Kernels.V1.NetworkCore Core { get; }
                ParameterSet Parameters { get; }
                Workspace CreateWorkspace(int maxBatch, int maxSteps = 0, bool training = true);
            }

            public interface INetwork<TSelf> : INetwork where TSelf : INetwork<TSelf>
            {
                static abstract NetworkInfo Info { get; }
            }

            public sealed class NetworkInfo;
            public sealed class ParameterSet;
            public sealed class Workspace;
            public sealed class StreamBatch;

            public abstract class RecurrentStream
            {
                protected RecurrentStream(Kernels.V1.NetworkCore core) { }
                public virtual void Step(ReadOnlySpan<float> x, Span<float> y) { }
                public virtual void Step(int token, Span<float> y) { }
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

    /// <summary>The same for a language before C# 12, which cannot say all of it and is not asked to.</summary>
    public const string OldSource = """
        namespace SeqGen
        {
            public sealed class NetworkInfo { }
            public sealed class ParameterSet { }
            public sealed class Workspace { }
            public sealed class StreamBatch { }
            public abstract class RecurrentStream { protected RecurrentStream(object core) { } }
        }

        namespace SeqGen.Kernels.V1
        {
            public abstract class NetworkProgram { }
            public static class NetworkPlan { public const int CurrentContract = 1; }
        }
        """;
}
