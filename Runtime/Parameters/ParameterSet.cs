// All parameters of a network, by name and as one packed block.
// Knows the master and when to publish it; refuses to know optimizers and files.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using SeqGen.Kernels.V1;

namespace SeqGen;

/// <summary>The parameters of a network.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A set is what it is.")]
public sealed class ParameterSet : IReadOnlyCollection<Parameter>
{
    private readonly NetworkCore _core;
    private readonly Parameter[] _all;
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private (int Start, int Length)[]? _trainable;
    private (int Start, int Length)[]? _moving;
    private (int Start, int Length)[]? _padding;

    internal ParameterSet(NetworkCore core)
    {
        _core = core;
        _all = core.Plan.Parameters.Select(p => new Parameter(core, p)).ToArray();
        foreach (Parameter parameter in _all)
        {
            _byName.Add(parameter.Name, parameter);
        }
    }

    /// <summary>Number of parameters (tensors). The elements are counted by <see cref="NetworkInfo.ParameterCount"/>.</summary>
    public int Count => _all.Length;

    /// <summary>The values as the kernels see them: packed, with padding. For views by name use the indexer.</summary>
    public ReadOnlySpan<float> Values => _core.Master.Span;

    internal NetworkCore Core => _core;

    internal (int Start, int Length)[] TrainableRanges => _trainable ??= PackedLayout.TrainableRanges(_core.Plan);

    /// <summary>The runs of all that training moves: what is trainable, and running statistics.</summary>
    internal (int Start, int Length)[] MovingRanges => _moving ??= PackedLayout.MovingRanges(_core.Plan);

    /// <summary>The first trainable number that is not finite; null where all are.</summary>
    internal float? FirstNotFinite()
    {
        foreach ((int start, int length) in TrainableRanges)
        {
            foreach (float value in Values.Slice(start, length))
            {
                if (!float.IsFinite(value))
                {
                    return value;
                }
            }
        }

        return null;
    }

    /// <summary>The runs of trainable parameters between two places of the packed master.</summary>
    internal TrainableRuns TrainableWithin(int from, int to) => new(TrainableRanges, from, to);

    /// <summary>The parameter of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public Parameter this[string name] =>
        _byName.TryGetValue(name, out Parameter? parameter)
            ? parameter
            : throw new KeyNotFoundException($"{_core.Plan.Name} has no parameter '{name}'. It has {string.Join(", ", _all.Select(p => p.Name))}.");

    /// <summary>Looks a parameter up without an error.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Parameter? parameter) => _byName.TryGetValue(name, out parameter);

    /// <summary>Opens the packed values for writing; what is derived from them is rebuilt on Dispose:
    /// <c>using (var edit = net.Parameters.Edit()) { ... edit.Values ... }</c>.</summary>
    public ParameterEdit Edit() => new(this);

    /// <summary>Takes over the values of another network of the same parameters.</summary>
    /// <exception cref="ArgumentException">The other network has other parameters; nothing was changed.</exception>
    public void CopyFrom(ParameterSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (Parameter mine in _all)
        {
            if (!other.TryGet(mine.Name, out Parameter? theirs) || !theirs.Shape.SequenceEqual(mine.Shape))
            {
                throw new ArgumentException(
                    $"{_core.Plan.Name} has parameter {mine}, {other._core.Plan.Name} has " +
                    (theirs is null ? "none of this name" : theirs.ToString()) + ". Copy parameters one by one where only some agree.",
                    nameof(other));
            }
        }

        if (ReferenceEquals(_core.Plan, other._core.Plan))
        {
            other.Values.CopyTo(_core.Master.Span);
        }
        else
        {
            foreach (Parameter mine in _all)
            {
                PackedLayout.Pack(mine.Plan, other[mine.Name].ToArray(), _core.Master.Span);
            }
        }

        _core.ForgetStatistics();
        _core.PublishParameters();
    }

    /// <summary>The parameters, in the order of files and tables.</summary>
    public IEnumerator<Parameter> GetEnumerator() => ((IEnumerable<Parameter>)_all).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void EndEdit()
    {
        _padding ??= PackedLayout.PaddingRanges(_core.Plan);
        foreach ((int start, int length) in _padding)
        {
            _core.Master.Span.Slice(start, length).Clear();
        }

        _core.PublishParameters();
    }
}

/// <summary>Packed parameters, open for writing until disposed.</summary>
public readonly ref struct ParameterEdit
{
    private readonly ParameterSet _set;

    internal ParameterEdit(ParameterSet set)
    {
        _set = set;
        Values = set.Core.Master.Span;
    }

    /// <summary>The packed values. Padding is set back to zero on Dispose.</summary>
    public Span<float> Values { get; }

    /// <summary>Rebuilds what is derived from the parameters.</summary>
    public void Dispose() => _set?.EndEdit();
}
