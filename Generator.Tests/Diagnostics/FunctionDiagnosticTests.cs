// Mistakes in losses and activations of a user's own, and in how they are used: one message, at its place, and no cascade.
// Knows messages; refuses to know formulas.
using System;
using SeqGen.Generator.Tests.Harness;
using SeqGen.Testing;
using Xunit;

namespace SeqGen.Generator.Tests.Diagnostics;

public class FunctionDiagnosticTests
{
    [Theory]
    [InlineData("", "SEQ0301", "OwnAttribute", "has no method Loss; write 'public static Scalar Loss(Vec y, Vec target)'")]
    [InlineData("public static Scalar Loss(Vec y) => Sum(y);", "SEQ0301", "Loss", "other parameters than a loss's")]
    [InlineData("public static Scalar Loss(Vec y, Vec target, Vec other) => Sum(y);", "SEQ0301", "Loss", "other parameters than a loss's")]
    [InlineData("public static Vec Loss(Vec target, Vec y) => target - y;", "SEQ0301", "Loss", "what the network gives comes first")]
    [InlineData("public static Vec Loss([Target(TargetKind.Values)] Vec a, Vec b) => a - b;", "SEQ0301", "Loss", "what the network gives comes first")]
    [InlineData("public static double Loss(Vec y, Vec target) => 1;", "SEQ0301", "Loss", "something else than a Scalar")]
    [InlineData("public static Scalar Loss(Vec y, [Target(TargetKind.Labels)] Vec target) => Sum(y);", "SEQ0301", "target", "come as whole sequences")]
    [InlineData("public static Scalar Loss(Vec y, [Size(2, 3)] Vec target) => Sum(y);", "SEQ0301", "Size(2, 3)", "has a target 'target' of one dimension")]
    [InlineData("public static Scalar Loss(Vec y, [Size(\"Count\")] Vec target) => Sum(y);", "SEQ0301", "Size(\"Count\")", "has no property 'Count'")]
    [InlineData("public static Scalar Loss(Vec y, Vec target) { if (y[0] > 0) { return Sum(y); } return Sum(target); }", "SEQ0302", "y[0] > 0", "Select(condition, a, b)")]
    [InlineData("public static Scalar Loss(Vec y, Vec target) { double d = 0; while (d < 1) { d++; } return Sum(y); }", "SEQ0303", "while", "for (int i = 0; i < n; i++)")]
    [InlineData("public static Scalar Loss(Vec y, Vec target) => Sum(Loss(y, target) * y);", "SEQ0304", "Loss(y, target)", "calls itself")]
    [InlineData("public static Vec Loss(Vec y, Vec target) => y[..2];", "SEQ0311", "=> y[..2]", "Loss gives 2 numbers and the target has 3; give one for each of them, or one number")]
    [InlineData("public static Vec Loss(Vec y, Vec target) => y - target[..2];", "SEQ0310", "y - target[..2]", "3 numbers and 2 numbers")]
    [InlineData("public static Scalar Loss(Vec y, Vec target) => Sum(target);", "SEQ0311", "=> Sum(target)", "nothing of 'y' reaches the result")]
    [InlineData("public static Scalar Loss(Vec y, Vec target) => 1;", "SEQ0311", "=> 1", "nothing of 'y' reaches the result")]
    [InlineData("public static Vec Loss(Vec y, Vec target) => Select(y > target, target, 2 * target) + Sign(y) + Floor(y);", "SEQ0311", "=> Select(y > target, target, 2 * target) + Sign(y) + Floor(y)", "no slope by 'y' is left")]
    [InlineData("public static Vec Loss(Vec y, [Size(2)] [Target(TargetKind.Classes)] Vec target) => y;", "SEQ0311", "=> y", "as many as the network gives, 3; leave [Size] out")]
    [InlineData("public static Vec Loss(Vec y, Vec target) => Candidate(y);", "", "", "")]
    public void A_wrong_loss_is_one_message_at_its_place(string method, string id, string span, string text)
    {
        HarnessRun run = NetworkHarness.Run($"public sealed class OwnAttribute : CustomLossAttribute {{ {method} }}", "[Network(Inputs = 2, Timesteps = 4)] [Dense(3)] [Own] public partial class Net;");
        if (id.Length == 0)
        {
            // Marks of cells are no members here: the compiler says so, and nobody else.
            Assert.Empty(run.SeqGen);
            return;
        }

        Check(run, id, span, text);
    }

    [Theory]
    [InlineData("Dense(1)", "Classes", "", "SEQ0107", "[Own] does not fit the output: it needs at least two classes")]
    [InlineData("Embedding(3)", "Values", "NormalizeTargets = true, ", "", "")]
    [InlineData("Dense(3)", "Values", "NormalizeTargets = true, ", "", "")]
    [InlineData("Dense(3, Activation = Activation.Relu)", "Values", "NormalizeTargets = true, ", "SEQ0107", "a last layer that can give any number")]
    [InlineData("Dense(3)", "", "NormalizeTargets = true, ", "SEQ0107", "write [Target(TargetKind.Values)]")]
    [InlineData("Dense(3)", "YesNo", "NormalizeTargets = true, ", "SEQ0104", "one of your own with [Target(TargetKind.Values)]")]
    [InlineData("Dense(3)", "Classes", "NormalizeTargets = true, ", "SEQ0104", "one of your own with [Target(TargetKind.Values)]")]
    public void A_loss_that_does_not_fit_is_told_at_its_attribute(string layer, string kind, string option, string id, string text)
    {
        string mark = kind.Length == 0 ? "" : $"[Target(TargetKind.{kind})] ";
        HarnessRun run = NetworkHarness.Run(
            $"public sealed class OwnAttribute : CustomLossAttribute {{ public static Scalar Loss(Vec y, {mark}Vec target) => Sum(y * target); }}",
            $"[Network({option}{(layer.StartsWith("Embedding", StringComparison.Ordinal) ? "Tokens" : "Inputs")} = 2, Timesteps = 4)] [{layer}] [Own] public partial class Net;");
        Check(run, id, id == "SEQ0104" ? "NormalizeTargets = true" : "Own", text);
    }

    [Theory]
    [InlineData("IgnoredClass = 2")]
    [InlineData("ClassWeights = new[] { 1.0, 2.0, 3.0 }")]
    public void Options_of_classes_are_refused_without_classes(string option) => Check(
        NetworkHarness.Run("public sealed class OwnAttribute : CustomLossAttribute { public static Scalar Loss(Vec y, Vec target) => Sum(y * target); }", $"[Network(Inputs = 2, Timesteps = 4)] [Dense(3)] [Own({option})] public partial class Net;"),
        "SEQ0123", option, "write [Target(TargetKind.Classes)]");

    [Theory]
    [InlineData("", "Dense(3, CustomActivation = typeof(FAttribute))", "SEQ0301", "FAttribute", "has no method Apply; write 'public static Vec Apply(Vec x)'")]
    [InlineData("public static Vec Apply(Vec x, Vec y) => x;", "F", "SEQ0301", "Apply", "has an Apply of another form")]
    [InlineData("public static Scalar Apply(Vec x) => Sum(x);", "F", "SEQ0301", "Apply", "has an Apply of another form")]
    [InlineData("public static Vec Apply(Vec x) => x / Sum(x);", "F", "SEQ0311", "=> x / Sum(x)", "Sum looks at several elements")]
    [InlineData("public static Vec Apply(Vec x) => x / Sum(x);", "Lstm(3, CustomActivation = typeof(FAttribute))", "SEQ0311", "=> x / Sum(x)", "an activation is a function of one number")]
    [InlineData("public static Vec Apply(Vec x) => 0 * Softmax(x);", "F", "SEQ0311", "=> 0 * Softmax(x)", "Softmax looks at several elements")]
    [InlineData("public Vec Apply(Vec x) => Power switch { 1 => x, 2 => x * x, _ => throw new ArgumentException(\"Power is 1 or 2\") }; public int Power { get; set; } = 2;", "F(Power = 3)", "SEQ0313", "throw new ArgumentException(\"Power is 1 or 2\")", "Power is 1 or 2")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Dense(3, Activation = Activation.Custom)", "SEQ0123", "Activation = Activation.Custom", "write CustomActivation = typeof(...)")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Gru(3, GateActivation = Activation.Custom)", "SEQ0123", "GateActivation = Activation.Custom", "write CustomActivation = typeof(...)")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Dense(3, Activation = Activation.Relu, CustomActivation = typeof(FAttribute))", "SEQ0123", "CustomActivation = typeof(FAttribute)", "write Activation.Custom where it is meant")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Dense(3, CustomActivation = typeof(string))", "SEQ0301", "CustomActivation = typeof(string)", "is no activation")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Dense(3, CustomActivation = typeof(GruAttribute))", "SEQ0301", "CustomActivation = typeof(GruAttribute)", "is no activation")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Dense(3, CustomActivation = typeof(int[]))", "SEQ0301", "CustomActivation = typeof(int[])", "is no activation")]
    [InlineData("public static Vec Apply(Vec x) => x;", "Dense(3, CustomActivation = null)", "", "", "")]
    [InlineData("public static Vec Apply(Vec x) => x;", "F(Trainable = false, Name = \"f\")", "", "", "")]
    public void A_wrong_activation_is_one_message_at_its_place(string method, string layer, string id, string span, string text)
    {
        HarnessRun run = NetworkHarness.Run($"public sealed class FAttribute : CustomActivationAttribute {{ {method} }}", $"[Network(Inputs = 2, Timesteps = 4)] [{layer}] public partial class Net;");
        Check(run, id, span, text);
    }

    [Fact]
    public void An_option_that_a_constructor_gives_has_no_value_in_typeof() => Check(
        NetworkHarness.Run("public sealed class FAttribute(double a) : CustomActivationAttribute { public double A { get; } = a; public Vec Apply(Vec x) => A * x; }", "[Network(Inputs = 4, Timesteps = 4)] [Dense(4, CustomActivation = typeof(FAttribute))] public partial class Net;"),
        "SEQ0311", "a", "A comes from the constructor, which nobody calls where the class is named by typeof");

    [Fact]
    public void A_step_with_input_and_state_the_wrong_way_round_is_told() => Check(
        NetworkHarness.Run("public sealed class FAttribute(int units) : CellAttribute(units) { public static Vec Step(Vec h, Vec x, Weights w) => Tanh(w.Affine(\"a\", x, h)); }", "[Network(Inputs = 4, Timesteps = 4)] [F(4)] public partial class Net;"),
        "SEQ0301", "Step", "the first is the step's input");

    [Theory]
    [InlineData("F")]
    [InlineData("Dense(4, CustomActivation = typeof(FAttribute))")]
    public void A_cross_entropy_wants_what_is_before_it(string layer) => Check(
        NetworkHarness.Run("public sealed class FAttribute : CustomActivationAttribute { public static Vec Apply(Vec x) => x * x; }", $"[Network(Inputs = 4, Timesteps = 4)] [{layer}] [SoftmaxCrossEntropy] public partial class Net;"),
        "SEQ0107", "SoftmaxCrossEntropy", "it needs a last layer that is linear or Softmax");

    /// <summary>Exactly this message and nothing of the compiler's in generated code; without an id, nothing at all.</summary>
    private static void Check(HarnessRun run, string id, string span, string text)
    {
        if (id.Length == 0)
        {
            run.AssertClean();
            return;
        }

        ReportedDiagnostic found = Assert.Single(run.AssertCompiles().SeqGen);
        Assert.Equal((id, span), (found.Id, found.Span));
        Assert.Contains(text, found.Message, StringComparison.Ordinal);
    }
}
