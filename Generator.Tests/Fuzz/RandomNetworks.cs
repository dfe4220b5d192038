// Declarations over the whole grammar from a seed: stacks, heads, encoders with their decoders. What is drawn is right, as far as rules
// of one layer go; where it is not, the generator says so and the fuzzer counts it.
// Knows what may follow what; refuses to know what any of it computes.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Tests.Fuzz;

internal sealed partial class RandomNetworks
{
    private static readonly string[] _wordNames = ["in", "class", "batch", "steps", "f", "T", "x", "rows", "lane", "nint", "float", "base", "out", "t", "now", "span", "reach", "within", "Vector512", "Affine", "System", "plan", "a0"];

    private readonly Draws _draws;
    private readonly List<LayerSpec> _layers = [];
    private readonly HashSet<string> _names = [];

    // What flows: features, whether there is a value at every step, how many steps there are at most, and the last function as losses see it.
    private int _size;
    private bool _isSequence;
    private int _steps;
    private string _activation = "Linear";
    private bool _isOutput;

    private RandomNetworks(int seed) => _draws = new Draws(seed);

    /// <summary>The declaration of a seed.</summary>
    public static NetworkSpec Of(int seed, string name) => new RandomNetworks(seed).Draw(name);

    private NetworkSpec Draw(string name)
    {
        int timesteps = _draws.Chance(0.15) ? _draws.Between(1, 3) : _draws.Between(4, 10);
        bool isCoder = _draws.Chance(0.22), isTokens = !isCoder && _draws.Chance(0.2);
        var network = new Arguments();
        if (!isCoder)
        {
            _size = isTokens ? _draws.Between(2, 20) : _draws.Size();
            network.With(isTokens ? "Tokens" : "Inputs", _size);
        }

        network.With("Timesteps", timesteps)
            .With(_draws.Chance(0.12), "Unroll", () => _draws.Pick(1, 2, 3, 4, timesteps))
            .With(!isTokens && !isCoder && _draws.Chance(0.2), "NormalizeInputs", () => true)
            .With(_draws.Chance(0.25), "TimeMajor", () => true)
            .With(_draws.Chance(0.02), "Training", () => false);
        (_steps, _isSequence) = (timesteps, true);
        if (isCoder)
        {
            Coder(timesteps);
        }
        else if (_draws.Chance(0.18))
        {
            Heads(isTokens);
        }
        else
        {
            Stack(isTokens);
        }

        // What cannot begin anew inside of a sequence says so.
        bool canReset = !isCoder && _layers.TrueForAll(l => Catalogue.Of(l) is not { } layer || layer.NoResets(l.Arguments).Length == 0);
        network.With(canReset && _draws.Chance(0.3), "Resets", () => true);
        NetworkSpec spec = DeclarationText.Spec(name, network.List(), _layers);
        if (!_draws.Chance(0.35))
        {
            return spec;
        }

        // Where no loss is of values, or a last layer does not give any number, it is an error: tests of mistakes have it.
        NetworkSpec normalizing = DeclarationText.Spec(name, network.With("NormalizeTargets", true).List(), _layers);
        return NetworkShape.Of(normalizing).Problems.Count == 0 ? normalizing : spec;
    }

    private void Stack(bool isTokens)
    {
        int count = _draws.Pick(1, 1, 2, 2, 2, 3, 3, 4), fed = _size;
        bool returns = _draws.Chance(isTokens ? 0.3 : 0.12);
        Embed(isTokens);
        for (int i = 0; i < count; i++)
        {
            _isOutput = i == count - 1 && !returns;
            Layer(Kind());
        }

        // As many outputs as inputs: what such a network writes it can read.
        if (returns)
        {
            string activation = _draws.Pick("Linear", "Linear", "Softmax");
            _layers.Add(Common(new Arguments().With("Units", _size = fed).With(activation != "Linear", "Activation", () => activation)).Of("Dense"));
            _activation = activation;
        }

        Loss(always: false);
    }

    private void Heads(bool isTokens)
    {
        Embed(isTokens);
        for (int i = isTokens ? 1 : _draws.Between(0, 2); i > 0; i--)
        {
            _isOutput = false;
            Layer(Kind());
        }

        (int size, bool isSequence, int steps) = (_size, _isSequence, _steps);
        bool haveLoss = _draws.Chance(0.8);
        foreach (string head in _draws.Pick(new[] { "a", "b" }, ["kind", "value"], ["one", "two_2", "three"]))
        {
            _layers.Add(new Arguments().With("Name", head).Of("Head"));
            (_size, _isSequence, _steps, _activation) = (size, isSequence, steps, "Linear");
            for (int i = _draws.Pick(1, 1, 2); i > 0; i--)
            {
                _isOutput = i == 1;
                Layer(Kind());
            }

            if (haveLoss != _draws.Chance(0.03))
            {
                Loss(always: true);
            }
        }
    }

    private void Embed(bool isTokens)
    {
        if (isTokens)
        {
            _layers.Add(Common(new Arguments().With("Size", _size = _draws.Size()).With(_draws.Chance(0.1), "Initializer", () => Initializer())).Of("Embedding"));
        }
    }

    /// <summary>Draws a loss that fits the output, or none.</summary>
    private void Loss(bool always)
    {
        if (!always && _draws.Chance(0.25))
        {
            return;
        }

        var losses = new List<string> { "MeanSquaredError", "MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh" };
        bool linear = _activation is "Linear";
        if (_size > 1 && (linear || _activation == "Softmax"))
        {
            losses.AddRange(["SoftmaxCrossEntropy", "SoftmaxCrossEntropy", "Focal"]);
            if (_isSequence)
            {
                losses.Add("Ctc");
            }
        }

        if (linear || _activation == "Sigmoid")
        {
            losses.Add("BinaryCrossEntropy");
        }

        if (linear)
        {
            losses.AddRange(["PoissonLikelihood", "Quantile"]);
            if (_size % 2 == 0)
            {
                losses.Add("GaussianLikelihood");
            }
        }

        string loss = _draws.Pick(losses);
        var arguments = new Arguments();
        switch (loss)
        {
            case "Huber":
                arguments.With("Delta", _draws.Pick(0.25, 0.5, 1.0, 1.5));
                break;
            case "Quantile":
                double[][] all = [[0.5], [0.1, 0.9], [0.25, 0.5, 0.75], [0.05, 0.3, 0.6, 0.95]];
                arguments.With("Quantiles", new EquatableArray<double>(_draws.Pick([.. all.Where(q => _size % q.Length == 0)]))).With(_draws.Chance(0.5), "NonCrossing", () => true);
                break;
            case "Ctc":
                arguments.With(_draws.Chance(0.5), "Blank", () => _draws.Between(0, _size - 1)).With(_draws.Chance(0.4), "ZeroInfinity", () => true);
                break;
            case "BinaryCrossEntropy":
                arguments.With(_draws.Chance(0.3), "PositiveWeight", () => _draws.Pick(0.25, 3.0));
                break;
            case "SoftmaxCrossEntropy" or "Focal":
                arguments.With(loss == "Focal" && _draws.Chance(0.5), "Gamma", () => _draws.Pick(0.0, 0.5, 1.0, 3.0)).With(loss != "Focal" && _draws.Chance(0.2), "LabelSmoothing", () => _draws.Pick(0.1, 0.5)).With(_draws.Chance(0.25), "IgnoredClass", () => _draws.Chance(0.4) ? _draws.Pick(_size + 3, -1, -100) : _draws.Between(0, _size - 1))
                    .With(_draws.Chance(0.2), "ClassWeights", () => new EquatableArray<double>(Enumerable.Range(0, _size).Select(_ => _draws.Pick(0.5, 1.0, 2.0))));
                break;
            default:
                break;
        }

        _layers.Add(arguments.With(_draws.Chance(0.2), "Weight", () => _draws.Pick(0.5, 2.0, 0.25)).Of(loss));
    }

    private string Initializer() => _draws.Pick("Zeros", "Ones", "GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "Orthogonal", "PyTorchUniform", "Default");

    /// <summary>What every layer can say.</summary>
    private Arguments Common(Arguments arguments)
    {
        if (_draws.Chance(0.06))
        {
            string name = _draws.Chance(0.5) ? _draws.Pick(_wordNames) : string.Create(CultureInfo.InvariantCulture, $"my{_names.Count}.part");
            if (_names.Add(name.ToLowerInvariant()))
            {
                arguments.With("Name", name);
            }
        }

        return arguments.With(_draws.Chance(0.05), "Trainable", () => false);
    }
}
