// What a generated network's own methods forward to: files, workspaces, streams and predictions.
// Knows argument checks; refuses to know formats and passes.
using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SeqGen.Kernels.V1;

/// <summary>Everything a generated network does that needs no generated code and is above its parameters.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NetworkCalls
{
    /// <summary>See <see cref="INetwork.CreateWorkspace"/>.</summary>
    public static Workspace CreateWorkspace(this NetworkCore core, int maxBatch, int maxSteps = 0, bool training = true, int maxTargetSteps = 0) =>
        new(core, maxBatch, maxSteps, training, parts: 1, maxTargetSteps);

    /// <summary>Allocates <paramref name="count"/> streams that are stepped together.</summary>
    public static StreamBatch CreateStreams(this NetworkCore core, int count) => new(core, count);

    /// <summary>Writes the parameters to a safetensors file: first under a temporary name, then, complete and on disk, under its own.
    /// The same parameters give the same bytes.</summary>
    /// <param name="core">The network.</param>
    /// <param name="path">Where to; an existing file is replaced and keeps its mode, a link stays and what it points to is replaced.</param>
    /// <exception cref="InvalidOperationException">There are no parameters yet: neither Initialize nor a load has set them.</exception>
    public static void Save(this NetworkCore core, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        core.RequireParameters();
        ParameterFile.Save(core, path);
    }

    /// <summary>Reads the parameters from a safetensors file.</summary>
    /// <param name="core">The network.</param>
    /// <param name="path">A file of <see cref="Save"/>, or of any tool that writes safetensors with PyTorch's names.</param>
    /// <exception cref="NetworkFileException">The file is not one, or its tensors are not this network's; nothing was changed.</exception>
    public static void Load(this NetworkCore core, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ParameterFile.Load(core, path);
    }

    /// <summary>Reads the parameters from the bytes of a safetensors file.</summary>
    /// <param name="core">The network.</param>
    /// <param name="safetensors">The whole file, for instance an embedded resource.</param>
    /// <exception cref="NetworkFileException">The bytes are not such a file, or its tensors are not this network's; nothing was changed.</exception>
    public static void Load(this NetworkCore core, ReadOnlySpan<byte> safetensors) => ParameterFile.Load(core, safetensors, "the bytes given");

    /// <summary>Inference over a batch. For a network with one output a sequence, batch and steps follow from the spans, and the workspace is
    /// resized to them; for one with an output a step they are the workspace's (<see cref="Workspace.Resize(int, int, bool)"/>).</summary>
    /// <param name="core">The network.</param>
    /// <param name="x">[B, T, InputSize], or [T, B, InputSize] for a time-major network.</param>
    /// <param name="y">Receives [B, OutputSize], or an output a step in the order of <paramref name="x"/>.</param>
    /// <param name="workspace">A workspace of this network.</param>
    /// <param name="lengths">[B], 1 to T each; empty when all sequences are full.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Predict(this NetworkCore core, ReadOnlySpan<float> x, Span<float> y, Workspace workspace, ReadOnlySpan<int> lengths = default)
    {
        Prepare(core, x.Length, core.Plan.InputSize, y.Length, workspace, lengths);
        x.CopyTo(workspace.Input);
        workspace.Forward(ForwardMode.Inference);
        workspace.Output.CopyTo(y);
    }

    /// <summary>Inference over a batch of tokens; see the other overload for how the shape is found.</summary>
    /// <param name="core">The network.</param>
    /// <param name="tokens">[B, T], or [T, B] for a time-major network; each 0 to TokenCount - 1.</param>
    /// <param name="y">Receives [B, OutputSize], or an output a step in the order of <paramref name="tokens"/>.</param>
    /// <param name="workspace">A workspace of this network.</param>
    /// <param name="lengths">[B], 1 to T each; empty when all sequences are full.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Predict(this NetworkCore core, ReadOnlySpan<int> tokens, Span<float> y, Workspace workspace, ReadOnlySpan<int> lengths = default)
    {
        Prepare(core, tokens.Length, core.Plan.TokenCount > 0 ? 1 : 0, y.Length, workspace, lengths);
        tokens.CopyTo(workspace.Tokens);
        workspace.Forward(ForwardMode.Inference);
        workspace.Output.CopyTo(y);
    }

    private static void Prepare(NetworkCore core, int inputs, int inputSize, int outputs, Workspace workspace, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (!ReferenceEquals(workspace.Core, core))
        {
            throw new ArgumentException($"The workspace belongs to another network than this {core.Plan.Name}. Create one with CreateWorkspace.", nameof(workspace));
        }

        if (inputSize == 0)
        {
            throw new NotSupportedException(core.Plan.TokenCount > 0
                ? $"{core.Plan.Name} takes tokens: call Predict with a span of int."
                : $"{core.Plan.Name} takes {core.Plan.InputSize} numbers a step, not tokens: call Predict with a span of float.");
        }

        int rows = inputs / inputSize;
        bool one = core.Plan.Inputs[0].Axis < 0;
        if (core.Plan.OutputIsSequence)
        {
            long expected = (long)workspace.Batch * (one ? 1 : workspace.Steps), results = (long)workspace.Batch * workspace.OutputSteps;
            if (inputs != expected * inputSize || outputs != results * core.Plan.OutputSize)
            {
                throw new ArgumentException(
                    $"The workspace is set to {workspace.Batch} sequences of {workspace.Steps} steps: {core.Plan.Name} then takes {expected * inputSize} inputs and gives " +
                    $"{results * core.Plan.OutputSize} outputs; {inputs} and {outputs} were given. Call workspace.Resize(batch, steps) for another shape.");
            }

            workspace.Resize(workspace.Batch, workspace.Steps);
        }
        else
        {
            int batch = outputs / core.Plan.OutputSize;
            int steps = batch == 0 ? 0 : rows / batch;
            if (batch == 0 || steps == 0 || inputs != (long)batch * steps * inputSize || outputs != batch * core.Plan.OutputSize)
            {
                throw new ArgumentException(
                    $"{core.Plan.Name} takes [B, T, {inputSize}] and gives [B, {core.Plan.OutputSize}]; {inputs} inputs and {outputs} outputs fit no B and T.");
            }

            workspace.Resize(batch, steps);
        }

        workspace.SetLengths(lengths);
    }
}
