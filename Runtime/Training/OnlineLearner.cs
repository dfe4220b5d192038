// Learning while a stream runs: steps in, truth in, an update a window, all in memory that is there from the beginning.
// Knows windows, missing inputs and when to update; refuses to know truths (OnlineLearner.Truth), files (OnlineLearner.Checkpoint), and how a step or a pass is computed.
// R. J. Williams, J. Peng: An efficient gradient-based algorithm for on-line training of recurrent network trajectories. Neural Computation 2, 1990: truncated
// back-propagation through time.
using System;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>Lets a network that runs as a stream go on learning from what it meets: <see cref="Step(ReadOnlySpan{float}, Span{float})"/> gives an output as the stream
/// does, <see cref="Observe(ReadOnlySpan{float})"/> hands in the truth when it is known, and after every window of steps one update is made.</summary>
/// <remarks>
/// It is this loop, to the bit, with a workspace for one sequence of a window's steps: <c>Fill, ZeroGradients, ForwardBackward, GradientClipping.Apply, Optimizer.Step,
/// CarryState</c>. A window begins at the states that the pass before it ended with, as constants; the first one, and one after a pause, at the stream's. A convolution has no
/// state: it begins every window anew. The stream goes on with its own states and, from the next step on, the new parameters.
/// <para><b>When.</b> An update is made at once, on the calling thread, by the call of <c>Observe</c> that completes a window; where the truth of its last step does not
/// come, by the next <c>Step</c>, before its input. A <c>Step</c> otherwise costs what the stream's costs, and copies of its input.</para>
/// <para><b>What is missing.</b> An input that is not finite counts as a sensor's value that is missing: the last one there was takes its place (0 before the first), for
/// the stream too. A step whose truth is not handed in, or is not finite, does not count in the loss; a window of which no step counts makes no update.</para>
/// <para><b>What runs away.</b> Where a window's loss or gradient is not finite there is no update (<see cref="RefusedUpdates"/>), and a new window begins at the stream's
/// states.</para>
/// <para>Nothing but its construction, <c>Save</c> and <c>Load</c> allocates. It is used by one thread at a time, and while it makes an update no other thread may read the
/// network's parameters: other streams of the network are stepped in between, and see the new ones.</para>
/// </remarks>
public sealed partial class OnlineLearner
{
    private readonly RecurrentStream _stream;
    private readonly NetworkCore _core;
    private readonly NetworkPlan _plan;
    private readonly Workspace _workspace;
    private readonly OnlineLearnerOptions _options;
    private readonly TargetHead[] _heads;
    private readonly StatePlace[] _states;

    // The last inputs, as many as wait for their truth, in a ring.
    private readonly float[] _inputs;
    private readonly int[] _tokens;

    // The ring's newest place; steps in the window's order: taken since it began, and how many of those are in the workspace.
    private int _newest;
    private int _waiting;
    private int _filled;
    private bool _isBegun;
    private long _windows;

    /// <summary>A learner for a stream, which goes on from where it is and is stepped by the learner from now on.</summary>
    /// <param name="stream">A stream of a network with a loss.</param>
    /// <param name="optimizer">An optimizer that belongs to no other network.</param>
    /// <param name="options">Window, horizon, clipping; null for the defaults.</param>
    /// <exception cref="NotSupportedException">The network cannot be trained window by window: the message says why.</exception>
    public OnlineLearner(RecurrentStream stream, Optimizer optimizer, OnlineLearnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(optimizer);
        (_stream, _core, _plan, Optimizer, _options) = (stream, stream.Core, stream.Core.Plan, optimizer, options ?? new());
        TrainingChecks.RequireTraining(_plan);
        StepChecks.RequireWindows(_plan, "it cannot go on from window to window, and learning from a stream would give it ends that are none.");
        _core.RequireParameters();
        _heads = Heads(_plan);
        _states = Array.FindAll(_plan.Streaming!.States, s => Array.Exists(_plan.Training!.States, t => t.Name == s.Name && t.Start != StateStart.Hidden));
        _workspace = new Workspace(_core, 1, _options.Window, training: true) { UsesRunningStatistics = true };
        int kept = WorkspaceSizes.Floats(Math.Max(1, _plan.InputSize), _options.Horizon + 1L, _plan.Name);
        (_inputs, _tokens) = _plan.InputSize > 0 ? (new float[kept], Array.Empty<int>()) : ([], new int[kept]);
        optimizer.Attach(_core.Parameters);
        WarmUp();
    }

    /// <summary>The optimizer; its rate may be set at any time.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Steps of a window.</summary>
    public int Window => _workspace.MaxSteps;

    /// <summary>Steps until the truth about a step is known.</summary>
    public int Horizon => _options.Horizon;

    /// <summary>Whether it learns. While it does not, a step is the stream's own, and truth is passed over; what was not learned from yet is forgotten.
    /// When it learns again, a window begins with the next step, at the stream's states.</summary>
    public bool Learns
    {
        get;
        set
        {
            if (field != value)
            {
                field = value;
                Forget();
            }
        }
    } = true;

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Updates made.</summary>
    public long Updates { get; private set; }

    /// <summary>Windows whose loss or gradient was not finite, so that no update was made.</summary>
    public long RefusedUpdates { get; private set; }

    /// <summary>Input values that were not finite, for which the last one there was has stood in.</summary>
    public long MissingInputs { get; private set; }

    /// <summary>The loss of the last window of which something counted, before its update; NaN before there is one.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>The norm of that window's gradient before clipping; NaN before there is one.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>Bytes of all of it, the network's parameters, the stream and the optimizer's state included; see <see cref="NetworkInfo.LearningBytes"/>.</summary>
    public long Bytes => LearningSizes.BytesOf(_plan, _options.Window, _options.Horizon) + (Optimizer.SlotCount * AlignedBuffer.BytesOf(_plan.ParameterLength));

    /// <summary>Takes one step in and gives the stream's output.</summary>
    /// <param name="x">The input, InputSize floats; one that is not finite is missing.</param>
    /// <param name="y">Receives the output, OutputSize floats; that of the first head where there are several (<see cref="RecurrentStream.TryGetOutput"/> gives the others').</param>
    /// <returns>What the stream's Step returns: always true, as networks without are refused.</returns>
    /// <exception cref="TrainingDivergedException">An update that was due has left parameters that are not finite; the step was not taken.</exception>
    public bool Step(ReadOnlySpan<float> x, Span<float> y)
    {
        int size = _plan.InputSize;
        if (x.Length != size || y.Length != _plan.OutputSize || size == 0)
        {
            // The stream says what is wrong, before anything has changed.
            return _stream.Step(x, y);
        }

        BeginStep();
        Span<float> last = _inputs.AsSpan(_newest * size, size), now = _inputs.AsSpan(Next * size, size);
        for (int i = 0; i < size; i++)
        {
            bool isThere = float.IsFinite(x[i]);
            now[i] = isThere ? x[i] : last[i];
            MissingInputs += isThere ? 0 : 1;
        }

        bool given = _stream.Step(now, y);
        _newest = Next;
        if (EndStep(out int oldest, out int row))
        {
            _inputs.AsSpan(oldest * size, size).CopyTo(_workspace.Input[(row * size)..]);
        }

        return given;
    }

    /// <summary>Takes one token in and gives the stream's output.</summary>
    /// <param name="token">The token, 0 to TokenCount - 1.</param>
    /// <param name="y">Receives the output, OutputSize floats.</param>
    /// <returns>See the other overload.</returns>
    /// <exception cref="TrainingDivergedException">An update that was due has left parameters that are not finite; the step was not taken.</exception>
    public bool Step(int token, Span<float> y)
    {
        if ((uint)token >= (uint)_plan.TokenCount || y.Length != _plan.OutputSize)
        {
            return _stream.Step(token, y);
        }

        BeginStep();
        bool given = _stream.Step(token, y);
        _newest = Next;
        _tokens[_newest] = token;
        if (EndStep(out int oldest, out int row))
        {
            _workspace.Tokens[row] = _tokens[oldest];
        }

        return given;
    }

    /// <summary>Sets the stream back to its start: another sequence begins. What was not learned from yet is forgotten.</summary>
    public void Reset()
    {
        _stream.Reset();
        Forget();
    }

    private int Next => _newest + 1 == _options.Horizon + 1 ? 0 : _newest + 1;

    /// <summary>Learns from a window whose last truth did not come, and begins the first one.</summary>
    private void BeginStep()
    {
        if (_filled == Window)
        {
            Learn();
        }

        if (Learns && !_isBegun)
        {
            Begin();
        }
    }

    /// <summary>Counts a step that was taken.</summary>
    /// <param name="oldest">The place in the ring of the step whose truth can be handed in now.</param>
    /// <param name="row">Its row in the window.</param>
    /// <returns>Whether there is such a step.</returns>
    private bool EndStep(out int oldest, out int row)
    {
        Steps++;
        (oldest, row) = (Next, _filled);
        if (!Learns)
        {
            return false;
        }

        if (_waiting < _options.Horizon)
        {
            _waiting++;
            return false;
        }

        foreach (TargetHead head in _heads)
        {
            head.IsObserved = false;
            if (head.Port.Axis >= 0 || row == 0)
            {
                _workspace.MaskBuffer(head.Index)[head.Port.Axis < 0 ? 0 : row] = 0;
            }
        }

        _filled++;
        return true;
    }

    /// <summary>Begins a window at the stream's states.</summary>
    private void Begin()
    {
        _workspace.Resize(1, Window);
        if (!_stream.IsAtStart)
        {
            foreach (StatePlace state in _states)
            {
                _stream.CopyState(state, _workspace.GiveInitialState(state.Name));
            }
        }

        _isBegun = true;
    }

    private void Forget() => (_waiting, _filled, _isBegun) = (0, 0, false);

    /// <summary>One update from the window that is there.</summary>
    /// <returns>Whether it was made.</returns>
    private bool Learn()
    {
        _workspace.Seed = _options.Seed;
        _workspace.SampleOffset = _windows++;
        _filled = 0;
        bool counts = false;
        foreach (TargetHead head in _heads)
        {
            Span<float> mask = _workspace.MaskBuffer(head.Index);
            counts |= mask.ContainsAnyExcept(0f);
            _workspace.SetMask(head.Port.Name, mask);
        }

        if (!counts)
        {
            _workspace.Forward(ForwardMode.Training);
            _workspace.CarryState();
            return false;
        }

        _workspace.ZeroGradients();
        Loss = _workspace.ForwardBackward();
        GradientNorm = _options.GradientClipping.Apply(_workspace);
        if (!double.IsFinite(Loss) || !double.IsFinite(GradientNorm))
        {
            RefusedUpdates++;
            Forget();
            return false;
        }

        Optimizer.Step(_workspace);
        _workspace.CarryState();
        Updates++;
        return _core.Parameters.FirstNotFinite() is null ? true : throw new TrainingDivergedException(
            $"Update {Updates} of {_plan.Name} has left parameters that are not finite (loss {Loss:G5}, gradient norm {GradientNorm:G5}, learning rate {Optimizer.LearningRate}): its outputs are of no use any more. "
            + "Load the last checkpoint, and try a lower learning rate or a stricter GradientClipping.");
    }

    /// <summary>Runs everything once without effect, so that what sets itself up at its first use does so here.</summary>
    private void WarmUp()
    {
        foreach (TargetHead head in _heads)
        {
            _workspace.SetMask(head.Port.Name, _workspace.MaskBuffer(head.Index));
        }

        _workspace.ForwardBackward();
        _workspace.Forward(ForwardMode.Training);
        _workspace.CarryState();
        _ = _workspace.GradientNorm();
        _workspace.ScaleGradients(1);
        _workspace.LimitGradients(1);
        _workspace.Update(NoUpdate.Instance);
        _workspace.Resize(1, Window);
    }

    private sealed class NoUpdate : IRangeUpdate
    {
        public static readonly NoUpdate Instance = new();

        public void Update(ParameterSet parameters, ReadOnlySpan<float> gradients, int from, int to)
        {
        }
    }
}
