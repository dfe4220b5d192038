// Files and predictions of a network, for generated code to forward to.
// Knows argument checks; refuses to know formats and passes.
using System.Runtime.CompilerServices;
using System;

namespace SeqGen.Kernels.V1;

public sealed partial class NetworkCore
{
    /// <summary>Writes the parameters to a safetensors file: first under a temporary name, then, complete and on disk, under its own.
    /// The same parameters give the same bytes.</summary>
    /// <param name="path">Where to; an existing file is replaced and keeps its mode, a link stays and what it points to is replaced.</param>
    /// <exception cref="InvalidOperationException">There are no parameters yet: neither Initialize nor a load has set them.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireParameters();
        ParameterFile.Save(this, path);
    }

    /// <summary>Reads the parameters from a safetensors file.</summary>
    /// <param name="path">A file of <see cref="Save"/>, or of any tool that writes safetensors with PyTorch's names.</param>
    /// <exception cref="NetworkFileException">The file is not one, or its tensors are not this network's; nothing was changed.</exception>
    public void Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ParameterFile.Load(this, path);
    }

    /// <summary>Reads the parameters from the bytes of a safetensors file.</summary>
    /// <param name="safetensors">The whole file, for instance an embedded resource.</param>
    /// <exception cref="NetworkFileException">The bytes are not such a file, or its tensors are not this network's; nothing was changed.</exception>
    public void Load(ReadOnlySpan<byte> safetensors) => ParameterFile.Load(this, safetensors, "the bytes given");

    /// <summary>Inference over a batch. For a network with one output a sequence, batch and steps follow from the spans, and the workspace is
    /// resized to them; for one with an output a step they are the workspace's (<see cref="Workspace.Resize(int, int, bool)"/>).</summary>
    /// <param name="x">[B, T, InputSize], or [T, B, InputSize] for a time-major network.</param>
    /// <param name="y">Receives [B, OutputSize], or an output a step in the order of <paramref name="x"/>.</param>
    /// <param name="workspace">A workspace of this network.</param>
    /// <param name="lengths">[B], 1 to T each; empty when all sequences are full.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Predict(ReadOnlySpan<float> x, Span<float> y, Workspace workspace, ReadOnlySpan<int> lengths = default)
    {
        Prepare(x.Length, Plan.InputSize, y.Length, workspace, lengths);
        x.CopyTo(workspace.Input);
        workspace.Forward(ForwardMode.Inference);
        workspace.Output.CopyTo(y);
    }

    /// <summary>Inference over a batch of tokens; see the other overload for how the shape is found.</summary>
    /// <param name="tokens">[B, T], or [T, B] for a time-major network; each 0 to TokenCount - 1.</param>
    /// <param name="y">Receives [B, OutputSize], or an output a step in the order of <paramref name="tokens"/>.</param>
    /// <param name="workspace">A workspace of this network.</param>
    /// <param name="lengths">[B], 1 to T each; empty when all sequences are full.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Predict(ReadOnlySpan<int> tokens, Span<float> y, Workspace workspace, ReadOnlySpan<int> lengths = default)
    {
        Prepare(tokens.Length, Plan.TokenCount > 0 ? 1 : 0, y.Length, workspace, lengths);
        tokens.CopyTo(workspace.Tokens);
        workspace.Forward(ForwardMode.Inference);
        workspace.Output.CopyTo(y);
    }

    private void Prepare(int inputs, int inputSize, int outputs, Workspace workspace, ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        if (!ReferenceEquals(workspace.Core, this))
        {
            throw new ArgumentException($"The workspace belongs to another network than this {Plan.Name}. Create one with CreateWorkspace.", nameof(workspace));
        }

        if (inputSize == 0)
        {
            throw new NotSupportedException(Plan.TokenCount > 0
                ? $"{Plan.Name} takes tokens: call Predict with a span of int."
                : $"{Plan.Name} takes {Plan.InputSize} numbers a step, not tokens: call Predict with a span of float.");
        }

        int rows = inputs / inputSize;
        bool one = Plan.Inputs[0].Axis < 0;
        if (Plan.OutputIsSequence)
        {
            long expected = (long)workspace.Batch * (one ? 1 : workspace.Steps), results = (long)workspace.Batch * workspace.OutputSteps;
            if (inputs != expected * inputSize || outputs != results * Plan.OutputSize)
            {
                throw new ArgumentException(
                    $"The workspace is set to {workspace.Batch} sequences of {workspace.Steps} steps: {Plan.Name} then takes {expected * inputSize} inputs and gives " +
                    $"{results * Plan.OutputSize} outputs; {inputs} and {outputs} were given. Call workspace.Resize(batch, steps) for another shape.");
            }

            workspace.Resize(workspace.Batch, workspace.Steps);
        }
        else
        {
            int batch = outputs / Plan.OutputSize;
            int steps = batch == 0 ? 0 : rows / batch;
            if (batch == 0 || steps == 0 || inputs != (long)batch * steps * inputSize || outputs != batch * Plan.OutputSize)
            {
                throw new ArgumentException(
                    $"{Plan.Name} takes [B, T, {inputSize}] and gives [B, {Plan.OutputSize}]; {inputs} inputs and {outputs} outputs fit no B and T.");
            }

            workspace.Resize(batch, steps);
        }

        workspace.SetLengths(lengths);
    }
}
