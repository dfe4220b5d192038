// Initial and final states by name, and carrying one into the other.
// Knows state places and what is given; refuses to know layers.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    // One block a state, [MaxBatch, size] each, in the order of the plan.
    private float[] _initial = [];
    private float[]? _kept;
    private StateSlot[] _states = [];

    /// <summary>Gives the state a run starts from; it stays until changed, or until <see cref="Resize(int, int, bool)"/>.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="values">[Batch, size].</param>
    public void SetInitialState(string name, ReadOnlySpan<float> values)
    {
        StateSlot state = StateOf(name);
        CheckState(state, values.Length, nameof(values));
        values.CopyTo(_initial.AsSpan(state.Start));
        state.Given = true;
    }

    /// <summary>The state a run starts from, to be filled: it counts as given from now on. [Batch, size].</summary>
    internal Span<float> GiveInitialState(string name)
    {
        StateSlot state = StateOf(name);
        state.Given = true;
        return _initial.AsSpan(state.Start, Batch * state.Plan.Size);
    }

    /// <summary>Copies out the state after the last step of each sequence.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="destination">[Batch, size].</param>
    public void GetFinalState(string name, Span<float> destination)
    {
        Require(Phase.Forwarded, nameof(GetFinalState), nameof(Forward));
        StateSlot state = StateOf(name);
        CheckState(state, destination.Length, nameof(destination));
        GatherState(state, state.Plan.Final, destination);
    }

    /// <summary>Copies out the gradient of the loss with respect to an initial state.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="destination">[Batch, size].</param>
    public void GetInitialStateGradient(string name, Span<float> destination)
    {
        Require(Phase.Differentiated, nameof(GetInitialStateGradient), nameof(Backward));
        StateSlot state = StateOf(name);
        if (state.Plan.InitialGradient is not { } place)
        {
            throw new NotSupportedException($"{_plan.Name} does not compute the gradient of the initial state '{name}'.");
        }

        CheckState(state, destination.Length, nameof(destination));
        GatherState(state, place, destination);
    }

    /// <summary>Makes the final states of this pass the initial ones of the next, as constants: truncated back-propagation through
    /// time, or prediction in chunks.</summary>
    public void CarryState()
    {
        Require(Phase.Forwarded, nameof(CarryState), nameof(Forward));
        foreach (StateSlot state in _states)
        {
            if (state.Plan.Start != StateStart.Hidden)
            {
                GatherState(state, state.Plan.Final, _initial.AsSpan(state.Start, Batch * state.Plan.Size));
                state.Given = true;
            }
        }
    }

    /// <summary>The states that were given or carried, for the rows of the batch: [Batch, size] each.</summary>
    internal Dictionary<string, float[]> GivenStates() =>
        _states.Where(s => s.Given).ToDictionary(s => s.Plan.Name, s => _initial.AsSpan(s.Start, Batch * s.Plan.Size).ToArray());

    /// <summary>Remembers the initial states until the next call; allocates the first time.</summary>
    internal void KeepStates()
    {
        _kept ??= new float[_initial.Length];
        _initial.CopyTo(_kept, 0);
    }

    /// <summary>Gives the states that were kept back, which passes since then have carried on.</summary>
    /// <param name="rows">The batch that they are of.</param>
    internal void BringBackStates(int rows)
    {
        Resize(rows, Steps, keepStates: true);
        _kept!.CopyTo(_initial, 0);
    }

    private void AllocateStates()
    {
        _states = new StateSlot[_area.States.Length];
        int total = 0;
        for (int i = 0; i < _states.Length; i++)
        {
            StatePlace plan = _area.States[i];
            bool trains = plan.Start == StateStart.Learned && Array.Exists(_plan.Parameters, p => p.Name == plan.Parameter && p.Trainable);
            _states[i] = new StateSlot(plan, total, plan.Start == StateStart.Learned ? StateLayout.Learned(_plan, plan) : [], trains);
            total = WorkspaceSizes.Floats(1, total + (plan.Start == StateStart.Hidden ? 0 : (long)plan.Size * MaxBatch), _plan.Name);
        }

        _initial = new float[total];
    }

    private void ForgetStates()
    {
        Array.Clear(_initial);
        foreach (StateSlot state in _states)
        {
            state.Given = false;
        }
    }

    private void CheckState(StateSlot state, int given, string argument)
    {
        if (given != Batch * state.Plan.Size)
        {
            ThrowCount(given, Batch * state.Plan.Size, $"state '{state.Plan.Name}' [Batch = {Batch}, {state.Plan.Size}]", argument);
        }
    }

    private void GatherState(StateSlot state, Place place, Span<float> destination)
    {
        foreach (Part part in _parts)
        {
            part.GatherState(state.Plan, place, destination);
        }
    }

    private StateSlot StateOf(string name)
    {
        foreach (StateSlot state in _states)
        {
            if (state.Plan.Name == name && state.Plan.Start != StateStart.Hidden)
            {
                return state;
            }
        }

        string known = string.Join(", ", _states.Where(s => s.Plan.Start != StateStart.Hidden).Select(s => s.Plan.Name));
        throw new ArgumentException($"{_plan.Name} has no state '{name}'. It has {(known.Length == 0 ? "none" : known)}.", nameof(name));
    }

    /// <summary>One state of the whole batch.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="start">Where its initial values start in the block of all.</param>
    /// <param name="learned">Where its elements lie in the packed parameters; empty where it is not learned.</param>
    /// <param name="trains">Whether the parameter that it begins at is trained: a frozen one gets no gradient.</param>
    private sealed class StateSlot(StatePlace plan, int start, int[] learned, bool trains)
    {
        public readonly StatePlace Plan = plan;
        public readonly int Start = start;
        public readonly int[] LearnedAt = learned;
        public readonly bool Trains = trains;

        /// <summary>Whether the user gave or carried it.</summary>
        public bool Given;
    }
}
