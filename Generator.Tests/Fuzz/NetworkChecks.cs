// What must hold for any declaration: its passes give what the interpreter gives, and each other's numbers.
// Knows promises; refuses to know layers, and how numbers are judged.
using System;
using System.Collections.Generic;
using System.Linq;
using SeqGen.Generator.Tests.Generated;
using SeqGen.Kernels.V1;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class NetworkChecks
{
    private const int Attempts = 6;

    /// <summary>No states, or no noise.</summary>
    private static readonly IReadOnlyDictionary<string, float[]> _none = new Dictionary<string, float[]>();

    private readonly FuzzCase _case;
    private readonly Func<string, INetwork> _create;
    private readonly GuardedMemory _memory;
    private readonly FuzzCounts _counts;
    private readonly string _only;
    private readonly List<FuzzFailure> _failures = [];
    private Draws _draws;
    private int _shapes;

    // Of the shape at hand.
    private INetwork _network = null!;
    private NetworkPlan _plan = null!;
    private Oracle _oracle = null!;

    private NetworkChecks(FuzzCase one, Func<string, INetwork> create, GuardedMemory memory, FuzzCounts counts, string only)
    {
        (_case, _create, _memory, _counts, _only) = (one, create, memory, counts, only);
        _draws = new Draws(one.Seed + 1);
    }

    /// <summary>Runs all checks on one network.</summary>
    /// <param name="one">The declaration.</param>
    /// <param name="create">Makes a network of that full name.</param>
    /// <param name="memory">Watches buffers.</param>
    /// <param name="counts">Added to.</param>
    /// <param name="only">The one check to run; empty for all.</param>
    public static IReadOnlyList<FuzzFailure> Run(FuzzCase one, Func<string, INetwork> create, GuardedMemory memory, FuzzCounts counts, string only = "")
    {
        var checks = new NetworkChecks(one, create, memory, counts, only);
        checks.Try("create", checks.Create);
        if (checks._failures.Count == 0)
        {
            foreach ((int batch, int steps, bool lengths, bool mask) in checks.Shapes())
            {
                checks.Shape(batch, steps, lengths, mask);
            }
        }

        memory.Release();
        return checks._failures;
    }

    private void Create()
    {
        _network = _create(_case.Spec.Name);
        _plan = _network.Core.Plan;
        _oracle = Oracle.Of(_case.Spec);
    }

    /// <summary>One sequence and several, at most steps and fewer and more.</summary>
    private IEnumerable<(int Batch, int Steps, bool Lengths, bool Mask)> Shapes()
    {
        int least = Least(0), most = _plan.Timesteps + 3;
        while (most > least && !CanHave(most))
        {
            most--;
        }

        int steps = Math.Max(least, Math.Min(most, _draws.Chance(0.5) ? _plan.Timesteps : _draws.Between(least, most)));
        int other = _draws.Between(least, most);
        bool one = _draws.Chance(0.5);
        yield return (one ? 1 : _draws.Pick(2, 3, 5), steps, Lengths: false, Mask: _draws.Chance(0.3));
        yield return (one ? _draws.Pick(2, 3, 4, 5, 8, 9) : _draws.Pick(1, 2, 4, 17), other, Lengths: _draws.Chance(0.75), Mask: _draws.Chance(0.3));
    }

    private int TargetSteps()
    {
        int target = AxisSteps.TargetAxis(_plan);
        if (target < 0)
        {
            return 0;
        }

        int least = Least(target), most = _plan.Axes[target].IsLimit ? _plan.Axes[target].Max : (_plan.Axes[target].Max > 0 ? _plan.Axes[target].Max : _plan.Timesteps) + 2;
        most = Math.Max(least, most);
        while (most > least && !CanHave(most, target))
        {
            most--;
        }

        return _draws.Between(least, most);
    }

    /// <summary>The axes that follow from one with steps of its own, itself among them.</summary>
    private IEnumerable<int> AxesOf(int root) => Enumerable.Range(0, _plan.Axes.Length).Where(a => AxisSteps.Root(_plan, a) == root);

    /// <summary>The fewest steps that leave one along every axis.</summary>
    private int Least(int root) => Enumerable.Range(1, 64).First(steps => steps == 64 || AxesOf(root).All(a => AxisSteps.Of(_plan, a, steps) >= 1));

    /// <summary>Whether a workspace can have that many steps: not where every step has parameters of its own.</summary>
    private bool CanHave(int steps, int root = 0) => AxesOf(root).All(a => !_plan.Axes[a].IsLimit || AxisSteps.Of(_plan, a, steps) <= _plan.Axes[a].Max);

    private void Shape(int batch, int steps, bool lengths, bool mask)
    {
        _shapes++;
        int target = TargetSteps(), seed = _case.Seed;
        float scale = _plan.Inputs.Length > 1 || _plan.Layers.Any(l => l.Kind == "NeuralTuringMachine") ? 2 : 1;
        PassData? data = null;
        if (_plan.CanTrain)
        {
            Judgement? judged = null;
            Try("interpreter", () => judged = Judgement.Training(
                _oracle, _network, Attempts, attempt => Ended(Drawn(RandomData.Batch(_network, batch, steps, seed + (1000 * attempt), lengths, mask, target)), seed + attempt), scale));
            if (judged is null)
            {
                return;
            }

            data = judged.Data;
            Training(judged);
            LastSteps(judged);
            if (_plan.DecodesByItself)
            {
                Try("scheduled sampling", () => Scheduled(data));
            }

            Trainers(data);
            Learner();
        }

        if (data is null)
        {
            RandomData.SetParameters(_network, seed, scale);
            data = RandomData.Batch(_network, batch, steps, seed, lengths, mask, target);
        }

        data = data with { Noise = _none, Draws = default, FinalGradients = _none };
        Judgement? forward = null;
        Try("interpreter", () => forward = Judgement.Forward(_oracle, _network, data));
        if (forward is not null)
        {
            Inference(forward);
            Streams(forward);
            Carried(forward);
            Decoding(forward);
            Generators(data with { Resets = [] });
        }
    }

    /// <summary>Every third batch has gradients of final states too.</summary>
    private PassData Ended(PassData data, int seed) => seed % 3 == 1 ? RandomData.WithEnds(_network, data, seed) : data;

    /// <summary>Runs a check; what it throws is its failure.</summary>
    private void Try(string check, Action run)
    {
        // What others stand on is run with them.
        if (_only.Length > 0 && check != _only && check is not ("create" or "interpreter" or "training" or "inference" or "stream"))
        {
            return;
        }

        // Each draws for itself, so that one alone, or one more, is given what it was given among the others.
        (int before, Draws draws) = (_counts.Passes, _draws);
        _draws = new Draws(check.Aggregate(_case.Seed + _shapes, (sum, c) => unchecked((sum * 31) + c)));
        try
        {
            run();
            _memory.Verify();
            if (_counts.Passes > before)
            {
                _counts.Checks[check] = _counts.Checks.GetValueOrDefault(check) + 1;
            }
        }
        catch (Exception e)
        {
            string where = e is MismatchException ? "" : $"{e.GetType().Name}: ";
            string at = e is MismatchException ? "" : " " + e.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("SeqGen", StringComparison.Ordinal))?.Trim();
            _failures.Add(new FuzzFailure(_case, e is MismatchException ? check : $"{check} {e.GetType().Name}", where + e.Message + at));
        }
        finally
        {
            _draws = draws;
        }
    }

    private void Compare(Judgement judged, PassResults got, string what)
    {
        _counts.Passes++;
        _counts.Noisy += judged.IsQuiet ? 0 : 1;
        judged.Check(got, what);
    }

    /// <summary>No bit differs.</summary>
    private void Same(PassResults expected, PassResults got, string what)
    {
        _counts.Passes++;
        if (BitConverter.DoubleToInt64Bits(expected.Loss) != BitConverter.DoubleToInt64Bits(got.Loss))
        {
            throw new MismatchException($"{what}: the loss is {got.Loss:R}, should have the bits of {expected.Loss:R}");
        }

        foreach ((string name, float[] values) in expected)
        {
            Same(values, got[name], $"{what}: {name}");
        }
    }

    private static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(got[i]))
            {
                throw new MismatchException($"{what}[{i}] is {got[i]:R}, should have the bits of {expected[i]:R}");
            }
        }
    }
}
