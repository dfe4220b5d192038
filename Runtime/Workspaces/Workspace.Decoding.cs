// A decoder that goes on from where it was, and rows of it that move: for searches and for scheduled sampling.
// Knows which inputs and states are a decoder's; refuses to know what to feed it with.
using System;
using System.Runtime.CompilerServices;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    // Steps of the decoder since the encoder ran.
    private int _decoded;

    /// <summary>Runs the decoder on for another <see cref="TargetSteps"/> steps, from its states at the end of the last pass; the encoder is not
    /// run again. Fill the decoder's input before.</summary>
    /// <exception cref="NotSupportedException">The network has no decoder that can go on, or the workspace is one for training.</exception>
    /// <exception cref="InvalidOperationException">Every step of the decoder has parameters of its own, and there are none for these steps.</exception>
    public void ContinueDecoding()
    {
        if (!_area.Continues)
        {
            throw new NotSupportedException(
                _training && _plan.Inference.Continues ? $"Only a workspace without training decodes step by step; create one of {_plan.Name} with training: false."
                : _targetAxis >= 0 ? NoContinuation(_plan)
                : $"{_plan.Name} has no decoder that can go on from where it was.");
        }

        Require(Phase.Forwarded, nameof(ContinueDecoding), nameof(Forward));
        AxisPlan axis = _plan.Axes[_targetAxis];
        int steps = _decoded + TargetSteps;
        if (axis.IsLimit && steps > axis.Max)
        {
            throw new InvalidOperationException(
                $"The decoder of {_plan.Name} has parameters of its own for each of {axis.Max} steps, and {steps} would be done. Start over with Forward, or declare more Timesteps in [Decoder].");
        }

        Run(static part => part.Continue());
        _decoded = steps;
        foreach (Head head in _heads)
        {
            head.OutputReady = false;
        }
    }

    /// <summary>Why a decoder cannot write step by step.</summary>
    internal static string NoContinuation(NetworkPlan plan) =>
        $"The decoder of {plan.Name} cannot go on from where it was: a layer of it (a window or an attention over the decoder's own steps, a backward direction) reads more of them than states keep. "
        + "Run whole passes over what was written so far, or use recurrent layers.";

    /// <summary>The decoder's states of row b become those that row <paramref name="sourceRows"/>[b] had. For workspaces of one part.</summary>
    /// <param name="sourceRows">[Batch].</param>
    /// <param name="buffer">[Batch, <see cref="DecoderStateSize"/>].</param>
    internal void MoveDecoderStates(ReadOnlySpan<int> sourceRows, Span<float> buffer)
    {
        foreach (StateSlot state in _states)
        {
            if (IsDecoders(state.Plan))
            {
                _parts[0].Move(state.Plan, sourceRows, buffer);
            }
        }
    }

    /// <summary>Floats of the largest of the decoder's states.</summary>
    internal int DecoderStateSize
    {
        get
        {
            int most = 0;
            foreach (StateSlot state in _states)
            {
                most = IsDecoders(state.Plan) ? Math.Max(most, state.Plan.Size) : most;
            }

            return most;
        }
    }

    /// <summary>The row of user order of a decoder's step.</summary>
    internal int TargetRow(int b, int t) => UserRow(_targetAxis, b, t);

    /// <summary>Copies what the encoder and others read, all but what lies along the decoder's axis; lengths and given states too. Batch and steps must
    /// agree.</summary>
    internal void CopyInputsTo(Workspace other)
    {
        for (int i = 0; i < _ports.Length; i++)
        {
            if (_ports[i].Plan.Axis == _targetAxis)
            {
                continue;
            }

            if (_ports[i].Plan.Size > 0)
            {
                Values(_ports[i]).CopyTo(other.Values(other._ports[i]));
            }
            else
            {
                TokensOf(_ports[i]).CopyTo(other.TokensOf(other._ports[i]));
            }
        }

        other.SetLengths((_shortAxes & 1) != 0 ? _lengths.AsSpan(0, Batch) : default);
        foreach (StateSlot state in _states)
        {
            if (state.Given)
            {
                other.SetInitialState(state.Plan.Name, _initial.AsSpan(state.Start, Batch * state.Plan.Size));
            }
        }
    }

    // The decoder's own states start from the encoder's and have no name; those of a decoder that has others lie along its axis, or in the scratch,
    // where the encoder's may lie too: those are the same in all rows of a source, so moving them changes nothing.
    private bool IsDecoders(StatePlace state) => state.Start == StateStart.Hidden || state.Final.Area == Area.Scratch
        || (state.Final.Class < _plan.Axes.Length && AxisSteps.Root(_plan, state.Final.Class) == _targetAxis);

    private protected sealed partial class Part
    {
        /// <summary>Runs the decoder on.</summary>
        public void Continue()
        {
            if (Rows == 0)
            {
                return;
            }

            foreach (Port port in _owner._ports)
            {
                if (port.Plan.Axis == _owner._targetAxis)
                {
                    StageInput(port);
                }
            }

            _shape.FirstStep = _owner._decoded;
            Frame frame = CreateFrame();
            frame.Continue = true;
            _core.Program.Decode(in frame);
        }

        /// <summary>Moves the final values of a state among rows.</summary>
        public void Move(StatePlace state, ReadOnlySpan<int> sourceRows, Span<float> buffer)
        {
            GatherState(state, state.Final, buffer);
            ref float rows = ref At(state.Final);
            for (int b = 0; b < Rows; b++)
            {
                StateLayout.Load(state, buffer.Slice(sourceRows[b] * state.Size, state.Size), ref Unsafe.Add(ref rows, (nint)b * state.Final.Row));
            }
        }
    }
}
