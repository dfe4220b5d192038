// Settings of some of a network's parameters, by name. Knows names and factors; refuses to know formulas.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO.Enumeration;
using System.Linq;

namespace SeqGen;

/// <summary>Parameters that an optimizer treats in their own way: at another rate, or without decay. For instance no decay on biases and norms, and a tenth of the
/// rate on an encoder that was trained before:
/// <c>new AdamW(1e-3f) { Groups = [new("*.bias*", "layernorm.*") { Decays = false }, new("encoder.*") { RateFactor = 0.1f }] }</c>.</summary>
public sealed class ParameterGroup
{
    private readonly string[] _names;

    /// <summary>A group of parameters.</summary>
    /// <param name="names">Their names; <c>*</c> stands for anything and <c>?</c> for one character.</param>
    public ParameterGroup(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfZero(names.Length, nameof(names));
        _names = [.. names];
        Array.ForEach(_names, name => ArgumentException.ThrowIfNullOrEmpty(name, nameof(names)));
    }

    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>What the learning rate is multiplied with for these: 0 or more; with 0 they stay as they are.</summary>
    public float RateFactor { get; init => field = Settings.Check(value, value >= 0 && float.IsFinite(value), nameof(RateFactor), "finite and 0 or more"); } = 1;

    /// <summary>Whether the optimizer's weight decay is theirs too.</summary>
    public bool Decays { get; init; } = true;

    /// <summary>Names and settings in a line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{string.Join(" ", _names)}: rate x {RateFactor}{(Decays ? "" : ", no decay")}]");

    /// <summary>Whether a parameter is meant.</summary>
    internal bool Has(string name) => Array.Exists(_names, pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    /// <summary>The runs of packed parameters with the number of their group: of the first that has them, -1 for none. Padding goes with what is before it.</summary>
    /// <exception cref="ArgumentException">A name is no trainable parameter's.</exception>
    internal static GroupRun[] Runs(ParameterSet parameters, IReadOnlyList<ParameterGroup> groups)
    {
        const int Padding = -2;
        int[] groupOf = new int[parameters.Values.Length];
        Array.Fill(groupOf, Padding);
        HashSet<ParameterGroup> used = [];
        foreach (Parameter parameter in parameters)
        {
            int number = 0;
            while (number < groups.Count && !groups[number].Has(parameter.Name))
            {
                number++;
            }

            number = number == groups.Count ? -1 : number;
            if (parameter.IsTrainable && number >= 0)
            {
                used.Add(groups[number]);
            }

            foreach (int position in PackedLayout.Positions(parameter.Plan))
            {
                groupOf[position] = number;
            }
        }

        foreach (ParameterGroup group in groups)
        {
            if (!used.Contains(group))
            {
                throw new ArgumentException($"The parameter group {group} has no trainable parameter that is in no group before it. {parameters.Core.Plan.Name} has {string.Join(", ", parameters.Select(p => p.Name))}.");
            }
        }

        List<GroupRun> runs = [];
        foreach ((int start, int length) in parameters.TrainableRanges)
        {
            for (int i = start; i < start + length;)
            {
                int from = i, group = groupOf[i];
                for (i++; i < start + length && (groupOf[i] == group || groupOf[i] == Padding || group == Padding); i++)
                {
                    group = group == Padding ? groupOf[i] : group;
                }

                runs.Add(new(from, i - from, group == Padding ? -1 : group));
            }
        }

        return [.. runs];
    }
}

/// <summary>Packed parameters that are neighbours and of one group.</summary>
/// <param name="Start">Where they begin.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Group">The group's number; -1 for none.</param>
internal readonly record struct GroupRun(int Start, int Length, int Group);

/// <summary>What an update of some parameters goes by.</summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="DecayFactor">What the optimizer's weight decay is multiplied with: 1, or 0 where these do not decay.</param>
public readonly record struct UpdateSettings(float LearningRate, float DecayFactor);
