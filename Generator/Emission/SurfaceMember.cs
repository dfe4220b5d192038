// The members that a network's class gets: one list, which the surface is written from, which stands in for it after a mistake, and which
// the user's own members are held against. Knows signatures; what is in the members is Surface's.
using System.Collections.Generic;
using System.Linq;

namespace SeqGen.Generator.Emission;

/// <summary>A generated member.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What stands before the name: modifiers and type.</param>
/// <param name="Parameters">What stands in the parentheses of a method; null for every other member, whose name no other may have.</param>
/// <param name="Property">For an accessor, the property it belongs to.</param>
internal sealed record SurfaceMember(string Name, string Type, string? Parameters = null, string? Property = null)
{
    /// <summary>Types of the parameters, fully qualified.</summary>
    public IEnumerable<string> ParameterTypes => string.IsNullOrEmpty(Parameters)
        ? []
        : Parameters!.Split(',').Select(p => p.Trim()).Select(p => p.Substring(0, p.IndexOf(' ')));

    /// <summary>What tells members apart, overloads too: <c>Load(string)</c>.</summary>
    public string Key => Property ?? (Parameters is null ? Name : Name + "(" + string.Join(",", ParameterTypes) + ")");

    /// <summary>The declaration up to the body.</summary>
    public string Head => Type + " " + Name + (Parameters is null ? "" : "(" + Parameters + ")");
}

internal static class SurfaceMembers
{
    private const string Floats = "global::System.ReadOnlySpan<float>";
    private const string Ints = "global::System.ReadOnlySpan<int>";

    public static SurfaceMember Core { get; } = new("_core", "private readonly global::SeqGen.Kernels.V1.NetworkCore");

    public static SurfaceMember LargestUnroll { get; } = new(GeneratedMarks.LargestUnroll, "private const int");

    public static SurfaceMember Unreadable { get; } = new(GeneratedMarks.Unreadable, "private const string");

    /// <summary>Why every member throws, after a mistake.</summary>
    public static SurfaceMember Failure { get; } = new("_seqGenFailure", "private const string");

    public static SurfaceMember InputSize { get; } = Constant("InputSize");

    public static SurfaceMember TokenCount { get; } = Constant("TokenCount");

    public static SurfaceMember OutputSize { get; } = Constant("OutputSize");

    public static SurfaceMember Timesteps { get; } = Constant("Timesteps");

    public static SurfaceMember ParameterCount { get; } = Constant("ParameterCount");

    public static SurfaceMember StateSize { get; } = Constant("StateSize");

    public static SurfaceMember LearningBytes { get; } = new("LearningBytes", "public const long");

    public static SurfaceMember Info { get; } = new("Info", "public static global::SeqGen.NetworkInfo");

    public static SurfaceMember Parameters { get; } = new("Parameters", "public global::SeqGen.ParameterSet");

    public static SurfaceMember Metadata { get; } = new("Metadata", "public global::SeqGen.NetworkMetadata");

    public static SurfaceMember StepStream { get; } = new("StepStream", "public sealed class");

    public static SurfaceMember Initialize { get; } = Method("void", "Initialize", "ulong seed");

    public static SurfaceMember Save { get; } = Method("void", "Save", "string path");

    public static SurfaceMember Load { get; } = Method("void", "Load", "string path");

    public static SurfaceMember LoadBytes { get; } = Method("void", "Load", "global::System.ReadOnlySpan<byte> safetensors");

    public static SurfaceMember CreateStreams { get; } = Method("global::SeqGen.StreamBatch", "CreateStreams", "int count");

    public static SurfaceMember PredictTokens { get; } = Predict(Ints + " tokens");

    public static SurfaceMember PredictNumbers { get; } = Predict(Floats + " x");

    /// <summary>The constants, in the order of the file.</summary>
    public static IEnumerable<SurfaceMember> Constants(bool tokens) => tokens
        ? [InputSize, TokenCount, OutputSize, Timesteps, ParameterCount, StateSize, LearningBytes]
        : [InputSize, OutputSize, Timesteps, ParameterCount, StateSize, LearningBytes];

    /// <param name="type">The class of the streams.</param>
    public static SurfaceMember CreateStream(string type = "StepStream") => Method(type, "CreateStream", "");

    /// <param name="steps">What <c>maxSteps</c> is by itself.</param>
    /// <param name="training">What <c>training</c> is by itself.</param>
    public static SurfaceMember CreateWorkspace(string steps = "Timesteps", bool training = true) => Method(
        "global::SeqGen.Workspace", "CreateWorkspace", $"int maxBatch, int maxSteps = {steps}, bool training = {(training ? "true" : "false")}, int maxTargetSteps = 0");

    /// <summary>Every name that generated code may take in a class, its mistakes included.</summary>
    /// <param name="tokens">Whether the network reads tokens.</param>
    /// <param name="numbers">Whether it reads numbers; one that says neither, or both, has the members of both.</param>
    public static IReadOnlyList<SurfaceMember> All(bool tokens, bool numbers)
    {
        var members = new List<SurfaceMember>(Constants(tokens))
        {
            Core, LargestUnroll, Unreadable, Failure, Info, Parameters, Metadata, StepStream, Initialize, CreateStream(), CreateStreams, CreateWorkspace(), Save, Load, LoadBytes,
            // Accessors are methods too, as C# counts names.
            new("get_" + Info.Name, "", "", Info.Key), new("get_" + Parameters.Name, "", "", Parameters.Key), new("get_" + Metadata.Name, "", "", Metadata.Key),
        };
        if (tokens)
        {
            members.Add(PredictTokens);
        }

        if (numbers)
        {
            members.Add(PredictNumbers);
        }

        return members;
    }

    private static SurfaceMember Constant(string name) => new(name, "public const int");

    private static SurfaceMember Method(string type, string name, string parameters) => new(name, "public " + type, parameters);

    private static SurfaceMember Predict(string input) =>
        Method("void", "Predict", input + ", global::System.Span<float> y, global::SeqGen.Workspace workspace, " + Ints + " lengths = default");
}
