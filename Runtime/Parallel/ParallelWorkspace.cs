// A workspace whose passes run on several threads.
// Knows how many threads there are and what belongs to each; refuses to know the passes (Workspace) and waiting (ThreadTeam).
using System;
using System.Threading;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>A <see cref="Workspace"/> that divides the sequences of a batch among several threads: data parallelism on one machine.</summary>
/// <remarks>
/// It is used exactly as a workspace, by one thread at a time: input, target, lengths, noise, output, loss and
/// <see cref="Workspace.Gradients"/> are those of the whole batch. Each thread runs forward and back over some neighbouring sequences,
/// with a tape and gradients of its own; then the gradients are added up in a fixed order. The loss is the mean over the counted positions of the
/// whole batch, and a sequence draws the same dropout masks on any thread, so results differ from a workspace's in the order of
/// summation alone; and for one number of threads they are the same bits every time.
/// <para>Its threads sleep while there is nothing to do. <see cref="Dispose"/> ends them; so does the garbage collector. Nothing but its construction
/// allocates, on any thread. What a thread throws is thrown to the caller.</para>
/// </remarks>
/// <example><code>
/// using ParallelWorkspace workspace = new(net, maxBatch: 32);
/// workspace.Fill(train, samples);
/// workspace.ZeroGradients();
/// double loss = workspace.ForwardBackward();
/// optimizer.Step(workspace);
/// </code></example>
public sealed class ParallelWorkspace : Workspace, IDisposable
{
    private readonly ThreadTeam? _team;
    private readonly Action<int>? _runPart;
    private readonly MeetingPoint? _meeting;
    private Action<Part>? _work;

    /// <summary>Allocates memory and starts threads.</summary>
    /// <param name="network">The network.</param>
    /// <param name="maxBatch">The most sequences of one pass.</param>
    /// <param name="maxSteps">The most steps of one pass; 0 for the network's Timesteps.</param>
    /// <param name="threads">Threads, the caller's included: as many as there are processors or fewer, at most one a sequence; 0 for the number of
    /// processors, but at least 4 sequences a thread. On a machine (or in a container) with one processor there is one thread whatever is asked for.</param>
    /// <param name="training">Whether the workspace can run the backward pass.</param>
    /// <param name="maxTargetSteps">The most steps of a decoder; 0 for its declared ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or <paramref name="maxBatch"/> is 0.</exception>
    /// <exception cref="NotSupportedException">The network was generated without training.</exception>
    public ParallelWorkspace(INetwork network, int maxBatch, int maxSteps = 0, int threads = 0, bool training = true, int maxTargetSteps = 0)
        : this(CoreOf(network), maxBatch, maxSteps, threads, training, Environment.ProcessorCount, maxTargetSteps)
    {
    }

    internal ParallelWorkspace(NetworkCore core, int maxBatch, int maxSteps, int threads, bool training, int processors, int maxTargetSteps = 0, HeadLosses? losses = null)
        : base(core, maxBatch, maxSteps, training, BatchSplit.Threads(threads, maxBatch, processors), maxTargetSteps, losses)
    {
        if (PartCount > 1)
        {
            _runPart = RunPart;
            _team = new ThreadTeam(PartCount, processors);
            if (PartsMeet)
            {
                _meeting = new MeetingPoint(PartCount <= processors);
                MeetAt(_meeting);
            }
        }
    }

    /// <summary>Threads that work, the caller's included. Results depend on this number in the last bits.</summary>
    public int Threads => PartCount;

    /// <summary>Ends the threads; the workspace cannot run passes any more.</summary>
    public void Dispose() => _team?.Dispose();

    /// <summary>The threads beside the caller's; for tests.</summary>
    internal ReadOnlySpan<Thread> OwnThreads => _team is null ? default : _team.Threads;

    private protected override void RunParts(Action<Part> work)
    {
        if (_team is null)
        {
            base.RunParts(work);
            return;
        }

        _work = work;
        _meeting?.Open(PartsAtWork);
        _team.Run(_runPart!);
    }

    private void RunPart(int thread)
    {
        try
        {
            RunPart(_work!, thread);
        }
        catch
        {
            _meeting?.Break();
            throw;
        }
    }

    private static NetworkCore CoreOf(INetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Core;
    }
}
