// The part of the class that its user sees: constants, constructor, parameters, streams, workspaces, files.
// Everything of weight is in the runtime or in the program below it; here is only what ties them to the class.
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqGen.Generator.Layers;
using SeqGen.Generator.Model;
using static SeqGen.Generator.Emission.Literals;

namespace SeqGen.Generator.Emission;

internal sealed class Surface(NetworkSpec spec, NetworkShape shape, IReadOnlyList<LayerCost> costs, string program, long parameters, int stateSize,
    int? largestUnroll, bool directInput, bool mayEndEarly, LearningMemory? learning)
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
        if (learning is not null)
        {
            writer.Line($"/// <item><term>Learning</term><description>{Group(learning.Total)} bytes with one sequence of {Text(spec.Arguments.Int("Timesteps"))} steps, and {Group(learning.Slot)} for each number that an optimizer keeps a parameter</description></item>");
        }

        writer.Line("/// </list>");
        writer.Line("/// </remarks>");
    }

    private void WriteConstants(SourceWriter writer)
    {
        bool tokens = shape.Input.IsTokens;
        Constant(writer, tokens ? "Input values a step: one token." : "Features of one input step.", SurfaceMembers.InputSize, tokens ? 1 : shape.Input.Size);
        if (tokens)
        {
            Constant(writer, "Number of different tokens: 0 to TokenCount - 1.", SurfaceMembers.TokenCount, shape.Input.Size);
        }

        Constant(writer, shape.Output.IsSequence ? "Features of one output step." : "Features of the output, one for a whole sequence.", SurfaceMembers.OutputSize, shape.Output.Size);
        Constant(writer, "Steps of a training window: the length of back-propagation through time.", SurfaceMembers.Timesteps, spec.Arguments.Int("Timesteps"));
        Constant(writer, "Trainable and fixed numbers of the network.", SurfaceMembers.ParameterCount, parameters);
        Constant(writer, "Floats of a stream's state.", SurfaceMembers.StateSize, stateSize);
        if (learning is not null)
        {
            string stream = learning.Stream > 0 ? $", {Group(learning.Stream)} for a stream" : "";
            Constant(
                writer, $"Bytes that learning takes on a device, with one sequence of Timesteps steps: {Group(learning.Parameters)} for the parameters and their copies{stream}, {Group(learning.Workspace)} for a workspace "
                + $"(tape, scratch, gradients, inputs, targets, states). The optimizer's come to it: {Group(learning.Slot)} for each number that it keeps a parameter, of which Adam has two, and Sgd one with a momentum.",
                SurfaceMembers.LearningBytes, learning.Total);
        }

        if (largestUnroll is { } largest)
        {
            writer.Line("// Unroll is beyond the budget: loops instead. The analyzer reads here what would be possible.");
            writer.Line(GeneratedMarks.OnData).Line(SurfaceMembers.LargestUnroll.Head + " = " + Text(largest) + ";").Line();
        }
    }

    private void WriteMembers(SourceWriter writer)
    {
        writer.Line(GeneratedMarks.OnData);
        writer.Line(SurfaceMembers.Core.Head + " = new(" + program + ".Instance);");
        if (!spec.HasConstructor)
        {
            writer.Line();
            writer.Line("/// <summary>A network with freshly drawn parameters; the same seed draws the same ones.</summary>");
            writer.Line(GeneratedMarks.OnCode);
            writer.Line("public " + spec.Name + "(ulong seed = 0) => Initialize(seed);");
        }

        Member(writer, "Layers, shapes and costs; its text is a table.", SurfaceMembers.Info, " { get; } = new(" + program + ".Description)");
        Member(writer, "The parameters, by the names that PyTorch gives them.", SurfaceMembers.Parameters, " => _core.Parameters");
        Member(writer, "Texts that are saved and loaded with the parameters.", SurfaceMembers.Metadata, " => _core.Metadata");
        writer.Line();
        writer.Line(GeneratedMarks.OnCode);
        writer.Line("global::SeqGen.Kernels.V1.NetworkCore global::SeqGen.INetwork.Core => _core;");
        Member(writer, "Draws all parameters anew.", SurfaceMembers.Initialize, " => _core.Initialize(seed)");
        WriteStreamFactories(writer);
        Member(
            writer, "What a pass over whole sequences needs; one for every thread." + (learning is null ? "" : $" For training, with one sequence of Timesteps steps, {Group(learning.Workspace)} bytes."), SurfaceMembers.CreateWorkspace(training: spec.Arguments.Bool("Training", true)),
            " => global::SeqGen.Kernels.V1.NetworkCalls.CreateWorkspace(_core, maxBatch, maxSteps, training, maxTargetSteps)");
        if (shape.Inputs.Count == 1)
        {
            WritePredict(writer);
        }

        Member(writer, "Writes the parameters to a safetensors file.", SurfaceMembers.Save, " => global::SeqGen.Kernels.V1.NetworkCalls.Save(_core, path)");
        Member(writer, "Reads the parameters from a safetensors file; a file that does not fit changes nothing.", SurfaceMembers.Load, " => global::SeqGen.Kernels.V1.NetworkCalls.Load(_core, path)");
        Member(writer, "Reads the parameters from the bytes of a safetensors file.", SurfaceMembers.LoadBytes, " => global::SeqGen.Kernels.V1.NetworkCalls.Load(_core, safetensors)");
    }

    private void WritePredict(SourceWriter writer)
    {
        bool tokens = shape.Input.IsTokens;
        string order = spec.Arguments.Bool("TimeMajor") ? "[time, batch" : "[batch, time";
        string inputs = order + (tokens ? "]" : ", " + Text(shape.Input.Size) + "]");
        string outputs = shape.Output.IsSequence ? order + ", " + Text(shape.Output.Size) + "]" : "[batch, " + Text(shape.Output.Size) + "]";
        string sizes = shape.Output.IsSequence ? " Batch and time are the workspace's: see its Resize." : "";
        string first = shape.Outputs.Count > 1 ? $" of the head '{shape.Outputs[0].Name}'; the other heads' are the workspace's" : "";
        Member(
            writer, $"Runs whole sequences: {inputs} to {outputs}{first}.{sizes} Lengths shorten sequences of the batch.",
            tokens ? SurfaceMembers.PredictTokens : SurfaceMembers.PredictNumbers, $" => global::SeqGen.Kernels.V1.NetworkCalls.Predict(_core, {(tokens ? "tokens" : "x")}, y, workspace, lengths)");
    }

    private void WriteStreamFactories(SourceWriter writer)
    {
        if (shape.CanStream)
        {
            Member(
                writer, "A stream: its own state over these parameters, one step a call. Any number of them; each is used by one thread at a time.",
                SurfaceMembers.CreateStream(), " => new(_core)");
            Member(writer, "Many streams that take their steps together.", SurfaceMembers.CreateStreams, " => global::SeqGen.Kernels.V1.NetworkCalls.CreateStreams(_core, count)");
            return;
        }

        // A use of these is an error of the compiler, with the reason.
        foreach (SurfaceMember member in new[] { SurfaceMembers.CreateStream("global::SeqGen.RecurrentStream"), SurfaceMembers.CreateStreams })
        {
            Member(
                writer, "There is no stream of this network: " + Xml(shape.NoStream), member, " => throw new global::System.NotSupportedException()",
                "[global::System.Obsolete(" + Quote(spec.Name.TrimStart('@') + " cannot run as a stream. " + shape.NoStream) + ", error: true)]");
        }
    }

    private void WriteStream(SourceWriter writer)
    {
        string x = shape.Input.IsTokens ? "int token" : Floats + " x";
        string stage = shape.Input.IsTokens ? "StageToken(token);" : directInput ? "CheckInput(x);" : "StageInput(x);";
        string frame = "CreateFrame(out global::SeqGen.Kernels.V1.Frame frame);" + (directInput ? "\nframe.Input = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(x);" : "");
        writer.Line();
        writer.Line("/// <summary>One running sequence of the network.</summary>");
        writer.Line(GeneratedMarks.OnCode);
        writer.Line(SurfaceMembers.StepStream.Head + " : global::SeqGen.RecurrentStream").Open();
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

    private static void Constant(SourceWriter writer, string summary, SurfaceMember member, long value)
    {
        writer.Line("/// <summary>" + summary + "</summary>");
        writer.Line(GeneratedMarks.OnData);
        writer.Line(member.Head + " = " + Text(value) + ";").Line();
    }

    /// <summary>An empty line, and a member of one line.</summary>
    private static void Member(SourceWriter writer, string summary, SurfaceMember member, string body, string? attribute = null)
    {
        writer.Line();
        writer.Line("/// <summary>" + summary + "</summary>");
        writer.Line(GeneratedMarks.OnCode);
        if (attribute is not null)
        {
            writer.Line(attribute);
        }

        writer.Line(member.Head + body + ";");
    }

    private static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static string Group(decimal value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
