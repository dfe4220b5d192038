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
    private float[]? _next;
    private int _nextAfter;
    private float[]? _ends;
    private StateSlot[] _states = [];

    /// <summary>Gives the state a run starts from; it stays until changed, or until <see cref="Resize(int, int, bool)"/>.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="values">[Batch, size].</param>
    public void SetInitialState(string name, ReadOnlySpan<float> values)
    {
        StateSlot state = StateOf(name);
        CheckState(state.Plan, values.Length, nameof(values));
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
        StatePlace state = FinalOf(name) ?? StateOf(name).Plan;
        CheckState(state, destination.Length, nameof(destination));
        GatherState(state, state.Final, destination);
    }

    /// <summary>Gives the gradient with respect to a final state, to be added to what comes from the losses: what a later window's <see cref="GetInitialStateGradient"/> gave, say,
    /// where windows are joined by hand. For the next <see cref="Backward"/> alone, as the loss is in it: times its weight. The first call allocates.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="values">[Batch, size].</param>
    public void SetFinalStateGradient(string name, ReadOnlySpan<float> values)
    {
        TrainingOnly(nameof(SetFinalStateGradient));
        StateSlot state = StateOf(name);
        if (state.Plan.FinalGradient is null)
        {
            throw new NotSupportedException($"Nothing of {_plan.Name} that is trained stands behind '{name}': its final state needs no gradient.");
        }

        CheckState(state.Plan, values.Length, nameof(values));
        _ends ??= new float[_initial.Length];
        values.CopyTo(_ends.AsSpan(state.Start));
        state.HasEnd = true;
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

        CheckState(state.Plan, destination.Length, nameof(destination));
        GatherState(state.Plan, place, destination);
    }

    /// <summary>Makes the final states of this pass the initial ones of the next, as constants: truncated back-propagation through
    /// time, or prediction in chunks.</summary>
    public void CarryState()
    {
        Require(Phase.Forwarded, nameof(CarryState), nameof(Forward));
        if (CarriesEarly && _nextAfter != CarrySteps)
        {
            ThrowOrder($"{nameof(CarryState)} after {CarrySteps} steps ({nameof(CarrySteps)} has been set since {nameof(Forward)})", "another Forward");
        }

        foreach (StateSlot state in _states)
        {
            if (state.Plan.Start == StateStart.Hidden)
            {
                continue;
            }

            Span<float> initial = _initial.AsSpan(state.Start, Batch * state.Plan.Size);
            if (CarriesEarly)
            {
                _next.AsSpan(state.Start, initial.Length).CopyTo(initial);
            }
            else
            {
                GatherState(state.Plan, state.Plan.Final, initial);
            }

            state.Given = true;
        }
    }

    /// <summary>After how many steps <see cref="CarryState"/> takes the states that it carries; 0, or more than there are, for after all. For windows that overlap: the next one begins so many steps
    /// after this one. To be set before <see cref="Forward"/>; setting it the first time allocates.</summary>
    /// <exception cref="NotSupportedException">The network reads sequences from their ends or as a whole. Or a state is not kept for every step: the workspace is one for inference, or its layer is frozen.</exception>
    public int CarrySteps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value > 0)
            {
                StepChecks.RequireWindows(_plan, "its states after some steps are not those that a later window begins with. Use windows that do not overlap.");
            }

            if (value > 0 && Array.Find(_area.States, s => s.Start != StateStart.Hidden && !s.Final.AtSteps) is { } state)
            {
                throw new NotSupportedException(_training
                    ? $"'{state.Name}' of {_plan.Name} is not kept for every step, because no gradient goes through it: windows that overlap need recurrent layers that are trained."
                    : $"A workspace for inference keeps no states of {_plan.Name} but the last: use one for training, or windows that do not overlap.");
            }

            _next ??= value > 0 ? new float[_initial.Length] : null;
            field = value;
        }
    }

    /// <summary>Copies the states that are to be carried from the midst of a pass.</summary>
    private void KeepEarly(Part part)
    {
        for (int i = 0; i < _states.Length && CarriesEarly; i++)
        {
            StateSlot state = _states[i];
            if (state.Plan.Start != StateStart.Hidden)
            {
                part.GatherState(state.Plan, state.Plan.Final with { Slot = CarrySteps, AtSteps = false }, _next.AsSpan(state.Start, Batch * state.Plan.Size));
            }
        }
    }

    private bool CarriesEarly => CarrySteps > 0 && CarrySteps < Steps;

    /// <summary>The states that were given or carried, for the rows of the batch: [Batch, size] each.</summary>
    internal Dictionary<string, float[]> GivenStates() =>
        _states.Where(s => s.Given).ToDictionary(s => s.Plan.Name, s => _initial.AsSpan(s.Start, Batch * s.Plan.Size).ToArray());

    /// <summary>Remembers the initial states until the next call; allocates the first time.</summary>
    internal void KeepStates()
    {
        _kept ??= new float[_initial.Length];
        _initial.CopyTo(_kept, 0);
        foreach (StateSlot state in _states)
        {
            state.WasGiven = state.Given;
        }
    }

    /// <summary>Gives the states that were kept back, which passes since then have carried on.</summary>
    /// <param name="rows">The batch that they are of.</param>
    internal void BringBackStates(int rows)
    {
        // Passes since then may have had fewer rows, or begun anew.
        Resize(rows, Steps);
        _kept!.CopyTo(_initial, 0);
        foreach (StateSlot state in _states)
        {
            state.Given = state.WasGiven;
        }
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
            (state.Given, state.HasEnd) = (false, false);
        }
    }

    private void CheckState(StatePlace state, int given, string argument)
    {
        if (given != Batch * state.Size)
        {
            ThrowCount(given, Batch * state.Size, $"state '{state.Name}' [Batch = {Batch}, {state.Size}]", argument);
        }
    }

    private void GatherState(StatePlace state, Place place, Span<float> destination)
    {
        foreach (Part part in _parts)
        {
            part.GatherState(state, place, destination);
        }
    }

    private StatePlace? FinalOf(string name)
    {
        foreach (StatePlace state in _area.Finals)
        {
            if (state.Name == name)
            {
                return state;
            }
        }

        return null;
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

        throw NoState(name);
    }

    // By itself: what is captured for a message would be allocated at every call.
    private ArgumentException NoState(string name)
    {
        string known = string.Join(", ", _states.Where(s => s.Plan.Start != StateStart.Hidden).Select(s => s.Plan.Name));
        return new ArgumentException(
            FinalOf(name) is not null ? $"'{name}' of {_plan.Name} begins where the encoder ended: its final value can be read, nothing can be given. Others are {(known.Length == 0 ? "none" : known)}."
                : $"{_plan.Name} has no state '{name}'. It has {(known.Length == 0 ? "none" : known)}.",
            nameof(name));
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

        /// <summary>Whether that was so when states were kept back.</summary>
        public bool WasGiven;

        /// <summary>Whether the user gave the gradient of its final value, for the next way back.</summary>
        public bool HasEnd;
    }
}
