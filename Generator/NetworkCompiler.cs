// From a declaration to its source: shapes, lowering, passes, emission. A placeholder until the compiler is in.
using SeqGen.Generator.Model;

namespace SeqGen.Generator;

/// <summary>Compiles networks. Knows nothing of Roslyn.</summary>
internal static class NetworkCompiler
{
    /// <summary>The shape rules alone: what the analyzer reports while the user types.</summary>
    public static EquatableArray<Problem> Check(NetworkSpec spec) => EquatableArray<Problem>.Empty;

    /// <summary>The generated source, or the problems that stand in its way.</summary>
    public static CompiledNetwork Compile(NetworkSpec spec)
    {
        EquatableArray<Problem> problems = Check(spec);
        var surface = new SurfaceSpec("class", "", false, spec.HasConstructor ? null : "", EquatableArray<string>.Empty, true, true);
        return new CompiledNetwork(Emission.FailedSurface.Write(new Declaration(spec, surface, DeclarationState.Sound)), problems);
    }
}
