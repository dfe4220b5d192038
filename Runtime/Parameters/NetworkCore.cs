// The runtime half of a generated network: its parameters and their derived copies.
// Knows when copies are stale; refuses to know what is in them.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;

namespace SeqGen.Kernels.V1;

/// <summary>A generated network's program, its parameters and their derived copies.</summary>
/// <remarks>Reading (forward passes, streams) is safe from many threads; changing parameters is not safe beside reading them.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkCore
{
    private readonly Lock _gate = new();
    private readonly List<RunningStatistics> _awaited = [];
    private AlignedBuffer? _transposed;

    /// <summary>Allocates the parameters, all zero until <see cref="Initialize"/> or a load.</summary>
    /// <param name="program">The generated program.</param>
    /// <exception cref="InvalidOperationException">The network was generated for another version of the runtime.</exception>
    public NetworkCore(NetworkProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        Program = program;
        Plan = program.Plan;
        PlanChecks.Check(Plan);
        Master = new AlignedBuffer(Plan.ParameterLength);
        Derived = new AlignedBuffer(Plan.DerivedLength);
        Parameters = new ParameterSet(this);
    }

    /// <summary>The generated program.</summary>
    public NetworkProgram Program { get; }

    /// <summary>The program's description.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>The parameters as users see them.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Texts of the user that are kept with them.</summary>
    public NetworkMetadata Metadata { get; } = new();

    /// <summary>The packed parameters.</summary>
    public AlignedBuffer Master { get; }

    /// <summary>The copy that inference, streaming and the forward pass read.</summary>
    public AlignedBuffer Derived { get; }

    /// <summary>The copy that the backward pass reads; allocated and built when first asked for (by the first training workspace).</summary>
    public AlignedBuffer Transposed
    {
        get
        {
            if (Volatile.Read(ref _transposed) is { } ready)
            {
                return ready;
            }

            lock (_gate)
            {
                if (_transposed is null)
                {
                    AlignedBuffer built = new(Plan.TransposedLength);
                    Program.DeriveTransposed(ref Master.Origin, ref built.Origin);
                    Volatile.Write(ref _transposed, built);
                }

                return _transposed;
            }
        }
    }

    /// <summary>Counts the changes of the parameters.</summary>
    public int Version { get; private set; }

    /// <summary>Sets every parameter to its initial value. Each parameter draws from its own sequence, so that one layer more does
    /// not change the others.</summary>
    /// <param name="seed">The same seed gives the same bits.</param>
    public void Initialize(ulong seed)
    {
        for (int i = 0; i < Plan.Parameters.Length; i++)
        {
            ParameterInitializer.Fill(Plan.Parameters[i], i, seed, Master.Span);
        }

        ForgetStatistics();
        PublishParameters();
    }

    /// <summary>Says that a workspace has statistics for the next update.</summary>
    internal void Await(RunningStatistics statistics)
    {
        lock (_gate)
        {
            if (!_awaited.Contains(statistics))
            {
                _awaited.Add(statistics);
            }
        }
    }

    /// <summary>After an update of trained parameters: running statistics move too, and what is derived is rebuilt.</summary>
    /// <param name="of">Those of the workspace whose gradients it was made of; null where gradients tell of none, for all that wait.</param>
    internal void PublishUpdate(RunningStatistics? of = null)
    {
        lock (_gate)
        {
            foreach (RunningStatistics statistics in _awaited)
            {
                if ((of is null || ReferenceEquals(of, statistics)) && statistics.Any)
                {
                    statistics.Apply(Master.Span);
                }
            }

            _awaited.RemoveAll(static s => !s.Any);
        }

        PublishParameters();
    }

    /// <summary>Drops statistics that wait: parameters come from elsewhere.</summary>
    internal void ForgetStatistics()
    {
        lock (_gate)
        {
            _awaited.ForEach(static s => s.Forget());
            _awaited.Clear();
        }
    }

    /// <summary>Takes over packed parameters, and rebuilds what is derived from them.</summary>
    internal void ReplaceParameters(ReadOnlySpan<float> packed)
    {
        packed.CopyTo(Master.Span);
        ForgetStatistics();
        PublishParameters();
    }

    /// <summary>Rebuilds the derived copies after the master has changed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void PublishParameters()
    {
        Program.Derive(ref Master.Origin, ref Derived.Origin);
        if (_transposed is { } transposed)
        {
            Program.DeriveTransposed(ref Master.Origin, ref transposed.Origin);
        }

        Version++;
    }

    /// <summary>Fails where nothing has set the parameters yet: a network of zeros is never what is wanted.</summary>
    internal void RequireParameters()
    {
        if (Version == 0)
        {
            throw new InvalidOperationException(
                $"{Plan.Name} has no parameters yet, all are zero. A class with a constructor of its own calls Initialize(seed), or Load, in it.");
        }
    }
}
