// Initial and final states by name, and carrying one into the other.
// Knows state places; refuses to know layers.
using System;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

public partial class Workspace
{
    // One block a state, [MaxBatch, size] each, in the order of the plan.
    private float[] _initial = [];
    private int[] _initialStart = [];

    /// <summary>Gives the state a run starts from; it stays until changed, or zeroed by <see cref="Resize"/>.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="values">[Batch, size].</param>
    public void SetInitialState(string name, ReadOnlySpan<float> values)
    {
        int index = StateIndex(name);
        int size = _area.States[index].Size;
        if (values.Length != Batch * size)
        {
            ThrowCount(values.Length, Batch * size, $"state '{name}' [Batch = {Batch}, {size}]", nameof(values));
        }
        values.CopyTo(_initial.AsSpan(_initialStart[index]));
    }

    /// <summary>Copies out the state after the last step of each sequence.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="destination">[Batch, size].</param>
    public void GetFinalState(string name, Span<float> destination)
    {
        Require(Phase.Forwarded, nameof(GetFinalState), nameof(Forward));
        StatePlace state = _area.States[StateIndex(name)];
        if (destination.Length != Batch * state.Size)
        {
            ThrowCount(destination.Length, Batch * state.Size, $"state '{name}' [Batch = {Batch}, {state.Size}]", nameof(destination));
        }
        GatherState(state.Final, state.Size, destination);
    }

    /// <summary>Copies out the gradient of the loss with respect to an initial state.</summary>
    /// <param name="name">The state, for instance "lstm.h".</param>
    /// <param name="destination">[Batch, size].</param>
    public void GetInitialStateGradient(string name, Span<float> destination)
    {
        Require(Phase.Differentiated, nameof(GetInitialStateGradient), nameof(Backward));
        StatePlace state = _area.States[StateIndex(name)];
        if (state.InitialGradient is not { } place)
        {
            throw new NotSupportedException($"{_plan.Name} does not compute the gradient of the initial state '{name}'.");
        }

        if (destination.Length != Batch * state.Size)
        {
            ThrowCount(destination.Length, Batch * state.Size, $"state '{name}' [Batch = {Batch}, {state.Size}]", nameof(destination));
        }
        GatherState(place, state.Size, destination);
    }

    /// <summary>Makes the final states of this pass the initial ones of the next, as constants: truncated back-propagation through
    /// time, or prediction in chunks.</summary>
    public void CarryState()
    {
        Require(Phase.Forwarded, nameof(CarryState), nameof(Forward));
        for (int i = 0; i < _area.States.Length; i++)
        {
            StatePlace state = _area.States[i];
            GatherState(state.Final, state.Size, _initial.AsSpan(_initialStart[i], Batch * state.Size));
        }
    }

    private void AllocateStates()
    {
        _initialStart = new int[_area.States.Length];
        int total = 0;
        for (int i = 0; i < _area.States.Length; i++)
        {
            _initialStart[i] = total;
            total += _area.States[i].Size * MaxBatch;
        }

        _initial = new float[total];
    }

    private void GatherState(Place place, int size, Span<float> destination)
    {
        foreach (Part part in _parts)
        {
            part.GatherState(place, size, destination);
        }
    }

    private int StateIndex(string name)
    {
        for (int i = 0; i < _area.States.Length; i++)
        {
            if (_area.States[i].Name == name)
            {
                return i;
            }
        }

        throw new ArgumentException(
            $"{_plan.Name} has no state '{name}'. It has {(_area.States.Length == 0 ? "none" : string.Join(", ", _area.States.Select(s => s.Name)))}.", nameof(name));
    }
}
