// The part of the class that its user sees: constants, constructor, parameters, streams, workspaces, files.
// Everything of weight is in the runtime or in the program below it; here is only what ties them to the class.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;

namespace SeqGen.Generator.Emission;

internal sealed class Surface(NetworkSpec spec, NetworkShape shape, IReadOnlyList<LayerCost> costs, string program, long parameters, int stateSize, bool directInput, bool mayEndEarly)
{
    private const string Floats = "global::System.ReadOnlySpan<float>";

    // Full speed from the first step on: nothing waits for the JIT's second look.
    private const string Optimized = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";

    public void Write(SourceWriter writer)
    {
        int open = 0;
        if (spec.Namespace.Length > 0)
        {
            writer.Line("namespace " + spec.Namespace).Open();
            open++;
        }

        foreach (TypeSpec outer in spec.ContainingTypes)
        {
            writer.Line("partial " + outer.Keyword + " " + outer.Name).Open();
            open++;
        }

        WriteRemarks(writer);
        writer.Line("partial class " + spec.Name + " : global::SeqGen.INetwork<" + spec.Name + ">").Open();
        WriteConstants(writer);
        WriteMembers(writer);
        if (shape.CanStream)
        {
            WriteStream(writer);
        }

        writer.Close();
        for (; open > 0; open--)
        {
            writer.Close();
        }
    }

    /// <summary>The table of layers, shown where the class name is hovered over.</summary>
    private void WriteRemarks(SourceWriter writer)
    {
        writer.Line("/// <remarks>");
        writer.Line("/// <list type=\"table\">");
        writer.Line("/// <listheader><term>Layer</term><description>Output, parameters, multiply-adds a step</description></listheader>");
        foreach (LayerCost cost in costs)
        {
            writer.Line($"/// <item><term>{cost.Name}: {cost.Kind}({Xml(cost.Description)})</term><description>{cost.Shape}, {Group(cost.Parameters)}, {Group(cost.MultiplyAdds)}</description></item>");
        }

        writer.Line($"/// <item><term>Total</term><description>{Group(costs.Sum(c => c.Parameters))} parameters, {Group(costs.Sum(c => c.MultiplyAdds))} multiply-adds a step</description></item>");
        writer.Line("/// </list>");
        writer.Line("/// </remarks>");
    }

    private void WriteConstants(SourceWriter writer)
    {
        string input = shape.Input.IsTokens ? "Input values a step: one token." : "Features of one input step.";
        Constant(writer, input, "InputSize", shape.Input.IsTokens ? 1 : shape.Input.Size);
        if (shape.Input.IsTokens)
        {
            Constant(writer, "Number of different tokens: 0 to TokenCount - 1.", "TokenCount", shape.Input.Size);
        }

        Constant(writer, shape.Output.IsSequence ? "Features of one output step." : "Features of the output, one for a whole sequence.", "OutputSize", shape.Output.Size);
        Constant(writer, "Steps of a training window: the length of back-propagation through time.", "Timesteps", spec.Arguments.Int("Timesteps"));
        Constant(writer, "Trainable and fixed numbers of the network.", "ParameterCount", parameters);
        Constant(writer, "Floats of a stream's state.", "StateSize", stateSize);
    }

    private void WriteMembers(SourceWriter writer)
    {
        string training = spec.Arguments.Bool("Training", true) ? "true" : "false";
        writer.Line("private readonly global::SeqGen.Kernels.V1.NetworkCore _core = new(" + program + ".Instance);");
        if (!spec.HasConstructor)
        {
            writer.Line();
            writer.Line("/// <summary>A network with freshly drawn parameters; the same seed draws the same ones.</summary>");
            writer.Line("public " + spec.Name + "(ulong seed = 0) => Initialize(seed);");
        }

        writer.Line();
        writer.Line("/// <summary>Layers, shapes and costs; its text is a table.</summary>");
        writer.Line("public static global::SeqGen.NetworkInfo Info { get; } = new(" + program + ".Description);");
        writer.Line();
        writer.Line("/// <summary>The parameters, by the names that PyTorch gives them.</summary>");
        writer.Line("public global::SeqGen.ParameterSet Parameters => _core.Parameters;");
        writer.Line();
        writer.Line("global::SeqGen.Kernels.V1.NetworkCore global::SeqGen.INetwork.Core => _core;");
        writer.Line();
        writer.Line("/// <summary>Draws all parameters anew.</summary>");
        writer.Line("public void Initialize(ulong seed) => _core.Initialize(seed);");
        writer.Line();
        WriteStreamFactories(writer);
        writer.Line();
        writer.Line("/// <summary>What a pass over whole sequences needs; one for every thread.</summary>");
        writer.Line("public global::SeqGen.Workspace CreateWorkspace(int maxBatch, int maxSteps = Timesteps, bool training = " + training + ", int maxTargetSteps = 0) => global::SeqGen.Kernels.V1.NetworkCalls.CreateWorkspace(_core, maxBatch, maxSteps, training, maxTargetSteps);");
        writer.Line();
        if (shape.Inputs.Count == 1)
        {
            WritePredict(writer);
        }

        writer.Line("/// <summary>Writes the parameters to a safetensors file.</summary>");
        writer.Line("public void Save(string path) => global::SeqGen.Kernels.V1.NetworkCalls.Save(_core, path);");
        writer.Line();
        writer.Line("/// <summary>Reads the parameters from a safetensors file; a file that does not fit changes nothing.</summary>");
        writer.Line("public void Load(string path) => global::SeqGen.Kernels.V1.NetworkCalls.Load(_core, path);");
        writer.Line();
        writer.Line("/// <summary>Reads the parameters from the bytes of a safetensors file.</summary>");
        writer.Line("public void Load(global::System.ReadOnlySpan<byte> safetensors) => global::SeqGen.Kernels.V1.NetworkCalls.Load(_core, safetensors);");
    }

    private void WritePredict(SourceWriter writer)
    {
        string x = shape.Input.IsTokens ? "global::System.ReadOnlySpan<int> tokens" : Floats + " x";
        string name = shape.Input.IsTokens ? "tokens" : "x";
        string order = spec.Arguments.Bool("TimeMajor") ? "[time, batch" : "[batch, time";
        string inputs = order + (shape.Input.IsTokens ? "]" : ", " + Text(shape.Input.Size) + "]");
        string outputs = shape.Output.IsSequence ? order + ", " + Text(shape.Output.Size) + "]" : "[batch, " + Text(shape.Output.Size) + "]";
        string sizes = shape.Output.IsSequence ? " Batch and time are the workspace's: see its Resize." : "";
        string first = shape.Outputs.Count > 1 ? $" of the head '{shape.Outputs[0].Name}'; the other heads' are the workspace's" : "";
        writer.Line($"/// <summary>Runs whole sequences: {inputs} to {outputs}{first}.{sizes} Lengths shorten sequences of the batch.</summary>");
        writer.Line($"public void Predict({x}, global::System.Span<float> y, global::SeqGen.Workspace workspace, global::System.ReadOnlySpan<int> lengths = default) => global::SeqGen.Kernels.V1.NetworkCalls.Predict(_core, {name}, y, workspace, lengths);");
        writer.Line();
    }

    private void WriteStreamFactories(SourceWriter writer)
    {
        if (shape.CanStream)
        {
            writer.Line("/// <summary>A stream: its own state over these parameters, one step a call. Any number of them; each is used by one thread at a time.</summary>");
            writer.Line("public StepStream CreateStream() => new(_core);");
            writer.Line();
            writer.Line("/// <summary>Many streams that take their steps together.</summary>");
            writer.Line("public global::SeqGen.StreamBatch CreateStreams(int count) => global::SeqGen.Kernels.V1.NetworkCalls.CreateStreams(_core, count);");
            return;
        }

        // A use of these is an error of the compiler, with the reason.
        foreach (string member in new[] { "global::SeqGen.RecurrentStream CreateStream()", "global::SeqGen.StreamBatch CreateStreams(int count)" })
        {
            writer.Line("/// <summary>There is no stream of this network: " + Xml(shape.NoStream) + "</summary>");
            writer.Line("[global::System.Obsolete(\"" + spec.Name.TrimStart('@') + " cannot run as a stream. " + shape.NoStream.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\", error: true)]");
            writer.Line("public " + member + " => throw new global::System.NotSupportedException();");
            writer.Line();
        }
    }

    private void WriteStream(SourceWriter writer)
    {
        string x = shape.Input.IsTokens ? "int token" : Floats + " x";
        string stage = shape.Input.IsTokens ? "StageToken(token);" : directInput ? "CheckInput(x);" : "StageInput(x);";
        string frame = "CreateFrame(out global::SeqGen.Kernels.V1.Frame frame);" + (directInput ? "\nframe.Input = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(x);" : "");
        writer.Line();
        writer.Line("/// <summary>One running sequence of the network.</summary>");
        writer.Line("public sealed class StepStream : global::SeqGen.RecurrentStream").Open();
        writer.Line("internal StepStream(global::SeqGen.Kernels.V1.NetworkCore core)").Indent(1).Line(": base(core)").Indent(-1).Open().Close();
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line(Optimized);
        writer.Line("public override bool Step(" + x + ", global::System.Span<float> y)").Open();
        writer.Line("CheckOutput(y);").Line(stage);
        writer.Line(frame);
        if (mayEndEarly)
        {
            writer.Line("if (!" + program + ".Run(in frame, output: true))").Open().Line("return false;").Close().Line();
            writer.Line("FinishOutput(y);");
        }
        else
        {
            writer.Line(program + ".Run(in frame, output: true);");
            writer.Line("FinishOutput(y);");
        }

        writer.Line("return true;").Close();
        writer.Line();
        writer.Line("/// <inheritdoc/>");
        writer.Line(Optimized);
        writer.Line("public override bool Advance(" + x + ")").Open();
        writer.Line(stage).Line(frame);
        writer.Line("return " + program + ".Run(in frame, output: false);").Close();
        writer.Close();
    }

    private static void Constant(SourceWriter writer, string summary, string name, long value)
    {
        writer.Line("/// <summary>" + summary + "</summary>");
        writer.Line("public const int " + name + " = " + Text(value) + ";");
        writer.Line();
    }

    private static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static string Group(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
